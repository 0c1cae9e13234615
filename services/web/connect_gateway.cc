#include "services/web/connect_gateway.h"

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "google/protobuf/util/json_util.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/generic/generic_stub.h"
#include "klaim/v1/accounts_service.pb.h"
#include "proto/gzip.h"
#include "services/common/limits.h"
#include "services/common/wire_status.h"
#include "services/identity/methods.h"
#include "services/identity/principal.h"
#include "services/web/json_request.h"

namespace klaim::services {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

constexpr char kCompressed = 0x01;
constexpr char kEndOfStream = 0x02;
constexpr size_t kEnvelopeBytes = 5;
constexpr size_t kWorthCompressing = 1'024;
constexpr size_t kLongBody = 64 << 10;      // is read on a thread of its own, beside those of the network
constexpr size_t kMaxJsonValues = 200'000;  // of one message

struct Code {
  grpc::StatusCode code;
  const char* name;
  int http_status;
};

// https://connectrpc.com/docs/protocol#error-codes
constexpr Code kCodes[] = {
    {grpc::CANCELLED, "canceled", 499},
    {grpc::UNKNOWN, "unknown", 500},
    {grpc::INVALID_ARGUMENT, "invalid_argument", 400},
    {grpc::DEADLINE_EXCEEDED, "deadline_exceeded", 504},
    {grpc::NOT_FOUND, "not_found", 404},
    {grpc::ALREADY_EXISTS, "already_exists", 409},
    {grpc::PERMISSION_DENIED, "permission_denied", 403},
    {grpc::RESOURCE_EXHAUSTED, "resource_exhausted", 429},
    {grpc::FAILED_PRECONDITION, "failed_precondition", 400},
    {grpc::ABORTED, "aborted", 409},
    {grpc::OUT_OF_RANGE, "out_of_range", 400},
    {grpc::UNIMPLEMENTED, "unimplemented", 501},
    {grpc::INTERNAL, "internal", 500},
    {grpc::UNAVAILABLE, "unavailable", 503},
    {grpc::DATA_LOSS, "data_loss", 500},
    {grpc::UNAUTHENTICATED, "unauthenticated", 401},
};

const Code& CodeOf(const grpc::Status& status) {
  for (const Code& code : kCodes) {
    if (code.code == status.error_code()) return code;
  }
  return kCodes[1];
}

boost::json::object ErrorObject(const grpc::Status& status) {
  boost::json::object error;
  error["code"] = CodeOf(status).name;
  error["message"] = status.error_message();
  google::rpc::Status rich;
  if (status.error_details().empty() || !rich.ParseFromString(status.error_details())) return error;
  boost::json::array details;
  for (const auto& any : rich.details()) {
    boost::json::object detail;
    detail["type"] = any.type_url().substr(any.type_url().rfind('/') + 1);
    std::string value = absl::Base64Escape(any.value());
    while (!value.empty() && value.back() == '=') value.pop_back();
    detail["value"] = value;
    details.push_back(std::move(detail));
  }
  if (!details.empty()) error["details"] = std::move(details);
  return error;
}

std::string Envelope(char flags, absl::string_view message) {
  std::string bytes(1, flags);
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<char>(message.size() >> shift & 0xff));
  return absl::StrCat(bytes, message);
}

grpc::ByteBuffer ToBuffer(const std::string& bytes) {
  grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

std::string FromBuffer(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices)
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

std::unique_ptr<Message> NewMessage(const Descriptor& type) {
  return std::unique_ptr<Message>(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
}

// JSON or binary, and whether the call is a stream.
struct Codec {
  bool json = false;
  bool stream = false;
};

absl::StatusOr<Codec> CodecOf(absl::string_view content_type) {
  const absl::string_view type = content_type.substr(0, content_type.find(';'));
  if (type == "application/json") return Codec{true, false};
  if (type == "application/proto") return Codec{false, false};
  if (type == "application/connect+json") return Codec{true, true};
  if (type == "application/connect+proto") return Codec{false, true};
  return domain::Refuse(absl::StatusCode::kInvalidArgument, v1::REASON_CONTENT_TYPE_IS_UNKNOWN);
}

// How many values a message in JSON has at the most: each costs many times its bytes once it is parsed.
absl::Status CheckJsonSize(absl::string_view json) {
  size_t values = 1;
  bool in_text = false;
  for (size_t i = 0; i < json.size(); ++i) {
    if (in_text && json[i] == '\\') {
      ++i;
    } else if (json[i] == '"') {
      in_text = !in_text;
    } else if (!in_text && (json[i] == '{' || json[i] == '[' || json[i] == ',')) {
      ++values;
    }
  }
  if (values <= kMaxJsonValues) return absl::OkStatus();
  return domain::Refuse(absl::StatusCode::kResourceExhausted, v1::REASON_MESSAGE_HAS_TOO_MANY_VALUES, values,
                        kMaxJsonValues);
}

// A message of the caller's, as gRPC takes it.
absl::StatusOr<grpc::ByteBuffer> Encode(const Descriptor& type, bool json, const std::string& bytes) {
  if (!json) return ToBuffer(bytes);
  RETURN_IF_ERROR(CheckJsonSize(bytes));
  const std::unique_ptr<Message> message = NewMessage(type);
  RETURN_IF_ERROR(ReadJson(bytes.empty() ? "{}" : bytes, *message));
  return ToBuffer(message->SerializeAsString());
}

}  // namespace

// The calls that have not ended.
class ConnectGateway::UnderWay {
 public:
  void Add(const std::shared_ptr<ConnectCall>& call) {
    absl::MutexLock lock(&mutex_);
    calls_[call.get()] = call;
  }
  void Remove(const ConnectCall* call) {
    absl::MutexLock lock(&mutex_);
    calls_.erase(call);
  }
  void Stop() {
    std::vector<std::shared_ptr<ConnectCall>> calls;
    {
      absl::MutexLock lock(&mutex_);
      for (const auto& [key, call] : calls_) {
        if (auto alive = call.lock(); alive != nullptr) calls.push_back(std::move(alive));
      }
    }
    for (const auto& call : calls) call->Cancel();
    calls.clear();
    absl::MutexLock lock(&mutex_);
    const auto none = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return calls_.empty(); };
    mutex_.Await(absl::Condition(&none));
  }

 private:
  absl::Mutex mutex_;
  absl::flat_hash_map<const ConnectCall*, std::weak_ptr<ConnectCall>> calls_ ABSL_GUARDED_BY(mutex_);
};

namespace {

// What both kinds of calls are made of.
struct Call {
  const MethodDescriptor& method;
  Codec codec;
  bool gzips;
  bool hides_token;
  std::shared_ptr<ConnectPeer> peer;
  std::function<void(const ConnectCall*)> ended;
  Turns& turns;
  std::string who;

  std::string Path() const { return absl::StrCat("/", method.service()->full_name(), "/", method.name()); }

  // What goes with it was looked at before: gRPC ends the process on what it can't carry.
  static void Prepare(grpc::ClientContext& context, const ConnectRequest& request) {
    if (!request.token.empty()) context.AddMetadata("authorization", "Bearer " + request.token);
    for (const auto& [key, value] : request.metadata) context.AddMetadata(key, value);
    if (request.timeout_millis > 0) {
      context.set_deadline(std::chrono::system_clock::now() +
                           std::chrono::milliseconds(request.timeout_millis));
    }
  }

  absl::StatusOr<std::string> Decode(std::string bytes) const {
    if (!codec.json) return bytes;
    const std::unique_ptr<Message> message = NewMessage(*method.output_type());
    std::string json;
    if (!message->ParseFromString(bytes) ||
        !google::protobuf::util::MessageToJsonString(*message, &json).ok()) {
      return absl::InternalError("the answer can't be told in JSON");
    }
    return json;
  }
};

// What a request's body holds, message by message. Each is uncompressed and read when it is its turn, so that one at a time
// stands in memory, and all together come to no more than the request may.
class Body {
 public:
  Body(const Descriptor& type, bool json, ConnectRequest& request)
      : type_(type),
        json_(json),
        encoding_(request.message_encoding),
        bytes_(std::move(request.body)),
        rest_(bytes_),
        left_(request.most_bytes) {}
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

  bool AtEnd() const { return rest_.empty(); }

  // Of a unary call: all of it.
  absl::StatusOr<grpc::ByteBuffer> Whole(absl::string_view encoding) {
    return Open(std::exchange(rest_, {}), encoding);
  }

  // Of a stream: the message of the next envelope.
  absl::StatusOr<grpc::ByteBuffer> Next() {
    if (rest_.size() < kEnvelopeBytes)
      return domain::Refuse(absl::StatusCode::kInvalidArgument, v1::REASON_LAST_ENVELOPE_IS_CUT_OFF);
    size_t size = 0;
    for (size_t i = 1; i < kEnvelopeBytes; ++i) size = size << 8 | static_cast<unsigned char>(rest_[i]);
    const bool compressed = (rest_[0] & kCompressed) != 0;
    rest_.remove_prefix(kEnvelopeBytes);
    if (rest_.size() < size)
      return domain::Refuse(absl::StatusCode::kInvalidArgument, v1::REASON_LAST_ENVELOPE_IS_CUT_OFF);
    const absl::string_view message = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return Open(message, compressed ? encoding_ : "identity");
  }

 private:
  absl::StatusOr<grpc::ByteBuffer> Open(absl::string_view message, absl::string_view encoding) {
    std::string bytes;
    if (encoding == "gzip") {
      ASSIGN_OR_RETURN(bytes, proto::Gunzip(message, std::min<size_t>(left_, kMaxRequestBytes)));
    } else if (encoding.empty() || encoding == "identity") {
      bytes = std::string(message);
    } else {
      return domain::Refuse(absl::StatusCode::kUnimplemented, v1::REASON_ENCODING_IS_UNKNOWN,
                            absl::CHexEscape(encoding));
    }
    if (bytes.size() > left_)
      return domain::Refuse(absl::StatusCode::kResourceExhausted, v1::REASON_REQUEST_IS_TOO_LONG);
    left_ -= bytes.size();
    return Encode(type_, json_, bytes);
  }

  const Descriptor& type_;
  const bool json_;
  const std::string encoding_;
  const std::string bytes_;
  absl::string_view rest_;
  size_t left_;
};

// One message there, one back: a single operation for gRPC.
class Unary final : public ConnectCall, public std::enable_shared_from_this<Unary> {
 public:
  explicit Unary(Call call) : call_(std::move(call)) {}

  void Start(const std::shared_ptr<grpc::Channel>& channel, const ConnectRequest& request,
             grpc::ByteBuffer message) {
    self_ = shared_from_this();
    message_ = std::move(message);
    Call::Prepare(context_, request);
    grpc::GenericStub(channel).UnaryCall(&context_, call_.Path(), {}, &message_, &answer_,
                                         [this](const grpc::Status& status) {
                                           call_.turns.DoSoon(call_.who, [this, status] { End(status); });
                                         });
  }
  void Next() override {}
  void Cancel() override { context_.TryCancel(); }

 private:
  void End(const grpc::Status& status) {
    const auto self = std::move(self_);
    call_.peer->Answer(status.ok() ? Answer() : ConnectGateway::Error(status));
    call_.peer.reset();
    call_.ended(this);
  }

  // A session that began goes into the cookie.
  void MoveToken(ConnectResponse& response, std::string& bytes) const {
    if (call_.method.input_type() == v1::SignOutRequest::descriptor()) response.sets_session = true;
    const auto* field = call_.method.output_type()->FindFieldByName("session");
    if (field == nullptr || field->message_type() != v1::SessionStarted::descriptor()) return;
    const std::unique_ptr<Message> message = NewMessage(*call_.method.output_type());
    if (!message->ParseFromString(bytes) || !message->GetReflection()->HasField(*message, field)) return;
    auto& session =
        static_cast<v1::SessionStarted&>(*message->GetReflection()->MutableMessage(message.get(), field));
    response.sets_session = true;
    response.session_token = session.token();
    if (call_.hides_token) session.clear_token();
    bytes = message->SerializeAsString();
  }

  ConnectResponse Answer() const {
    ConnectResponse response;
    response.content_type = call_.codec.json ? "application/json" : "application/proto";
    std::string bytes = FromBuffer(answer_);
    MoveToken(response, bytes);
    auto body = call_.Decode(std::move(bytes));
    if (!body.ok()) return ConnectGateway::Error(ToWire(body.status()));
    response.body = *std::move(body);
    if (call_.gzips && response.body.size() >= kWorthCompressing) {
      response.body = proto::Gzip(response.body);
      response.content_encoding = "gzip";
    }
    return response;
  }

  Call call_;
  std::shared_ptr<Unary> self_;  // until it is done
  grpc::ClientContext context_;
  grpc::ByteBuffer message_;
  grpc::ByteBuffer answer_;
};

// A stream. What the caller sent is there from the beginning; answers come one by one.
class ConnectStream final : public ConnectCall,
                            public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                            public std::enable_shared_from_this<ConnectStream> {
 public:
  explicit ConnectStream(Call call) : call_(std::move(call)) {}

  // `first` is the first message of the body, if there is one.
  void Start(const std::shared_ptr<grpc::Channel>& channel, const ConnectRequest& request,
             std::unique_ptr<Body> body, std::optional<grpc::ByteBuffer> first) {
    self_ = shared_from_this();
    body_ = std::move(body);
    Call::Prepare(context_, request);
    grpc::GenericStub(channel).PrepareBidiStreamingCall(&context_, call_.Path(), {}, this);
    AddHold();  // until the last answer was read
    if (first.has_value()) {
      message_ = *std::move(first);
      StartWrite(&message_);
    } else {
      StartWritesDone();
    }
    StartRead(&answer_);
    StartCall();
  }

  void Next() override {
    if (part_is_out_.exchange(false)) StartRead(&answer_);
  }
  void Cancel() override {
    context_.TryCancel();
    Next();
  }

  void OnWriteDone(bool ok) override {
    if (ok) WriteNext();
  }

  void OnReadDone(bool ok) override {
    if (!ok) return RemoveHold();
    call_.turns.Do(call_.who, [this] { TellPart(); });
  }

  void TellPart() {
    auto bytes = call_.Decode(FromBuffer(answer_));
    if (!bytes.ok()) {
      Fail(bytes.status());
      return StartRead(&answer_);
    }
    char flags = 0;
    if (call_.gzips && bytes->size() >= kWorthCompressing) {
      *bytes = proto::Gzip(*bytes);
      flags = kCompressed;
    }
    part_is_out_ = true;
    call_.peer->Part(Envelope(flags, *bytes), false);
  }

  void OnDone(const grpc::Status& status) override {
    const auto self = std::move(self_);
    const grpc::Status failure = Failure();
    const grpc::Status end = failure.ok() ? status : failure;
    boost::json::object trailer;
    if (!end.ok()) trailer["error"] = ErrorObject(end);
    call_.peer->Part(Envelope(kEndOfStream, boost::json::serialize(trailer)), true);
    call_.peer.reset();
    call_.ended(this);
  }

 private:
  void WriteNext() {
    if (body_->AtEnd()) return StartWritesDone();
    auto message = body_->Next();
    if (!message.ok()) return Fail(message.status());
    message_ = *std::move(message);
    StartWrite(&message_);
  }

  void Fail(const absl::Status& status) {
    {
      absl::MutexLock lock(&mutex_);
      if (failure_.ok()) failure_ = ToWire(status);
    }
    context_.TryCancel();
  }
  grpc::Status Failure() {
    absl::MutexLock lock(&mutex_);
    return failure_;
  }

  Call call_;
  std::shared_ptr<ConnectStream> self_;  // until it is done
  grpc::ClientContext context_;
  std::unique_ptr<Body> body_;
  grpc::ByteBuffer message_;
  grpc::ByteBuffer answer_;
  absl::Mutex mutex_;
  grpc::Status failure_ ABSL_GUARDED_BY(mutex_);
  std::atomic<bool> part_is_out_ = false;  // nothing is read until the peer took it
};

// The first message of a stream, if it has one.
absl::StatusOr<std::optional<grpc::ByteBuffer>> FirstOf(const MethodDescriptor& method, Body& body) {
  if (method.client_streaming() && method.server_streaming())
    return domain::Refuse(absl::StatusCode::kUnimplemented, v1::REASON_STREAM_IN_BOTH_DIRECTIONS_NEEDS_GRPC);
  std::optional<grpc::ByteBuffer> first;
  if (!body.AtEnd()) {
    ASSIGN_OR_RETURN(first, body.Next());
  }
  if (!method.client_streaming() && (!first.has_value() || !body.AtEnd()))
    return domain::Refuse(absl::StatusCode::kInvalidArgument, v1::REASON_BODY_MUST_HOLD_ONE_MESSAGE);
  return first;
}

}  // namespace

ConnectGateway::ConnectGateway(std::shared_ptr<grpc::Channel> channel, Turns& turns)
    : channel_(std::move(channel)), turns_(turns), under_way_(std::make_unique<UnderWay>()) {}

ConnectGateway::~ConnectGateway() { Stop(); }

void ConnectGateway::Stop() {
  reading_.Stop();
  under_way_->Stop();
}

const MethodDescriptor* ConnectGateway::Find(absl::string_view path) {
  static const auto& methods = *[] {
    auto* all = new absl::flat_hash_map<std::string, const MethodDescriptor*>;
    for (const MethodDescriptor* method : AllMethods()) {
      (*all)[absl::StrCat("/", method->service()->full_name(), "/", method->name())] = method;
    }
    return all;
  }();
  const auto found = methods.find(path);
  return found == methods.end() ? nullptr : found->second;
}

ConnectResponse ConnectGateway::Error(const grpc::Status& status) {
  ConnectResponse response;
  response.http_status = CodeOf(status).http_status;
  response.content_type = "application/json";
  response.body = boost::json::serialize(ErrorObject(status));
  return response;
}

void ConnectGateway::Start(const MethodDescriptor& method, ConnectRequest request, bool hides_token,
                           std::shared_ptr<ConnectPeer> peer,
                           std::function<void(std::shared_ptr<ConnectCall>)> begun) {
  if (request.body.size() < kLongBody) {
    return begun(StartNow(method, std::move(request), hides_token, std::move(peer)));
  }
  const std::string who = request.who;
  reading_.Do(who, [this, &method, request = std::move(request), hides_token, peer = std::move(peer),
                    begun = std::move(begun)]() mutable {
    begun(StartNow(method, std::move(request), hides_token, std::move(peer)));
  });
}

std::shared_ptr<ConnectCall> ConnectGateway::StartNow(const MethodDescriptor& method, ConnectRequest request,
                                                      bool hides_token,
                                                      std::shared_ptr<ConnectPeer> peer) const {
  const bool stream = method.client_streaming() || method.server_streaming();
  auto codec = CodecOf(request.content_type);
  if (!codec.ok() || codec->stream != stream) {
    ConnectResponse refused =
        Error(grpc::Status(grpc::INVALID_ARGUMENT,
                           stream ? "this is a stream: its content-type is application/connect+json or +proto"
                                  : "content-type must be application/json or application/proto"));
    refused.http_status = 415;
    peer->Answer(std::move(refused));
    return nullptr;
  }
  const bool gzips = absl::StrContains(request.accept_encoding, "gzip");
  auto body = std::make_unique<Body>(*method.input_type(), codec->json, request);
  Call call{method, *codec,
            gzips,  hides_token,
            peer,   [under_way = under_way_.get()](const ConnectCall* ended) { under_way->Remove(ended); },
            turns_, request.who};
  if (!stream) {
    auto message = body->Whole(request.content_encoding);
    if (!message.ok()) {
      peer->Answer(Error(ToWire(message.status())));
      return nullptr;
    }
    auto unary = std::make_shared<Unary>(std::move(call));
    under_way_->Add(unary);
    unary->Start(channel_, request, *std::move(message));
    return unary;
  }
  absl::StatusOr<std::optional<grpc::ByteBuffer>> first = FirstOf(method, *body);
  ConnectResponse header;
  header.content_type = codec->json ? "application/connect+json" : "application/connect+proto";
  if (gzips) header.content_encoding = "gzip";
  peer->Begin(std::move(header));
  if (!first.ok()) {
    boost::json::object trailer;
    trailer["error"] = ErrorObject(ToWire(first.status()));
    peer->Part(Envelope(kEndOfStream, boost::json::serialize(trailer)), true);
    return nullptr;
  }
  auto streaming = std::make_shared<ConnectStream>(std::move(call));
  under_way_->Add(streaming);
  streaming->Start(channel_, request, std::move(body), *std::move(first));
  return streaming;
}

}  // namespace klaim::services
