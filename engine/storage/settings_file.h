// Files of settings: NAME=VALUE, one a line; # begins a line of comment.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace klaim::storage {

struct SettingLine {
  std::string name;
  std::string value;
  std::string where;  // "FILE, line N", for errors
};

// In the file's order. NOT_FOUND when it can't be read; INVALID_ARGUMENT for a line that is none.
absl::StatusOr<std::vector<SettingLine>> ReadSettingsFile(const std::string& file);

}  // namespace klaim::storage
