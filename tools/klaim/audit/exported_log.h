// A log in a folder, as `klaim audit export` writes it and any server of C2SP tlog-tiles shows it:
//   checkpoint  vkey  tile/LEVEL/...  tile/entries/...   large/SEQUENCE   read-models.json
// Entries can be read in order and folded; nothing can be appended.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/log/event_log.h"
#include "engine/merkle/tree.h"

namespace klaim::tools {

class ExportedLog final : public log::LogReader {
 public:
  // The first `size` entries of the folder; whether they are there is found when they are read.
  ExportedLog(std::string folder, uint64_t size) : folder_(std::move(folder)), size_(size) {}

  // The entries of one bundle with the records that they stand for. DATA_LOSS when something is missing, or a
  // large record isn't the one that its entry names.
  struct Bundle {
    std::string bytes;
    std::vector<absl::string_view> entries;
    std::map<uint64_t, std::string> large;  // by sequence
    absl::string_view record(uint64_t first, size_t i) const;
  };
  absl::Status ReadBundle(uint64_t index, Bundle& bundle) const;

  absl::Status Read(uint64_t from, Visitor visitor) const override;
  uint64_t next_sequence() const override { return size_; }

  // What a folder can't do.
  absl::Status ReadStream(uint64_t stream, Visitor visitor) const override;
  bool WaitForAppend(uint64_t after, absl::Duration timeout) const override;
  absl::StatusOr<std::vector<merkle::Hash>> Hashes(uint32_t level, uint64_t first,
                                                   uint64_t count) const override;
  absl::StatusOr<merkle::Hash> Root(uint64_t size) const override;
  absl::StatusOr<std::vector<merkle::Hash>> InclusionProof(uint64_t sequence, uint64_t size) const override;
  absl::StatusOr<std::vector<merkle::Hash>> ConsistencyProof(uint64_t from_size,
                                                             uint64_t to_size) const override;

  const std::string& folder() const { return folder_; }

 private:
  const std::string folder_;
  const uint64_t size_;
};

}  // namespace klaim::tools
