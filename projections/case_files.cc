#include "projections/case_files.h"

#include <set>

namespace klaim::projections {
namespace {

bool IsClaimEvent(const v1::EventRecord& event) {
  return event.event_case() >= 200 && event.event_case() < 240;
}

}  // namespace

void CaseFiles::Apply(const v1::EventRecord& event, Rows& rows) {
  switch (event.event_case()) {
    case v1::EventRecord::kClaimantRegistered: {
      rows.Put(Key('d').Number(event.claimant_registered().key_id()), Key('-').Number(event.stream()));
      std::set<uint64_t> similar;
      for (uint64_t key_id : event.claimant_registered().similar_key_ids()) {
        // A key without a claimant belonged to a filing that was refused.
        if (auto row = rows.Get(Key('d').Number(key_id)); row.has_value()) similar.insert(NumberAt(*row, 1));
      }
      similar.erase(event.stream());
      for (uint64_t earlier : similar) rows.Put(Key('q').Number(event.stream()).Number(earlier), "");
      break;
    }
    case v1::EventRecord::kClaimantConsentGiven:
    case v1::EventRecord::kClaimantConsentWithdrawn:
    case v1::EventRecord::kPayoutAccountConfirmed:
      rows.Put(Key('p').Number(event.stream()).Number(event.sequence()), "");
      break;
    case v1::EventRecord::kCaseNoteAdded:
      rows.Put(Key('c').Number(event.stream()).Number(event.sequence()), "");
      break;
    case v1::EventRecord::kClaimFiled:
      rows.Put(Key('k').Number(event.stream()), Key('-').Number(event.claim_filed().case_id()));
      rows.Put(Key('c').Number(event.claim_filed().case_id()).Number(event.sequence()), "");
      break;
    default:
      if (!IsClaimEvent(event)) break;
      if (auto row = rows.Get(Key('k').Number(event.stream())); row.has_value()) {
        rows.Put(Key('c').Number(NumberAt(*row, 1)).Number(event.sequence()), "");
      }
      break;
  }
}

}  // namespace klaim::projections
