#include "services/web/http2_frames.h"

#include <algorithm>

#include "services/common/limits.h"

namespace klaim::services {
namespace {

constexpr size_t kPrefaceBytes = 24;

enum FrameType : uint8_t {
  kData = 0,
  kHeaders = 1,
  kPriority = 2,
  kRstStream = 3,
  kSettings = 4,
  kPushPromise = 5,
  kPing = 6,
  kGoaway = 7,
  kWindowUpdate = 8,
  kContinuation = 9,
};
constexpr uint8_t kAck = 0x1;        // of SETTINGS and PING
constexpr uint8_t kEndStream = 0x1;  // of DATA and HEADERS

}  // namespace

bool FrameBudget::Take(Clock::time_point now) {
  left_ = std::min(at_once_, left_ + std::chrono::duration<double>(now - filled_).count() * a_second_);
  filled_ = now;
  if (left_ < 1) return false;
  left_ -= 1;
  return true;
}

bool ConnectionCost::HasStalled(Clock::time_point since) const {
  for (const auto& [id, stream] : streams) {
    if (!stream.client_done && stream.used < since) return true;
  }
  return false;
}

void ConnectionCost::End(uint32_t stream) {
  const auto found = streams.find(stream);
  if (found == streams.end()) return;
  bytes -= found->second.bytes;
  streams.erase(found);
}

FrameCounter::FrameCounter(Side side, ConnectionCost& cost)
    : side_(side), cost_(cost), payload_left_(side == Side::kClient ? kPrefaceBytes : 0) {}

bool FrameCounter::Count(absl::string_view bytes) {
  while (!bytes.empty()) {
    if (payload_left_ > 0) {
      const size_t count = std::min(payload_left_, bytes.size());
      if (header_bytes_ == header_.size() && header_[3] == kRstStream) {
        for (const char byte : bytes.substr(0, count))
          error_code_ = error_code_ << 8 | static_cast<uint8_t>(byte);
      }
      payload_left_ -= count;
      bytes.remove_prefix(count);
      if (payload_left_ == 0 && !End()) return false;
      continue;
    }
    header_[header_bytes_++] = static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    if (header_bytes_ < header_.size()) continue;
    if (!Begin() || (payload_left_ == 0 && !End())) return false;
  }
  return true;
}

bool FrameCounter::Begin() {
  payload_left_ = size_t{header_[0]} << 16 | size_t{header_[1]} << 8 | header_[2];
  error_code_ = 0;
  if (header_[3] == kHeaders) header_block_ = 0;
  if (header_[3] == kHeaders || header_[3] == kContinuation) header_block_ += payload_left_;
  return header_block_ <= cost_.header_block_bytes;
}

bool FrameCounter::End() {
  if (header_bytes_ < header_.size()) return true;  // the preface
  header_bytes_ = 0;
  const uint8_t flags = header_[4];
  const bool empty = header_[0] == 0 && header_[1] == 0 && header_[2] == 0;
  const auto now = FrameBudget::Clock::now();
  const uint32_t stream = (uint32_t{header_[5]} << 24 | uint32_t{header_[6]} << 16 |
                           uint32_t{header_[7]} << 8 | uint32_t{header_[8]}) &
                          0x7fff'ffff;
  switch (header_[3]) {
    case kHeaders:
      return Follow(stream, (flags & kEndStream) != 0, now);
    case kRstStream:
      cost_.End(stream);
      // A server that has answered before all was sent says so by a reset without an error.
      return (side_ == Side::kServer && error_code_ == 0) || cost_.resets.Take(now);
    case kSettings:
    case kPing:
      return side_ == Side::kServer || (flags & kAck) != 0 || cost_.idle.Take(now);
    case kPriority:
      return side_ == Side::kServer || cost_.idle.Take(now);
    case kData:
      return Follow(stream, (flags & kEndStream) != 0, now) &&
             (side_ == Side::kServer || !empty || (flags & kEndStream) != 0 || cost_.idle.Take(now));
    case kPushPromise:
    case kGoaway:
    case kWindowUpdate:
      return true;
    case kContinuation:
      return side_ == Side::kServer || !empty || cost_.idle.Take(now);
    default:  // of an extension: ignored by whoever gets it
      return side_ == Side::kServer || cost_.idle.Take(now);
  }
}

// A call goes on: a client's first frame begins it, and it is over when both sides have ended it.
bool FrameCounter::Follow(uint32_t stream, bool ends, FrameBudget::Clock::time_point now) {
  auto& streams = cost_.streams;
  if (side_ == Side::kClient && header_[3] == kHeaders) {
    cost_.asked = true;
    if (cost_.most_streams == 0) return true;
    if (!streams.contains(stream) && streams.size() >= cost_.most_streams) return false;
    streams.try_emplace(stream);
  }
  const auto found = streams.find(stream);
  if (found == streams.end()) return true;
  found->second.used = now;
  if (side_ == Side::kClient && header_[3] == kData) {
    const size_t size = size_t{header_[0]} << 16 | size_t{header_[1]} << 8 | header_[2];
    const size_t before = found->second.bytes;
    found->second.bytes = std::min(before + size, static_cast<size_t>(kMaxRequestBytes));
    cost_.bytes += found->second.bytes - before;
  }
  if (ends) (side_ == Side::kClient ? found->second.client_done : found->second.server_done) = true;
  if (found->second.client_done && found->second.server_done) cost_.End(stream);
  return true;
}

}  // namespace klaim::services
