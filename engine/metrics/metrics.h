// What a process counts and measures of itself, for Prometheus. Each subsystem has a file of its own that names its metrics
// (NAME_metrics.h beside it), and adds to them where things happen; the page /metrics tells all of this process at once
// (services/web/metrics_page.h). Numbers alone, never a name, key or number of anybody. Thread-safe.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <string>

#include "absl/time/time.h"

namespace klaim::metrics {

// Each is made once in a process: the caller keeps the reference. A counter's name ends in _total, a time's in _seconds.
prometheus::Counter& Counter(const std::string& name, const std::string& help);
prometheus::Gauge& Gauge(const std::string& name, const std::string& help);
// Of times, from 100 µs to a minute.
prometheus::Histogram& Seconds(const std::string& name, const std::string& help);
// Of how many, from 1 to 10,000.
prometheus::Histogram& Amounts(const std::string& name, const std::string& help);

// By labels that few values are known of: prometheus::Family::Add.
prometheus::Family<prometheus::Counter>& Counters(const std::string& name, const std::string& help);
prometheus::Family<prometheus::Histogram>& Histograms(const std::string& name, const std::string& help);
// The bounds of Seconds.
const prometheus::Histogram::BucketBoundaries& SecondsBounds();

// The metrics of a subsystem, a struct of references to them: the same in all of the process, and told at 0 from when this is called first.
template <class Subsystem>
Subsystem& Of() {
  static auto& metrics = *new Subsystem();
  return metrics;
}

// Adds how long it lives to a histogram of seconds.
class Timed {
 public:
  explicit Timed(prometheus::Histogram& seconds);
  ~Timed();
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

 private:
  prometheus::Histogram& seconds_;
  const absl::Duration began_;
};

// All of them, in Prometheus' text format.
std::string Text();

}  // namespace klaim::metrics
