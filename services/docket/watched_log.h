// A log that tells of damage wherever it is met: whoever reads it needs not.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/log/event_log.h"
#include "services/docket/damage.h"

namespace klaim::services {

// `damages` must live longer.
class WatchedLog final : public log::EventLog {
 public:
  WatchedLog(std::unique_ptr<log::EventLog> log, Damages& damages)
      : log_(std::move(log)), damages_(damages) {}

  absl::StatusOr<std::vector<merkle::Hash>> Append(uint64_t expected_next_sequence,
                                                   const record::EncodedRecords& records) override {
    return log_->Append(expected_next_sequence, records);
  }
  absl::Status Read(uint64_t from, Visitor visitor) const override {
    uint64_t next = from;
    return Told(log_->Read(from,
                           [&](uint64_t sequence, absl::string_view bytes) {
                             next = sequence + 1;
                             return visitor(sequence, bytes);
                           }),
                [&] { return absl::StrCat("records from ", next, " on"); });
  }
  absl::Status ReadStream(uint64_t stream, Visitor visitor) const override {
    return Told(log_->ReadStream(stream, visitor),
                [&] { return absl::StrCat("records of number ", stream); });
  }
  bool WaitForAppend(uint64_t after, absl::Duration timeout) const override {
    return log_->WaitForAppend(after, timeout);
  }
  void Interrupt() override { log_->Interrupt(); }
  absl::Duration Lag() const override { return log_->Lag(); }
  uint64_t next_sequence() const override { return log_->next_sequence(); }
  // The index of requests isn't the log: it is made again.
  absl::StatusOr<std::vector<std::optional<uint64_t>>> FindRequests(
      absl::Span<const uint64_t> fingerprints) const override {
    return log_->FindRequests(fingerprints);
  }
  absl::Status BackUp(const std::string& folder, uint32_t keep,
                      const storage::BackupNotes& notes) const override {
    return log_->BackUp(folder, keep, notes);
  }
  std::vector<storage::TableFile> TableFiles() const override { return log_->TableFiles(); }
  absl::StatusOr<std::vector<merkle::Hash>> Hashes(uint32_t level, uint64_t first,
                                                   uint64_t count) const override {
    return Tree(log_->Hashes(level, first, count));
  }
  absl::StatusOr<merkle::Hash> Root(uint64_t size) const override { return Tree(log_->Root(size)); }
  absl::StatusOr<std::vector<merkle::Hash>> InclusionProof(uint64_t sequence, uint64_t size) const override {
    return Tree(log_->InclusionProof(sequence, size));
  }
  absl::StatusOr<std::vector<merkle::Hash>> ConsistencyProof(uint64_t from_size,
                                                             uint64_t to_size) const override {
    return Tree(log_->ConsistencyProof(from_size, to_size));
  }

 private:
  absl::Status Told(absl::Status status, absl::FunctionRef<std::string()> holds) const {
    if (!absl::IsDataLoss(status)) return status;
    const std::string what(status.message());
    damages_.Note({DamagedPart::kLog, storage::TableFileNamedIn(what), holds(), what});
    return status;
  }
  template <class Answer>
  absl::StatusOr<Answer> Tree(absl::StatusOr<Answer> answer) const {
    Told(answer.status(), [] { return std::string("hashes of the tree"); }).IgnoreError();
    return answer;
  }

  const std::unique_ptr<log::EventLog> log_;
  Damages& damages_;
};

}  // namespace klaim::services
