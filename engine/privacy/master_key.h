// The master key of a docket's vault: 32 random bytes. It lies
//   in a file that only its owner may read,
//   in a credential that systemd hands to the service (systemd.exec(5), LoadCredential=), or
//   in such a file or credential encrypted by a key that never leaves a PKCS#11 token.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace klaim::privacy {

// A key in memory; wiped when destroyed.
class SecretKey {
 public:
  SecretKey() = default;
  ~SecretKey();
  SecretKey(const SecretKey&) = default;
  SecretKey& operator=(const SecretKey&) = default;

  uint8_t* data() { return bytes_.data(); }
  const uint8_t* data() const { return bytes_.data(); }
  static constexpr size_t size() { return 32; }

 private:
  std::array<uint8_t, 32> bytes_{};
};

// Where a master key lies.
struct MasterKeySource {
  // A path, or "credential:NAME" for the file NAME in $CREDENTIALS_DIRECTORY.
  std::string place;
  // RFC 7512 URI of the token's AES key that encrypts it, with module-path and pin-source, as in
  // "pkcs11:token=klaim;object=master?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=/etc/klaim/pin";
  // empty where there is no token.
  std::string token;

  // The file that `place` means. FAILED_PRECONDITION for a credential where systemd gave none.
  absl::StatusOr<std::string> File() const;
  bool is_credential() const;
};

// Makes a new master key, mode 0600. ALREADY_EXISTS when the file is there.
absl::Status CreateMasterKey(const MasterKeySource& source);

// PERMISSION_DENIED when others than its owner may read or write a file (systemd guards credentials itself), or
// the token refuses; NOT_FOUND when there is none.
absl::StatusOr<SecretKey> ReadMasterKey(const MasterKeySource& source);

// The same for a plain file.
absl::Status CreateMasterKey(const std::string& path);
absl::StatusOr<SecretKey> ReadMasterKey(const std::string& path);

}  // namespace klaim::privacy
