// Who has a name, a village, by its code or name, or a reference that begins as somebody typed it. Stands on the scratch, where this
// process alone can read it; who is erased is removed at once. Spelling doesn't matter: words are compared in the form that all
// spellings share (engine/linkage/name.h). Find may be called from any thread, all else from one. After an error of the scratch the
// process should end.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/linkage/person.h"
#include "engine/storage/private_scratch.h"
#include "services/linkage/area_names.h"

namespace klaim::services {

class PersonSearch {
 public:
  // The scratch must live longer, and hold no rows of others that begin with 'm' or 'w'.
  PersonSearch(AreaNames areas, storage::PrivateScratch& scratch)
      : areas_(std::move(areas)), scratch_(scratch) {}

  // Replaces what was known of the person; references stay.
  absl::Status Put(uint64_t claimant_id, const linkage::PersonText& text);
  // An organisation's own name for a filing: "HK-FEES-2025:A-17" is found by "A-17" too.
  absl::Status AddReference(uint64_t claimant_id, absl::string_view request_id);
  absl::Status Remove(uint64_t claimant_id);

  // Those of whom each word of the query begins a word, the latest first, at most `most`. Of words that begin very many, the
  // rarest is looked at.
  absl::StatusOr<std::vector<uint64_t>> Find(absl::string_view query, size_t most) const;

 private:
  // What a claimant is found by.
  struct Mine {
    absl::btree_set<std::string> person;
    absl::btree_set<std::string> references;
  };
  static Mine Decode(absl::string_view row);
  static bool Has(const Mine& mine, absl::string_view beginning);
  absl::StatusOr<Mine> MineOf(uint64_t claimant_id) const;
  absl::Status Change(uint64_t claimant_id, const Mine& before, const Mine& after);

  const AreaNames areas_;
  storage::PrivateScratch& scratch_;
};

}  // namespace klaim::services
