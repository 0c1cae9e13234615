// The Merkle tree of a log, kept as the log grows and read at any earlier size.
//
// Stored are only the roots of full subtrees of 256^level leaves, level 0 being the leaf hashes: one hash a
// leaf and one more for every 256. That is the layout of C2SP tlog-tiles, and every other hash is computed
// from it.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/merkle/hash.h"

namespace klaim::merkle {

// How many hashes of one level make one of the next.
inline constexpr uint64_t kTileWidth = 256;

// Hashes [first, first + count) of a level; fails when the store lacks them.
using HashReader =
    absl::FunctionRef<absl::StatusOr<std::vector<Hash>>(uint32_t level, uint64_t first, uint64_t count)>;

// New hashes of one level that a store must keep.
struct NewHashes {
  uint32_t level;
  uint64_t first;
  std::vector<Hash> hashes;
};

// The growing edge of the tree: at most 255 hashes a level. Belongs to one thread.
class Frontier {
 public:
  // The edge of a stored tree of `size` leaves.
  static absl::StatusOr<Frontier> Load(uint64_t size, HashReader reader);

  Frontier() = default;

  // Adds leaf hashes at the end and returns what is to be stored, level 0 first.
  std::vector<NewHashes> Append(absl::Span<const Hash> leaves);

  uint64_t size() const { return size_; }

  // Root of all leaves so far.
  Hash Root() const;

 private:
  void Push(size_t level, const Hash& hash, std::vector<NewHashes>& added);

  uint64_t size_ = 0;
  std::vector<std::vector<Hash>> partial_;  // of each level: the hashes after its last full tile
};

// Root of the first `size` leaves.
absl::StatusOr<Hash> RootAt(uint64_t size, HashReader reader);

// RFC 6962 section 2.1.1: the audit path of leaf `index` in the tree of `size` leaves, leaf side first.
absl::StatusOr<std::vector<Hash>> InclusionProof(uint64_t index, uint64_t size, HashReader reader);

// RFC 6962 section 2.1.2: shows that the tree of `to_size` leaves extends the one of `from_size` (> 0).
absl::StatusOr<std::vector<Hash>> ConsistencyProof(uint64_t from_size, uint64_t to_size, HashReader reader);

}  // namespace klaim::merkle
