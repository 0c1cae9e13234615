// A read model: what the log says, arranged for a question. It is a fold of the log and nothing else, so it
// can be dropped and made again, to the byte, at any sequence.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message_lite.h"

namespace klaim::v1 {
class EventRecord;
}  // namespace klaim::v1

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
class Snapshot;
}  // namespace rocksdb

namespace klaim::projections {

// The rows of one read model while events are folded into it: reads see what was written before, and
// everything since the last commit becomes visible to queries, with the checkpoint, at once. Belongs to the
// projecting thread.
class Rows {
 public:
  Rows(rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family) : db_(db), family_(family) {}

  std::optional<std::string> Get(const std::string& key);

  // The row as a message; an empty one where there is none. One that can't be parsed is not there either, but fails
  // the fold.
  template <class Message>
  Message Read(const std::string& key) {
    Message message;
    if (const auto row = Get(key); row.has_value()) Parse(key, *row, message);
    return message;
  }

  // A row's value as a message; false, with the message empty and the fold failed, when it can't be one.
  bool Parse(absl::string_view key, absl::string_view value, google::protobuf::MessageLite& message);

  // The row, or nothing. One of fewer bytes fails the fold.
  std::optional<std::string> GetWhole(const std::string& key, size_t least_bytes);

  // What stands in this row isn't what folding leaves there: the fold fails with DATA_LOSS, and is not committed.
  void Fail(absl::string_view key);

  void Put(std::string key, std::string value) {
    changes_.insert_or_assign(std::move(key), std::move(value));
  }
  void Delete(std::string key) { changes_.insert_or_assign(std::move(key), std::nullopt); }

  // Rows whose key begins with `prefix`, by key. Reads everything before the first visit, so visits may
  // change rows.
  void Scan(const std::string& prefix,
            absl::FunctionRef<void(const std::string& key, const std::string& value)> visit);

  // Writes the changes and the checkpoint in one batch.
  absl::Status Commit(uint32_t version, uint64_t next_sequence);

  // An error of an earlier Get, Read, Parse or Scan; a fold that couldn't read must not be committed.
  const absl::Status& status() const { return status_; }
  size_t changes() const { return changes_.size(); }

 private:
  rocksdb::DB* db_;
  rocksdb::ColumnFamilyHandle* family_;
  absl::flat_hash_map<std::string, std::optional<std::string>> changes_;
  absl::Status status_;
};

// Keys of rows begin with a letter for their kind, and may not begin with '\0', under which the checkpoint
// stands.
class Projection {
 public:
  virtual ~Projection() = default;
  virtual std::string name() const = 0;
  // Raise it when rows or their meaning change: the read model is then made again.
  virtual uint32_t version() const = 0;
  // What is kept in memory between events, from the rows.
  virtual void Load(Rows&) {}
  // Folds the next event. Must be total: any event in the log can be folded, also when rows can't be read (Rows::status).
  virtual void Apply(const v1::EventRecord& event, Rows& rows) = 0;
  // Writes what was only counted in memory, before each commit.
  virtual void BeforeCommit(Rows&) {}
};

// A key: a letter, then numbers big-endian or text.
class Key {
 public:
  explicit Key(char kind) : text_(1, kind) {}
  Key& Number(uint64_t number);
  Key& Text(absl::string_view text) {
    text_.append(text.data(), text.size());
    return *this;
  }
  operator std::string() && { return std::move(text_); }
  operator std::string() const& { return text_; }

 private:
  std::string text_;
};

// DATA_LOSS that names a row of a read model: its kind, and the rest of its key in hexadecimal digits.
absl::Status DamagedRow(absl::string_view read_model, absl::string_view key);

// The number at `offset` of a key.
uint64_t NumberAt(absl::string_view key, size_t offset);

// All read models of a docket, in the order in which they are folded (projections/all_projections.cc).
std::vector<std::unique_ptr<Projection>> AllProjections();

}  // namespace klaim::projections
