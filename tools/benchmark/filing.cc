// Durable filing in process, and reading the log, against RocksDB itself.

#include <rocksdb/db.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>

#include "absl/strings/str_cat.h"
#include "engine/domain/claims/claim.h"
#include "engine/record/byte_order.h"
#include "projections/core/projector.h"
#include "tools/benchmark/figures.h"
#include "tools/benchmark/workload.h"

namespace klaim::benchmark {
namespace {

std::unique_ptr<rocksdb::DB> OpenRaw(const std::string& folder) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kNoCompression;
  rocksdb::DB* db = nullptr;
  if (!rocksdb::DB::Open(options, folder, &db).ok()) std::exit(1);
  return std::unique_ptr<rocksdb::DB>(db);
}

// Synced batches of records under sequential keys.
double RawEventsASecond(uint64_t events, size_t batch_size, size_t record_bytes) {
  const std::string folder = FreshFolder("raw");
  auto db = OpenRaw(folder);
  const std::string record(record_bytes, 'r');
  rocksdb::WriteOptions durable;
  durable.sync = true;
  const auto begin = std::chrono::steady_clock::now();
  for (uint64_t sequence = 0; sequence < events;) {
    rocksdb::WriteBatch batch;
    for (size_t i = 0; i < batch_size; ++i, ++sequence) {
      std::string key;
      record::AppendBig64(key, sequence);
      batch.Put(key, record);
    }
    db->Write(durable, &batch);
  }
  return static_cast<double>(events) / SecondsSince(begin);
}

struct Filed {
  double events_a_second;
  double record_bytes;
};

// Requests are made and sealed beforehand; the queue is filled while the sequencer drains it.
Filed FileInProcess(uint64_t events_wanted, size_t events_a_batch, bool whole) {
  const size_t events_a_filing = whole ? 3 : 1;
  auto docket = OpenBenchDocket(FreshFolder("filing"), std::max<size_t>(1, events_a_batch / events_a_filing));
  uint64_t claimant_id = 0;
  if (!whole) {
    const SealedFiling first = SealedAtTheBoundary(WholeFiling(docket->fixtures, 0), *docket->vault);
    claimant_id = RunNow(*docket->sequencer, "first", [&](auto& d, const auto& c, auto& out) {
      return domain::Decide(first.request, d, c, out);
    });
  }
  const uint64_t count = events_wanted / events_a_filing;
  std::vector<SealedFiling> filings;
  filings.reserve(count);
  for (uint64_t i = 1; i <= count; ++i) {
    filings.push_back(SealedAtTheBoundary(whole
                                              ? WholeFiling(docket->fixtures, i)
                                              : FilingFor(docket->fixtures, i, claimant_id, claimant_id + 1),
                                          *docket->vault));
  }
  const uint64_t before = docket->log->next_sequence();
  const auto begin = std::chrono::steady_clock::now();
  FileAll(*docket->sequencer, *docket->vault, filings);
  const double seconds = SecondsSince(begin);
  const uint64_t events = docket->log->next_sequence() - before;
  uint64_t bytes = 0;
  (void)docket->log->Read(before, [&](uint64_t, absl::string_view record) {
    bytes += record.size();
    return true;
  });
  return {static_cast<double>(events) / seconds, static_cast<double>(bytes) / static_cast<double>(events)};
}

}  // namespace

void MeasureFiling(bool quick) {
  const uint64_t events = quick ? 3'000 : 200'000;
  for (size_t batch : {size_t{256}, size_t{1024}}) {
    const double raw = MedianOfThree([&] { return RawEventsASecond(events, batch, 400); });
    for (bool whole : {false, true}) {
      double record_bytes = 0;
      const double filed = MedianOfThree([&] {
        const Filed result = FileInProcess(events, batch, whole);
        record_bytes = result.record_bytes;
        return result.events_a_second;
      });
      const std::string what = whole ? "whole_filings" : "claims_for_known_cases";
      const std::string name = absl::StrCat("durable_filing_in_process_", what, "_batch_", batch);
      const std::string floor = absl::StrCat("raw_rocksdb_synced_batch_", batch);
      Print(name, filed, "events/s", floor + "_of_400_bytes", raw, 0.5);
      const double raw_same_size =
          MedianOfThree([&] { return RawEventsASecond(events, batch, static_cast<size_t>(record_bytes)); });
      Print(name + "_same_size", filed, "events/s",
            absl::StrCat(floor, "_of_", static_cast<int>(record_bytes), "_bytes"), raw_same_size);
    }
  }
}

void MeasureLog(bool quick) {
  auto docket = OpenBenchDocket(FreshFolder("log"), 1024);
  FileInParts(*docket->sequencer, *docket->vault, docket->fixtures, 0, quick ? 2'000 : 100'000);
  const uint64_t events = docket->log->next_sequence();
  // The floor holds the very same records, one a key.
  auto raw = OpenRaw(FreshFolder("raw-scan"));
  (void)docket->log->Read(0, [&](uint64_t sequence, absl::string_view bytes) {
    std::string key;
    record::AppendBig64(key, sequence);
    raw->Put(rocksdb::WriteOptions(), key, rocksdb::Slice(bytes.data(), bytes.size()));
    return true;
  });
  raw->Flush(rocksdb::FlushOptions());
  const double raw_scan = MedianOfThree([&] {
    const auto begin = std::chrono::steady_clock::now();
    std::unique_ptr<rocksdb::Iterator> rows(raw->NewIterator(rocksdb::ReadOptions()));
    uint64_t sum = 0;
    for (rows->SeekToFirst(); rows->Valid(); rows->Next())
      sum += rows->value().size() + static_cast<uint8_t>(rows->value()[0]);
    return sum == 0 ? 0 : static_cast<double>(events) / SecondsSince(begin);
  });
  const double log_scan = MedianOfThree([&] {
    const auto begin = std::chrono::steady_clock::now();
    uint64_t sum = 0;
    (void)docket->log->Read(0, [&](uint64_t, absl::string_view bytes) {
      sum += bytes.size() + static_cast<uint8_t>(bytes[0]);
      return true;
    });
    return sum == 0 ? 0 : static_cast<double>(events) / SecondsSince(begin);
  });
  Print("log_read", log_scan, "events/s", "raw_rocksdb_scan_of_the_same_records", raw_scan, 0.7);
  int round = 0;
  const double rebuild = MedianOfThree([&] {
    auto projector =
        projections::Projector::Open(FreshFolder(absl::StrCat("rebuild", round++)), *docket->log);
    if (!projector.ok()) std::exit(1);
    std::promise<void> caught_up;
    const auto begin = std::chrono::steady_clock::now();
    (*projector)->Start([](const absl::Status&) { std::exit(1); });
    (*projector)->WhenVisible(events - 1, [&](bool) { caught_up.set_value(); });
    caught_up.get_future().wait();
    return static_cast<double>(events) / SecondsSince(begin);
  });
  Print("rebuild_all_projections", rebuild, "events/s", "target", 300'000);
}

}  // namespace klaim::benchmark
