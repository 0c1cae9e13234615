// How far a read model has folded the log: its row "\0checkpoint" holds version (4) and next sequence (8),
// little-endian.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "engine/record/byte_order.h"

namespace klaim::projections {

inline const std::string kCheckpointKey("\0checkpoint", 11);

struct Checkpoint {
  uint32_t version = 0;
  uint64_t next_sequence = 0;
};

inline std::string EncodeCheckpoint(const Checkpoint& checkpoint) {
  std::string bytes(12, '\0');
  record::StoreLittle32(bytes.data(), checkpoint.version);
  record::StoreLittle64(bytes.data() + 4, checkpoint.next_sequence);
  return bytes;
}

inline std::optional<Checkpoint> DecodeCheckpoint(absl::string_view bytes) {
  if (bytes.size() != 12) return std::nullopt;
  return Checkpoint{record::LoadLittle32(bytes.data()), record::LoadLittle64(bytes.data() + 4)};
}

}  // namespace klaim::projections
