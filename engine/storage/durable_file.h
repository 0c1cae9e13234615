// Files that must not be forgotten once something was said of them.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace klaim::storage {

// Writes a file whole and puts it in place: after a crash it is the old one or the new one, and the new one
// when this has returned OK.
absl::Status WriteDurably(const std::string& path, const std::string& text);

}  // namespace klaim::storage
