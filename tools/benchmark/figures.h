// Figures and their floors, printed as a line of JSON each.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace klaim::benchmark {

inline double SecondsSince(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

inline double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// The largest but the worst hundredth.
inline double Percentile99(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() * 99 / 100];
}

// Runs `once` three times and takes the median.
inline double MedianOfThree(const std::function<double()>& once) { return Median({once(), once(), once()}); }

// {"name":..,"value":..,"unit":..,"floor_name":..,"floor_value":..,"ratio":..}; without a floor the last
// three are left out.
void Print(const std::string& name, double value, const std::string& unit, const std::string& floor_name = "",
           double floor_value = 0);

// Resident memory of a process, in MiB; of this one for 0.
double ResidentMebibytes(int process = 0);

// Of all files in a folder and below.
double BytesBelow(const std::string& folder);

// Ends the benchmark, and says why, when something failed.
void Need(const absl::Status& status);
template <class Value>
Value Must(absl::StatusOr<Value> value) {
  Need(value.status());
  return *std::move(value);
}

// A fresh folder under the temporary one, removed with the process.
std::string FreshFolder(const std::string& name);

// The groups of figures.
void MeasureFiling();
void MeasureLog();
void MeasureUnary(bool quick);
void MeasureStream(bool quick);
void MeasureQueries(bool quick);
void MeasureGrowth(bool quick);
// Long ones.
void MeasureSize(uint64_t claims);
void MeasureRegister(uint64_t persons);
void MeasureOverload();
void MeasureSoak(uint64_t seconds);
void MeasureConsole(bool quick);
void MeasureEvidence(bool quick);
void MeasureVerify(bool quick);
void MeasureLinkage(bool quick);
void MeasureAllocation(bool quick);

}  // namespace klaim::benchmark
