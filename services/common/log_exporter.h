// The log as files of C2SP tlog-tiles, with what the read models hold: whoever has the folder can verify it without us.
//
//   checkpoint  tile/LEVEL/...  tile/entries/...   large/SEQUENCE   read-models.json
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "engine/merkle/hash.h"
#include "engine/merkle/tree.h"

namespace klaim::services {

// Writes a log into a folder as records come, in order: bundles of entries (unless `with_entries` is false) and
// tiles of hashes.
class LogExporter {
 public:
  LogExporter(std::string folder, bool with_entries)
      : folder_(std::move(folder)), with_entries_(with_entries) {}

  absl::Status Add(absl::string_view record);
  // Writes what is partial, and the checkpoint.
  absl::Status Finish(const std::string& checkpoint);
  uint64_t size() const { return frontier_.size() + leaves_.size(); }

 private:
  absl::Status FlushBundle();
  absl::Status WriteTile(const merkle::NewHashes& added);
  absl::Status Write(const std::string& path, absl::string_view bytes) const;

  const std::string folder_;
  const bool with_entries_;
  merkle::Frontier frontier_;
  std::vector<merkle::Hash> leaves_;  // of the bundle that is being filled
  std::string bundle_;
  std::vector<std::vector<merkle::Hash>> partial_;  // of each level from 1: hashes of its last tile
  std::vector<uint64_t> full_;                      // tiles of each level that are written
};

// {"size": ..., "hashes": {...}} of the read models when they had folded so many records.
std::string ReadModelsJson(uint64_t size, const std::map<std::string, std::string>& hashes);

}  // namespace klaim::services
