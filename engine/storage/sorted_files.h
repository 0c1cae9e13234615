// A database for an index that can be made again: it takes thousands of rows at a time as one sorted file, which costs a
// tenth of putting them one by one, and its filters, 10 bits a row, tell of nearly every name that it doesn't have
// without reading.
#pragma once

#include <rocksdb/options.h>
#include <rocksdb/sst_file_writer.h>

#include "absl/functional/function_ref.h"

namespace rocksdb {
class DB;
class Env;
}  // namespace rocksdb

namespace klaim::storage {

// `storage` is where files are kept: this machine's where it is null.
rocksdb::Options SortedFilesOptions(rocksdb::Env* storage);

// Takes in what `write` puts, in the order of names.
rocksdb::Status AddSortedFile(rocksdb::DB& database,
                              absl::FunctionRef<rocksdb::Status(rocksdb::SstFileWriter& file)> write);

}  // namespace klaim::storage
