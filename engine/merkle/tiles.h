// Tiles and entry bundles (C2SP tlog-tiles): the tree and its entries as files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace klaim::merkle {

// Which tile: of hashes of a level, or of entries.
struct Tile {
  std::optional<uint32_t> level;  // 0 to 63; none for a bundle of entries
  uint64_t index = 0;
  uint32_t width = 256;  // 1 to 255 in a partial one

  // "tile/0/x001/x234/067", "tile/entries/000.p/17".
  std::string Path() const;
  // Nothing for what is no tile's path.
  static std::optional<Tile> Parse(absl::string_view path);
};

// The width that a tile has in a tree of `size` leaves: 0 when it isn't in it, 256 when it is full.
uint32_t WidthInTree(const std::optional<uint32_t>& level, uint64_t index, uint64_t size);

// Longest entry that a bundle can hold.
inline constexpr size_t kMaxEntryBytes = 65'535;

// Adds an entry of at most kMaxEntryBytes to a bundle.
void AppendEntry(absl::string_view entry, std::string& bundle);

// The entries of a bundle, as views into it. INVALID_ARGUMENT when it is cut off.
absl::StatusOr<std::vector<absl::string_view>> EntriesOf(absl::string_view bundle);

}  // namespace klaim::merkle
