#include "engine/privacy/master_key.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace klaim::privacy {

SecretKey::~SecretKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

absl::Status CreateMasterKey(const std::string& path) {
  if (sodium_init() < 0) return absl::InternalError("libsodium can't start on this machine");
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) {
    if (errno == EEXIST)
      return absl::AlreadyExistsError(absl::StrCat("there is a master key in ", path, " already"));
    return absl::InternalError(absl::StrCat("can't make the master key ", path, ": ", std::strerror(errno)));
  }
  SecretKey key;
  randombytes_buf(key.data(), SecretKey::size());
  const bool written =
      write(file, key.data(), SecretKey::size()) == static_cast<ssize_t>(SecretKey::size()) &&
      fsync(file) == 0;
  close(file);
  if (!written) return absl::InternalError(absl::StrCat("can't write the master key ", path));
  return absl::OkStatus();
}

absl::StatusOr<SecretKey> ReadMasterKey(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return absl::NotFoundError(absl::StrCat("can't read the master key ", path, ": ", std::strerror(errno),
                                            "; `klaim init` makes one, or restore it from its backup"));
  }
  struct stat info {};
  SecretKey key;
  char extra;
  const bool private_file = fstat(file, &info) == 0 && (info.st_mode & 077) == 0;
  const bool whole = read(file, key.data(), SecretKey::size()) == static_cast<ssize_t>(SecretKey::size()) &&
                     read(file, &extra, 1) == 0;
  close(file);
  if (!private_file) {
    return absl::PermissionDeniedError(
        absl::StrCat("the master key ", path, " can be read by others than its owner: chmod 600 it"));
  }
  if (!whole) return absl::DataLossError(absl::StrCat("the master key ", path, " doesn't have 32 bytes"));
  return key;
}

}  // namespace klaim::privacy
