#include "services/boundary/authentication.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/people/account.h"
#include "engine/record/encoded_record.h"
#include "klaim/v1/event_record.pb.h"
#include "projections/people/accounts.h"
#include "projections/people/accounts_query.h"

namespace klaim::services {
namespace {

// Certificates and accounts that are remembered at the most; past that all are looked up again.
constexpr size_t kMaxRemembered = 10'000;

absl::Status NoAccount() {
  return domain::Refuse(absl::StatusCode::kUnauthenticated, v1::REASON_NO_ACCOUNT_IS_OPEN_FOR_THIS_NAME);
}

}  // namespace

absl::StatusOr<Principal> Authenticator::Identify(const grpc::ServerContextBase& context) {
  const auto& metadata = context.client_metadata();
  if (const auto found = metadata.find("authorization"); found != metadata.end()) {
    absl::string_view value(found->second.data(), found->second.size());
    if (!absl::ConsumePrefix(&value, "Bearer ")) {
      return domain::Refuse(absl::StatusCode::kUnauthenticated, "authorization",
                            v1::REASON_SEND_BEARER_AND_TOKEN, {});
    }
    return OfSession(std::string(value));
  }
  const std::shared_ptr<const Peer> peer = peers_.Of(context);
  if (peer == nullptr)
    return domain::Refuse(absl::StatusCode::kUnauthenticated, v1::REASON_PEER_IS_NOT_KNOWN);
  if (!peer->certificate.empty()) return OfCertificate(peer->certificate);
  Principal nobody;
  nobody.permissions = uint64_t{1} << v1::PERMISSION_SIGN_IN;
  return nobody;
}

absl::StatusOr<Principal> Authenticator::OfCertificate(const std::string& pem) {
  const int64_t now = clock_();
  revoked_.Refresh();
  ASSIGN_OR_RETURN(auto certificate, CertificateOf(pem));
  if (revoked_.Contains(certificate.serial)) {
    return domain::Refuse(absl::StatusCode::kUnauthenticated, v1::REASON_CERTIFICATE_WAS_REVOKED);
  }
  if (now >= certificate.not_after_micros) {
    return domain::Refuse(absl::StatusCode::kUnauthenticated, v1::REASON_CERTIFICATE_HAS_EXPIRED);
  }
  auto account = certificate.account_id != 0
                     ? FindAccount(certificate.account_id)
                     : FindAccount(certificate.name.organisation_id, certificate.name.name);
  if (absl::IsNotFound(account.status())) return NoAccount();
  if (!account.ok()) return account.status();
  if (certificate.account_id == 0) Remember(pem, certificate, account->account_id());
  ASSIGN_OR_RETURN(auto principal, PrincipalOf(*account, now));
  principal.valid_until_micros = std::min(principal.valid_until_micros, certificate.not_after_micros);
  return principal;
}

absl::StatusOr<Authenticator::KnownCertificate> Authenticator::CertificateOf(const std::string& pem) const {
  {
    absl::MutexLock lock(&mutex_);
    if (const auto found = certificates_.find(pem); found != certificates_.end()) return found->second;
  }
  ASSIGN_OR_RETURN(auto read, ReadClientCertificate(pem));
  return KnownCertificate{std::move(read), 0};
}

// A name belongs to one account for ever.
void Authenticator::Remember(const std::string& pem, KnownCertificate certificate, uint64_t account_id) {
  certificate.account_id = account_id;
  absl::MutexLock lock(&mutex_);
  if (certificates_.size() >= kMaxRemembered) certificates_.clear();
  certificates_[pem] = std::move(certificate);
}

absl::StatusOr<Principal> Authenticator::OfSession(const std::string& token) {
  const int64_t now = clock_();
  ASSIGN_OR_RETURN(auto session, sessions_.Use(token, now));
  auto account = FindAccount(session.account_id);
  if (absl::IsNotFound(account.status())) return NoAccount();
  if (!account.ok()) return account.status();
  ASSIGN_OR_RETURN(auto principal, PrincipalOf(*account, now));
  principal.session_token = token;
  if (session.password_change_needed || (NeedsSecondFactor(*account) && !session.second_factor)) {
    principal.permissions = uint64_t{1} << v1::PERMISSION_OWN_ACCOUNT;
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

absl::StatusOr<v1::Account> Authenticator::FindAccount(uint64_t organisation_id,
                                                       const std::string& name) const {
  ASSIGN_OR_RETURN(auto account_id, docket_.models().accounts().Named(organisation_id, name));
  if (!account_id.has_value()) return domain::Refuse(absl::StatusCode::kNotFound, v1::REASON_NO_SUCH_ACCOUNT);
  return FindAccount(*account_id);
}

absl::StatusOr<v1::Account> Authenticator::FindAccount(uint64_t account_id) const {
  if (!docket_.leads()) return ReadAccount(account_id);  // what another node decides isn't told here
  const uint64_t changes = docket_.sequencer->account_changes();
  {
    absl::MutexLock lock(&mutex_);
    if (changes == changes_) {
      if (const auto found = accounts_.find(account_id); found != accounts_.end()) return found->second;
    }
  }
  auto account = ReadAccount(account_id);
  if (!account.ok()) return account;
  absl::MutexLock lock(&mutex_);
  if (changes < changes_) return account;
  if (changes > changes_ || accounts_.size() >= kMaxRemembered) accounts_.clear();
  changes_ = changes;
  accounts_[account_id] = *account;
  return account;
}

absl::StatusOr<v1::Account> Authenticator::ReadAccount(uint64_t account_id) const {
  v1::Account account;
  absl::Status status = domain::Refuse(absl::StatusCode::kNotFound, v1::REASON_NO_SUCH_ACCOUNT);
  v1::EventRecord event;
  absl::Status read = docket_.log->ReadStream(account_id, [&](uint64_t sequence, absl::string_view bytes) {
    if (absl::Status decoded = record::DecodeRecord(sequence, bytes, event); !decoded.ok()) {
      status = decoded;
      return false;
    }
    if (event.stream() != account_id || !domain::ChangesAccount(event)) return false;
    projections::FoldAccount(event, account);
    status = absl::OkStatus();
    return true;
  });
  if (!read.ok()) return read;
  if (!status.ok()) return status;
  return account;
}

}  // namespace klaim::services
