#include "engine/storage/growing_filter.h"

#include <algorithm>

#include "absl/numeric/int128.h"

namespace klaim::storage {
namespace {

constexpr size_t kFirstRoom = 1 << 18;
constexpr size_t kNumbersOfBlock = 42;  // 512 bits, 12 a number

// Of SplitMix64: numbers that differ in a bit differ in half of them.
uint64_t Mixed(uint64_t number) {
  number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
  number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
  return number ^ (number >> 31);
}

size_t BlockOf(uint64_t mixed, size_t blocks) {
  return static_cast<size_t>(absl::Uint128High64(absl::uint128(mixed) * blocks));
}

// One bit in each word, by six bits of the mixed number's product with the word's own odd number.
uint64_t BitOf(uint64_t mixed, size_t word) {
  constexpr uint64_t kOdd[] = {0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9,
                               0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5, 0xD6E8FEB86659FD93,
                               0xA0761D6478BD642F, 0xE7037ED1A0B428DB};
  return uint64_t{1} << ((mixed * kOdd[word]) >> 58);
}

}  // namespace

void GrowingFilter::Add(uint64_t number) {
  if (parts_.empty() || parts_.back().room == 0) {
    Part& next = parts_.emplace_back();
    next.room = kFirstRoom << (parts_.size() - 1);
    next.blocks.resize(next.room / kNumbersOfBlock + 1);
  }
  Part& part = parts_.back();
  --part.room;
  const uint64_t mixed = Mixed(number);
  Block& block = part.blocks[BlockOf(mixed, part.blocks.size())];
  for (size_t word = 0; word < kWordsOfBlock; ++word) block.words[word] |= BitOf(mixed, word);
}

bool GrowingFilter::MayHave(uint64_t number) const {
  const uint64_t mixed = Mixed(number);
  return std::any_of(parts_.rbegin(), parts_.rend(), [&](const Part& part) {
    const Block& block = part.blocks[BlockOf(mixed, part.blocks.size())];
    for (size_t word = 0; word < kWordsOfBlock; ++word) {
      if ((block.words[word] & BitOf(mixed, word)) == 0) return false;
    }
    return true;
  });
}

}  // namespace klaim::storage
