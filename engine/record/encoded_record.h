// Records as the log takes them: serialised, and known to hold no personal data in clear.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/merkle/hash.h"

namespace klaim::v1 {
class EventRecord;
}  // namespace klaim::v1

namespace klaim::record {

// Largest serialised record, in bytes. A group of 100,000 members or a payment batch as large still fits.
inline constexpr size_t kMaxRecordBytes = 16 << 20;

// Most bytes of the records of one request, which stand in the log together or not at all.
inline constexpr size_t kMaxRequestBytes = 32 << 20;

// A run of records, one after the other in one buffer, in the order of their sequences. There is no way to
// put a record in that holds a clear Protected, so the log need not look again. Belongs to one thread at a
// time.
class EncodedRecords {
 public:
  struct Entry {
    size_t end;                    // offset behind the record's last byte
    uint64_t stream;               // EventRecord.stream
    uint32_t stream_version;       // EventRecord.stream_version
    uint64_t request_fingerprint;  // of (actor, request_id) in the first record of a request; 0 in the others
  };

  // Adds a record. `request_fingerprint` is 0 unless the record is the first of its request.
  absl::Status Add(const v1::EventRecord& event, uint64_t request_fingerprint);

  // Adds a record that was read back, `bytes`, of which `event` is what they hold.
  absl::Status Add(const v1::EventRecord& event, absl::string_view bytes, uint64_t request_fingerprint);

  // Takes back what was added after the first `count` records.
  void Truncate(size_t count);

  void Clear();
  bool empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }
  const Entry& entry(size_t index) const { return entries_[index]; }
  absl::string_view bytes(size_t index) const {
    const size_t begin = index == 0 ? 0 : entries_[index - 1].end;
    return absl::string_view(buffer_).substr(begin, entries_[index].end - begin);
  }
  size_t total_bytes() const { return buffer_.size(); }

 private:
  std::string buffer_;
  std::vector<Entry> entries_;
};

// The entry of the transparency log that stands for a record: its bytes are the leaf of the Merkle tree. That
// is the record itself, unless it is longer than an entry of C2SP tlog-tiles may be (65,535 bytes): then it is
// a text that names the record by its size and SHA-256, which is published beside the entries:
//   klaim large record v1
//   <sequence>
//   <size in bytes>
//   <SHA-256 in Base64>
// `kept` holds the text; the view lives as long as both arguments.
absl::string_view LogEntry(uint64_t sequence, absl::string_view record, std::string& kept);

// Whether an entry is such a text.
bool NamesLargeRecord(absl::string_view entry);

// RFC 6962 leaf hash of a record's entry.
merkle::Hash EntryHash(uint64_t sequence, absl::string_view record);

// The record from its bytes. DATA_LOSS naming `sequence` when they are not a record, or not that one.
absl::Status DecodeRecord(uint64_t sequence, absl::string_view bytes, v1::EventRecord& event);

}  // namespace klaim::record
