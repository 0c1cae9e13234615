// Who has a name, a village, by its code or name, or a reference that begins as somebody typed it. Held in memory, in clear, as only this process
// can; who is erased is removed at once. Spelling doesn't matter: words are compared in the form that all spellings share
// (engine/linkage/name.h). Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "engine/linkage/person.h"
#include "services/area_names.h"

namespace klaim::services {

class PersonSearch {
 public:
  explicit PersonSearch(AreaNames areas) : areas_(std::move(areas)) {}

  // Replaces what was known of the person; references stay.
  void Put(uint64_t claimant_id, const linkage::PersonText& text);
  // An organisation's own name for a filing: "HK-FEES-2025:A-17" is found by "A-17" too.
  void AddReference(uint64_t claimant_id, absl::string_view request_id);
  void Remove(uint64_t claimant_id);

  // Those of whom each word of the query begins a word, the latest first, at most `most`. Of words that begin very many, the
  // rarest is looked at.
  std::vector<uint64_t> Find(absl::string_view query, size_t most) const;

 private:
  struct Word {
    absl::InlinedVector<uint64_t, 1> claimants;  // ascending
  };
  // Keys of words_, which stay where they are.
  struct Mine {
    absl::InlinedVector<const std::string*, 4> person;
    absl::InlinedVector<const std::string*, 1> references;
  };

  const std::string* Add(uint64_t claimant_id, absl::string_view word) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Drop(uint64_t claimant_id, const std::string& word) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Has(uint64_t claimant_id, absl::string_view beginning) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  const AreaNames areas_;
  mutable absl::Mutex mutex_;
  std::map<std::string, Word, std::less<>> words_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<uint64_t, Mine> by_claimant_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace klaim::services
