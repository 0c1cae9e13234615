#include "services/credentials.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <algorithm>
#include <boost/asio/post.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/domain/refusal.h"
#include "engine/record/byte_order.h"
#include "services/limits.h"

namespace klaim::services {
namespace {

constexpr size_t kSecretBytes = 20;  // RFC 4226 section 4
constexpr int64_t kStepSeconds = 30;
constexpr uint32_t kFreeFailures = 5;
constexpr int64_t kLongestLockOutSeconds = 3'600;
constexpr size_t kLeastPasswordBytes = 10;
constexpr size_t kMostPasswordBytes = 200;

absl::Status Wrong() {
  return absl::UnauthenticatedError(
      "organisation, name, password or second factor is wrong: try again, or ask an administrator");
}

std::string NameOf(uint64_t account_id) { return absl::StrCat("account/", account_id); }

std::string Base32(const std::string& bytes) {
  static constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  uint32_t buffer = 0;
  int bits = 0;
  for (unsigned char byte : bytes) {
    buffer = buffer << 8 | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += kAlphabet[buffer >> (bits - 5) & 31];
  }
  return text;
}

// A password that can be read out over the telephone.
std::string SayablePassword() {
  static constexpr char kLetters[] = "abcdefghjkmnpqrstuvwxyz23456789";
  std::string password;
  for (int i = 0; i < 16; ++i) {
    if (i > 0 && i % 4 == 0) password += '-';
    password += kLetters[randombytes_uniform(sizeof(kLetters) - 1)];
  }
  return password;
}

absl::StatusOr<std::string> Hash(const std::string& password) {
  char hash[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(hash, password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                            crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return absl::ResourceExhaustedError("too little memory to hash a password: try again");
  }
  return std::string(hash);
}

bool Matches(const std::string& hash, const std::string& password) {
  return password.size() <= kMostPasswordBytes &&
         crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

// The step whose code this is, later than `after`; -1 when it is none.
int64_t StepOf(const std::string& secret, const std::string& code, int64_t now_micros, int64_t after) {
  const int64_t now = now_micros / 1'000'000 / kStepSeconds;
  int64_t found = -1;
  for (int64_t step = now - 1; step <= now + 1; ++step) {
    const std::string right = SecondFactorCode(secret, step);
    const bool same =
        code.size() == right.size() && sodium_memcmp(code.data(), right.data(), code.size()) == 0;
    if (same && step > after) found = step;
  }
  return found;
}

}  // namespace

std::string SecondFactorCode(const std::string& secret, int64_t step) {
  char counter[8];
  record::StoreBig64(counter, static_cast<uint64_t>(step));
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(counter), sizeof(counter), mac, &size);
  const unsigned offset = mac[size - 1] & 15u;
  const uint32_t number = (mac[offset] & 127u) << 24 | static_cast<uint32_t>(mac[offset + 1]) << 16 |
                          static_cast<uint32_t>(mac[offset + 2]) << 8 | mac[offset + 3];
  return absl::StrFormat("%06d", number % 1'000'000);
}

int64_t LockOutSeconds(uint32_t failures) {
  if (failures < kFreeFailures) return 0;
  return std::min<int64_t>(int64_t{1} << std::min(failures - kFreeFailures, 20u), kLongestLockOutSeconds);
}

absl::Status CredentialStore::Run(std::function<void()> work) {
  if (waiting_.fetch_add(1) >= kMaxSignInsWaiting) {
    waiting_.fetch_sub(1);
    return absl::ResourceExhaustedError("too many sign in at this moment: try again");
  }
  boost::asio::post(workers_, [this, work = std::move(work)] {
    work();
    waiting_.fetch_sub(1);
  });
  return absl::OkStatus();
}

absl::StatusOr<v1::Credentials> CredentialStore::Read(uint64_t account_id) const {
  auto bytes = vault_.GetSecret(NameOf(account_id));
  if (!bytes.ok()) return bytes.status();
  v1::Credentials credentials;
  const bool parsed = credentials.ParseFromString(*bytes);
  sodium_memzero(bytes->data(), bytes->size());
  if (!parsed)
    return absl::DataLossError(absl::StrCat("the credentials of account ", account_id, " are damaged"));
  return credentials;
}

absl::Status CredentialStore::Write(uint64_t account_id, const v1::Credentials& credentials) {
  std::string bytes = credentials.SerializeAsString();
  absl::Status status = vault_.PutSecret(NameOf(account_id), bytes);
  sodium_memzero(bytes.data(), bytes.size());
  return status;
}

absl::StatusOr<CredentialStore::SignedIn> CredentialStore::Check(uint64_t account_id,
                                                                 const std::string& password,
                                                                 const std::string& code,
                                                                 int64_t now_micros) {
  // Nobody's: made once, so that an account that isn't there costs what another one does.
  static const std::string& nobodys = *new std::string(*Hash(SayablePassword()));
  auto credentials = Read(account_id);
  if (!credentials.ok() && !absl::IsNotFound(credentials.status())) return credentials.status();
  const bool known = credentials.ok() && !credentials->password_hash().empty();
  if (known && credentials->locked_until_micros() > now_micros) {
    // Told as if the password were wrong: a lock-out would say that there is such an account.
    (void)Matches(nobodys, password);
    return Wrong();
  }
  const bool same = Matches(known ? credentials->password_hash() : nobodys, password);
  if (!known) return Wrong();
  absl::MutexLock lock(&mutex_);
  credentials = Read(account_id);
  if (!credentials.ok()) return Wrong();
  const bool needs_code = credentials->second_factor_confirmed();
  const int64_t step = needs_code ? StepOf(credentials->second_factor_secret(), code, now_micros,
                                           credentials->last_second_factor_step())
                                  : 0;
  if (!same || step < 0 || credentials->locked_until_micros() > now_micros) {
    credentials->set_failures(credentials->failures() + 1);
    credentials->set_locked_until_micros(now_micros + LockOutSeconds(credentials->failures()) * 1'000'000);
    if (absl::Status status = Write(account_id, *credentials); !status.ok()) return status;
    return Wrong();
  }
  if (needs_code) credentials->set_last_second_factor_step(step);
  if (needs_code || credentials->failures() > 0) {
    credentials->set_failures(0);
    if (absl::Status status = Write(account_id, *credentials); !status.ok()) return status;
  }
  return SignedIn{credentials->first_password(), needs_code};
}

absl::StatusOr<std::string> CredentialStore::Recover(uint64_t account_id) {
  const std::string password = SayablePassword();
  auto hash = Hash(password);
  if (!hash.ok()) return hash.status();
  absl::MutexLock lock(&mutex_);
  v1::Credentials credentials;
  credentials.set_password_hash(*hash);
  credentials.set_first_password(true);
  if (absl::Status status = Write(account_id, credentials); !status.ok()) return status;
  return password;
}

absl::Status CredentialStore::ChangePassword(uint64_t account_id, const std::string& old_password,
                                             const std::string& new_password, int64_t now_micros) {
  if (new_password.size() < kLeastPasswordBytes || new_password.size() > kMostPasswordBytes) {
    return domain::InvalidField("new_password", absl::StrCat("must have ", kLeastPasswordBytes, " to ",
                                                             kMostPasswordBytes, " bytes"));
  }
  if (new_password == old_password) return domain::InvalidField("new_password", "must be another one");
  auto before = Read(account_id);
  if (absl::IsNotFound(before.status())) return domain::NotNow("old_password", "the account has no password");
  if (!before.ok()) return before.status();
  if (before->locked_until_micros() > now_micros) return Wrong();
  const bool same = Matches(before->password_hash(), old_password);
  auto hash = Hash(new_password);
  if (!hash.ok()) return hash.status();
  absl::MutexLock lock(&mutex_);
  auto credentials = Read(account_id);
  if (!credentials.ok()) return credentials.status();
  if (!same || credentials->password_hash() != before->password_hash()) {
    credentials->set_failures(credentials->failures() + 1);
    credentials->set_locked_until_micros(now_micros + LockOutSeconds(credentials->failures()) * 1'000'000);
    if (absl::Status status = Write(account_id, *credentials); !status.ok()) return status;
    return domain::InvalidField("old_password", "is wrong");
  }
  credentials->set_password_hash(*hash);
  credentials->set_first_password(false);
  return Write(account_id, *credentials);
}

absl::StatusOr<std::string> CredentialStore::Enrol(uint64_t account_id) {
  absl::MutexLock lock(&mutex_);
  auto credentials = Read(account_id);
  if (absl::IsNotFound(credentials.status())) {
    return domain::NotNow("account", "signs in by certificate alone: it needs no second factor");
  }
  if (!credentials.ok()) return credentials.status();
  if (credentials->second_factor_confirmed()) {
    return domain::NotNow("account", "has a second factor: an administrator can take it off");
  }
  std::string secret(kSecretBytes, '\0');
  randombytes_buf(secret.data(), secret.size());
  credentials->set_second_factor_secret(secret);
  if (absl::Status status = Write(account_id, *credentials); !status.ok()) return status;
  return Base32(secret);
}

absl::Status CredentialStore::Confirm(uint64_t account_id, const std::string& code, int64_t now_micros) {
  absl::MutexLock lock(&mutex_);
  auto credentials = Read(account_id);
  if (!credentials.ok() || credentials->second_factor_secret().empty()) {
    return domain::NotNow("second_factor_code", "begin with EnrolSecondFactor");
  }
  if (credentials->second_factor_confirmed())
    return domain::NotNow("second_factor_code", "is confirmed already");
  const int64_t step = StepOf(credentials->second_factor_secret(), code, now_micros, 0);
  if (step < 0) {
    return domain::InvalidField("second_factor_code",
                                "is not what the device shows now: check the device's clock and try again");
  }
  credentials->set_second_factor_confirmed(true);
  credentials->set_last_second_factor_step(step);
  return Write(account_id, *credentials);
}

}  // namespace klaim::services
