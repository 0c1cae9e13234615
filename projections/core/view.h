// A read model as queries see it.
#pragma once

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/base/return_if_error.h"
#include "google/protobuf/message_lite.h"

namespace rocksdb {
class ColumnFamilyHandle;
class DB;
class Status;
}  // namespace rocksdb

namespace klaim::projections {

// Who is told of damage that a query met.
class DamageNotes {
 public:
  virtual ~DamageNotes() = default;
  // From any thread.
  virtual void NoteDamage(const std::string& read_model, const absl::Status& damage) const = 0;
};

// Rows of one read model as queries see them: committed ones only. Thread-safe.
class View {
 public:
  View(const DamageNotes& notes, rocksdb::DB* db, rocksdb::ColumnFamilyHandle* family)
      : notes_(&notes), db_(db), family_(family) {}

  // The row, or nothing.
  absl::StatusOr<std::optional<std::string>> Get(const std::string& key) const;

  // The row as a message, or nothing. DATA_LOSS that names the row where it can't be one: the read model is damaged then.
  template <class Message>
  absl::StatusOr<std::optional<Message>> Read(const std::string& key) const {
    ASSIGN_OR_RETURN(auto row, Get(key));
    std::optional<Message> message;
    if (!row.has_value()) return message;
    RETURN_IF_ERROR(Parse(key, *row, message.emplace()));
    return message;
  }

  // The row of a thing that another row of this read model names: DATA_LOSS also where there is none.
  template <class Message>
  absl::StatusOr<Message> ReadNamed(const std::string& key) const {
    ASSIGN_OR_RETURN(auto message, Read<Message>(key));
    if (!message.has_value()) return Damaged(key);
    return *std::move(message);
  }

  // A row's value as a message; DATA_LOSS as above.
  absl::Status Parse(absl::string_view key, absl::string_view value,
                     google::protobuf::MessageLite& message) const;

  // Rows from `from` on whose key begins with `prefix`, by key, until the visitor returns false.
  absl::Status Scan(const std::string& prefix, const std::string& from,
                    absl::FunctionRef<bool(absl::string_view key, absl::string_view value)> visit) const;
  // The same from the last one, or from `from` when that isn't the prefix alone, towards the first.
  absl::Status ScanBackwards(
      const std::string& prefix, const std::string& from,
      absl::FunctionRef<bool(absl::string_view key, absl::string_view value)> visit) const;

 private:
  absl::Status Told(const rocksdb::Status& read) const;
  absl::Status Damaged(absl::string_view key) const;

  const DamageNotes* notes_;
  rocksdb::DB* db_;
  rocksdb::ColumnFamilyHandle* family_;
};

}  // namespace klaim::projections
