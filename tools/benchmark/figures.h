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

// {"name":..,"value":..,"unit":..,"floor_name":..,"floor_value":..,"ratio":..,"wanted_ratio":..}; without a floor the
// last four are left out, the last one where none is wanted. A floor named "target", "wanted" or "limit" wasn't measured.
// Numbers in names are sizes: names that are otherwise alike stand in one row of docs/performance.md (table.mjs).
void Print(const std::string& name, double value, const std::string& unit, const std::string& floor_name = "",
           double floor_value = 0, double wanted_ratio = 0);

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

// The groups of figures. Quick ones are of a few seconds' data: they show that all is measured, and say nothing.
void MeasureFiling(bool quick);
void MeasureLog(bool quick);
void MeasureUnary(bool quick);
void MeasureStream(bool quick);
void MeasureQueries(bool quick);
void MeasureGrowth(bool quick);
void MeasureRegister(uint64_t persons, bool quick);
void MeasureConsole(bool quick);
void MeasureEvidence(bool quick);
void MeasureVerify(bool quick);
void MeasureLinkage(bool quick);
void MeasureAllocation(bool quick);
// Long ones.
void MeasureSize(uint64_t claims, bool quick);
void MeasureOverload(bool quick);
void MeasureSoak(uint64_t seconds);

}  // namespace klaim::benchmark
