// The benchmarks: each figure beside its floor, measured in this run by this program.

#include <malloc.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "engine/privacy/master_key.h"
#include "services/docket/docket_opening.h"
#include "services/docket/open_docket.h"
#include "tools/benchmark/figures.h"
#include "tools/benchmark/served.h"
#include "tools/benchmark/workload.h"

namespace klaim::benchmark {
namespace {

std::string Root() {
  return absl::StrCat(std::filesystem::temp_directory_path().string(), "/klaim-benchmark-", getpid());
}

// Files claims until there are `claims` of them, and folds them; claims a second of this part.
double GrowTo(services::OpenDocket& docket, const Fixtures& fixtures, uint64_t from, uint64_t claims) {
  const auto begin = std::chrono::steady_clock::now();
  FileInParts(*docket.sequencer, *docket.vault, fixtures, from, claims);
  docket.projector->WaitVisible(docket.log->next_sequence() - 1, absl::Seconds(300));
  return static_cast<double>(claims - from) / SecondsSince(begin);
}

}  // namespace

void Print(const std::string& name, double value, const std::string& unit, const std::string& floor_name,
           double floor_value, double wanted_ratio) {
  std::printf("{\"name\":\"%s\",\"value\":%.6g,\"unit\":\"%s\"", name.c_str(), value, unit.c_str());
  if (!floor_name.empty()) {
    std::printf(",\"floor_name\":\"%s\",\"floor_value\":%.6g", floor_name.c_str(), floor_value);
    if (floor_value != 0) std::printf(",\"ratio\":%.3f", value / floor_value);
    if (wanted_ratio != 0) std::printf(",\"wanted_ratio\":%.3g", wanted_ratio);
  }
  std::printf("}\n");
  std::fflush(stdout);
}

double ResidentMebibytes(int process) {
  std::ifstream statm(process == 0 ? "/proc/self/statm" : absl::StrCat("/proc/", process, "/statm"));
  uint64_t size = 0;
  uint64_t resident = 0;
  statm >> size >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

double BytesBelow(const std::string& folder) {
  uint64_t bytes = 0;
  std::error_code
      error;  // a file that goes away meanwhile, as a database's do, holds nothing; nor does a folder
  for (std::filesystem::recursive_directory_iterator entry(folder, error), end; entry != end;
       entry.increment(error)) {
    const uint64_t size = entry->file_size(error);
    if (!error) bytes += size;
  }
  return static_cast<double>(bytes);
}

void Need(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "benchmark: %s\n", status.ToString().c_str());
  std::_Exit(1);  // from any thread, while others go on
}

std::string FreshFolder(const std::string& name) {
  static int count = 0;
  std::string folder = absl::StrCat(Root(), "/", name, "-", count++);
  std::filesystem::create_directories(Root());
  return folder;
}

void MeasureGrowth(bool quick) {
  const std::string folder = FreshFolder("growth");
  std::filesystem::create_directories(folder);
  Need(privacy::CreateMasterKey(folder + "/master.key"));
  Fixtures fixtures;
  uint64_t claims = 0;
  double first_rate = 0;
  for (uint64_t size :
       quick ? std::vector<uint64_t>{200, 1'000} : std::vector<uint64_t>{10'000, 100'000, 1'000'000}) {
    auto docket = Must(services::Open(folder + "/data", folder + "/master.key", Need));
    if (claims == 0) Furnish(*docket->sequencer, fixtures);
    const double rate = GrowTo(*docket, fixtures, claims, size);
    if (claims == 0) first_rate = rate;
    claims = size;
    Print(absl::StrCat("filing_and_folding_up_to_", size, "_claims"), rate, "claims/s",
          "rate_of_the_smallest", first_rate, 0.8);
    Print(absl::StrCat("resident_memory_with_", size, "_claims"), ResidentMebibytes(), "MiB", "limit", 1536);
    docket.reset();
    Print(absl::StrCat("disk_a_claim_with_", size, "_claims"), BytesBelow(folder) / static_cast<double>(size),
          "bytes");
    malloc_trim(0);
    const auto begin = std::chrono::steady_clock::now();
    docket = Must(services::Open(folder + "/data", folder + "/master.key", Need));
    Print(absl::StrCat("start_with_", size, "_claims"), SecondsSince(begin), "s", "limit", 2);
  }
}

}  // namespace klaim::benchmark

int main(int argc, char** argv) try {
  CLI::App app("Measures Klaim against its floors; prints a line of JSON a figure.", "klaim_benchmark");
  bool quick = false;
  std::set<std::string> only;
  app.add_flag("--quick", quick,
               "All figures, the long ones too, of next to no data: shows that they are measured");
  std::string serve;
  std::string folder;
  app.add_option("--serve", serve)->group("");  // what tools/benchmark/served.cc starts
  app.add_option("--folder", folder)->group("");
  app.add_option(
      "--only", only,
      "filing, log, unary, stream, queries, console, evidence, verify, linkage, register, allocation, "
      "growth; or size, overload, soak, "
      "which are long and run only when they are named");
  uint64_t claims = 10'000'000;
  uint64_t persons = 1'000'000;
  uint64_t seconds = 3'600;
  app.add_option("--claims", claims, "How many claims --only size files")->capture_default_str();
  app.add_option("--persons", persons, "How many people the register grows to")->capture_default_str();
  app.add_option("--seconds", seconds, "How long --only soak lasts")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  // Debian builds Abseil with its search for deadlocks, which costs at every lock.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  if (!serve.empty()) return klaim::benchmark::Serve(serve, folder);
  const auto wanted = [&](const char* name) { return only.empty() || only.contains(name); };
  const auto wanted_long = [&](const char* name) { return only.contains(name) || (quick && only.empty()); };
  if (wanted("filing")) klaim::benchmark::MeasureFiling(quick);
  if (wanted("log")) klaim::benchmark::MeasureLog(quick);
  if (wanted("unary")) klaim::benchmark::MeasureUnary(quick);
  if (wanted("stream")) klaim::benchmark::MeasureStream(quick);
  if (wanted("queries")) klaim::benchmark::MeasureQueries(quick);
  if (wanted("console")) klaim::benchmark::MeasureConsole(quick);
  if (wanted("evidence")) klaim::benchmark::MeasureEvidence(quick);
  if (wanted("verify")) klaim::benchmark::MeasureVerify(quick);
  if (wanted("linkage")) klaim::benchmark::MeasureLinkage(quick);
  if (wanted("register")) klaim::benchmark::MeasureRegister(quick ? 10'000 : persons, quick);
  if (wanted("allocation")) klaim::benchmark::MeasureAllocation(quick);
  if (wanted("growth")) klaim::benchmark::MeasureGrowth(quick);
  if (wanted_long("size")) klaim::benchmark::MeasureSize(quick ? 1'000 : claims, quick);
  if (wanted_long("overload")) klaim::benchmark::MeasureOverload(quick);
  if (wanted_long("soak")) klaim::benchmark::MeasureSoak(quick ? 3 : seconds);
  std::filesystem::remove_all(klaim::benchmark::Root());
  std::fflush(stdout);
  std::_Exit(0);  // threads of gRPC may still be at work, and use what a return would take down
} catch (const std::exception& failure) {
  std::fprintf(stderr, "benchmark: %s\n", failure.what());
  return 1;
}
