#include "services/identity/credentials.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/record/byte_order.h"

namespace klaim::services {
namespace {

constexpr size_t kSecretBytes = 20;  // RFC 4226 section 4
constexpr int64_t kStepSeconds = 30;
constexpr uint32_t kFreeFailures = 5;
constexpr int64_t kMaxLockOutSeconds = 3'600;
constexpr size_t kMinPasswordBytes = 10;
constexpr size_t kMaxPasswordBytes = 200;
constexpr int kMaxAddresses = 8;
// Nobody's password, under the same limits as everybody's: an account that isn't there costs what another one does.
constexpr char kNobodysHash[] =
    "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
constexpr int64_t kCodeMicros = 7ll * 86'400 * 1'000'000;

absl::Status Wrong() {
  return domain::Refuse(absl::StatusCode::kUnauthenticated,
                        v1::REASON_ORGANISATION_NAME_PASSWORD_OR_SECOND_FACTOR_IS_WRONG);
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

absl::StatusOr<std::string> Hash(const std::string& password) {
  char hash[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(hash, password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                            crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return domain::Refuse(absl::StatusCode::kResourceExhausted,
                          v1::REASON_TOO_LITTLE_MEMORY_TO_HASH_PASSWORD);
  }
  return std::string(hash);
}

bool Matches(const std::string& hash, const std::string& password) {
  return password.size() <= kMaxPasswordBytes &&
         crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

// The recovery whose code this is, by its number: the one that holds, or one that waits; 0 for none.
uint64_t RecoveryOf(const domain::AccountState& account, const std::string& code, int64_t now_micros) {
  const std::string hash = HashOfRecoveryCode(code);
  if (account.recovery_code_hash == hash && now_micros < account.recovered_at_micros + kCodeMicros) {
    return account.recovery;
  }
  for (const auto& [number, proposal] : account.proposals) {
    if (proposal.code_hash == hash) return number;
  }
  return 0;
}

// Whether the account signed in from there before.
bool IsHome(const v1::Credentials& credentials, const std::string& address) {
  return !address.empty() && std::find(credentials.addresses().begin(), credentials.addresses().end(),
                                       address) != credentials.addresses().end();
}

void AddHome(v1::Credentials& credentials, const std::string& address) {
  if (address.empty()) return;
  auto& addresses = *credentials.mutable_addresses();
  if (addresses.size() >= kMaxAddresses) addresses.DeleteSubrange(0, addresses.size() - kMaxAddresses + 1);
  *addresses.Add() = address;
}

int64_t LockedUntil(const v1::Credentials& credentials, const std::string& address) {
  return IsHome(credentials, address) ? credentials.locked_until_micros_at_home()
                                      : credentials.locked_until_micros();
}

void CountFailure(v1::Credentials& credentials, bool at_home, int64_t now_micros) {
  const uint32_t failures = (at_home ? credentials.failures_at_home() : credentials.failures()) + 1;
  const int64_t until = now_micros + LockOutSeconds(failures) * 1'000'000;
  if (at_home) {
    credentials.set_failures_at_home(failures);
    credentials.set_locked_until_micros_at_home(until);
  } else {
    credentials.set_failures(failures);
    credentials.set_locked_until_micros(until);
  }
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
  return std::min<int64_t>(int64_t{1} << std::min(failures - kFreeFailures, 20u), kMaxLockOutSeconds);
}

std::string NewRecoveryCode() {
  static constexpr char kLetters[] = "abcdefghjkmnpqrstuvwxyz23456789";
  std::string code;
  for (int i = 0; i < 16; ++i) {
    if (i > 0 && i % 4 == 0) code += '-';
    code += kLetters[randombytes_uniform(sizeof(kLetters) - 1)];
  }
  return code;
}

// Fast, unlike that of a password: nobody guesses 79 random bits.
std::string HashOfRecoveryCode(const std::string& code) {
  std::string hash(32, '\0');
  crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), hash.size(),
                     reinterpret_cast<const unsigned char*>(code.data()), code.size(), nullptr, 0);
  return hash;
}

absl::StatusOr<v1::Credentials> CredentialStore::ReadAny(uint64_t account_id) const {
  ASSIGN_OR_RETURN(auto bytes, vault_.GetSecret(NameOf(account_id)));
  v1::Credentials credentials;
  const bool parsed = credentials.ParseFromString(bytes);
  sodium_memzero(bytes.data(), bytes.size());
  if (!parsed)
    return absl::DataLossError(absl::StrCat("the credentials of account ", account_id, " are damaged"));
  return credentials;
}

absl::StatusOr<v1::Credentials> CredentialStore::Read(const domain::AccountState& account) const {
  ASSIGN_OR_RETURN(auto credentials, ReadAny(account.id));
  if (credentials.password_hash().empty() || credentials.recovery() != account.recovery) {
    return absl::NotFoundError("no password");
  }
  return credentials;
}

absl::Status CredentialStore::Write(uint64_t account_id, const v1::Credentials& credentials) {
  std::string bytes = credentials.SerializeAsString();
  absl::Status status = vault_.PutSecret(NameOf(account_id), bytes);
  sodium_memzero(bytes.data(), bytes.size());
  return status;
}

absl::StatusOr<CredentialStore::SignedIn> CredentialStore::CheckRecovery(const domain::AccountState& account,
                                                                         const SignInProof& proof,
                                                                         int64_t now_micros) {
  const uint64_t recovery = RecoveryOf(account, proof.password, now_micros);
  if (recovery == 0) return absl::NotFoundError("no code");
  if (recovery != account.recovery) return CheckWaiting(account, recovery, proof, now_micros);
  auto credentials = ReadAny(account.id);
  if (absl::IsNotFound(credentials.status())) return SignedIn{true, false, 0};
  if (!credentials.ok()) return credentials.status();
  if (credentials->recovery() == recovery) return absl::NotFoundError("a password was set with it");
  return SignedIn{true, false, credentials->told_events()};
}

absl::StatusOr<CredentialStore::SignedIn> CredentialStore::CheckWaiting(const domain::AccountState& account,
                                                                        uint64_t recovery,
                                                                        const SignInProof& proof,
                                                                        int64_t now_micros) {
  const absl::Status waits = domain::Refuse(absl::StatusCode::kUnauthenticated, v1::REASON_THIS_CODE_WAITS);
  absl::MutexLock lock(&mutex_);
  auto credentials = ReadAny(account.id);
  if (absl::IsNotFound(credentials.status())) return waits;
  if (!credentials.ok()) return credentials.status();
  const bool holds = credentials->recovery() == account.recovery || credentials->recovery() == recovery;
  if (!holds || !credentials->second_factor_confirmed() || proof.second_factor_code.empty()) return waits;
  if (credentials->locked_until_micros() > now_micros) return waits;
  const int64_t step = StepOf(credentials->second_factor_secret(), proof.second_factor_code, now_micros,
                              credentials->last_second_factor_step());
  if (step < 0) {
    CountFailure(*credentials, false, now_micros);
    RETURN_IF_ERROR(Write(account.id, *credentials));
    return waits;
  }
  credentials->set_last_second_factor_step(step);
  const SignedIn signed_in{true, true, credentials->told_events()};
  RETURN_IF_ERROR(Write(account.id, *credentials));
  return signed_in;
}

absl::StatusOr<CredentialStore::SignedIn> CredentialStore::Check(const domain::AccountState* account,
                                                                 const SignInProof& proof,
                                                                 int64_t now_micros) {
  static const std::string& nobodys = *new std::string(kNobodysHash);
  const absl::StatusOr<v1::Credentials> credentials =
      account == nullptr ? absl::StatusOr<v1::Credentials>(absl::NotFoundError("nobody")) : Read(*account);
  if (!credentials.ok() && !absl::IsNotFound(credentials.status())) return credentials.status();
  // A lock-out is told as if the password were wrong: else it would say that there is such an account.
  const bool locked = credentials.ok() && LockedUntil(*credentials, proof.address) > now_micros;
  const bool same =
      Matches(credentials.ok() && !locked ? credentials->password_hash() : nobodys, proof.password);
  if (!credentials.ok() || locked) return Wrong();
  return Decide(*account, proof, same, now_micros);
}

absl::StatusOr<CredentialStore::SignedIn> CredentialStore::Decide(const domain::AccountState& account,
                                                                  const SignInProof& proof,
                                                                  bool same_password, int64_t now_micros) {
  absl::MutexLock lock(&mutex_);
  auto credentials = Read(account);
  if (!credentials.ok()) return absl::IsNotFound(credentials.status()) ? Wrong() : credentials.status();
  const v1::Credentials before = *credentials;
  const bool needs_code = credentials->second_factor_confirmed();
  const int64_t step = needs_code ? StepOf(credentials->second_factor_secret(), proof.second_factor_code,
                                           now_micros, credentials->last_second_factor_step())
                                  : 0;
  const bool at_home = IsHome(*credentials, proof.address);
  if (!same_password || step < 0 || LockedUntil(*credentials, proof.address) > now_micros) {
    CountFailure(*credentials, at_home, now_micros);
    RETURN_IF_ERROR(Write(account.id, *credentials));
    return Wrong();
  }
  if (needs_code) credentials->set_last_second_factor_step(step);
  if (at_home) {
    credentials->set_failures_at_home(0);
  } else {
    credentials->set_failures(0);
    AddHome(*credentials, proof.address);
  }
  credentials->set_told_events(account.version);
  if (credentials->SerializeAsString() != before.SerializeAsString()) {
    RETURN_IF_ERROR(Write(account.id, *credentials));
  }
  return SignedIn{credentials->first_password(), needs_code, before.told_events()};
}

absl::StatusOr<uint64_t> CredentialStore::ChangePassword(const domain::AccountState& account,
                                                         const std::string& old_password,
                                                         const std::string& new_password,
                                                         int64_t now_micros) {
  if (new_password.size() < kMinPasswordBytes || new_password.size() > kMaxPasswordBytes) {
    return domain::InvalidField("new_password", v1::REASON_MUST_HAVE_TO_BYTES, kMinPasswordBytes,
                                kMaxPasswordBytes);
  }
  if (new_password == old_password)
    return domain::InvalidField("new_password", v1::REASON_MUST_BE_ANOTHER_ONE);
  if (const uint64_t recovery = RecoveryOf(account, old_password, now_micros); recovery != 0) {
    return SetByCode(account, recovery, new_password);
  }
  auto before = Read(account);
  if (absl::IsNotFound(before.status()))
    return domain::NotNow("old_password", v1::REASON_ACCOUNT_HAS_NO_PASSWORD);
  if (!before.ok()) return before.status();
  if (before->locked_until_micros_at_home() > now_micros) return Wrong();
  const bool same = Matches(before->password_hash(), old_password);
  ASSIGN_OR_RETURN(auto hash, Hash(new_password));
  absl::MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(auto credentials, Read(account));
  if (!same || credentials.password_hash() != before->password_hash()) {
    CountFailure(credentials, true, now_micros);
    RETURN_IF_ERROR(Write(account.id, credentials));
    return domain::InvalidField("old_password", v1::REASON_IS_WRONG);
  }
  credentials.set_password_hash(hash);
  credentials.set_first_password(false);
  RETURN_IF_ERROR(Write(account.id, credentials));
  return uint64_t{0};
}

absl::StatusOr<uint64_t> CredentialStore::SetByCode(const domain::AccountState& account, uint64_t recovery,
                                                    const std::string& new_password) {
  ASSIGN_OR_RETURN(auto hash, Hash(new_password));
  const bool waits = recovery != account.recovery;
  absl::MutexLock lock(&mutex_);
  auto before = ReadAny(account.id);
  if (!before.ok() && !absl::IsNotFound(before.status())) return before.status();
  if (before.ok() && !waits && before->recovery() == recovery) {
    return domain::InvalidField("old_password", v1::REASON_IS_WRONG);  // it was used
  }
  v1::Credentials credentials;
  credentials.set_password_hash(hash);
  credentials.set_recovery(recovery);
  credentials.set_told_events(account.version);
  if (before.ok()) *credentials.mutable_addresses() = before->addresses();
  if (before.ok() && waits && (before->recovery() == account.recovery || before->recovery() == recovery)) {
    credentials.set_second_factor_secret(before->second_factor_secret());
    credentials.set_second_factor_confirmed(before->second_factor_confirmed());
    credentials.set_last_second_factor_step(before->last_second_factor_step());
  }
  RETURN_IF_ERROR(Write(account.id, credentials));
  return waits ? recovery : uint64_t{0};
}

absl::StatusOr<std::string> CredentialStore::Enrol(const domain::AccountState& account) {
  absl::MutexLock lock(&mutex_);
  auto credentials = Read(account);
  if (absl::IsNotFound(credentials.status())) {
    return domain::NotNow("account", v1::REASON_HAS_NO_PASSWORD);
  }
  if (!credentials.ok()) return credentials.status();
  if (credentials->second_factor_confirmed()) {
    return domain::NotNow("account", v1::REASON_HAS_SECOND_FACTOR);
  }
  std::string secret(kSecretBytes, '\0');
  randombytes_buf(secret.data(), secret.size());
  credentials->set_second_factor_secret(secret);
  RETURN_IF_ERROR(Write(account.id, *credentials));
  return Base32(secret);
}

absl::Status CredentialStore::Confirm(const domain::AccountState& account, const std::string& code,
                                      int64_t now_micros) {
  absl::MutexLock lock(&mutex_);
  auto credentials = Read(account);
  if (!credentials.ok() && !absl::IsNotFound(credentials.status())) return credentials.status();
  if (!credentials.ok() || credentials->second_factor_secret().empty()) {
    return domain::NotNow("second_factor_code", v1::REASON_BEGIN_WITH_ENROLSECONDFACTOR);
  }
  const int64_t after =
      credentials->second_factor_confirmed() ? credentials->last_second_factor_step() - 1 : 0;
  const int64_t step = StepOf(credentials->second_factor_secret(), code, now_micros, after);
  if (step < 0) {
    return domain::InvalidField("second_factor_code", v1::REASON_IS_NOT_WHAT_DEVICE_SHOWS_NOW);
  }
  credentials->set_second_factor_confirmed(true);
  credentials->set_last_second_factor_step(step);
  return Write(account.id, *credentials);
}

}  // namespace klaim::services
