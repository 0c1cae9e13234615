#include "projections/core/projection.h"

#include <rocksdb/db.h>

#include <algorithm>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "engine/record/byte_order.h"
#include "engine/storage/rocksdb_status.h"
#include "projections/core/checkpoint.h"

namespace klaim::projections {

std::optional<std::string> Rows::Get(const std::string& key) {
  if (auto change = changes_.find(key); change != changes_.end()) return change->second;
  std::string value;
  const rocksdb::Status found = db_->Get(rocksdb::ReadOptions(), family_, key, &value);
  if (found.ok()) return value;
  if (!found.IsNotFound())
    status_.Update(storage::FromRocksDb(found, "reading the read model " + family_->GetName()));
  return std::nullopt;
}

bool Rows::Parse(absl::string_view key, absl::string_view value, google::protobuf::MessageLite& message) {
  if (message.ParseFromArray(value.data(), static_cast<int>(value.size()))) return true;
  message.Clear();
  Fail(key);
  return false;
}

std::optional<std::string> Rows::GetWhole(const std::string& key, size_t least_bytes) {
  std::optional<std::string> row = Get(key);
  if (!row.has_value() || row->size() >= least_bytes) return row;
  Fail(key);
  return std::nullopt;
}

void Rows::Fail(absl::string_view key) { status_.Update(DamagedRow(family_->GetName(), key)); }

void Rows::Scan(const std::string& prefix,
                absl::FunctionRef<void(const std::string& key, const std::string& value)> visit) {
  std::map<std::string, std::string> rows;
  std::unique_ptr<rocksdb::Iterator> stored(db_->NewIterator(rocksdb::ReadOptions(), family_));
  for (stored->Seek(prefix); stored->Valid() && stored->key().starts_with(prefix); stored->Next()) {
    rows.emplace(stored->key().ToString(), stored->value().ToString());
  }
  status_.Update(storage::FromRocksDb(stored->status(), "reading the read model " + family_->GetName()));
  for (const auto& [key, value] : changes_) {
    if (key.compare(0, prefix.size(), prefix) != 0) continue;
    if (value.has_value()) {
      rows.insert_or_assign(key, *value);
    } else {
      rows.erase(key);
    }
  }
  for (const auto& [key, value] : rows) visit(key, value);
}

absl::Status Rows::Commit(uint32_t version, uint64_t next_sequence) {
  if (!status_.ok()) return status_;
  // Sorted, so that the same log gives the same batches, and inserting is quick.
  std::vector<const std::pair<const std::string, std::optional<std::string>>*> sorted;
  sorted.reserve(changes_.size());
  for (const auto& change : changes_) sorted.push_back(&change);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  rocksdb::WriteBatch batch;
  for (const auto* change : sorted) {
    if (change->second.has_value()) {
      batch.Put(family_, change->first, *change->second);
    } else {
      batch.Delete(family_, change->first);
    }
  }
  batch.Put(family_, kCheckpointKey, EncodeCheckpoint({version, next_sequence}));
  // Not synced and without a write-ahead log: rows and checkpoint of a model stand in one column family, so
  // that what survives a crash is always a whole fold up to its own checkpoint, and the rest is folded again.
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  const rocksdb::Status written = db_->Write(options, &batch);
  changes_.clear();
  return storage::FromRocksDb(written, "writing the read model " + family_->GetName());
}

Key& Key::Number(uint64_t number) {
  record::AppendBig64(text_, number);
  return *this;
}

absl::Status DamagedRow(absl::string_view read_model, absl::string_view key) {
  return absl::DataLossError(absl::StrCat("the row ", absl::CHexEscape(key.substr(0, 1)), " ",
                                          absl::BytesToHexString(key.substr(std::min<size_t>(1, key.size()))),
                                          " of the read model ", read_model, " can't be read"));
}

uint64_t NumberAt(absl::string_view key, size_t offset) {
  return key.size() < offset + 8 ? 0 : record::LoadBig64(key.data() + offset);
}

}  // namespace klaim::projections
