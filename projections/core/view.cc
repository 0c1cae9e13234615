#include "projections/core/view.h"

#include <rocksdb/db.h>

#include <algorithm>
#include <memory>
#include <string>

#include "engine/storage/rocksdb_status.h"
#include "projections/core/projection.h"

namespace klaim::projections {

absl::StatusOr<std::optional<std::string>> View::Get(const std::string& key) const {
  std::string value;
  const rocksdb::Status found = db_->Get(rocksdb::ReadOptions(), family_, key, &value);
  if (found.IsNotFound()) return std::optional<std::string>();
  if (!found.ok()) return Told(found);
  return std::optional<std::string>(std::move(value));
}

absl::Status View::Told(const rocksdb::Status& read) const {
  absl::Status status = storage::FromRocksDb(read, "reading the read model " + family_->GetName());
  if (absl::IsDataLoss(status)) notes_->NoteDamage(family_->GetName(), status);
  return status;
}

absl::Status View::Damaged(absl::string_view key) const {
  absl::Status damage = DamagedRow(family_->GetName(), key);
  notes_->NoteDamage(family_->GetName(), damage);
  return damage;
}

absl::Status View::Parse(absl::string_view key, absl::string_view value,
                         google::protobuf::MessageLite& message) const {
  if (message.ParseFromArray(value.data(), static_cast<int>(value.size()))) return absl::OkStatus();
  message.Clear();
  return Damaged(key);
}

absl::Status View::Scan(const std::string& prefix, const std::string& from,
                        absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit) const {
  std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(rocksdb::ReadOptions(), family_));
  for (rows->Seek(std::max(prefix, from)); rows->Valid() && rows->key().starts_with(prefix); rows->Next()) {
    if (!visit(absl::string_view(rows->key().data(), rows->key().size()),
               absl::string_view(rows->value().data(), rows->value().size()))) {
      break;
    }
  }
  return Told(rows->status());
}

absl::Status View::ScanBackwards(const std::string& prefix, const std::string& from,
                                 absl::FunctionRef<bool(absl::string_view, absl::string_view)> visit) const {
  std::unique_ptr<rocksdb::Iterator> rows(db_->NewIterator(rocksdb::ReadOptions(), family_));
  // No key has so many bytes of the highest value behind its prefix.
  const std::string last = from > prefix ? from : prefix + std::string(64, '\xff');
  for (rows->SeekForPrev(last); rows->Valid() && rows->key().starts_with(prefix); rows->Prev()) {
    if (!visit(absl::string_view(rows->key().data(), rows->key().size()),
               absl::string_view(rows->value().data(), rows->value().size()))) {
      break;
    }
  }
  return Told(rows->status());
}

}  // namespace klaim::projections
