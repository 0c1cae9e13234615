// Limits of the services, with their units; those of one subject alone stand beside it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"
#include "proto/request_parser.h"

namespace klaim::services {

inline constexpr int kMaxRequestBytes = proto::kMaxRequestBytes;  // of one gRPC message from a client
inline constexpr size_t kMaxProtectedBytes = 2'000;               // of one value of personal data
inline constexpr size_t kMaxRequestIdCharacters = 100;
// What a stream's message costs of its sender's filings a second, however little it brings: as much as a call does (CallOptions).
inline constexpr int kMinCostOfMessage = 10;
inline constexpr int kMaxFilingsAMessage = 1'000;        // of one FileClaimsRequest
inline constexpr size_t kMaxFilingMessagesInFlight = 8;  // of one FileClaims stream
inline constexpr uint32_t kMaxStagedLines = 1'000'000;   // of one import
inline constexpr uint64_t kMaxStagedBytes = 1ull << 30;  // of one import
inline constexpr int kMaxImportsStaged = 8;              // of one caller, and not begun yet
inline constexpr uint32_t kDefaultPageSize = 100;
inline constexpr uint32_t kMaxPageSize = 1'000;
inline constexpr uint32_t kMaxRowsLookedAtAPage =
    20'000;                                           // a page whose filter matches little comes back short
inline constexpr size_t kMaxLogMessageRecords = 512;  // of one ReadLogResponse
inline constexpr size_t kMaxLogMessageBytes = 1 << 20;
inline constexpr size_t kMaxChunkBytes = 1 << 20;         // of one part of an upload
inline constexpr int kMaxStreamsOfConnection = 32;        // calls under way on one connection
inline constexpr int kMaxStreamAheadBytes = 4 << 20;      // that a stream may send before they are read
inline constexpr size_t kMaxMetadataBytes = 16 << 10;     // of one call
inline constexpr int kMaxMetadataBytesTaken = 256 << 10;  // that gRPC reads before the call is refused for it
inline constexpr size_t kMaxServerMemoryBytes = 512u << 20;  // of gRPC's own buffers, over all connections
inline constexpr absl::Duration kMaxConnectionIdle = absl::Minutes(15);
inline constexpr absl::Duration kMaxConnectionAge = absl::Hours(12);
inline constexpr size_t kMaxSignInBytes = 8 << 10;         // of one request to sign in
inline constexpr size_t kMaxSignInsWaiting = 64;           // of everybody
inline constexpr size_t kMaxSignInsWaitingOfAddress = 32;  // of one address
inline constexpr size_t kMaxSignInsWaitingOfAccount = 2;   // of one account from one address
inline constexpr absl::Duration kStoppingGrace =
    absl::Seconds(3);  // for calls under way when the server stops

}  // namespace klaim::services
