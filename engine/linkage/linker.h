// Which records are of one person: all of them against each other at once, or one that is new against all.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/linkage/model.h"
#include "engine/storage/private_scratch.h"

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

// Learns alone, from at most this many of the persons.
Model LearnFrom(absl::Span<const Person> persons, const Lexicons& lexicons, const Model::ErrorRates& rates);

// A register that grows: each new person gets candidates at once. Not thread-safe. What is written down of people stands on the
// scratch, where this process alone can read it; in memory, in clear, are the words that their names, places and addresses consist of,
// and 14 bytes a person. Whoever is erased must be removed. After an error of the scratch the process should end.
class PersonIndex {
 public:
  struct Candidate {
    uint64_t id = 0;
    double bits = 0;
    double probability = 0;
    Zone zone = Zone::kDistinct;
    std::vector<FieldWeight> explanation;
  };

  // Begins empty; the scratch must live longer, and hold no rows of others that begin with 'b'.
  static absl::StatusOr<std::unique_ptr<PersonIndex>> Begin(storage::PrivateScratch& scratch);

  // Adds a person under a number of the caller's; one that is there already is replaced.
  absl::Status Add(uint64_t id, const PersonText& text);
  // Who else somebody in it may be, the likeliest first, at most `most`; none for one who isn't in it. A block of
  // hundreds is passed over, since who is one person meets in rarer blocks too; but for who is in such blocks alone, of one of which
  // the first few hundred are looked at.
  absl::StatusOr<std::vector<Candidate>> CandidatesOf(uint64_t id, size_t most) const;
  // The same for somebody who isn't in it.
  absl::StatusOr<std::vector<Candidate>> CandidatesOf(const PersonText& text, size_t most);
  absl::Status Remove(uint64_t id);
  size_t size() const { return slots_.size(); }

  // For who are too few to learn from: of those who are asked about, such a share stands in it.
  void Expect(double share);
  // Learns anew from those who are in it. Takes seconds for a million.
  absl::Status Relearn(const Model::ErrorRates& rates);
  const Model& model() const { return model_; }

 private:
  struct Placed {
    uint64_t id = 0;
    Person person;
  };
  PersonIndex(storage::PrivateScratch& scratch, storage::ScratchPlaces persons)
      : scratch_(scratch), persons_(std::move(persons)) {}
  absl::Status PutPlaced(uint32_t slot, const Placed& placed);
  absl::StatusOr<Placed> GetPlaced(uint32_t slot) const;
  absl::StatusOr<std::vector<Candidate>> Meet(const Person& person, std::optional<uint32_t> own_slot,
                                              size_t most) const;

  storage::PrivateScratch& scratch_;
  storage::ScratchPlaces persons_;  // by slot
  Lexicons lexicons_;
  Model model_;
  absl::btree_map<uint64_t, uint32_t> slots_;
  std::vector<uint32_t> free_;
  uint32_t next_slot_ = 0;
};

}  // namespace klaim::linkage
