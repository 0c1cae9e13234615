// How far long work is.
#pragma once

#include <cstdint>
#include <string>

namespace klaim::tools {

// A line that tells how far long work is and how long it is likely to need still, on standard error when it is a terminal;
// the last line stays.
class Progress {
 public:
  Progress(std::string what, uint64_t total, bool quiet);
  ~Progress();
  void Set(uint64_t done);

 private:
  const std::string what_;
  const uint64_t total_;
  const bool shown_;
  const int64_t began_millis_;
  uint64_t done_ = 0;
  int64_t last_shown_millis_ = 0;
};

}  // namespace klaim::tools
