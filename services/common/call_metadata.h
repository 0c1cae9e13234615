// What goes with a call beside its request, as gRPC metadata and HTTP headers.
#pragma once

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "engine/domain/core/refusal.h"

namespace klaim::services {

// What the caller says it wants personal data for, a short text: in any script under the second key, whose value gRPC and
// HTTP carry in Base64; in printable ASCII under the first.
inline constexpr char kPurposeMetadata[] = "klaim-purpose";
inline constexpr char kPurposeBytesMetadata[] = "klaim-purpose-bin";
// As of when it asks: the number of a record, or a moment.
inline constexpr char kAsOfMetadata[] = "klaim-as-of";
// From which of this process's own connections a call comes (peers.h).
inline constexpr char kPeerMetadata[] = "klaim-peer-bin";

// Whether a value may be handed to gRPC under this key: anything else than printable ASCII ends the process there, but for
// keys that end in -bin.
inline absl::Status CheckMetadata(absl::string_view name, absl::string_view key, absl::string_view value) {
  const bool printable =
      std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
  if (printable || absl::EndsWith(key, "-bin")) return absl::OkStatus();
  return domain::InvalidField(name, v1::REASON_MAY_HOLD_PRINTABLE_ASCII_ALONE);
}

}  // namespace klaim::services
