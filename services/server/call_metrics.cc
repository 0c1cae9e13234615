#include "services/server/call_metrics.h"

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "engine/metrics/metrics.h"
#include "engine/time/steady.h"

namespace klaim::services {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::Interceptor;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerRpcInfo;

// Of one method; made when it is called first.
struct MethodMetrics {
  prometheus::Histogram* took = nullptr;
  absl::flat_hash_map<int, prometheus::Counter*> ended;  // by code
};

class AllMethods {
 public:
  void Note(const std::string& method, grpc::StatusCode code, absl::Duration took) {
    absl::MutexLock lock(&mutex_);
    MethodMetrics& metrics = methods_[method];
    if (metrics.took == nullptr) metrics.took = &took_.Add({{"method", method}}, metrics::SecondsBounds());
    prometheus::Counter*& ended = metrics.ended[code];
    if (ended == nullptr) {
      ended = &ended_.Add(
          {{"method", method}, {"code", absl::StatusCodeToString(static_cast<absl::StatusCode>(code))}});
    }
    metrics.took->Observe(absl::ToDoubleSeconds(took));
    ended->Increment();
  }

 private:
  prometheus::Family<prometheus::Counter>& ended_ =
      metrics::Counters("klaim_calls_total", "Calls that ended, by method and code");
  prometheus::Family<prometheus::Histogram>& took_ =
      metrics::Histograms("klaim_call_seconds", "How long calls took, from their first byte to their status");
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, MethodMetrics> methods_ ABSL_GUARDED_BY(mutex_);
};

class CallMetricsOfOne final : public Interceptor {
 public:
  explicit CallMetricsOfOne(const ServerRpcInfo& info)
      : method_(absl::StripPrefix(info.method(), "/")), began_(steady::Now()) {}

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS))
      metrics::Of<AllMethods>().Note(method_, methods->GetSendStatus().error_code(), steady::Now() - began_);
    methods->Proceed();
  }

 private:
  const std::string method_;
  const absl::Duration began_;
};

class Factory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  Interceptor* CreateServerInterceptor(ServerRpcInfo* info) override { return new CallMetricsOfOne(*info); }
};

}  // namespace

std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> CallMetrics() {
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> factories;
  factories.push_back(std::make_unique<Factory>());
  return factories;
}

}  // namespace klaim::services
