#include "engine/merkle/tree.h"

#include <bit>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"

namespace klaim::merkle {
namespace {

// RFC 6962: the largest power of two smaller than `size` (> 1).
uint64_t SplitPoint(uint64_t size) { return std::bit_floor(size - 1); }

// Hash of leaves [begin, end); begin is a multiple of the largest power of two in the range, as in every
// subtree.
absl::StatusOr<Hash> RangeHash(uint64_t begin, uint64_t end, HashReader reader) {
  const uint64_t size = end - begin;
  if (size == 0) return RootOfHashes({});
  if (std::has_single_bit(size)) {
    const uint32_t level = static_cast<uint32_t>(std::countr_zero(size)) / 8;
    const uint32_t shift = level * 8;
    ASSIGN_OR_RETURN(auto hashes, reader(level, begin >> shift, size >> shift));
    return RootOfHashes(hashes);
  }
  const uint64_t middle = begin + SplitPoint(size);
  ASSIGN_OR_RETURN(auto left, RangeHash(begin, middle, reader));
  ASSIGN_OR_RETURN(auto right, RangeHash(middle, end, reader));
  return NodeHash(left, right);
}

}  // namespace

absl::StatusOr<Frontier> Frontier::Load(uint64_t size, HashReader reader) {
  Frontier frontier;
  frontier.size_ = size;
  for (uint64_t count = size; count > 0; count /= kTileWidth) {
    const uint32_t level = static_cast<uint32_t>(frontier.partial_.size());
    ASSIGN_OR_RETURN(auto hashes, reader(level, count / kTileWidth * kTileWidth, count % kTileWidth));
    frontier.partial_.push_back(std::move(hashes));
  }
  return frontier;
}

// A level's last tile is full subtrees, and one begun subtree at their right: the root of the levels below.
Hash Frontier::Root() const {
  std::vector<Hash> begun;
  for (const std::vector<Hash>& level : partial_) {
    std::vector<Hash> tile = level;
    tile.insert(tile.end(), begun.begin(), begun.end());
    begun.clear();
    if (!tile.empty()) begun.push_back(RootOfHashes(tile));
  }
  return begun.empty() ? RootOfHashes({}) : begun.front();
}

std::vector<NewHashes> Frontier::Append(absl::Span<const Hash> leaves) {
  std::vector<NewHashes> added;
  if (leaves.empty()) return added;
  added.push_back({0, size_, std::vector<Hash>(leaves.begin(), leaves.end())});
  for (const Hash& leaf : leaves) {
    if (partial_.empty()) partial_.emplace_back();
    partial_[0].push_back(leaf);
    ++size_;
    uint64_t count = size_;
    for (size_t level = 0; partial_[level].size() == kTileWidth; ++level) {
      count /= kTileWidth;
      Push(level + 1, RootOfHashes(partial_[level]), added);
      added[level + 1].first = count - added[level + 1].hashes.size();
      partial_[level].clear();
    }
  }
  return added;
}

void Frontier::Push(size_t level, const Hash& hash, std::vector<NewHashes>& added) {
  if (partial_.size() <= level) partial_.resize(level + 1);
  while (added.size() <= level) added.push_back({static_cast<uint32_t>(added.size()), 0, {}});
  partial_[level].push_back(hash);
  added[level].hashes.push_back(hash);
}

absl::StatusOr<Hash> RootAt(uint64_t size, HashReader reader) { return RangeHash(0, size, reader); }

absl::StatusOr<std::vector<Hash>> InclusionProof(uint64_t index, uint64_t size, HashReader reader) {
  if (index >= size) {
    return absl::InvalidArgumentError(absl::StrCat("leaf ", index, " is not in a tree of ", size, " leaves"));
  }
  std::vector<Hash> path;
  uint64_t begin = 0;
  uint64_t end = size;
  while (end - begin > 1) {
    const uint64_t middle = begin + SplitPoint(end - begin);
    const bool in_left = index < middle;
    ASSIGN_OR_RETURN(auto sibling,
                     in_left ? RangeHash(middle, end, reader) : RangeHash(begin, middle, reader));
    path.insert(path.begin(), sibling);
    (in_left ? end : begin) = middle;
  }
  return path;
}

absl::StatusOr<std::vector<Hash>> ConsistencyProof(uint64_t from_size, uint64_t to_size, HashReader reader) {
  if (from_size == 0 || from_size > to_size) {
    return absl::InvalidArgumentError(
        absl::StrCat("a tree of ", to_size, " leaves has no consistency proof from ", from_size, " leaves"));
  }
  std::vector<Hash> path;
  uint64_t begin = 0;
  uint64_t end = to_size;
  // Walk down to the subtree that ends where the old tree ended, noting the siblings on the way.
  while (from_size != end) {
    const uint64_t middle = begin + SplitPoint(end - begin);
    const bool in_left = from_size <= middle;
    ASSIGN_OR_RETURN(auto sibling,
                     in_left ? RangeHash(middle, end, reader) : RangeHash(begin, middle, reader));
    path.insert(path.begin(), sibling);
    (in_left ? end : begin) = middle;
  }
  if (begin != 0) {
    ASSIGN_OR_RETURN(auto shared, RangeHash(begin, end, reader));
    path.insert(path.begin(), shared);
  }
  return path;
}

}  // namespace klaim::merkle
