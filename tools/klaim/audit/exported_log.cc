#include "tools/klaim/audit/exported_log.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/base/return_if_error.h"
#include "engine/merkle/tiles.h"
#include "engine/merkle/tree.h"
#include "engine/record/encoded_record.h"
#include "tools/installation/authority.h"

namespace klaim::tools {
namespace {

using merkle::kTileWidth;

absl::Status OnlyRead() { return absl::UnimplementedError("an exported log can only be read"); }

}  // namespace

absl::string_view ExportedLog::Bundle::record(uint64_t first, size_t i) const {
  const auto found = large.find(first + i);
  return found == large.end() ? entries[i] : absl::string_view(found->second);
}

absl::Status ExportedLog::ReadBundle(uint64_t index, Bundle& bundle) const {
  const uint32_t width = merkle::WidthInTree(std::nullopt, index, size_);
  merkle::Tile tile{std::nullopt, index, width};
  auto bytes = ReadFile(absl::StrCat(folder_, "/", tile.Path()));
  if (!bytes.ok() && width < kTileWidth) {
    // Where the log went on since, the whole tile may stand in the partial one's place.
    tile.width = kTileWidth;
    bytes = ReadFile(absl::StrCat(folder_, "/", tile.Path()));
  }
  if (!bytes.ok()) {
    return absl::DataLossError(absl::StrCat("records ", index * kTileWidth, " to ",
                                            index * kTileWidth + width - 1,
                                            " are missing: ", bytes.status().message()));
  }
  bundle.bytes = *std::move(bytes);
  bundle.large.clear();
  auto entries = merkle::EntriesOf(bundle.bytes);
  if (!entries.ok() || entries->size() < width) {
    return absl::DataLossError(absl::StrCat("the bundle of record ", index * kTileWidth, " is cut off"));
  }
  entries->resize(width);
  bundle.entries = *std::move(entries);
  std::string kept;
  for (size_t i = 0; i < bundle.entries.size(); ++i) {
    if (!record::NamesLargeRecord(bundle.entries[i])) continue;
    const uint64_t sequence = index * kTileWidth + i;
    auto large = ReadFile(absl::StrCat(folder_, "/large/", sequence));
    if (!large.ok() || record::LogEntry(sequence, *large, kept) != bundle.entries[i]) {
      return absl::DataLossError(absl::StrCat("record ", sequence, " is not the one that its entry names"));
    }
    bundle.large.emplace(sequence, *std::move(large));
  }
  return absl::OkStatus();
}

absl::Status ExportedLog::Read(uint64_t from, Visitor visitor) const {
  Bundle bundle;
  for (uint64_t index = from / kTileWidth; index * kTileWidth < size_; ++index) {
    RETURN_IF_ERROR(ReadBundle(index, bundle));
    const uint64_t first = index * kTileWidth;
    for (size_t i = 0; i < bundle.entries.size(); ++i) {
      if (first + i < from) continue;
      if (!visitor(first + i, bundle.record(first, i))) return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

absl::Status ExportedLog::ReadStream(uint64_t, Visitor) const { return OnlyRead(); }
bool ExportedLog::WaitForAppend(uint64_t, absl::Duration) const { return false; }

absl::StatusOr<std::vector<merkle::Hash>> ExportedLog::Hashes(uint32_t level, uint64_t first,
                                                              uint64_t count) const {
  std::vector<merkle::Hash> hashes;
  while (hashes.size() < count) {
    const uint64_t next = first + hashes.size();
    merkle::Tile tile{level, next / kTileWidth, merkle::WidthInTree(level, next / kTileWidth, size_)};
    ASSIGN_OR_RETURN(auto bytes, ReadFile(absl::StrCat(folder_, "/", tile.Path())));
    const size_t offset = next % kTileWidth;
    if (bytes.size() != tile.width * sizeof(merkle::Hash) || offset >= tile.width) {
      return absl::DataLossError(absl::StrCat(tile.Path(), " is cut off"));
    }
    for (size_t i = offset; i < tile.width && hashes.size() < count; ++i) {
      hashes.push_back(merkle::HashFromBytes(
          absl::string_view(bytes).substr(i * sizeof(merkle::Hash), sizeof(merkle::Hash))));
    }
  }
  return hashes;
}

absl::StatusOr<merkle::Hash> ExportedLog::Root(uint64_t size) const {
  return merkle::RootAt(
      size, [this](uint32_t level, uint64_t first, uint64_t count) { return Hashes(level, first, count); });
}

absl::StatusOr<std::vector<merkle::Hash>> ExportedLog::InclusionProof(uint64_t sequence,
                                                                      uint64_t size) const {
  return merkle::InclusionProof(sequence, size, [this](uint32_t level, uint64_t first, uint64_t count) {
    return Hashes(level, first, count);
  });
}

absl::StatusOr<std::vector<merkle::Hash>> ExportedLog::ConsistencyProof(uint64_t from_size,
                                                                        uint64_t to_size) const {
  return merkle::ConsistencyProof(from_size, to_size, [this](uint32_t level, uint64_t first, uint64_t count) {
    return Hashes(level, first, count);
  });
}

}  // namespace klaim::tools
