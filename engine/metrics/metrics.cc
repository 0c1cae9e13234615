#include "engine/metrics/metrics.h"

#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "engine/time/steady.h"

namespace klaim::metrics {
namespace {

prometheus::Registry& OfThisProcess() {
  static auto& registry = *new prometheus::Registry();
  return registry;
}

}  // namespace

prometheus::Counter& Counter(const std::string& name, const std::string& help) {
  return Counters(name, help).Add({});
}

prometheus::Gauge& Gauge(const std::string& name, const std::string& help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(OfThisProcess()).Add({});
}

prometheus::Histogram& Seconds(const std::string& name, const std::string& help) {
  return Histograms(name, help).Add({}, SecondsBounds());
}

prometheus::Histogram& Amounts(const std::string& name, const std::string& help) {
  return Histograms(name, help)
      .Add({}, prometheus::Histogram::BucketBoundaries{1, 3, 10, 30, 100, 300, 1'000, 3'000, 10'000});
}

prometheus::Family<prometheus::Counter>& Counters(const std::string& name, const std::string& help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(OfThisProcess());
}

prometheus::Family<prometheus::Histogram>& Histograms(const std::string& name, const std::string& help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(OfThisProcess());
}

const prometheus::Histogram::BucketBoundaries& SecondsBounds() {
  static const auto& bounds = *new prometheus::Histogram::BucketBoundaries{
      0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 60};
  return bounds;
}

Timed::Timed(prometheus::Histogram& seconds) : seconds_(seconds), began_(steady::Now()) {}
Timed::~Timed() { seconds_.Observe(absl::ToDoubleSeconds(steady::Now() - began_)); }

std::string Text() { return prometheus::TextSerializer().Serialize(OfThisProcess().Collect()); }

}  // namespace klaim::metrics
