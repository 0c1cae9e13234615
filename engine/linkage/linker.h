// Which records are of one person: all of them against each other at once, or one that is new against all.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "engine/linkage/model.h"

namespace klaim::linkage {

// A pair with its score.
struct ScoredPair {
  uint32_t one;
  uint32_t other;
  float bits;
};

struct LinkageResult {
  Model model;
  uint64_t pairs_compared = 0;
  std::vector<ScoredPair> pairs;  // of the zones link and review, the likeliest first
  std::vector<uint32_t> cluster;  // by record: the first record of its cluster
};

// Learns from the records, scores each pair that meets in a block once, and clusters what is linked. The same records
// give the same result. `progress` is told a share of the work between 0 and 1; uses as many threads as there are
// processors. Time and memory grow with n log n: of a crowded block each record is compared with its nearest
// neighbours alone.
LinkageResult LinkAll(absl::Span<const Person> persons, const Lexicons& lexicons,
                      const Model::ErrorRates& rates, absl::FunctionRef<void(double share)> progress);

// Learns alone, from at most so many of the persons.
Model LearnFrom(absl::Span<const Person> persons, const Lexicons& lexicons, const Model::ErrorRates& rates);

// A register that grows: each new person gets candidates at once. Not thread-safe. Holds what was written down of people
// in memory, in clear: whoever is erased must be removed.
class PersonIndex {
 public:
  struct Candidate {
    uint64_t id = 0;
    double bits = 0;
    double probability = 0;
    Zone zone = Zone::kDistinct;
    std::vector<FieldWeight> explanation;
  };

  // Adds a person under a number of the caller's; one that is there already is replaced.
  void Add(uint64_t id, const PersonText& text);
  // Who else somebody in it may be, the likeliest first, at most `most`; none for one who isn't in it. Of a crowded block
  // the first few hundred are looked at: who is one person meets in rarer blocks too.
  std::vector<Candidate> CandidatesOf(uint64_t id, size_t most) const;
  void Remove(uint64_t id);
  bool Contains(uint64_t id) const { return slots_.contains(id); }
  size_t size() const { return slots_.size(); }

  // Learns anew from everybody in it. Takes seconds for a million.
  void Relearn(const Model::ErrorRates& rates);
  const Model& model() const { return model_; }

 private:
  Lexicons lexicons_;
  Model model_;
  std::vector<Person> persons_;
  std::vector<uint64_t> ids_;
  std::vector<uint32_t> free_;
  absl::flat_hash_map<uint64_t, uint32_t> slots_;
  // The lower half of a key, and a slot: two whose keys differ in the other half are compared in vain, no more.
  absl::btree_set<uint64_t> blocks_;
};

}  // namespace klaim::linkage
