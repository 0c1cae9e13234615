// The event log: one order of events, one truth. Everything else can be made again from its records.
//
// One writer appends; any thread may read, at any time, what has been appended. The interface has nothing
// that only an embedded store could do, so that a distributed log can stand behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "engine/merkle/hash.h"
#include "engine/record/encoded_record.h"
#include "engine/storage/database_backup.h"
#include "engine/storage/table_files.h"

namespace klaim::log {

// What is read of a log: of one that grows, of one as it was at a record, or of files that somebody was given.
class LogReader {
 public:
  // Sees a record; false ends the reading. The bytes live only as long as the call.
  using Visitor = absl::FunctionRef<bool(uint64_t sequence, absl::string_view bytes)>;

  virtual ~LogReader() = default;

  // Reads records from a sequence on, in order, until the visitor or the log ends. DATA_LOSS where they are damaged, naming the
  // records and, where it is known, the file: never are any passed over.
  virtual absl::Status Read(uint64_t from, Visitor visitor) const = 0;

  // Reads the records of one stream, oldest first, up to one that was its last when the call began or since: none before it
  // is left out. NOT_FOUND when no stream has this number.
  virtual absl::Status ReadStream(uint64_t stream, Visitor visitor) const = 0;

  // Waits until there is a record of sequence `after` or later; false when the time is over, or after
  // Interrupt().
  virtual bool WaitForAppend(uint64_t after, absl::Duration timeout) const = 0;

  // The sequence that the next record will have; also the number of leaves of the tree.
  virtual uint64_t next_sequence() const = 0;

  // Hashes [first, first + count) of a level of the tree, as tiles hold them (engine/merkle/tree.h).
  virtual absl::StatusOr<std::vector<merkle::Hash>> Hashes(uint32_t level, uint64_t first,
                                                           uint64_t count) const = 0;

  // RFC 6962 root of the first `size` records.
  virtual absl::StatusOr<merkle::Hash> Root(uint64_t size) const = 0;
  virtual absl::StatusOr<std::vector<merkle::Hash>> InclusionProof(uint64_t sequence,
                                                                   uint64_t size) const = 0;
  virtual absl::StatusOr<std::vector<merkle::Hash>> ConsistencyProof(uint64_t from_size,
                                                                     uint64_t to_size) const = 0;
};

class EventLog : public LogReader {
 public:
  // Appends all records or none, and returns once they are durable, with their leaf hashes.
  // ABORTED when `expected_next_sequence` is not next_sequence(). Any other error means that it isn't known
  // whether the records are durable: the process must stop and open the log anew.
  virtual absl::StatusOr<std::vector<merkle::Hash>> Append(uint64_t expected_next_sequence,
                                                           const record::EncodedRecords& records) = 0;

  // Ends all waiting (WaitForAppend), now and later: the process is stopping.
  virtual void Interrupt() = 0;

  // How long ago this log was known to hold all that was acknowledged. A log that only follows another may be behind.
  virtual absl::Duration Lag() const { return absl::ZeroDuration(); }

  // For each fingerprint of a request the sequence of its first record, if it has one. To look for many at once costs
  // a fraction of one by one.
  virtual absl::StatusOr<std::vector<std::optional<uint64_t>>> FindRequests(
      absl::Span<const uint64_t> fingerprints) const = 0;

  // Adds a backup of all records to a folder, with notes of the same moment, and keeps so many
  // (engine/storage/database_backup.h).
  virtual absl::Status BackUp(const std::string&, uint32_t, const storage::BackupNotes&) const {
    return absl::UnimplementedError("this log is itself a copy: back up the one that it was made from");
  }

  // The files in which its records stand on this machine: for a check of what is on the disk.
  virtual std::vector<storage::TableFile> TableFiles() const { return {}; }
};

// Reads one record. NOT_FOUND when the log ends before it.
absl::Status ReadRecord(const LogReader& log, uint64_t sequence, v1::EventRecord& event);

// Leaf hashes of records that begin at a sequence.
std::vector<merkle::Hash> LeafHashes(uint64_t first_sequence, const record::EncodedRecords& records);

// Whose a request's name is: the actor's ("sari@12"), or that of its organisation ("@12").
absl::string_view RequestOwner(absl::string_view actor, bool of_organisation);

// Names a request: the first 8 bytes of SHA-256 over whose it is, a zero byte and request id. Two requests may
// share one, so whoever finds it reads the record and compares.
uint64_t RequestFingerprint(absl::string_view owner, absl::string_view request_id);

// The fingerprint of the request whose first record this is; 0 when it isn't the first of one.
uint64_t FingerprintOfFirstRecord(const v1::EventRecord& event);

}  // namespace klaim::log
