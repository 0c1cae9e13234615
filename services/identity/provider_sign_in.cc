#include "services/identity/provider_sign_in.h"

#include <cjose/cjose.h>
#include <openssl/sha.h>
#include <sodium.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "engine/base/freer.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "services/common/http_client.h"
#include "spdlog/spdlog.h"

namespace klaim::services {
namespace {

namespace json = boost::json;

constexpr int64_t kMaxSignInMicros = 10ll * 60 * 1'000'000;
constexpr int64_t kClockSkewSeconds = 60;
constexpr size_t kMaxPending = 1'000;

// What went wrong stands on the log; the caller learns that it did.
absl::Status Refused(absl::string_view why) {
  spdlog::warn("a sign-in by an OpenID provider was refused: {}", std::string(why));
  return domain::Refuse(absl::StatusCode::kUnauthenticated, v1::REASON_PROVIDER_ANSWER_WAS_REFUSED);
}

std::string RandomText() {
  char bytes[32];
  randombytes_buf(bytes, sizeof(bytes));
  return absl::WebSafeBase64Escape(absl::string_view(bytes, sizeof(bytes)));
}

std::string UrlEscape(const std::string& text) {
  std::string escaped;
  for (unsigned char c : text) {
    if (absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.' || c == '~') {
      escaped += static_cast<char>(c);
    } else {
      escaped += absl::StrFormat("%%%02X", c);
    }
  }
  return escaped;
}

// Asks the provider: GET, or POST of a form.
absl::StatusOr<json::object> Ask(const Provider& provider, const std::string& url, const std::string* form) {
  HttpRequest request;
  request.url = url;
  request.ca_file = provider.ca_file;
  if (form != nullptr) {
    request.body = *form;
    request.content_type = "application/x-www-form-urlencoded";
    if (!provider.client_secret.empty()) {
      request.user = UrlEscape(provider.client_id);
      request.password = UrlEscape(provider.client_secret);
    }
  }
  auto answer = Fetch(request);
  if (!answer.ok()) {
    spdlog::error("the OpenID provider {} can't be asked: {}", provider.issuer,
                  std::string(answer.status().message()));
    return domain::Refuse(absl::StatusCode::kUnavailable, v1::REASON_PROVIDER_CAN_NOT_BE_REACHED);
  }
  json::error_code error;
  json::value parsed = json::parse(answer->body, error);
  if (answer->code != 200 || error || !parsed.is_object()) {
    return Refused(absl::StrCat("it answered with status ", answer->code));
  }
  return parsed.as_object();
}

std::string Text(const json::object& object, absl::string_view name) {
  const json::value* found = object.if_contains(json::string_view(name.data(), name.size()));
  return found != nullptr && found->is_string() ? std::string(found->as_string()) : std::string();
}

int64_t Number(const json::object& object, const char* name) {
  const json::value* found = object.if_contains(name);
  if (found == nullptr) return 0;
  if (found->is_int64()) return found->as_int64();
  // RFC 7519: a number may have a fraction. Of one that no clock will show, only that it is far away matters.
  constexpr double kFarAway = 1e15;
  return found->is_double() ? static_cast<int64_t>(std::clamp(found->as_double(), -kFarAway, kFarAway)) : 0;
}

std::vector<std::string> Texts(const json::object& object, const char* name) {
  std::vector<std::string> texts;
  const json::value* found = object.if_contains(name);
  if (found == nullptr) return texts;
  if (found->is_string()) texts.emplace_back(found->as_string());
  if (found->is_array()) {
    for (const json::value& each : found->as_array()) {
      if (each.is_string()) texts.emplace_back(each.as_string());
    }
  }
  return texts;
}

absl::StatusOr<json::object> Discover(const Provider& provider) {
  ASSIGN_OR_RETURN(auto found, Ask(provider,
                                   absl::StrCat(absl::StripSuffix(provider.issuer, "/"),
                                                "/.well-known/openid-configuration"),
                                   nullptr));
  // OpenID Connect Discovery 4.3: it must be whom we asked.
  if (Text(found, "issuer") != provider.issuer) return Refused("its discovery names another issuer");
  return found;
}

// The claims of an ID token whose signature is one of the provider's keys'.
absl::StatusOr<json::object> Verified(const std::string& token, const json::object& keys) {
  cjose_err error{};
  const std::unique_ptr<cjose_jws_t, Freer<cjose_jws_release>> jws(
      cjose_jws_import(token.data(), token.size(), &error));
  if (jws == nullptr) return Refused("its ID token is no JWS");
  cjose_header_t* header = cjose_jws_get_protected(jws.get());
  const char* algorithm = cjose_header_get(header, CJOSE_HDR_ALG, &error);
  const char* key_id = cjose_header_get(header, CJOSE_HDR_KID, &error);
  const bool rsa = algorithm != nullptr && std::strcmp(algorithm, CJOSE_HDR_ALG_RS256) == 0;
  const bool elliptic = algorithm != nullptr && std::strcmp(algorithm, CJOSE_HDR_ALG_ES256) == 0;
  if (!rsa && !elliptic) return Refused("its ID token is signed neither RS256 nor ES256");
  const json::value* list = keys.if_contains("keys");
  if (list == nullptr || !list->is_array()) return Refused("it has no keys");
  for (const json::value& each : list->as_array()) {
    if (!each.is_object()) continue;
    const json::object& key = each.as_object();
    if (Text(key, "kty") != (rsa ? "RSA" : "EC")) continue;
    if (const std::string use = Text(key, "use"); !use.empty() && use != "sig") continue;
    if (key_id != nullptr && Text(key, "kid") != key_id) continue;
    const std::string text = json::serialize(key);
    const std::unique_ptr<cjose_jwk_t, Freer<cjose_jwk_release>> jwk(
        cjose_jwk_import(text.data(), text.size(), &error));
    if (jwk == nullptr || !cjose_jws_verify(jws.get(), jwk.get(), &error)) continue;
    uint8_t* data = nullptr;
    size_t size = 0;
    if (!cjose_jws_get_plaintext(jws.get(), &data, &size, &error)) break;
    json::error_code parse_error;
    json::value claims = json::parse(json::string_view(reinterpret_cast<char*>(data), size), parse_error);
    if (parse_error || !claims.is_object()) break;
    return claims.as_object();
  }
  return Refused("none of its keys signed the ID token");
}

// OpenID Connect Core 3.1.3.7.
absl::Status CheckClaims(const json::object& claims, const Provider& provider, const std::string& nonce,
                         int64_t now_seconds) {
  if (Text(claims, "iss") != provider.issuer) return Refused("the ID token is another issuer's");
  const std::vector<std::string> audience = Texts(claims, "aud");
  if (std::find(audience.begin(), audience.end(), provider.client_id) == audience.end()) {
    return Refused("the ID token is for another client");
  }
  if (audience.size() > 1 && Text(claims, "azp") != provider.client_id) {
    return Refused("the ID token was given to another client");
  }
  if (Number(claims, "exp") <= now_seconds - kClockSkewSeconds) return Refused("the ID token has expired");
  if (Number(claims, "iat") > now_seconds + kClockSkewSeconds)
    return Refused("the ID token is of the future");
  if (Text(claims, "nonce") != nonce) return Refused("the ID token is of another sign-in");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Provider>> ReadProviders(const std::string& file) {
  std::ifstream in(file);
  if (!in) return std::vector<Provider>();
  std::ostringstream text;
  text << in.rdbuf();
  json::error_code error;
  const json::value all = json::parse(text.str(), error);
  if (error || !all.is_array()) {
    return absl::InvalidArgumentError(absl::StrCat(file, " is no JSON list of providers"));
  }
  std::vector<Provider> providers;
  for (const json::value& each : all.as_array()) {
    if (!each.is_object()) return absl::InvalidArgumentError(absl::StrCat(file, ": a provider is no object"));
    const json::object& object = each.as_object();
    Provider& provider = providers.emplace_back();
    provider.organisation_id = static_cast<uint64_t>(Number(object, "organisation_id"));
    provider.issuer = Text(object, "issuer");
    provider.client_id = Text(object, "client_id");
    provider.redirect_uris = Texts(object, "redirect_uris");
    provider.account_claim = Text(object, "account_claim");
    provider.second_factor_acr = Texts(object, "second_factor_acr");
    provider.ca_file = Text(object, "ca_file");
    if (const std::string secret_file = Text(object, "client_secret_file"); !secret_file.empty()) {
      std::ifstream secret(secret_file);
      if (!std::getline(secret, provider.client_secret)) {
        return absl::NotFoundError(
            absl::StrCat(file, ": client_secret_file ", secret_file, " can't be read"));
      }
    }
    if (!absl::StartsWith(provider.issuer, "https://") || provider.client_id.empty() ||
        provider.redirect_uris.empty() || provider.account_claim.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          file, ": a provider needs an https issuer, client_id, redirect_uris and account_claim"));
    }
  }
  return providers;
}

absl::StatusOr<ProviderSignIn::Begun> ProviderSignIn::Begin(uint64_t organisation_id,
                                                            const std::string& redirect_uri,
                                                            int64_t now_micros) {
  const auto provider = std::find_if(providers_.begin(), providers_.end(), [&](const Provider& each) {
    return each.organisation_id == organisation_id &&
           std::find(each.redirect_uris.begin(), each.redirect_uris.end(), redirect_uri) !=
               each.redirect_uris.end();
  });
  if (provider == providers_.end()) {
    return domain::Refuse(absl::StatusCode::kNotFound, v1::REASON_NO_SUCH_SIGN_IN_PROVIDER);
  }
  ASSIGN_OR_RETURN(auto discovered, Discover(*provider));
  Pending pending{&*provider, redirect_uri, RandomText(), RandomText(), now_micros};
  const std::string state = RandomText();
  unsigned char hash[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(pending.verifier.data()), pending.verifier.size(), hash);
  const std::string challenge =
      absl::WebSafeBase64Escape(absl::string_view(reinterpret_cast<char*>(hash), sizeof(hash)));
  const std::string endpoint = Text(discovered, "authorization_endpoint");
  Begun begun;
  begun.state = state;
  begun.authorization_url = absl::StrCat(
      endpoint, absl::StrContains(endpoint, '?') ? "&" : "?",
      "response_type=code&scope=openid%20profile%20email&client_id=", UrlEscape(provider->client_id),
      "&redirect_uri=", UrlEscape(redirect_uri), "&state=", state, "&nonce=", pending.nonce,
      "&code_challenge_method=S256&code_challenge=", challenge);
  absl::MutexLock lock(&mutex_);
  for (auto each = pending_.begin(); each != pending_.end();) {
    each = now_micros > each->second.began_micros + kMaxSignInMicros ? pending_.erase(each) : std::next(each);
  }
  if (pending_.size() >= kMaxPending)
    return domain::Refuse(absl::StatusCode::kResourceExhausted, v1::REASON_TOO_MANY_SIGN_IN);
  pending_[state] = std::move(pending);
  return begun;
}

absl::StatusOr<ProviderSignIn::Named> ProviderSignIn::Finish(const std::string& state,
                                                             const std::string& code, int64_t now_micros) {
  Pending pending;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = pending_.find(state);
    if (found == pending_.end()) return Refused("the state is unknown, or was used");
    pending = std::move(found->second);
    pending_.erase(found);
  }
  if (now_micros > pending.began_micros + kMaxSignInMicros) return Refused("it took too long");
  const Provider& provider = *pending.provider;
  ASSIGN_OR_RETURN(auto discovered, Discover(provider));
  const std::string form =
      absl::StrCat("grant_type=authorization_code&code=", UrlEscape(code),
                   "&redirect_uri=", UrlEscape(pending.redirect_uri),
                   "&client_id=", UrlEscape(provider.client_id), "&code_verifier=", pending.verifier);
  ASSIGN_OR_RETURN(auto tokens, Ask(provider, Text(discovered, "token_endpoint"), &form));
  ASSIGN_OR_RETURN(auto keys, Ask(provider, Text(discovered, "jwks_uri"), nullptr));
  ASSIGN_OR_RETURN(auto claims, Verified(Text(tokens, "id_token"), keys));
  RETURN_IF_ERROR(CheckClaims(claims, provider, pending.nonce, now_micros / 1'000'000));
  Named named;
  named.organisation_id = provider.organisation_id;
  named.account_name = Text(claims, provider.account_claim);
  const std::string acr = Text(claims, "acr");
  named.second_factor =
      !acr.empty() && std::find(provider.second_factor_acr.begin(), provider.second_factor_acr.end(), acr) !=
                          provider.second_factor_acr.end();
  if (named.account_name.empty()) return Refused("the ID token lacks the claim that names the account");
  return named;
}

}  // namespace klaim::services
