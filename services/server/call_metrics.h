// What gRPC's server tells of its calls: how many of each method ended with which code, and how long they took. Seen where gRPC hands a call
// over and takes its status back, so that no method can be left out.
#pragma once

#include <memory>
#include <vector>

#include "grpcpp/support/server_interceptor.h"

namespace klaim::services {

// klaim_calls_total{method, code} and klaim_call_seconds{method}: "klaim.v1.IntakeService/FileClaim", and the name of a google.rpc.Code.
std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> CallMetrics();

}  // namespace klaim::services
