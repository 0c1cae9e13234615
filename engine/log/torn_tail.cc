#include "engine/log/torn_tail.h"

#include <rocksdb/env.h>

#include <algorithm>
#include <boost/crc.hpp>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/record/byte_order.h"

namespace klaim::log {
namespace {

constexpr size_t kBlockBytes = 32 << 10;
constexpr size_t kHeaderBytes = 7;       // checksum (4), length (2), type (1)
constexpr size_t kEmptyBatchBytes = 12;  // sequence (8), count (4)
constexpr uint8_t kFull = 1;             // types of fragments: a whole batch,
constexpr uint8_t kFirst = 2;            // or its first part

// CRC-32C over type and bytes, masked as RocksDB stores it.
uint32_t ChecksumOf(absl::string_view type_and_bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(type_and_bytes.data(), type_and_bytes.size());
  const uint32_t sum = crc.checksum();
  return ((sum >> 15) | (sum << 17)) + 0xa282ead8u;
}

}  // namespace

bool IsTornAtItsEnd(absl::string_view write_ahead_log) {
  bool damaged = false;
  for (size_t at = 0; at < write_ahead_log.size(); at += kBlockBytes) {
    absl::string_view block = write_ahead_log.substr(at, kBlockBytes);
    while (block.size() > kHeaderBytes) {
      const auto low = static_cast<uint8_t>(block[4]);
      const auto high = static_cast<uint8_t>(block[5]);
      const size_t length = low | static_cast<size_t>(high) << 8;
      const auto type = static_cast<uint8_t>(block[6]);
      if (type == 0 || kHeaderBytes + length > block.size()) {
        damaged = true;
        break;
      }
      const bool good =
          record::LoadLittle32(block.data()) == ChecksumOf(block.substr(kHeaderBytes - 1, length + 1));
      if (good && damaged && (type == kFull || type == kFirst)) return false;
      damaged |= !good;
      block.remove_prefix(kHeaderBytes + length);
    }
  }
  return damaged;
}

bool NewestWriteAheadLogIsTorn(rocksdb::Env& storage, const std::string& folder) {
  std::vector<std::string> names;
  if (!storage.GetChildren(folder, &names).ok()) return false;
  std::erase_if(names, [](const std::string& name) { return !absl::EndsWith(name, ".log"); });
  // Six digits or more, and longer ones are newer.
  std::sort(names.begin(), names.end(), [](const std::string& one, const std::string& other) {
    return one.size() != other.size() ? one.size() > other.size() : one > other;
  });
  for (const std::string& name : names) {
    std::string bytes;
    if (!rocksdb::ReadFileToString(&storage, absl::StrCat(folder, "/", name), &bytes).ok()) return false;
    // A start that passed over a torn end marks that in a new file with an empty batch; if the power fails again before it is
    // done, the torn file is still there.
    if (bytes.size() > kHeaderBytes + kEmptyBatchBytes) return IsTornAtItsEnd(bytes);
  }
  return false;
}

}  // namespace klaim::log
