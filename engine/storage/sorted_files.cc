#include "engine/storage/sorted_files.h"

#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>

namespace klaim::storage {
namespace {

constexpr double kFilterBitsOfRow = 10;
// Files, each of them sorted, before some are merged: more of them cost each look for a name, fewer cost merging.
constexpr int kMaxSortedFiles = 8;

}  // namespace

rocksdb::Options SortedFilesOptions(rocksdb::Env* storage) {
  rocksdb::Options options;
  if (storage != nullptr) options.env = storage;
  options.create_if_missing = true;
  options.compression = rocksdb::kNoCompression;  // hashes are random
  options.compaction_style = rocksdb::kCompactionStyleUniversal;
  options.level0_file_num_compaction_trigger = kMaxSortedFiles;
  options.keep_log_file_num = 1;
  rocksdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kFilterBitsOfRow));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::Status AddSortedFile(rocksdb::DB& database,
                              absl::FunctionRef<rocksdb::Status(rocksdb::SstFileWriter& file)> write) {
  const std::string name = database.GetName() + "/next";
  rocksdb::SstFileWriter file{rocksdb::EnvOptions(), database.GetOptions()};
  rocksdb::Status status = file.Open(name);
  if (status.ok()) status = write(file);
  if (status.ok()) status = file.Finish();
  rocksdb::IngestExternalFileOptions taking;
  taking.move_files = true;
  if (status.ok()) status = database.IngestExternalFile({name}, taking);
  return status;
}

}  // namespace klaim::storage
