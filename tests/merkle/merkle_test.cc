// RFC 6962's tree, against the test vectors that certificate-transparency implementations share, and as
// properties over every size of a small log.

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/merkle/hash.h"
#include "engine/merkle/tree.h"

namespace klaim::merkle {
namespace {

// The eight leaves and the roots of the trees of 1 to 8 of them (certificate-transparency-go,
// merkle/testonly/reference).
const char* const kLeaves[] = {
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
const char* const kRoots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                              "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                              "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                              "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                              "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                              "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                              "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                              "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

// A store of hashes in memory, fed by a Frontier as a log would.
class Store {
 public:
  void Append(const std::vector<Hash>& leaves) {
    for (const NewHashes& run : frontier_.Append(leaves)) {
      if (levels_.size() <= run.level) levels_.resize(run.level + 1);
      EXPECT_EQ(levels_[run.level].size(), run.first);
      levels_[run.level].insert(levels_[run.level].end(), run.hashes.begin(), run.hashes.end());
    }
  }
  absl::StatusOr<std::vector<Hash>> Read(uint32_t level, uint64_t first, uint64_t count) const {
    if (count == 0) return std::vector<Hash>();
    if (level >= levels_.size() || first + count > levels_[level].size())
      return absl::DataLossError("missing");
    const auto begin = levels_[level].begin() + static_cast<std::ptrdiff_t>(first);
    return std::vector<Hash>(begin, begin + static_cast<std::ptrdiff_t>(count));
  }
  Frontier& frontier() { return frontier_; }

 private:
  Frontier frontier_;
  std::vector<std::vector<Hash>> levels_;
};

std::vector<Hash> Leaves(size_t count) {
  std::vector<Hash> leaves;
  for (size_t i = 0; i < count; ++i) leaves.push_back(LeafHash(absl::StrCat("record ", i)));
  return leaves;
}

TEST(Merkle, RootsOfTheReferenceVectors) {
  std::vector<Hash> leaves;
  EXPECT_EQ(ToHex(AsBytes(RootOfHashes(leaves))),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (size_t i = 0; i < 8; ++i) {
    leaves.push_back(LeafHash(absl::HexStringToBytes(kLeaves[i])));
    EXPECT_EQ(ToHex(AsBytes(RootOfHashes(leaves))), kRoots[i]) << i + 1 << " leaves";
  }
}

TEST(Merkle, ProofsOfTheReferenceVectors) {
  Store store;
  std::vector<Hash> leaves;
  for (const char* leaf : kLeaves) leaves.push_back(LeafHash(absl::HexStringToBytes(leaf)));
  store.Append(leaves);
  const auto read = [&](uint32_t level, uint64_t first, uint64_t count) {
    return store.Read(level, first, count);
  };
  const auto path = InclusionProof(5, 8, read);
  ASSERT_TRUE(path.ok());
  std::vector<std::string> hex;
  for (const Hash& hash : *path) hex.push_back(ToHex(AsBytes(hash)));
  EXPECT_EQ(hex,
            (std::vector<std::string>{"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                                      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                                      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}));
  const auto consistency = ConsistencyProof(6, 8, read);
  ASSERT_TRUE(consistency.ok());
  hex.clear();
  for (const Hash& hash : *consistency) hex.push_back(ToHex(AsBytes(hash)));
  EXPECT_EQ(hex,
            (std::vector<std::string>{"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                                      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                                      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}));
}

TEST(Merkle, KeptInBatchesOfAnySizeTheTreeIsTheSame) {
  const auto leaves = Leaves(70'000);  // past 256 * 256, so that three levels are kept
  for (size_t batch : {1u, 7u, 255u, 256u, 257u, 1000u, 70'000u}) {
    Store store;
    const size_t count = batch == 1 ? 1000 : leaves.size();
    for (size_t at = 0; at < count; at += batch) {
      store.Append({leaves.begin() + static_cast<std::ptrdiff_t>(at),
                    leaves.begin() + static_cast<std::ptrdiff_t>(std::min(count, at + batch))});
    }
    for (uint64_t size : {uint64_t{1}, uint64_t{255}, uint64_t{256}, uint64_t{257}, uint64_t{1000},
                          uint64_t{65'535}, uint64_t{65'536}, uint64_t{65'537}, uint64_t{70'000}}) {
      if (size > count) continue;
      const auto root = RootAt(size, [&](uint32_t l, uint64_t f, uint64_t c) { return store.Read(l, f, c); });
      ASSERT_TRUE(root.ok());
      EXPECT_EQ(*root, RootOfHashes(absl::MakeSpan(leaves).subspan(0, size)))
          << "batch " << batch << ", size " << size;
    }
  }
}

TEST(Merkle, ALoadedFrontierGoesOnAsTheOldOne) {
  const auto leaves = Leaves(1500);
  Store store;
  store.Append({leaves.begin(), leaves.begin() + 777});
  auto loaded = Frontier::Load(777, [&](uint32_t l, uint64_t f, uint64_t c) { return store.Read(l, f, c); });
  ASSERT_TRUE(loaded.ok());
  store.frontier() = *std::move(loaded);
  store.Append({leaves.begin() + 777, leaves.end()});
  const auto root = RootAt(1500, [&](uint32_t l, uint64_t f, uint64_t c) { return store.Read(l, f, c); });
  EXPECT_EQ(*root, RootOfHashes(leaves));
}

TEST(Merkle, EveryProofVerifiesAndNoOtherDoes) {
  constexpr uint64_t kSize = 67;
  const auto leaves = Leaves(kSize);
  Store store;
  store.Append(leaves);
  const auto read = [&](uint32_t level, uint64_t first, uint64_t count) {
    return store.Read(level, first, count);
  };
  for (uint64_t size = 1; size <= kSize; ++size) {
    const Hash root = *RootAt(size, read);
    for (uint64_t index = 0; index < size; ++index) {
      auto path = *InclusionProof(index, size, read);
      EXPECT_TRUE(VerifyInclusion(leaves[index], index, size, path, root)) << index << " of " << size;
      EXPECT_FALSE(VerifyInclusion(leaves[(index + 1) % kSize], index, size, path, root));
      EXPECT_FALSE(VerifyInclusion(leaves[index], index + 1, size, path, root));
      for (Hash& hash : path) {
        hash[0] ^= 1;
        EXPECT_FALSE(VerifyInclusion(leaves[index], index, size, path, root));
        hash[0] ^= 1;
      }
      path.push_back(root);
      EXPECT_FALSE(VerifyInclusion(leaves[index], index, size, path, root));
    }
    for (uint64_t from = 1; from <= size; ++from) {
      auto path = *ConsistencyProof(from, size, read);
      const Hash from_root = *RootAt(from, read);
      EXPECT_TRUE(VerifyConsistency(from, size, from_root, root, path)) << from << " to " << size;
      EXPECT_FALSE(VerifyConsistency(from, size, LeafHash("another past"), root, path));
      for (Hash& hash : path) {
        hash[31] ^= 1;
        EXPECT_FALSE(VerifyConsistency(from, size, from_root, root, path));
        hash[31] ^= 1;
      }
    }
  }
}

TEST(Merkle, AProofOfAnotherPastShowsIt) {
  std::vector<Hash> leaves = Leaves(12);
  const auto read = [&](uint32_t, uint64_t first, uint64_t count) -> absl::StatusOr<std::vector<Hash>> {
    return std::vector<Hash>(leaves.begin() + static_cast<std::ptrdiff_t>(first),
                             leaves.begin() + static_cast<std::ptrdiff_t>(first + count));
  };
  const Hash ours = *RootAt(7, read);
  const auto honest = RootsOfConsistencyProof(7, 12, ours, *ConsistencyProof(7, 12, read));
  ASSERT_TRUE(honest.has_value());
  EXPECT_EQ(honest->from, ours);
  EXPECT_EQ(honest->to, *RootAt(12, read));
  leaves[2] = LeafHash("another past");
  const auto forked = RootsOfConsistencyProof(7, 12, ours, *ConsistencyProof(7, 12, read));
  ASSERT_TRUE(forked.has_value());
  EXPECT_EQ(forked->to, *RootAt(12, read)) << "it is a proof of what was signed ...";
  EXPECT_EQ(forked->from, *RootAt(7, read));
  EXPECT_NE(forked->from, ours) << "... but of another beginning";
  EXPECT_FALSE(RootsOfConsistencyProof(7, 12, ours, {}).has_value());
  EXPECT_FALSE(RootsOfConsistencyProof(7, 7, ours, {}).has_value());
  EXPECT_FALSE(RootsOfConsistencyProof(0, 7, ours, {}).has_value());
}

}  // namespace
}  // namespace klaim::merkle
