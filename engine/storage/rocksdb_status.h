// A RocksDB error as ours: DATA_LOSS for damage, RESOURCE_EXHAUSTED for a full disk, INTERNAL for the rest.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace rocksdb {
class Status;
}

namespace klaim::storage {

absl::Status FromRocksDb(const rocksdb::Status& status, absl::string_view doing);

}  // namespace klaim::storage
