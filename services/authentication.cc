#include "services/authentication.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "projections/projection.h"

namespace klaim::services {
namespace {

using projections::Key;

// Certificates that are remembered at the most; past that all are looked up again.
constexpr size_t kMostRemembered = 10'000;

absl::Status NoAccount() {
  return absl::UnauthenticatedError("no account is open for this name: ask an administrator");
}

}  // namespace

absl::StatusOr<Principal> Authenticator::Identify(const grpc::ServerContextBase& context) {
  const auto& metadata = context.client_metadata();
  if (const auto found = metadata.find("authorization"); found != metadata.end()) {
    absl::string_view value(found->second.data(), found->second.size());
    if (!absl::ConsumePrefix(&value, "Bearer ")) {
      return absl::UnauthenticatedError("authorization: send \"Bearer \" and the session's token");
    }
    return OfSession(std::string(value));
  }
  const auto pem = context.auth_context()->FindPropertyValues("x509_pem_cert");
  if (pem.size() != 1) {
    Principal nobody;
    nobody.permissions = uint64_t{1} << v1::PERMISSION_SIGN_IN;
    return nobody;
  }
  return OfCertificate(std::string(pem[0].data(), pem[0].size()));
}

absl::StatusOr<Principal> Authenticator::OfCertificate(const std::string& pem) {
  const int64_t now = clock_();
  if (revoked_.Refresh(now)) Forget();
  uint64_t forgotten = 0;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = certificates_.find(pem);
    if (found != certificates_.end() && now < found->second.valid_until_micros) return found->second;
    forgotten = forgotten_;
  }
  auto certificate = ReadClientCertificate(pem);
  if (!certificate.ok()) return certificate.status();
  if (revoked_.Contains(certificate->serial)) {
    return absl::UnauthenticatedError("this client certificate was revoked: ask for another one");
  }
  if (now >= certificate->not_after_micros) {
    return absl::UnauthenticatedError("this client certificate has expired: ask for another one");
  }
  auto account = FindAccount(certificate->name.organisation_id, certificate->name.name);
  if (absl::IsNotFound(account.status())) return NoAccount();
  if (!account.ok()) return account.status();
  auto principal = PrincipalOf(*account, now);
  if (!principal.ok()) return principal.status();
  principal->valid_until_micros = std::min(principal->valid_until_micros, certificate->not_after_micros);
  absl::MutexLock lock(&mutex_);
  // What was looked up before somebody forgot may be outdated.
  if (forgotten != forgotten_) return principal;
  if (certificates_.size() >= kMostRemembered) certificates_.clear();
  certificates_[pem] = *principal;
  return principal;
}

absl::StatusOr<Principal> Authenticator::OfSession(const std::string& token) {
  const int64_t now = clock_();
  auto session = sessions_.Use(token, now);
  if (!session.ok()) return session.status();
  auto account = FindAccount(session->account_id);
  if (absl::IsNotFound(account.status())) return NoAccount();
  if (!account.ok()) return account.status();
  auto principal = PrincipalOf(*account, now);
  if (!principal.ok()) return principal.status();
  principal->session_token = token;
  if (session->password_change_needed || (NeedsSecondFactor(*account) && !session->second_factor)) {
    principal->permissions = uint64_t{1} << v1::PERMISSION_OWN_ACCOUNT;
  }
  return principal;
}

absl::StatusOr<Principal> Authenticator::OfActor(const std::string& actor) const {
  const size_t at = actor.rfind('@');
  uint64_t organisation_id = 0;
  if (at == std::string::npos || !absl::SimpleAtoi(actor.substr(at + 1), &organisation_id))
    return NoAccount();
  auto account = FindAccount(organisation_id, actor.substr(0, at));
  if (absl::IsNotFound(account.status())) return NoAccount();
  return account.ok() ? PrincipalOf(*account, clock_()) : account.status();
}

void Authenticator::Forget() {
  absl::MutexLock lock(&mutex_);
  certificates_.clear();
  ++forgotten_;
}

absl::StatusOr<v1::Account> Authenticator::FindAccount(uint64_t organisation_id,
                                                       const std::string& name) const {
  auto row = docket_.projector->view("accounts").Get(Key('n').Number(organisation_id).Text(name));
  if (!row.ok()) return row.status();
  if (!row->has_value()) return absl::NotFoundError("no such account");
  return FindAccount(projections::NumberAt(**row, 1));
}

absl::StatusOr<v1::Account> Authenticator::FindAccount(uint64_t account_id) const {
  auto row = docket_.projector->view("accounts").Get(Key('a').Number(account_id));
  if (!row.ok()) return row.status();
  v1::Account account;
  if (!row->has_value() || !account.ParseFromString(**row)) return absl::NotFoundError("no such account");
  return account;
}

}  // namespace klaim::services
