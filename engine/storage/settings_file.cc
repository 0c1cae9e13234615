#include "engine/storage/settings_file.h"

#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace klaim::storage {

absl::StatusOr<std::vector<SettingLine>> ReadSettingsFile(const std::string& file) {
  std::ifstream in(file);
  if (!in) return absl::NotFoundError(absl::StrCat("can't read ", file));
  std::vector<SettingLine> lines;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    const absl::string_view text = absl::StripAsciiWhitespace(line);
    if (text.empty() || text[0] == '#') continue;
    const std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(text, absl::MaxSplits('=', 1));
    const absl::string_view name = absl::StripAsciiWhitespace(pair.first);
    const std::string where = absl::StrCat(file, ", line ", number);
    if (text.find('=') == absl::string_view::npos || name.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(where, ": should be NAME=VALUE"));
    }
    lines.push_back({std::string(name), std::string(absl::StripAsciiWhitespace(pair.second)), where});
  }
  return lines;
}

}  // namespace klaim::storage
