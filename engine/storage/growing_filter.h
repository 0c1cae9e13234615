// Which numbers may be among those that were added; a number that was added always may. Of those that weren't, some three
// in a hundred may too.
//
// A blocked Bloom filter (F. Putze, P. Sanders, J. Singler, "Cache-, Hash- and Space-Efficient Bloom Filters", 2007): a
// look touches one cache line. One that is full stays, and the next takes twice as many (P. S. Almeida and others,
// "Scalable Bloom Filters", 2007), so that tens of millions are looked at in a handful of lines. 1.5 bytes a number.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace klaim::storage {

// Not thread-safe while numbers are added.
class GrowingFilter {
 public:
  void Add(uint64_t number);
  bool MayHave(uint64_t number) const;

 private:
  static constexpr size_t kWordsOfBlock = 8;
  struct alignas(64) Block {
    std::array<uint64_t, kWordsOfBlock> words{};
  };
  struct Part {
    std::vector<Block> blocks;
    size_t room = 0;  // for so many more
  };
  std::vector<Part> parts_;  // the largest last
};

}  // namespace klaim::storage
