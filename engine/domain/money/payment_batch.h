// A payment batch: proposed, approved by another person, handed to the bank, and followed to the bank's last
// word.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/compensation_service.pb.h"
#include "klaim/v1/reference_table_events.pb.h"

namespace klaim::domain {

class Docket;

// Why one payment isn't to be sent.
struct PaymentHold {
  std::string holder;  // another person releases it
  std::string reason;
};

struct PaymentBatchState : Aggregate {
  static constexpr char kKind[] = "payment batch";
  v1::PaymentBatchProposed proposed;
  std::string proposer;
  v1::PaymentBatchStatus status = v1::PAYMENT_BATCH_STATUS_UNSPECIFIED;
  std::vector<v1::PaymentStatus> payments;  // by number, from 1
  std::map<uint32_t, PaymentHold> holds;    // by number; those that the batch was sent without stay

  // Whether this payment (a number from 1) is not to be sent: it is held, or was left out.
  bool StaysBehind(uint32_t number) const {
    return payments[number - 1] == v1::PAYMENT_STATUS_HELD || LeftOut(number);
  }
  // Whether the batch was approved without it: what it ordered is free already.
  bool LeftOut(uint32_t number) const { return payments[number - 1] == v1::PAYMENT_STATUS_LEFT_OUT; }
  // Whether this payment of the batch (a number from 1) waits for approval, the bank, or its release.
  bool UnderWay(uint32_t number) const;
  v1::PaymentBatchSent sent;
};

// The message identification of a batch's file, unless another was named; and, since kFileEdition 1, always its payment information
// identification, by which banks name what they booked as one sum.
std::string MessageIdOf(uint64_t batch_id);

// How files are written now (PaymentBatchSent.file_edition). Those that were sent are made again as they were written then.
inline constexpr uint32_t kFileEdition = 1;

// Payments of a batch, none of them held, that are not to be made as things stand: the claim is held, who was to be paid was erased, died, or
// isn't the claimant after all. The batch is approved and sent without them.
absl::StatusOr<std::vector<v1::LeftOutPayment>> PaymentsThatMayNotBeMade(uint64_t batch_id, Docket& docket);

// Whether a bank can be asked to execute payments on this day: a bank day of its country (ISO 3166-1) that isn't over there.
absl::Status CheckExecutionDay(const v1::PartialDate& day, absl::string_view country, int64_t now_micros,
                               const v1::ReferenceTablePublished* holidays);

void Evolve(PaymentBatchState& state, const v1::EventRecord& event);

// Orders, for each claim of the settlement's groups, what was allocated to it and is not ordered yet, to the
// account confirmed last. A claim without an account in the currency, or whose payment came back from its
// present account, is left out, or refused if it was named.
absl::Status Decide(const v1::ProposePaymentBatchRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// Four eyes: neither is for the proposer. A batch is approved without the payments that may not be made by then, so that one of them doesn't stop
// the others. It is rejected until it is sent, so that none that can't be sent waits for ever.
absl::Status Decide(const v1::ApprovePaymentBatchRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::RejectPaymentBatchRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// Holds one payment until the batch is sent: disputed, on hold, died. Sent without it, its order is freed.
absl::Status Decide(const v1::HoldPaymentRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Four eyes: not for who held it.
absl::Status Decide(const v1::ReleasePaymentRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// Sent without payments that no file of the bank can carry, or that go to somebody else than the claim's money does by now: one bad payee
// never stops the others. Refused when payments were held, released or became so since the file was made.
absl::Status Decide(const v1::SendPaymentBatchRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::ConfirmPaymentsRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::ReturnPaymentRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
