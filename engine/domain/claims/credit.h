// Credits: what a claimant got for a loss otherwise than from settlements of this docket. It is owed no more: owed = determined - credited -
// allocated. Payment discharges, whoever makes it (Indonesian Civil Code, articles 1381 and 1382); a respondent's own payment is its own receipt.
//
// A credit may be recorded while nothing is determined yet, and be more than what is determined then: nothing below zero is owed, and what is
// allocated and not yet ordered isn't paid beyond it.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/compensation_service.pb.h"

namespace klaim::domain {

class Docket;
struct ClaimHead;
struct ClaimState;

// What may still be allocated to a head, in minor units; never below zero.
int64_t OwedOf(const ClaimHead& head);

// What may still be ordered for a head of what was allocated to it; never below zero. Less than what is allocated and not ordered when a
// credit came later.
int64_t PayableOf(const ClaimHead& head);

// FAILED_PRECONDITION, naming `field`, when payments order more for one of these heads than what is left of it beside its credits.
absl::Status CheckBesideCredits(absl::string_view field, const ClaimState& claim,
                                const google::protobuf::RepeatedPtrField<v1::HeadAmount>& heads);

// Refused without a document and without the claimant's word, with a document that shows another credit of the person already, for a head that is pursued
// in another claim, for a day that isn't over, and where no rate is known.
absl::Status Decide(const v1::RecordCreditRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// A proposal, until another person finds the same: what is taken back is owed again.
absl::Status Decide(const v1::ReverseCreditRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
