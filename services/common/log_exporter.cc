#include "services/common/log_exporter.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "boost/json.hpp"
#include "engine/base/return_if_error.h"
#include "engine/merkle/tiles.h"
#include "engine/record/encoded_record.h"

namespace klaim::services {

using merkle::kTileWidth;

absl::Status LogExporter::Add(absl::string_view record) {
  std::string kept;
  const uint64_t sequence = size();
  const absl::string_view entry = record::LogEntry(sequence, record, kept);
  if (entry.data() != record.data() && with_entries_) {
    RETURN_IF_ERROR(Write(absl::StrCat("large/", sequence), record));
  }
  leaves_.push_back(merkle::LeafHash(entry));
  if (with_entries_) merkle::AppendEntry(entry, bundle_);
  return leaves_.size() == kTileWidth ? FlushBundle() : absl::OkStatus();
}

absl::Status LogExporter::FlushBundle() {
  if (leaves_.empty()) return absl::OkStatus();
  const uint64_t index = frontier_.size() / kTileWidth;
  if (with_entries_) {
    const merkle::Tile tile{std::nullopt, index, static_cast<uint32_t>(leaves_.size())};
    RETURN_IF_ERROR(Write(tile.Path(), bundle_));
  }
  for (const merkle::NewHashes& added : frontier_.Append(leaves_)) {
    RETURN_IF_ERROR(WriteTile(added));
  }
  leaves_.clear();
  bundle_.clear();
  return absl::OkStatus();
}

// Tiles come whole from level 0; those above are gathered until they are full.
absl::Status LogExporter::WriteTile(const merkle::NewHashes& added) {
  if (partial_.size() <= added.level) {
    partial_.resize(added.level + 1);
    full_.resize(added.level + 1);
  }
  auto& hashes = partial_[added.level];
  for (const merkle::Hash& hash : added.hashes) {
    hashes.push_back(hash);
    if (hashes.size() < kTileWidth) continue;
    std::string bytes;
    for (const merkle::Hash& each : hashes) absl::StrAppend(&bytes, merkle::AsBytes(each));
    const merkle::Tile tile{added.level, full_[added.level]++, kTileWidth};
    RETURN_IF_ERROR(Write(tile.Path(), bytes));
    hashes.clear();
  }
  return absl::OkStatus();
}

absl::Status LogExporter::Finish(const std::string& checkpoint) {
  RETURN_IF_ERROR(FlushBundle());
  for (uint32_t level = 0; level < partial_.size(); ++level) {
    if (partial_[level].empty()) continue;
    std::string bytes;
    for (const merkle::Hash& each : partial_[level]) absl::StrAppend(&bytes, merkle::AsBytes(each));
    const merkle::Tile tile{level, full_[level], static_cast<uint32_t>(partial_[level].size())};
    RETURN_IF_ERROR(Write(tile.Path(), bytes));
  }
  return Write("checkpoint", checkpoint);
}

absl::Status LogExporter::Write(const std::string& path, absl::string_view bytes) const {
  const std::filesystem::path file = std::filesystem::path(folder_) / path;
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  std::ofstream out(file, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  return out ? absl::OkStatus() : absl::InternalError(absl::StrCat("can't write ", file.string()));
}

std::string ReadModelsJson(uint64_t size, const std::map<std::string, std::string>& hashes) {
  boost::json::object hex;
  for (const auto& [name, hash] : hashes) hex[name] = merkle::ToHex(hash);
  boost::json::object out;
  out["size"] = size;
  out["hashes"] = std::move(hex);
  return boost::json::serialize(out);
}

}  // namespace klaim::services
