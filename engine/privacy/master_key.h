// The master key of a docket's vault: 32 random bytes in a file that only its owner may read.
#pragma once

#include <array>
#include <cstdint>
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

// Makes a new master key file with mode 0600. ALREADY_EXISTS when the file is there.
absl::Status CreateMasterKey(const std::string& path);

// Reads a master key file. PERMISSION_DENIED when others than its owner may read or write it.
absl::StatusOr<SecretKey> ReadMasterKey(const std::string& path);

}  // namespace klaim::privacy
