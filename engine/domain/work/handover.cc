#include "engine/domain/work/handover.h"

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/claimant_group.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/registry/programme.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

constexpr size_t kRootBytes = 32;

// The programme that a stream is of; 0 for none.
uint64_t ProgrammeOf(const AnyAggregate& state) {
  if (const auto* programme = state.As<ProgrammeState>()) return programme->id;
  if (const auto* claim = state.As<ClaimState>()) return claim->programme_id;
  if (const auto* group = state.As<ClaimantGroupState>()) return group->programme_id;
  if (const auto* settlement = state.As<SettlementState>()) return settlement->recorded.programme_id();
  return 0;
}

absl::Status RequireHere(uint64_t programme_id, Docket& docket) {
  ASSIGN_OR_RETURN(auto programme, docket.Find<ProgrammeState>("programme_id", programme_id));
  if (programme->handed_over_to.empty()) return absl::OkStatus();
  return NotNow("programme_id", v1::REASON_PROGRAMME_GOES_ON_IN_DOCKET_ASK_THERE, programme->rules.code(),
                programme->handed_over_to);
}

}  // namespace

absl::Status Decide(const HandOverProgrammes& programmes, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("docket", programmes.docket, 1, 80));
  if (programmes.programme_ids.empty()) return InvalidField("programme_ids", v1::REASON_NAME_AT_LEAST_ONE);
  if (programmes.shared_root.size() != kRootBytes)
    return InvalidField("shared_root", v1::REASON_MUST_BE_32_BYTES);
  for (uint64_t id : programmes.programme_ids) {
    RETURN_IF_ERROR(RequireHere(id, docket));
    ASSIGN_OR_RETURN(auto programme, docket.Find<ProgrammeState>("programme_ids", id));
    auto& handed_over = *decision.Append(*programme).mutable_programme_handed_over();
    handed_over.set_docket(programmes.docket);
    handed_over.set_shared_size(programmes.shared_size);
    handed_over.set_shared_root(programmes.shared_root);
  }
  return absl::OkStatus();
}

absl::Status Decide(const HandOverClaim& asked, Docket& docket, const Context&, Decision& decision) {
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("claim_id", asked.claim_id));
  if (claim->status == v1::CLAIM_STATUS_HANDED_OVER)
    return NotNow("claim_id", v1::REASON_WAS_HANDED_OVER_ALREADY);
  ASSIGN_OR_RETURN(auto programme, docket.Find<ProgrammeState>("claim_id", claim->programme_id));
  if (programme->handed_over_to.empty()) {
    return NotNow("claim_id", v1::REASON_ITS_PROGRAMME_WAS_NOT_HANDED_OVER);
  }
  decision.Append(*claim).mutable_claim_handed_over()->set_docket(programme->handed_over_to);
  return absl::OkStatus();
}

absl::Status CheckStillHere(const Decision& decision, Docket& docket) {
  for (const v1::EventRecord* event : decision.events()) {
    if (event->stream_version() == 0 || event->has_claim_handed_over()) continue;
    ASSIGN_OR_RETURN(auto state, docket.Peek(event->stream()));
    const uint64_t programme_id = ProgrammeOf(*state);
    if (programme_id != 0) RETURN_IF_ERROR(RequireHere(programme_id, docket));
  }
  return absl::OkStatus();
}

}  // namespace klaim::domain
