#include "engine/record/encoded_record.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/merkle/checkpoint.h"
#include "engine/merkle/tiles.h"
#include "engine/record/protected_fields.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::record {
namespace {

constexpr char kLargeRecord[] = "klaim large record v1\n";

}  // namespace

absl::Status EncodedRecords::Add(const v1::EventRecord& event, uint64_t request_fingerprint) {
  RETURN_IF_ERROR(RequireSealed(event));
  const size_t size = event.ByteSizeLong();
  if (size > kMaxRecordBytes) {
    return absl::InvalidArgumentError(absl::StrCat("this request makes an event of ", size,
                                                   " bytes, more than the ", kMaxRecordBytes,
                                                   " that one may have; split it"));
  }
  const size_t begin = buffer_.size();
  buffer_.resize(begin + size);
  event.SerializeWithCachedSizesToArray(reinterpret_cast<uint8_t*>(buffer_.data() + begin));
  entries_.push_back({buffer_.size(), event.stream(), event.stream_version(), request_fingerprint});
  return absl::OkStatus();
}

absl::Status EncodedRecords::Add(const v1::EventRecord& event, absl::string_view bytes,
                                 uint64_t request_fingerprint) {
  RETURN_IF_ERROR(RequireSealed(event));
  buffer_.append(bytes.data(), bytes.size());
  entries_.push_back({buffer_.size(), event.stream(), event.stream_version(), request_fingerprint});
  return absl::OkStatus();
}

void EncodedRecords::Truncate(size_t count) {
  buffer_.resize(count == 0 ? 0 : entries_[count - 1].end);
  entries_.resize(count);
}

void EncodedRecords::Clear() {
  buffer_.clear();
  entries_.clear();
}

absl::string_view LogEntry(uint64_t sequence, absl::string_view record, std::string& kept) {
  if (record.size() <= merkle::kMaxEntryBytes) return record;
  kept = absl::StrCat(kLargeRecord, sequence, "\n", record.size(), "\n",
                      merkle::HashText(merkle::Sha256(record)), "\n");
  return kept;
}

bool NamesLargeRecord(absl::string_view entry) {
  // No record begins like this: its first field is a number.
  return absl::StartsWith(entry, kLargeRecord);
}

merkle::Hash EntryHash(uint64_t sequence, absl::string_view record) {
  std::string kept;
  return merkle::LeafHash(LogEntry(sequence, record, kept));
}

absl::Status DecodeRecord(uint64_t sequence, absl::string_view bytes, v1::EventRecord& event) {
  if (!event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError(
        absl::StrCat("record ", sequence, " of the log can't be read: its bytes are damaged"));
  }
  if (event.sequence() != sequence) {
    return absl::DataLossError(
        absl::StrCat("record ", sequence, " of the log says that it is number ", event.sequence()));
  }
  return absl::OkStatus();
}

}  // namespace klaim::record
