#include "services/linkage/area_names.h"

#include <fstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace klaim::services {

absl::StatusOr<AreaNames> AreaNames::Read(const std::string& file) {
  AreaNames areas;
  if (file.empty()) return areas;
  std::ifstream lines(file);
  std::string line;
  std::getline(lines, line);
  if (absl::StripSuffix(line, "\r") != "code,district_code,name") {
    return absl::InvalidArgumentError(
        absl::StrCat("--areas: ", file, " doesn't begin with code,district_code,name"));
  }
  while (std::getline(lines, line)) {
    const std::vector<absl::string_view> cells =
        absl::StrSplit(absl::StripSuffix(line, "\r"), absl::MaxSplits(',', 2));
    if (cells.size() == 3) areas.names_.emplace(cells[0], cells[2]);
  }
  return areas;
}

absl::string_view AreaNames::NameOf(absl::string_view village_code) const {
  const auto found = names_.find(village_code);
  return found == names_.end() ? absl::string_view() : found->second;
}

}  // namespace klaim::services
