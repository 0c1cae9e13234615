#include "engine/storage/table_files.h"

#include <rocksdb/db.h>
#include <rocksdb/metadata.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "engine/storage/rocksdb_status.h"

namespace klaim::storage {
namespace {

constexpr uint64_t kBytesAStep = 256 << 10;
constexpr absl::string_view kTableEnding = ".sst";

rocksdb::Options PastEveryCache() {
  rocksdb::Options options;
  rocksdb::BlockBasedTableOptions table;
  table.no_block_cache = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

// Goes over rows in one direction; the name of the last one that could be read is left in `last`.
class Walk {
 public:
  Walk(rocksdb::SstFileReader& reader, absl::FunctionRef<bool(uint64_t)> pause) : pause_(pause) {
    rocksdb::ReadOptions options;
    options.fill_cache = false;
    rows_.reset(reader.NewIterator(options));
  }

  // False when it was told to end.
  bool Go(bool forwards, std::string& last) {
    forwards ? rows_->SeekToFirst() : rows_->SeekToLast();
    uint64_t bytes = 0;
    while (rows_->Valid()) {
      last.assign(rows_->key().data(), rows_->key().size());
      bytes += rows_->key().size() + rows_->value().size();
      if (bytes >= kBytesAStep) {
        if (!pause_(bytes)) return false;
        bytes = 0;
      }
      forwards ? rows_->Next() : rows_->Prev();
    }
    return pause_(bytes);
  }

  rocksdb::Status status() const { return rows_->status(); }

 private:
  absl::FunctionRef<bool(uint64_t)> pause_;
  std::unique_ptr<rocksdb::Iterator> rows_;
};

}  // namespace

std::vector<TableFile> TableFilesOf(rocksdb::DB& db) {
  std::vector<rocksdb::LiveFileMetaData> live;
  db.GetLiveFilesMetaData(&live);
  std::vector<TableFile> files;
  for (const rocksdb::LiveFileMetaData& each : live) {
    TableFile file{absl::StrCat(each.db_path, each.name), each.column_family_name, 0};
    if (absl::SimpleAtoi(std::filesystem::path(file.path).stem().string(), &file.number)) {
      files.push_back(std::move(file));
    }
  }
  std::sort(files.begin(), files.end(),
            [](const TableFile& one, const TableFile& other) { return one.number < other.number; });
  return files;
}

absl::StatusOr<std::optional<TableDamage>> CheckTableFile(const TableFile& file,
                                                          absl::FunctionRef<bool(uint64_t bytes)> pause) {
  const absl::Status ended = absl::CancelledError("the check was ended");
  const std::optional<TableDamage> none;
  TableDamage damage;
  rocksdb::SstFileReader reader(PastEveryCache());
  rocksdb::Status status = reader.Open(file.path);
  // That it can't be opened may have other reasons than damage, as too many open files; that it can't be read has none.
  bool damaged = status.IsCorruption();
  if (status.ok()) {
    Walk forwards(reader, pause);
    if (!forwards.Go(true, damage.after)) return ended;
    status = forwards.status();
    damaged = !status.ok();
    if (damaged) {
      Walk backwards(reader, pause);
      if (!backwards.Go(false, damage.before)) return ended;
    }
  }
  std::error_code ignored;
  // Merged into another one meanwhile.
  if (status.ok() || !std::filesystem::exists(file.path, ignored)) return none;
  if (!damaged) return FromRocksDb(status, absl::StrCat("reading ", file.path));
  damage.what = status.ToString();
  return std::optional<TableDamage>(std::move(damage));
}

std::string TableFileNamedIn(absl::string_view words) {
  const size_t end = words.find(kTableEnding);
  if (end == absl::string_view::npos) return "";
  const size_t begin = words.rfind(' ', end);
  const size_t from = begin == absl::string_view::npos ? 0 : begin + 1;
  return std::string(words.substr(from, end + kTableEnding.size() - from));
}

}  // namespace klaim::storage
