// What the operating system said no to.
#pragma once

#include <cerrno>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace klaim {

// errno in words, behind what was being done, as in "evidence: opening an upload: Permission denied". RESOURCE_EXHAUSTED where there is
// no room, else INTERNAL.
inline absl::Status ErrnoStatus(absl::string_view doing) {
  const int error = errno;
  const std::string message = absl::StrCat(doing, ": ", std::strerror(error));
  return error == ENOSPC || error == EDQUOT ? absl::ResourceExhaustedError(message)
                                            : absl::InternalError(message);
}

}  // namespace klaim
