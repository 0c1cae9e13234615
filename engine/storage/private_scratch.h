// Room on disk for what doesn't fit into memory and is nobody else's to read: rows in order, and places of one size. It begins
// empty, and all of it is encrypted under a key that stands in this process's memory alone: once the process has ended, however it
// ended, nobody can read what is left on the disk.
#pragma once

#include <rocksdb/write_batch.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace rocksdb {
class DB;
class Env;
}  // namespace rocksdb

namespace klaim::storage {

using ScratchKey = std::array<uint8_t, 32>;

// Places of one size, by number; a place that was never put holds nothing that could be got. Put and Get by one thread at a
// time. Each place costs 24 bytes more than what it holds (RFC 8439's ChaCha20-Poly1305, under a number that is never used
// again); what is put into a place overwrites what was there on the disk.
class ScratchPlaces {
 public:
  ScratchPlaces(ScratchPlaces&& other) noexcept;
  ScratchPlaces& operator=(ScratchPlaces&&) = delete;
  ~ScratchPlaces();

  absl::Status Put(uint64_t place, absl::Span<const uint8_t> bytes);
  // DATA_LOSS when the disk gave something else back than what was put there.
  absl::Status Get(uint64_t place, absl::Span<uint8_t> bytes) const;

 private:
  friend class PrivateScratch;
  ScratchPlaces(int file, size_t place_bytes, const ScratchKey& key)
      : file_(file), place_bytes_(place_bytes), key_(key), sealed_(place_bytes + 24) {}

  int file_;  // descriptor of a file without a name; -1 after a move
  size_t place_bytes_;
  ScratchKey key_;
  uint64_t puts_ = 0;
  mutable std::vector<uint8_t> sealed_;
};

// Thread-safe. Memory is bounded: 64 MiB of blocks, and 32 MiB of rows that aren't on the disk yet.
class PrivateScratch {
 public:
  // Removes what is in `folder`, which is made when missing.
  static absl::StatusOr<std::unique_ptr<PrivateScratch>> Begin(const std::string& folder);
  // Removes the folder.
  ~PrivateScratch();

  absl::Status Write(rocksdb::WriteBatch& changes);
  absl::StatusOr<std::optional<std::string>> Get(absl::string_view name) const;
  // Those that there are not are empty; none may be put empty that is asked for so.
  absl::StatusOr<std::vector<std::string>> GetAll(absl::Span<const std::string> names) const;
  // Calls `visit` with the name of each row that begins with `prefix`, in their order, until it returns false.
  absl::Status Scan(absl::string_view prefix, absl::FunctionRef<bool(absl::string_view name)> visit) const;

  // Places that live as long as what is returned; `place_bytes` each.
  absl::StatusOr<ScratchPlaces> MakePlaces(size_t place_bytes) const;

 private:
  PrivateScratch(std::string folder, std::unique_ptr<rocksdb::Env> encrypted);

  const std::string folder_;
  std::unique_ptr<rocksdb::Env> encrypted_;
  std::unique_ptr<rocksdb::DB> rows_;
};

}  // namespace klaim::storage
