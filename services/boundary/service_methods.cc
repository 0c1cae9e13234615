#include "services/boundary/service_methods.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/arena.h"
#include "grpcpp/support/message_allocator.h"
#include "services/identity/methods.h"

namespace klaim::services {

// A message of whichever type the method has.
struct AnyMessage {
  google::protobuf::Message* message = nullptr;
};

namespace {

[[noreturn]] void StopSince(const std::string& type, const char* what) {
  std::fprintf(stderr, "klaim: %s %s\n", type.c_str(), what);
  std::abort();
}

}  // namespace
}  // namespace klaim::services

namespace grpc {

template <>
class SerializationTraits<klaim::services::AnyMessage, void> {
 public:
  static Status Serialize(const klaim::services::AnyMessage& any, ByteBuffer* bytes, bool* own_buffer) {
    return SerializationTraits<google::protobuf::Message>::Serialize(*any.message, bytes, own_buffer);
  }
  static Status Deserialize(ByteBuffer* bytes, klaim::services::AnyMessage* any) {
    return SerializationTraits<google::protobuf::Message>::Deserialize(bytes, any->message);
  }
};

}  // namespace grpc

namespace klaim::services {

using google::protobuf::MethodDescriptor;
using grpc::internal::RpcMethod;
using grpc::internal::RpcServiceMethod;

// Thread-safe.
class ServiceMethods::ArenaMessages final : public grpc::MessageAllocator<AnyMessage, AnyMessage> {
 public:
  ArenaMessages(const Message& request, const Message& response) : request_(request), response_(response) {}

  grpc::MessageHolder<AnyMessage, AnyMessage>* AllocateMessages() override {
    return new Holder(request_, response_);
  }

 private:
  class Holder final : public grpc::MessageHolder<AnyMessage, AnyMessage> {
   public:
    Holder(const Message& request, const Message& response)
        : arena_(Options()), any_request_{request.New(&arena_)}, any_response_{response.New(&arena_)} {
      set_request(&any_request_);
      set_response(&any_response_);
    }
    void Release() override { delete this; }

   private:
    static google::protobuf::ArenaOptions Options() {
      google::protobuf::ArenaOptions options;
      options.start_block_size = 4096;  // a whole filing, sealed
      return options;
    }
    google::protobuf::Arena arena_;
    AnyMessage any_request_;
    AnyMessage any_response_;
  };

  const Message& request_;
  const Message& response_;
};

ServiceMethods::ServiceMethods() = default;
ServiceMethods::~ServiceMethods() = default;

void ServiceMethods::AddUnary(const Message& request, const Message& response, Unary method) {
  using Handler = grpc::internal::CallbackUnaryHandler<AnyMessage, AnyMessage>;
  auto handler = std::make_unique<Handler>([method = std::move(method)](grpc::CallbackServerContext* context,
                                                                        const AnyMessage* any_request,
                                                                        AnyMessage* any_response) {
    return method(context, any_request->message, any_response->message);
  });
  handler->SetMessageAllocator(messages_.emplace_back(new ArenaMessages(request, response)).get());
  Add(request.GetDescriptor(), RpcMethod::NORMAL_RPC, std::move(handler));
}

void ServiceMethods::Add(const google::protobuf::Descriptor* request_type, RpcMethod::RpcType type,
                         std::unique_ptr<grpc::internal::MethodHandler> handler) {
  const MethodDescriptor* method = MethodOf(request_type);
  if (method == nullptr) StopSince(request_type->full_name(), "is the request of no method");
  const int index = static_cast<int>(taken_.size());
  taken_.push_back(method);
  paths_.push_back(absl::StrCat("/", method->service()->full_name(), "/", method->name()));
  AddMethod(new RpcServiceMethod(paths_.back().c_str(), type, nullptr));
  MarkMethodCallback(index, handler.release());
}

void ServiceMethods::CheckComplete() const {
  const google::protobuf::ServiceDescriptor& service = *taken_.front()->service();
  for (int m = 0; m < service.method_count(); ++m) {
    if (!absl::c_linear_search(taken_, service.method(m)))
      StopSince(service.method(m)->full_name(), "isn't served");
  }
}

}  // namespace klaim::services
