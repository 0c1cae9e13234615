#include "engine/privacy/master_key.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"
#include "engine/privacy/token.h"

namespace klaim::privacy {
namespace {

constexpr char kCredential[] = "credential:";
constexpr size_t kMaxBytes = 256;  // of a file with a master key, encrypted or not

absl::StatusOr<std::string> ReadPrivate(const std::string& path, bool guarded) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return absl::NotFoundError(absl::StrCat("can't read the master key ", path, ": ", std::strerror(errno),
                                            "; `klaim init` makes one, or restore it from its backup"));
  }
  struct stat info {};
  std::string bytes(kMaxBytes, '\0');
  const bool private_file = guarded || (fstat(file, &info) == 0 && (info.st_mode & 077) == 0);
  const ssize_t size = read(file, bytes.data(), bytes.size());
  close(file);
  if (!private_file) {
    return absl::PermissionDeniedError(
        absl::StrCat("the master key ", path, " can be read by others than its owner: chmod 600 it"));
  }
  bytes.resize(size < 0 ? 0 : static_cast<size_t>(size));
  return bytes;
}

absl::Status WritePrivate(const std::string& path, absl::string_view bytes) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) {
    if (errno == EEXIST)
      return absl::AlreadyExistsError(absl::StrCat("there is a master key in ", path, " already"));
    return absl::InternalError(absl::StrCat("can't make the master key ", path, ": ", std::strerror(errno)));
  }
  const bool written =
      write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && fsync(file) == 0;
  close(file);
  if (!written) return absl::InternalError(absl::StrCat("can't write the master key ", path));
  return absl::OkStatus();
}

}  // namespace

SecretKey::~SecretKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

bool MasterKeySource::is_credential() const { return absl::string_view(place).substr(0, 11) == kCredential; }

absl::StatusOr<std::string> MasterKeySource::File() const {
  if (!is_credential()) return place;
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr) {
    return absl::FailedPreconditionError(
        "systemd handed over no credentials: name one with LoadCredential= in the service's unit");
  }
  return absl::StrCat(folder, "/", absl::StripPrefix(place, kCredential));
}

absl::Status CreateMasterKey(const MasterKeySource& source) {
  if (sodium_init() < 0) return absl::InternalError("libsodium can't start on this machine");
  if (source.is_credential()) {
    return absl::InvalidArgumentError("make the key in a file, and hand that to systemd as a credential");
  }
  SecretKey key;
  randombytes_buf(key.data(), SecretKey::size());
  const absl::string_view bytes(reinterpret_cast<const char*>(key.data()), SecretKey::size());
  if (source.token.empty()) return WritePrivate(source.place, bytes);
  ASSIGN_OR_RETURN(auto encrypted, EncryptInToken(source.token, bytes));
  return WritePrivate(source.place, encrypted);
}

absl::StatusOr<SecretKey> ReadMasterKey(const MasterKeySource& source) {
  ASSIGN_OR_RETURN(auto file, source.File());
  auto bytes = ReadPrivate(file, source.is_credential());
  if (!bytes.ok()) return bytes.status();
  if (!source.token.empty()) {
    bytes = DecryptInToken(source.token, *bytes);
    if (!bytes.ok()) return bytes.status();
  }
  SecretKey key;
  const bool whole = bytes->size() == SecretKey::size();
  if (whole) std::memcpy(key.data(), bytes->data(), SecretKey::size());
  sodium_memzero(bytes->data(), bytes->size());
  if (!whole) {
    return absl::DataLossError(absl::StrCat(
        "the master key ", file, " doesn't have 32 bytes: is it another file, or encrypted by a token?"));
  }
  return key;
}

absl::Status CreateMasterKey(const std::string& path) { return CreateMasterKey(MasterKeySource{path, ""}); }

absl::StatusOr<SecretKey> ReadMasterKey(const std::string& path) {
  return ReadMasterKey(MasterKeySource{path, ""});
}

}  // namespace klaim::privacy
