#include "services/web/web_exchange.h"

#include <curl/curl.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"
#include "proto/gzip.h"
#include "services/boundary/call_pipeline.h"
#include "services/common/acceptor.h"
#include "services/common/call_metadata.h"
#include "services/common/limits.h"
#include "services/common/wire_status.h"

namespace klaim::services {
namespace {

namespace http = boost::beast::http;

constexpr size_t kMaxOpenedBytes =
    8ull * kMaxRequestBytes;                          // of a body from whom we know, once it is uncompressed
constexpr int64_t kMaxTimeoutMillis = 9'999'999'999;  // ten digits, as the Connect protocol has it
constexpr size_t kShownOfName = 40;                   // bytes of an unknown parameter's name
constexpr char kCookie[] = "__Host-klaim";

// The session of a cookie, or of "Authorization: Bearer".
struct Credential {
  std::string token;
  bool by_cookie = false;
};

Credential CredentialOf(const WebRequest& request) {
  const std::string authorization = FieldOf(request, "Authorization");
  absl::string_view token = authorization;
  if (absl::ConsumePrefix(&token, "Bearer ")) return {std::string(token), false};
  for (absl::string_view pair : absl::StrSplit(FieldOf(request, "Cookie"), "; ")) {
    if (absl::ConsumePrefix(&pair, absl::StrCat(kCookie, "="))) return {std::string(pair), true};
  }
  return {};
}

// A page of another origin can make a browser send our cookie, but can't make it say that the call comes from here. Who
// calls by a cookie must say so; who shows a token is no browser that somebody else steers.
bool FromElsewhere(const WebRequest& request, bool by_cookie) {
  const std::string origin = FieldOf(request, "Origin");
  if (request.count("Origin") > 1) return true;
  if (!origin.empty()) return origin != "https://" + FieldOf(request, "Host");
  return by_cookie && FieldOf(request, "Sec-Fetch-Site") != "same-origin";
}

// The name in a Host header, without its port.
std::string HostOf(const WebRequest& request) {
  const std::string host = FieldOf(request, "Host");
  const size_t end = absl::StartsWith(host, "[") ? host.find(']') : host.rfind(':');
  if (absl::StartsWith(host, "[")) return end == std::string::npos ? "" : host.substr(1, end - 1);
  return host.substr(0, end);
}

std::string CookieOf(const std::string& token) {
  return absl::StrCat(kCookie, "=", token, "; Path=/; Secure; HttpOnly; SameSite=Strict",
                      token.empty() ? "; Max-Age=0" : "");
}

// INVALID_ARGUMENT naming the header that gRPC could not carry, or that says nothing that is understood.
absl::StatusOr<ConnectRequest> ConnectRequestOf(const WebRequest& request, const Credential& credential) {
  ConnectRequest call;
  call.content_type = FieldOf(request, "Content-Type");
  call.content_encoding = FieldOf(request, "Content-Encoding");
  call.message_encoding = FieldOf(request, "Connect-Content-Encoding");
  call.accept_encoding = absl::StartsWith(call.content_type, "application/connect+")
                             ? FieldOf(request, "Connect-Accept-Encoding")
                             : FieldOf(request, "Accept-Encoding");
  call.token = credential.token;
  const char* source = credential.by_cookie ? "Cookie" : "Authorization";
  RETURN_IF_ERROR(CheckMetadata(source, source, call.token));
  for (const char* name : {kPurposeMetadata, kAsOfMetadata}) {
    const std::string value = FieldOf(request, name);
    RETURN_IF_ERROR(CheckMetadata(name, name, value));
    if (!value.empty()) call.metadata[name] = value;
  }
  if (const std::string coded = FieldOf(request, kPurposeBytesMetadata); !coded.empty()) {
    std::string purpose;
    if (!absl::Base64Unescape(coded, &purpose))
      return domain::InvalidField(kPurposeBytesMetadata, v1::REASON_IS_NOT_BASE64);
    call.metadata[kPurposeBytesMetadata] = purpose;
  }
  const std::string timeout = FieldOf(request, "Connect-Timeout-Ms");
  if (!timeout.empty() && (!absl::SimpleAtoi(timeout, &call.timeout_millis) || call.timeout_millis < 0 ||
                           call.timeout_millis > kMaxTimeoutMillis)) {
    return domain::InvalidField("Connect-Timeout-Ms", v1::REASON_MUST_BE_NUMBER_OF_UP_TO_TEN_DIGITS);
  }
  call.body = request.body();
  return call;
}

std::string Unescaped(std::string text) {
  std::replace(text.begin(), text.end(), '+', ' ');
  int size = 0;
  char* plain = curl_easy_unescape(nullptr, text.c_str(), static_cast<int>(text.size()), &size);
  std::string result(plain == nullptr ? "" : plain, static_cast<size_t>(plain == nullptr ? 0 : size));
  curl_free(plain);
  return result;
}

// The message of a call by GET, and how it is written. INVALID_ARGUMENT naming the parameter that isn't understood.
absl::Status ReadQuery(absl::string_view query, ConnectRequest& call) {
  absl::ConsumePrefix(&query, "?");
  bool base64 = false;
  for (absl::string_view pair : absl::StrSplit(query, '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parameter =
        absl::StrSplit(pair, absl::MaxSplits('=', 1));
    const std::string value = Unescaped(std::string(parameter.second));
    if (parameter.first == "connect" && value == "v1") continue;
    if (parameter.first == "encoding" && (value == "json" || value == "proto")) {
      call.content_type = "application/" + value;
    } else if (parameter.first == "compression") {
      call.content_encoding = value;
    } else if (parameter.first == "base64" && (value == "0" || value == "1")) {
      base64 = value == "1";
    } else if (parameter.first == "message") {
      call.body = value;
    } else {
      // Whatever bytes it is made of.
      return domain::InvalidField(absl::CHexEscape(parameter.first.substr(0, kShownOfName)),
                                  v1::REASON_IS_NOT_UNDERSTOOD);
    }
  }
  std::string plain;
  if (!base64) return absl::OkStatus();
  if (!absl::WebSafeBase64Unescape(call.body, &plain))
    return domain::InvalidField("message", v1::REASON_IS_NOT_BASE64);
  call.body = std::move(plain);
  return absl::OkStatus();
}

// A short name for these bytes, for who asks whether they are still the same.
std::string EtagOf(absl::string_view bytes) {
  return absl::StrCat("\"", absl::BytesToHexString(merkle::AsBytes(merkle::Sha256(bytes)).substr(0, 16)),
                      "\"");
}

// What every answer bears.
WebAnswer AnswerOf(unsigned status, const std::string& content_type, const std::string& cache_control) {
  WebAnswer answer;
  answer.status = status;
  answer.headers = {{"content-type", content_type},
                    {"cache-control", cache_control},
                    {"x-content-type-options", "nosniff"},
                    {"referrer-policy", "no-referrer"},
                    {"cross-origin-resource-policy", "same-origin"},
                    {"strict-transport-security", "max-age=31536000"}};
  return answer;
}

std::shared_ptr<const Peer> PeerOf(std::string address, std::string certificate) {
  auto peer = std::make_shared<Peer>();
  peer->address = std::move(address);
  peer->certificate = std::move(certificate);
  return peer;
}

}  // namespace

std::string FieldOf(const WebRequest& request, absl::string_view name) {
  const auto value = request[std::string(name)];
  return std::string(value.data(), value.size());
}

WebVisitor::WebVisitor(WebSites& sites, std::string address, SSL* tls,
                       std::unique_ptr<ConnectionLimits::Seat> seat)
    : sites_(sites),
      seat_(std::move(seat)),
      address_(std::move(address)),
      certificate_(PeerCertificate(tls)),
      own_(SSL_get_certificate(tls)),
      shown_(sites.calls.peers().Note(PeerOf(address_, certificate_))) {}

WebSites::WebSites(CallPipeline& pipeline, const CheckpointPublisher& checkpoints, ConsoleFiles files,
                   std::shared_ptr<grpc::Channel> channel, std::vector<std::string> names)
    : calls(pipeline),
      log(pipeline, checkpoints),
      console(std::move(files)),
      gateway(std::move(channel), pipeline.turns()),
      hosts(std::move(names)) {}

WebVisitor::~WebVisitor() { sites_.calls.peers().Forget(shown_); }

std::string WebVisitor::AccountOf(const WebRequest& request) {
  const std::string token = CredentialOf(request).token;
  if (token.empty() && certificate_.empty()) return "";
  const auto principal = token.empty() ? sites_.calls.authenticator().OfCertificate(certificate_)
                                       : sites_.calls.authenticator().OfSession(token);
  if (!principal.ok()) return "";
  seat_->BelongsTo(principal->actor);
  return principal->actor;
}

bool WebVisitor::IsAsked(const WebRequest& request) const {
  const std::string host = HostOf(request);
  if (host.empty()) return false;
  if (std::find(sites_.hosts.begin(), sites_.hosts.end(), host) != sites_.hosts.end()) return true;
  return own_ != nullptr && (X509_check_host(own_, host.data(), host.size(), 0, nullptr) == 1 ||
                             X509_check_ip_asc(own_, host.c_str(), 0) == 1);
}

WebExchange::WebExchange(WebSites& sites, const WebVisitor& visitor, std::string account, WebRequest request,
                         std::shared_ptr<WebPeer> peer)
    : sites_(sites),
      certificate_(visitor.certificate()),
      shown_(visitor.shown()),
      ours_(visitor.IsAsked(request)),
      account_(std::move(account)),
      address_(visitor.address()),
      request_(std::move(request)),
      peer_(std::move(peer)) {}

void WebExchange::Start() {
  if (!ours_) {
    return SendPage(
        Refusal(421,
                "this daemon has no such name: call it by one that its certificate has, or name yours "
                "with klaimd's --http-host"));
  }
  const absl::string_view target(request_.target().data(), request_.target().size());
  const absl::string_view path = target.substr(0, target.find('?'));
  const google::protobuf::MethodDescriptor* method = ConnectGateway::Find(path);
  if (request_.method() == http::verb::post) {
    return method == nullptr ? SendPage(Refusal(404, "there is no such method")) : Call(*method);
  }
  if (request_.method() != http::verb::get && request_.method() != http::verb::head)
    return SendPage(Refusal(405, "only GET, HEAD and POST"));
  if (method != nullptr) return CallByGet(*method, target.substr(path.size()));
  if (const ConsoleFile* file = sites_.console.Find(target); file != nullptr) return SendFile(*file);
  SendPage(sites_.log.Show(target, certificate_, CredentialOf(request_).token,
                           proto::AcceptsGzip(FieldOf(request_, "Accept-Encoding"))));
}

void WebExchange::Call(const google::protobuf::MethodDescriptor& method) {
  BeginCall(method, ConnectRequestOf(request_, CredentialOf(request_)));
}

// https://connectrpc.com/docs/protocol#unary-get-request
void WebExchange::CallByGet(const google::protobuf::MethodDescriptor& method, absl::string_view query) {
  if (request_.method() != http::verb::get || method.server_streaming() || method.client_streaming() ||
      method.options().idempotency_level() != google::protobuf::MethodOptions::NO_SIDE_EFFECTS) {
    return SendPage(
        Refusal(405, "this method is called by POST: what it does goes beyond telling something"));
  }
  auto call = ConnectRequestOf(request_, CredentialOf(request_));
  if (call.ok()) {
    if (absl::Status status = ReadQuery(query, *call); !status.ok()) call = status;
  }
  BeginCall(method, std::move(call));
}

void WebExchange::BeginCall(const google::protobuf::MethodDescriptor& method,
                            absl::StatusOr<ConnectRequest> call) {
  by_cookie_ = CredentialOf(request_).by_cookie;
  if (FromElsewhere(request_, by_cookie_)) {
    return Answer(ConnectGateway::Error(
        grpc::Status(grpc::PERMISSION_DENIED, "a page of another site may not call in your name")));
  }
  if (!call.ok()) return Answer(ConnectGateway::Error(ToWire(call.status())));
  call->most_bytes = account_.empty() ? kMaxStrangersBodyBytes : kMaxOpenedBytes;
  call->who = account_.empty() ? address_ : account_;
  call->metadata[kPeerMetadata] = shown_;
  // A browser says where a page comes from, and a page must never see its own token.
  sites_.gateway.Start(method, *std::move(call), !FieldOf(request_, "Origin").empty(), shared_from_this(),
                       [self = shared_from_this()](std::shared_ptr<ConnectCall> begun) {
                         if (begun == nullptr) return;
                         absl::MutexLock lock(&self->mutex_);
                         if (self->cancelled_) begun->Cancel();
                         if (self->peer_ != nullptr) self->call_ = std::move(begun);
                       });
}

void WebExchange::Next() {
  std::shared_ptr<ConnectCall> call;
  {
    absl::MutexLock lock(&mutex_);
    call = call_;
  }
  if (call != nullptr) call->Next();
}

void WebExchange::Cancel() {
  std::shared_ptr<ConnectCall> call;
  {
    absl::MutexLock lock(&mutex_);
    cancelled_ = true;
    call = std::move(call_);
    peer_.reset();
  }
  if (call != nullptr) call->Cancel();
}

std::shared_ptr<WebPeer> WebExchange::TakePeer() {
  absl::MutexLock lock(&mutex_);
  call_.reset();
  return std::move(peer_);
}

void WebExchange::Send(WebAnswer answer) {
  answer.without_body = request_.method() == http::verb::head;
  if (auto peer = TakePeer(); peer != nullptr) peer->Answer(std::move(answer));
}

WebAnswer WebExchange::BodyTooLong() {
  WebAnswer answer = AnswerOf(413, "text/plain; charset=utf-8", "no-store");
  answer.body = "the body is too long, or too long for who hasn't signed in\n";
  return answer;
}

void WebExchange::SendPage(WebPage page) {
  const bool whole = page.status == 200;
  WebAnswer answer = AnswerOf(static_cast<unsigned>(page.status), page.content_type,
                              page.immutable ? "private, max-age=31536000, immutable"
                              : whole        ? "no-cache"
                                             : "no-store");
  if (page.immutable) answer.headers.emplace_back("vary", "Accept-Encoding");
  if (!page.content_encoding.empty()) answer.headers.emplace_back("content-encoding", page.content_encoding);
  if (whole) {
    const std::string etag = EtagOf(page.body);
    answer.headers.emplace_back("etag", etag);
    if (FieldOf(request_, "If-None-Match") == etag) {
      answer.status = 304;
      return Send(std::move(answer));
    }
  }
  answer.body = std::move(page.body);
  Send(std::move(answer));
}

void WebExchange::SendFile(const ConsoleFile& file) {
  WebAnswer answer =
      AnswerOf(200, file.content_type, file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  answer.headers.emplace_back("etag", file.etag);
  answer.headers.emplace_back("vary", "Accept-Encoding");
  answer.headers.emplace_back("content-security-policy", ConsoleFiles::Policy());
  answer.headers.emplace_back("cross-origin-opener-policy", "same-origin");
  answer.headers.emplace_back("permissions-policy", "camera=(self), geolocation=(), microphone=()");
  if (FieldOf(request_, "If-None-Match") == file.etag) {
    answer.status = 304;
    return Send(std::move(answer));
  }
  const std::string accepts = FieldOf(request_, "Accept-Encoding");
  if (!file.brotli.empty() && absl::StrContains(accepts, "br")) {
    answer.headers.emplace_back("content-encoding", "br");
    answer.body = file.brotli;
  } else if (!file.gzip.empty() && proto::AcceptsGzip(accepts)) {
    answer.headers.emplace_back("content-encoding", "gzip");
    answer.body = file.gzip;
  } else {
    answer.body = file.bytes;
  }
  Send(std::move(answer));
}

void WebExchange::Answer(ConnectResponse response) {
  WebAnswer answer = AnswerOf(static_cast<unsigned>(response.http_status), response.content_type, "no-store");
  if (!response.content_encoding.empty())
    answer.headers.emplace_back("content-encoding", response.content_encoding);
  const bool ended = response.http_status == 401 && by_cookie_;  // the cookie is worth nothing any more
  if (response.sets_session || ended)
    answer.headers.emplace_back("set-cookie", CookieOf(response.session_token));
  answer.body = std::move(response.body);
  Send(std::move(answer));
}

void WebExchange::Begin(ConnectResponse header) {
  WebAnswer answer = AnswerOf(200, header.content_type, "no-store");
  if (!header.content_encoding.empty())
    answer.headers.emplace_back("connect-content-encoding", header.content_encoding);
  std::shared_ptr<WebPeer> peer;
  {
    absl::MutexLock lock(&mutex_);
    peer = peer_;
  }
  if (peer != nullptr) peer->Begin(std::move(answer));
}

void WebExchange::Part(std::string bytes, bool last) {
  std::shared_ptr<WebPeer> peer;
  if (last) {
    peer = TakePeer();
  } else {
    absl::MutexLock lock(&mutex_);
    peer = peer_;
  }
  if (peer != nullptr) peer->Part(std::move(bytes), last);
}

}  // namespace klaim::services
