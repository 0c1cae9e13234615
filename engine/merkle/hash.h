// RFC 6962 hashing: leaves, nodes, roots, and the checks that anyone can make of a proof.
// All functions are pure and may be called from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace klaim::merkle {

// SHA-256 output, 32 bytes.
using Hash = std::array<uint8_t, 32>;

inline absl::string_view AsBytes(const Hash& hash) {
  return absl::string_view(reinterpret_cast<const char*>(hash.data()), hash.size());
}

// The hash from its 32 bytes; any other size is a programming error and aborts.
Hash HashFromBytes(absl::string_view bytes);

// Plain SHA-256 of `bytes`.
Hash Sha256(absl::string_view bytes);

// SHA-256 of what comes in parts.
class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;

  void Update(absl::string_view bytes);
  // Once, at the end.
  Hash Finish();

 private:
  void* context_;  // OpenSSL's
};

// SHA-256(0x00 || record): RFC 6962 section 2.1.
Hash LeafHash(absl::string_view record);

// SHA-256(0x01 || left || right): RFC 6962 section 2.1.
Hash NodeHash(const Hash& left, const Hash& right);

// The Merkle tree hash over `leaves` (already leaf hashes, or roots of equal full subtrees, of which the last
// may be smaller). The root of no leaves is SHA-256 of nothing.
Hash RootOfHashes(absl::Span<const Hash> leaves);

// True when `path` shows that `leaf` is number `index` (from 0) of the tree of `size` leaves with this root.
// RFC 9162 section 2.1.3.2.
bool VerifyInclusion(const Hash& leaf, uint64_t index, uint64_t size, absl::Span<const Hash> path,
                     const Hash& root);

// True when `path` shows that the tree of `to_size` leaves only added to the one of `from_size` (> 0).
// RFC 9162 section 2.1.4.2.
bool VerifyConsistency(uint64_t from_size, uint64_t to_size, const Hash& from_root, const Hash& to_root,
                       absl::Span<const Hash> path);

// The two roots that a consistency proof leads to, the earlier and the later tree's: where the later one is what a log
// signed and the earlier one isn't, the log showed of itself that it was forked. Nothing for what has another form than a
// proof between these sizes (0 < from_size < to_size). Where from_size is a power of two, the proof begins with
// `from_root` itself, so that `from` says nothing.
struct RootsOfProof {
  Hash from;
  Hash to;
};
std::optional<RootsOfProof> RootsOfConsistencyProof(uint64_t from_size, uint64_t to_size,
                                                    const Hash& from_root, absl::Span<const Hash> path);

// Lower-case hexadecimal.
std::string ToHex(absl::string_view bytes);

}  // namespace klaim::merkle
