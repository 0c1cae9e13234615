// The methods of a gRPC service, each answered by a member function of the class that derives from this. It stands in
// the place of the base class that gRPC generates, which compiles a handler of its own for every method: all methods
// with one request and one answer share one handler here, and have their messages on an arena of the call's own
// (a filing has dozens of messages and strings, and freeing them one by one costs more than parsing them).
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/message.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/impl/codegen/server_callback_handlers.h"
#include "grpcpp/impl/service_type.h"
#include "proto/request_parser.h"

namespace klaim::services {

// Must live as long as the server.
class ServiceMethods : public grpc::Service {
 public:
  ~ServiceMethods() override;

 protected:
  ServiceMethods();

  // Takes member functions for the methods of their request types: to be called once, with every method of the
  // service. The process ends when one of the service's methods is missing, or a request is of no method.
  template <class... Methods>
  void Serve(Methods... methods) {
    (Take(methods), ...);
    CheckComplete();
  }

 private:
  using Message = google::protobuf::Message;
  using Unary =
      std::function<grpc::ServerUnaryReactor*(grpc::CallbackServerContext*, const Message*, Message*)>;
  class ArenaMessages;

  template <class Self, class Request, class Response>
  void Take(grpc::ServerUnaryReactor* (Self::*method)(grpc::CallbackServerContext*, const Request*,
                                                      Response*)) {
    AddUnary(Request::default_instance(), Response::default_instance(),
             [self = static_cast<Self*>(this), method](grpc::CallbackServerContext* context,
                                                       const Message* request, Message* response) {
               return (self->*method)(context, static_cast<const Request*>(request),
                                      static_cast<Response*>(response));
             });
  }

  template <class Self, class Request, class Response>
  void Take(grpc::ServerWriteReactor<Response>* (Self::*method)(grpc::CallbackServerContext*,
                                                                const Request*)) {
    Add(Request::descriptor(), grpc::internal::RpcMethod::SERVER_STREAMING,
        std::make_unique<grpc::internal::CallbackServerStreamingHandler<Request, Response>>(
            std::bind_front(method, static_cast<Self*>(this))));
  }

  template <class Self, class Request, class Response>
  void Take(grpc::ServerReadReactor<Request>* (Self::*method)(grpc::CallbackServerContext*, Response*)) {
    Add(Request::descriptor(), grpc::internal::RpcMethod::CLIENT_STREAMING,
        std::make_unique<grpc::internal::CallbackClientStreamingHandler<Request, Response>>(
            std::bind_front(method, static_cast<Self*>(this))));
  }

  template <class Self, class Request, class Response>
  void Take(grpc::ServerBidiReactor<Request, Response>* (Self::*method)(grpc::CallbackServerContext*)) {
    Add(Request::descriptor(), grpc::internal::RpcMethod::BIDI_STREAMING,
        std::make_unique<grpc::internal::CallbackBidiHandler<Request, Response>>(
            std::bind_front(method, static_cast<Self*>(this))));
  }

  void AddUnary(const Message& request, const Message& response, Unary method);
  void Add(const google::protobuf::Descriptor* request_type, grpc::internal::RpcMethod::RpcType type,
           std::unique_ptr<grpc::internal::MethodHandler> handler);
  void CheckComplete() const;

  std::vector<const google::protobuf::MethodDescriptor*> taken_;
  std::deque<std::string> paths_;  // of which gRPC keeps the address alone
  std::vector<std::unique_ptr<ArenaMessages>> messages_;
};

}  // namespace klaim::services
