#include "tools/klaim/client/progress.h"

#include <unistd.h>

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "engine/time/steady.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {

Progress::Progress(std::string what, uint64_t total, bool quiet)
    : what_(std::move(what)),
      total_(total),
      shown_(!quiet && isatty(STDERR_FILENO) != 0),
      began_millis_(absl::ToInt64Milliseconds(steady::Now())) {}

Progress::~Progress() {
  if (!shown_) return;
  last_shown_millis_ = 0;
  Set(done_);
  std::fputc('\n', stderr);
}

void Progress::Set(uint64_t done) {
  done_ = done;
  if (!shown_) return;
  const int64_t now = absl::ToInt64Milliseconds(steady::Now());
  if (now - last_shown_millis_ < 100) return;
  last_shown_millis_ = now;
  const uint64_t percent = total_ == 0 ? 100 : done * 100 / total_;
  const int64_t elapsed = now - began_millis_;
  std::string left;
  if (done > 0 && done < total_ && elapsed > 1'000) {
    const auto seconds = static_cast<int64_t>(static_cast<double>(elapsed) / static_cast<double>(done) *
                                              static_cast<double>(total_ - done) / 1'000);
    left =
        seconds < 90 ? absl::StrCat(", ", seconds, " s left") : absl::StrCat(", ", seconds / 60, " min left");
  }
  std::fprintf(stderr, "\r%s: %s / %s (%d %%%s)      ", what_.c_str(), CountText(done).c_str(),
               CountText(total_).c_str(), static_cast<int>(percent), left.c_str());
  std::fflush(stderr);
}

}  // namespace klaim::tools
