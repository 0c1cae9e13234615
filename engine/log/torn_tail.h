// Telling a torn end of RocksDB's write-ahead log from damage within it.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace rocksdb {
class Env;
}

namespace klaim::log {

// True when the newest write-ahead log in a database's folder is damaged, and no batch begins behind the damage: what a
// loss of power leaves of the last batch, of which sectors may be missing in its middle. A batch behind it was written after
// the damaged one was synced: then bytes have changed, and nothing may be passed over.
// https://github.com/facebook/rocksdb/wiki/Write-Ahead-Log-File-Format
bool NewestWriteAheadLogIsTorn(rocksdb::Env& storage, const std::string& folder);

// The same of a write-ahead log's bytes.
bool IsTornAtItsEnd(absl::string_view write_ahead_log);

}  // namespace klaim::log
