// Whose keys share an identity tag. Made anew by each process from the vault's rows.
//
// The latest tags are in memory. Once there are many, they go sorted into a file, so that memory grows by the files'
// filters alone, 1.3 bytes a tag. In the files a tag stands under a hash keyed by what only this process ever knows: who
// was erased is in none of them, and what a process leaves behind says nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rocksdb {
class DB;
class Env;
}  // namespace rocksdb

namespace klaim::privacy {

// Names a text without telling it. Two texts share one once in 2^64: a reviewer sees that they differ.
using IdentityTag = uint64_t;

// Tags in memory at the most, some 10 MB.
inline constexpr size_t kTagsInMemory = 256 << 10;

// Not thread-safe. After an error the process should end.
class IdentityIndex {
 public:
  // Begins empty, with files in identity-index below the vault's folder, made when they are needed; what an earlier
  // process left there is removed. `storage` is where files are kept: this machine's where it is null.
  static absl::StatusOr<std::unique_ptr<IdentityIndex>> Begin(const std::string& vault_folder,
                                                              rocksdb::Env* storage = nullptr,
                                                              size_t tags_in_memory = kTagsInMemory);
  ~IdentityIndex();

  absl::Status Note(IdentityTag tag, uint64_t key_id);
  // At most so many as are enough for a reviewer: more would be a made-up number like 0000000000000000.
  absl::Status AppendKeysOf(IdentityTag tag, std::vector<uint64_t>& key_ids) const;
  absl::Status Forget(IdentityTag tag, uint64_t key_id);

 private:
  IdentityIndex(std::string folder, rocksdb::Env* storage, size_t tags_in_memory);
  std::string RowOf(IdentityTag tag) const;
  absl::Status ReadFiles(IdentityTag tag, std::vector<uint64_t>& key_ids) const;
  absl::Status MoveToFile();

  const std::string folder_;
  rocksdb::Env* const storage_;
  const size_t tags_in_memory_;
  uint8_t naming_key_[16];
  absl::flat_hash_map<IdentityTag, absl::InlinedVector<uint64_t, 1>> latest_;
  std::unique_ptr<rocksdb::DB> files_;  // none before the first
};

}  // namespace klaim::privacy
