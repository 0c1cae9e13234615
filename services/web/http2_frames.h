// Counts the frames of an HTTP/2 connection as they pass (RFC 9113 section 4), without changing any: what one peer makes the
// other do for nothing costs it hardly more than nine bytes, and gRPC of Debian 12 does it as fast as it is told
// (CVE-2023-44487, "rapid reset"; CVE-2025-8671, "MadeYouReset"; CVE-2024-27316, endless header blocks). Not thread-safe.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace klaim::services {

// What a connection may cost: a number at once, and a number more each second.
struct FrameBounds {
  double resets_at_once = 200;  // streams that were begun and given up, by either side
  double resets_a_second = 20;
  double idle_at_once = 2'000;  // frames that carry nothing: PING, SETTINGS, PRIORITY, empty DATA
  double idle_a_second = 200;
  size_t header_block_bytes = 64 << 10;  // of one call's metadata, compressed
  // Calls under way at once, whatever SETTINGS the client has taken note of: until it has, it may take 100 for granted
  // (RFC 9113 section 6.5.2). Counted only where both directions pass.
  size_t streams = 128;
};

// What is left of a bound, filled up with time.
class FrameBudget {
 public:
  using Clock = std::chrono::steady_clock;
  FrameBudget(double at_once, double a_second) : at_once_(at_once), a_second_(a_second), left_(at_once) {}
  // False when nothing was left to take.
  bool Take(Clock::time_point now);

 private:
  const double at_once_;
  const double a_second_;
  double left_;
  Clock::time_point filled_ = Clock::now();
};

// One connection's, for both directions.
class ConnectionCost {
 public:
  using Clock = FrameBudget::Clock;
  explicit ConnectionCost(const FrameBounds& bounds)
      : resets(bounds.resets_at_once, bounds.resets_a_second),
        idle(bounds.idle_at_once, bounds.idle_a_second),
        header_block_bytes(bounds.header_block_bytes),
        most_streams(bounds.streams) {}
  FrameBudget resets;
  FrameBudget idle;
  const size_t header_block_bytes;
  const size_t most_streams;

  // A call under way.
  struct OpenStream {
    bool client_done = false;
    bool server_done = false;
    size_t bytes = 0;                       // that the client sent, as many as one message may have
    Clock::time_point used = Clock::now();  // when something of it came last, from either side
  };
  absl::flat_hash_map<uint32_t, OpenStream> streams;
  size_t bytes = 0;    // of those
  bool asked = false;  // there was a call
  void End(uint32_t stream);

  // Whether a client has begun a call and not gone on with it since a moment.
  bool HasStalled(Clock::time_point since) const;
};

// One direction.
class FrameCounter {
 public:
  enum class Side { kClient, kServer };
  // A client's bytes begin with the connection preface.
  FrameCounter(Side side, ConnectionCost& cost);

  // Whether the connection may go on after these bytes.
  bool Count(absl::string_view bytes);

 private:
  bool Begin();  // of a frame whose header is whole
  bool End();    // of a frame whose payload is over
  bool Follow(uint32_t stream, bool ends, FrameBudget::Clock::time_point now);

  const Side side_;
  ConnectionCost& cost_;
  std::array<uint8_t, 9> header_{};
  size_t header_bytes_ = 0;
  size_t payload_left_;      // of the frame, or of the preface
  uint32_t error_code_ = 0;  // of a RST_STREAM
  size_t header_block_ = 0;  // bytes of the metadata that comes in now
};

}  // namespace klaim::services
