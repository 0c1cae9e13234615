#include "services/connect_gateway.h"

#include <atomic>
#include <boost/json.hpp>
#include <deque>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "google/protobuf/util/json_util.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/generic/generic_stub.h"
#include "klaim/v1/accounts_service.pb.h"
#include "services/gzip.h"
#include "services/limits.h"
#include "services/principal.h"

namespace klaim::services {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

constexpr char kCompressed = 0x01;
constexpr char kEndOfStream = 0x02;
constexpr size_t kEnvelopeBytes = 5;
constexpr size_t kWorthCompressing = 1'024;

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
  return absl::InvalidArgumentError(
      "content-type must be application/json or application/proto, or for a stream application/connect+json "
      "or "
      "application/connect+proto");
}

// A message of the caller's, as gRPC takes it.
absl::StatusOr<grpc::ByteBuffer> Encode(const Descriptor& type, bool json, const std::string& bytes) {
  if (!json) return ToBuffer(bytes);
  const std::unique_ptr<Message> message = NewMessage(type);
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  const auto parsed =
      google::protobuf::util::JsonStringToMessage(bytes.empty() ? "{}" : bytes, message.get(), options);
  if (!parsed.ok()) {
    // What the parser says may repeat what was sent: personal data stays out of errors.
    return absl::InvalidArgumentError(absl::StrCat(
        "what was sent is no ", type.name(), " in JSON (ProtoJSON): look at its fields' names and types"));
  }
  return ToBuffer(message->SerializeAsString());
}

grpc::Status ToGrpc(const absl::Status& status) {
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), std::string(status.message()));
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

  std::string Path() const { return absl::StrCat("/", method.service()->full_name(), "/", method.name()); }

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
                                         [this](const grpc::Status& status) { End(status); });
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
    if (!body.ok()) return ConnectGateway::Error(ToGrpc(body.status()));
    response.body = *std::move(body);
    if (call_.gzips && response.body.size() >= kWorthCompressing) {
      response.body = Gzip(response.body);
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

// A stream. Messages of the caller are there from the beginning; answers come one by one.
class Stream final : public ConnectCall,
                     public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                     public std::enable_shared_from_this<Stream> {
 public:
  explicit Stream(Call call) : call_(std::move(call)) {}

  void Start(const std::shared_ptr<grpc::Channel>& channel, const ConnectRequest& request,
             std::deque<grpc::ByteBuffer> messages) {
    self_ = shared_from_this();
    messages_ = std::move(messages);
    Call::Prepare(context_, request);
    grpc::GenericStub(channel).PrepareBidiStreamingCall(&context_, call_.Path(), {}, this);
    AddHold();  // until the last answer was read
    WriteNext();
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
    auto bytes = call_.Decode(FromBuffer(answer_));
    if (!bytes.ok()) {
      context_.TryCancel();
      failure_ = ToGrpc(bytes.status());
      return StartRead(&answer_);
    }
    char flags = 0;
    if (call_.gzips && bytes->size() >= kWorthCompressing) {
      *bytes = Gzip(*bytes);
      flags = kCompressed;
    }
    part_is_out_ = true;
    call_.peer->Part(Envelope(flags, *bytes), false);
  }

  void OnDone(const grpc::Status& status) override {
    const auto self = std::move(self_);
    const grpc::Status end = failure_.ok() ? status : failure_;
    boost::json::object trailer;
    if (!end.ok()) trailer["error"] = ErrorObject(end);
    call_.peer->Part(Envelope(kEndOfStream, boost::json::serialize(trailer)), true);
    call_.peer.reset();
    call_.ended(this);
  }

 private:
  void WriteNext() {
    if (messages_.empty()) return StartWritesDone();
    message_ = std::move(messages_.front());
    messages_.pop_front();
    StartWrite(&message_);
  }

  Call call_;
  std::shared_ptr<Stream> self_;  // until it is done
  grpc::ClientContext context_;
  std::deque<grpc::ByteBuffer> messages_;
  grpc::ByteBuffer message_;
  grpc::ByteBuffer answer_;
  grpc::Status failure_;
  std::atomic<bool> part_is_out_ = false;  // nothing is read until the peer took it
};

absl::StatusOr<std::string> Uncompressed(const std::string& bytes, absl::string_view encoding) {
  if (encoding.empty() || encoding == "identity") return bytes;
  if (encoding == "gzip") return Gunzip(bytes, kMaxRequestBytes);
  return absl::UnimplementedError(
      absl::StrCat("\"", absl::CHexEscape(encoding), "\" is not among gzip, identity"));
}

// The messages of a stream's body.
absl::StatusOr<std::deque<grpc::ByteBuffer>> OpenEnvelopes(const Descriptor& type, bool json,
                                                           const ConnectRequest& request) {
  std::deque<grpc::ByteBuffer> messages;
  absl::string_view rest = request.body;
  while (!rest.empty()) {
    if (rest.size() < kEnvelopeBytes) return absl::InvalidArgumentError("the last envelope is cut off");
    size_t size = 0;
    for (size_t i = 1; i < kEnvelopeBytes; ++i) size = size << 8 | static_cast<unsigned char>(rest[i]);
    const bool compressed = (rest[0] & kCompressed) != 0;
    rest.remove_prefix(kEnvelopeBytes);
    if (rest.size() < size) return absl::InvalidArgumentError("the last envelope is cut off");
    auto bytes =
        Uncompressed(std::string(rest.substr(0, size)), compressed ? request.message_encoding : "identity");
    if (!bytes.ok()) return bytes.status();
    auto message = Encode(type, json, *bytes);
    if (!message.ok()) return message.status();
    messages.push_back(*std::move(message));
    rest.remove_prefix(size);
  }
  return messages;
}

absl::StatusOr<std::deque<grpc::ByteBuffer>> MessagesOf(const MethodDescriptor& method, Codec codec,
                                                        const ConnectRequest& request) {
  if (codec.stream) {
    auto messages = OpenEnvelopes(*method.input_type(), codec.json, request);
    if (messages.ok() && !method.client_streaming() && messages->size() != 1)
      return absl::InvalidArgumentError("the body must hold one message");
    return messages;
  }
  auto bytes = Uncompressed(request.body, request.content_encoding);
  if (!bytes.ok()) return bytes.status();
  auto message = Encode(*method.input_type(), codec.json, *bytes);
  if (!message.ok()) return message.status();
  std::deque<grpc::ByteBuffer> messages;
  messages.push_back(*std::move(message));
  return messages;
}

}  // namespace

ConnectGateway::ConnectGateway(std::shared_ptr<grpc::Channel> channel)
    : channel_(std::move(channel)), under_way_(std::make_unique<UnderWay>()) {}

ConnectGateway::~ConnectGateway() { Stop(); }

void ConnectGateway::Stop() { under_way_->Stop(); }

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

std::shared_ptr<ConnectCall> ConnectGateway::Start(const MethodDescriptor& method, ConnectRequest request,
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
  absl::StatusOr<std::deque<grpc::ByteBuffer>> messages =
      method.client_streaming() && method.server_streaming()
          ? absl::UnimplementedError("a stream in both directions needs gRPC")
          : MessagesOf(method, *codec, request);
  if (stream) {
    ConnectResponse header;
    header.content_type = codec->json ? "application/connect+json" : "application/connect+proto";
    const bool gzips = absl::StrContains(request.accept_encoding, "gzip");
    if (gzips) header.content_encoding = "gzip";
    peer->Begin(std::move(header));
    if (!messages.ok()) {
      boost::json::object trailer;
      trailer["error"] = ErrorObject(ToGrpc(messages.status()));
      peer->Part(Envelope(kEndOfStream, boost::json::serialize(trailer)), true);
      return nullptr;
    }
  } else if (!messages.ok()) {
    peer->Answer(Error(ToGrpc(messages.status())));
    return nullptr;
  }
  Call call{method,
            *codec,
            absl::StrContains(request.accept_encoding, "gzip"),
            hides_token,
            std::move(peer),
            [under_way = under_way_.get()](const ConnectCall* ended) { under_way->Remove(ended); }};
  if (stream) {
    auto streaming = std::make_shared<Stream>(std::move(call));
    under_way_->Add(streaming);
    streaming->Start(channel_, request, *std::move(messages));
    return streaming;
  }
  auto unary = std::make_shared<Unary>(std::move(call));
  under_way_->Add(unary);
  unary->Start(channel_, request, std::move(messages->front()));
  return unary;
}

}  // namespace klaim::services
