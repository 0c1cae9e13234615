// Decisions that are revised, whatever became of their money, and appeals beside which a decision stands.
//
// Where nothing was allocated one person revises; where something was, one proposes and another approves. What isn't due any more and was
// allocated, but not ordered, goes back into trust at once; what was paid is overpaid (engine/domain/money/overpayment.h). A revision is
// refused while more is under way to a bank than would be due.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/compensation_service.pb.h"
#include "klaim/v1/review_service.pb.h"

namespace klaim::domain {

class Docket;

// Whether a day can be told as the last one of appealing: not one that is over.
absl::Status CheckAppealUntil(absl::string_view field, const v1::PartialDate& until, int64_t now_micros);

absl::Status Decide(const v1::ReviseDecisionRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Four eyes: approving is not for the proposer, and looks again at what there is now. Who proposed something may take it back by rejecting it.
absl::Status Decide(const v1::ApproveClaimMoveRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::RejectClaimMoveRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::DismissAppealRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// A claim that was withdrawn, closed or opted out goes on where it stood before that.
absl::Status Decide(const v1::ReopenClaimRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
