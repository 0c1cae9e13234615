#include "engine/log/log_copy.h"

#include "engine/record/encoded_record.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::log {
namespace {

constexpr size_t kBatchRecords = 2'000;
constexpr size_t kBatchBytes = 4 << 20;

}  // namespace

absl::Status CopyRecords(const LogReader& from, uint64_t size, EventLog& to,
                         absl::FunctionRef<void(uint64_t records)> progress) {
  record::EncodedRecords records;
  v1::EventRecord event;
  absl::Status status;
  const auto append = [&] {
    if (!records.empty()) status = to.Append(to.next_sequence(), records).status();
    records.Clear();
    progress(to.next_sequence());
  };
  absl::Status read = from.Read(to.next_sequence(), [&](uint64_t sequence, absl::string_view bytes) {
    if (sequence >= size) return false;
    status = record::DecodeRecord(sequence, bytes, event);
    const uint64_t fingerprint = status.ok() ? FingerprintOfFirstRecord(event) : 0;
    // Whoever reads a part of the copy sees whole requests.
    if (fingerprint != 0 && (records.size() >= kBatchRecords || records.total_bytes() >= kBatchBytes)) {
      append();
    }
    if (status.ok()) status = records.Add(event, bytes, fingerprint);
    return status.ok();
  });
  if (!read.ok()) return read;
  if (status.ok()) append();
  return status;
}

}  // namespace klaim::log
