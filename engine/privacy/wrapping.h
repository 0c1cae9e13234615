// What is wrapped under a master key: a nonce of 24 random bytes, the ciphertext, and its tag (XChaCha20-Poly1305). The name of the
// row in which it stands is bound in, so that it can't be moved to another row. Thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/privacy/master_key.h"

namespace klaim::privacy {

// Any bytes. Who has them opened wipes them.
std::string WrapBytes(absl::string_view clear, absl::string_view row, const SecretKey& master_key);
// Under whichever of these master keys it is; nothing when under none, or damaged.
std::optional<std::string> UnwrapBytes(absl::string_view wrapped, absl::string_view row,
                                       const std::vector<SecretKey>& master_keys);

// A key alone.
std::string Wrap(const SecretKey& key, absl::string_view row, const SecretKey& master_key);
bool Unwrap(absl::string_view wrapped, absl::string_view row, const std::vector<SecretKey>& master_keys,
            SecretKey& key);

// A data key and whose it is.
struct OwnedKey {
  SecretKey key;
  std::string owner;  // empty where an earlier program wrapped it
  bool BelongsTo(absl::string_view name) const { return owner.empty() || owner == name; }
};
std::string WrapKey(const SecretKey& key, absl::string_view owner, absl::string_view row,
                    const SecretKey& master_key);
std::optional<OwnedKey> UnwrapKey(absl::string_view wrapped, absl::string_view row,
                                  const std::vector<SecretKey>& master_keys);

// Fills `out` with random bytes. Buffered a thread, since a system call for each nonce would cost more than
// sealing.
void FillRandom(uint8_t* out, size_t size);

}  // namespace klaim::privacy
