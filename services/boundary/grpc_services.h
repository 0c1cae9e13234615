// The gRPC services of a room, for the server to register. What they refer to must live longer.
#pragma once

#include <memory>
#include <vector>

#include "grpcpp/impl/service_type.h"

namespace klaim::services {

using GrpcServices = std::vector<std::unique_ptr<grpc::Service>>;

// One list of these.
template <class... Service>
GrpcServices ListOf(std::unique_ptr<Service>... service) {
  GrpcServices services;
  (services.push_back(std::move(service)), ...);
  return services;
}

}  // namespace klaim::services
