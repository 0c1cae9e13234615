#include "engine/merkle/hash.h"

#include <openssl/evp.h>

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "absl/strings/escaping.h"

namespace klaim::merkle {
namespace {

// One digest context a thread; the algorithm is fetched once, since fetching costs more than hashing a
// record.
class Sha256Context {
 public:
  Sha256Context() : context_(EVP_MD_CTX_new()) {
    static EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    if (context_ == nullptr || algorithm == nullptr ||
        EVP_DigestInit_ex2(context_, algorithm, nullptr) != 1) {
      std::fputs("klaim: this OpenSSL has no SHA-256\n", stderr);
      std::abort();
    }
  }
  ~Sha256Context() { EVP_MD_CTX_free(context_); }
  Sha256Context(const Sha256Context&) = delete;
  Sha256Context& operator=(const Sha256Context&) = delete;

  Sha256Context& Add(const void* data, size_t size) {
    EVP_DigestUpdate(context_, data, size);
    return *this;
  }
  Hash Finish() {
    Hash hash;
    EVP_DigestFinal_ex(context_, hash.data(), nullptr);
    EVP_DigestInit_ex2(context_, nullptr, nullptr);
    return hash;
  }

 private:
  EVP_MD_CTX* context_;
};

Sha256Context& ThreadContext() {
  thread_local Sha256Context context;
  return context;
}

}  // namespace

Sha256Stream::Sha256Stream() : context_(new Sha256Context) {}
Sha256Stream::~Sha256Stream() { delete static_cast<Sha256Context*>(context_); }
void Sha256Stream::Update(absl::string_view bytes) {
  static_cast<Sha256Context*>(context_)->Add(bytes.data(), bytes.size());
}
Hash Sha256Stream::Finish() { return static_cast<Sha256Context*>(context_)->Finish(); }

Hash HashFromBytes(absl::string_view bytes) {
  Hash hash;
  if (bytes.size() != hash.size()) {
    std::fprintf(stderr, "klaim: a hash has 32 bytes, not %zu\n", bytes.size());
    std::abort();
  }
  std::memcpy(hash.data(), bytes.data(), hash.size());
  return hash;
}

Hash Sha256(absl::string_view bytes) { return ThreadContext().Add(bytes.data(), bytes.size()).Finish(); }

Hash LeafHash(absl::string_view record) {
  static constexpr uint8_t kLeaf = 0x00;
  return ThreadContext().Add(&kLeaf, 1).Add(record.data(), record.size()).Finish();
}

Hash NodeHash(const Hash& left, const Hash& right) {
  uint8_t node[65];
  node[0] = 0x01;
  std::memcpy(node + 1, left.data(), 32);
  std::memcpy(node + 33, right.data(), 32);
  return ThreadContext().Add(node, sizeof(node)).Finish();
}

Hash RootOfHashes(absl::Span<const Hash> leaves) {
  if (leaves.empty()) return Sha256("");
  // Pairing neighbours level by level, and carrying an odd last one up, gives RFC 6962's split at powers of
  // two.
  std::vector<Hash> level(leaves.begin(), leaves.end());
  while (level.size() > 1) {
    size_t next = 0;
    for (size_t i = 0; i + 1 < level.size(); i += 2) level[next++] = NodeHash(level[i], level[i + 1]);
    if (level.size() % 2 == 1) level[next++] = level.back();
    level.resize(next);
  }
  return level[0];
}

bool VerifyInclusion(const Hash& leaf, uint64_t index, uint64_t size, absl::Span<const Hash> path,
                     const Hash& root) {
  if (index >= size) return false;
  uint64_t node = index;
  uint64_t last = size - 1;
  Hash hash = leaf;
  for (const Hash& sibling : path) {
    if (last == 0) return false;
    if (node % 2 == 1 || node == last) {
      hash = NodeHash(sibling, hash);
      while (node % 2 == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = NodeHash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

std::optional<RootsOfProof> RootsOfConsistencyProof(uint64_t from_size, uint64_t to_size,
                                                    const Hash& from_root, absl::Span<const Hash> path) {
  if (from_size == 0 || from_size >= to_size) return std::nullopt;
  std::vector<Hash> hashes;
  if (std::has_single_bit(from_size)) hashes.push_back(from_root);
  hashes.insert(hashes.end(), path.begin(), path.end());
  if (hashes.empty()) return std::nullopt;
  uint64_t node = from_size - 1;
  uint64_t last = to_size - 1;
  while (node % 2 == 1) {
    node >>= 1;
    last >>= 1;
  }
  RootsOfProof roots{hashes[0], hashes[0]};
  for (size_t i = 1; i < hashes.size(); ++i) {
    if (last == 0) return std::nullopt;
    if (node % 2 == 1 || node == last) {
      roots.from = NodeHash(hashes[i], roots.from);
      roots.to = NodeHash(hashes[i], roots.to);
      while (node % 2 == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      roots.to = NodeHash(roots.to, hashes[i]);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 ? std::optional(roots) : std::nullopt;
}

bool VerifyConsistency(uint64_t from_size, uint64_t to_size, const Hash& from_root, const Hash& to_root,
                       absl::Span<const Hash> path) {
  if (from_size == 0 || from_size > to_size) return false;
  if (from_size == to_size) return path.empty() && from_root == to_root;
  const auto roots = RootsOfConsistencyProof(from_size, to_size, from_root, path);
  return roots.has_value() && roots->from == from_root && roots->to == to_root;
}

std::string ToHex(absl::string_view bytes) { return absl::BytesToHexString(bytes); }

}  // namespace klaim::merkle
