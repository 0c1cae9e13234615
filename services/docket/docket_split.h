// Making two dockets of one: some programmes, with their claims, people and documents, go on in a docket of their own.
//
// Both logs are the same up to the split, so every receipt and checkpoint of before is proven by either; from then on each
// programme goes on in one of the two alone (engine/domain/work/handover.h). Who has claims in both stands in both. Whoever is
// needed in one alone has a data key there alone: the other's is destroyed, with the documents.
//
// Whatever cuts it off, repeating it goes on: the docket that is split stops deciding about the programmes in one append, made
// once the new docket is whole, and the new one is in its place only after that.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "engine/merkle/hash.h"
#include "services/docket/open_docket.h"

namespace klaim::services {

struct SplitOrder {
  std::vector<uint64_t> programme_ids;  // that go on in the new docket
  std::string name;                     // of the docket that is split, as the new one will call it
  std::string new_name;
  std::string
      new_data;  // folder that the new docket's data is made in; beside it, NEW_DATA.part until it is whole
  DocketPlaces new_places;  // the new docket's master key, and where its documents lie
};

struct SplitResult {
  uint64_t shared_size = 0;  // records that both logs share
  merkle::Hash shared_root{};
  uint64_t claims = 0;     // that went
  uint64_t claimants = 0;  // that went
  uint64_t in_both = 0;    // claimants who stand in both
};

// What is being done, and how far it is.
using SplitProgress = absl::FunctionRef<void(const std::string& doing, uint64_t done, uint64_t total)>;

// `docket` must be open here and serve nobody. FAILED_PRECONDITION, and nothing is changed, while money of one of the
// programmes is under way (a settlement that isn't received and allocated whole, an allocation that isn't paid), or a job
// is: money stays where it was received. INVALID_ARGUMENT when both dockets' documents would lie in one place of a store.
absl::StatusOr<SplitResult> SplitDocket(OpenDocket& docket, const SplitOrder& order, SplitProgress progress);

}  // namespace klaim::services
