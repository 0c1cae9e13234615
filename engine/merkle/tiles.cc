#include "engine/merkle/tiles.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/merkle/checkpoint.h"
#include "engine/merkle/tree.h"

namespace klaim::merkle {
namespace {

constexpr uint32_t kMaxLevel = 63;
constexpr size_t kMaxPathParts = 7;  // 21 digits: more than a tree can have

// "x001/x234/067": three digits each, all but the last with an x.
bool ParseIndex(const std::vector<absl::string_view>& parts, uint64_t& index) {
  index = 0;
  for (size_t i = 0; i < parts.size(); ++i) {
    absl::string_view digits = parts[i];
    if (i + 1 < parts.size() && !absl::ConsumePrefix(&digits, "x")) return false;
    uint32_t number = 0;
    if (digits.size() != 3 ||
        !std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }) ||
        !absl::SimpleAtoi(digits, &number) || index > UINT64_MAX / 1'000 - 1) {
      return false;
    }
    if (i == 0 && parts.size() > 1 && number == 0) return false;
    index = index * 1'000 + number;
  }
  return true;
}

}  // namespace

std::string Tile::Path() const {
  std::string number = absl::StrFormat("%03d", index % 1'000);
  for (uint64_t rest = index / 1'000; rest > 0; rest /= 1'000) {
    number = absl::StrCat(absl::StrFormat("x%03d", rest % 1'000), "/", number);
  }
  return absl::StrCat("tile/", level.has_value() ? absl::StrCat(*level) : "entries", "/", number,
                      width < kTileWidth ? absl::StrCat(".p/", width) : "");
}

std::optional<Tile> Tile::Parse(absl::string_view path) {
  Tile tile;
  if (!absl::ConsumePrefix(&path, "tile/")) return std::nullopt;
  if (const size_t partial = path.find(".p/"); partial != absl::string_view::npos) {
    uint64_t width = 0;
    if (!ParseSize(path.substr(partial + 3), width) || width < 1 || width >= kTileWidth) return std::nullopt;
    tile.width = static_cast<uint32_t>(width);
    path = path.substr(0, partial);
  }
  std::vector<absl::string_view> parts = absl::StrSplit(path, '/');
  if (parts.size() < 2 || parts.size() > kMaxPathParts + 1) return std::nullopt;
  if (parts[0] != "entries") {
    uint64_t level = 0;
    if (!ParseSize(parts[0], level) || level > kMaxLevel) return std::nullopt;
    tile.level = static_cast<uint32_t>(level);
  }
  parts.erase(parts.begin());
  if (!ParseIndex(parts, tile.index)) return std::nullopt;
  return tile;
}

uint32_t WidthInTree(const std::optional<uint32_t>& level, uint64_t index, uint64_t size) {
  const uint32_t shift = 8 * level.value_or(0);
  const uint64_t hashes = shift >= 64 ? 0 : size >> shift;
  if (index > hashes / kTileWidth) return 0;
  return static_cast<uint32_t>(std::min(kTileWidth, hashes - index * kTileWidth));
}

void AppendEntry(absl::string_view entry, std::string& bundle) {
  bundle += static_cast<char>(entry.size() >> 8);
  bundle += static_cast<char>(entry.size() & 0xFF);
  bundle.append(entry.data(), entry.size());
}

absl::StatusOr<std::vector<absl::string_view>> EntriesOf(absl::string_view bundle) {
  std::vector<absl::string_view> entries;
  while (!bundle.empty()) {
    if (bundle.size() < 2) return absl::InvalidArgumentError("a bundle of entries is cut off");
    const size_t size =
        static_cast<size_t>(static_cast<uint8_t>(bundle[0])) << 8 | static_cast<uint8_t>(bundle[1]);
    if (bundle.size() < 2 + size) return absl::InvalidArgumentError("a bundle of entries is cut off");
    entries.push_back(bundle.substr(2, size));
    bundle.remove_prefix(2 + size);
  }
  return entries;
}

}  // namespace klaim::merkle
