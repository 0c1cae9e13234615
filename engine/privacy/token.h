// A PKCS#11 token (OASIS PKCS#11 v2.40) as the keeper of the key that encrypts the master key.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace klaim::privacy {

// AES-GCM under the AES key that an RFC 7512 URI names, done in the token: nonce (12), ciphertext, tag (16).
// The PIN is read from the URI's pin-source, a file that only its owner may read. Errors never hold the PIN.
absl::StatusOr<std::string> EncryptInToken(const std::string& uri, absl::string_view clear);
absl::StatusOr<std::string> DecryptInToken(const std::string& uri, absl::string_view encrypted);

}  // namespace klaim::privacy
