// Names of Indonesia's villages by their official code (Kepmendagri), as the npm package idn-area-data lists them. Read once;
// thread-safe.
#pragma once

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace klaim::services {

class AreaNames {
 public:
  // villages.csv: code, district_code, name. Knows no names for an empty file name. INVALID_ARGUMENT for a file that can't be read.
  static absl::StatusOr<AreaNames> Read(const std::string& file);

  // Empty for a code that isn't known.
  absl::string_view NameOf(absl::string_view village_code) const;

 private:
  absl::flat_hash_map<std::string, std::string> names_;  // by code
};

}  // namespace klaim::services
