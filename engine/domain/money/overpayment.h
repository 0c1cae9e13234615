// Overpayments: what was paid of a claim beyond what it is due now (determined less credited), since a decision was revised, or a credit came
// later. What was paid without being due is to be given back (Indonesian Civil Code, articles 1359 and 1360); who can't is forgiven by two
// persons. What comes back is in trust again, for those for whom it was.
//
// It isn't a state of its own: it follows from the amounts of the claim's heads, so that it is never forgotten and never demanded twice.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/compensation_service.pb.h"

namespace klaim::v1 {
class EventRecord;
}  // namespace klaim::v1

namespace klaim::domain {

class Docket;
struct ClaimHead;
struct ClaimState;

// What was paid of a head beyond what is due and is to be paid back: it isn't forgiven.
int64_t OverpaidOf(const ClaimHead& head);

// The same of all heads.
v1::OverpaidSums OverpaidSumsOf(const ClaimState& claim);

// What an event of a claim tells of what is overpaid after it; null when it tells nothing, since that is as it was.
const v1::OverpaidSums* OverpaidIn(const v1::EventRecord& event);

// Tells in an event of the claim what is overpaid after it, where that is, or was, anything.
void TellOverpaid(const ClaimState& before, v1::EventRecord& event);

// FAILED_PRECONDITION, naming `field`, when something is to be paid back: nothing more is paid to who owes it of the same claim.
absl::Status CheckNotOverpaid(absl::string_view field, const ClaimState& claim);

// FAILED_PRECONDITION when part of this payment was paid back: a bank can't return the whole of it. `number` is of the batch.
absl::Status CheckNotRepaid(const ClaimState& claim, uint64_t batch_id, uint32_t number);

// Puts it against the payments of what was paid beyond what is due, the last one first, and so to their settlements. Who was forgiven may pay, too.
absl::Status Decide(const v1::RecordRepaymentRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Proposes to forgive all that is to be paid back (engine/domain/claims/revision.h has the approval).
absl::Status Decide(const v1::ForgiveOverpaymentRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// Proposes to take a repayment back: the bank took it back, or it was recorded wrongly. Refused when its money went on.
absl::Status Decide(const v1::ReverseRepaymentRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// What taking a repayment back comes to by now, and does; refused when there is none of this reference, or its money went on.
absl::Status FillReversal(const ClaimState& claim, v1::RepaymentReversal& reversal);
absl::Status AppendReversal(const ClaimState& claim, const v1::RepaymentReversal& reversal,
                            uint64_t proposal_id, Docket& docket, Decision& decision);

// What forgiving all that is to be paid back comes to by now; refused when nothing is.
absl::Status FillForgiveness(const ClaimState& claim, v1::OverpaymentForgiveness& forgiveness);

}  // namespace klaim::domain
