#include "tools/klaim/client/table.h"

#include <algorithm>

#include "absl/strings/ascii.h"

namespace klaim::tools {
namespace {

// Code points, for column widths.
size_t WidthOf(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool IsNumber(const std::string& text) {
  return !text.empty() && absl::ascii_isdigit(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isdigit(c) || c == '.' || c == ',' || c == '-' || c == ' ' ||
                  absl::ascii_isupper(c) || c == 'p';
         });
}

}  // namespace

std::string Table::Text() const {
  std::vector<size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], WidthOf(row[i]));
  }
  std::string text;
  for (size_t r = 0; r < rows_.size(); ++r) {
    std::string line;
    for (size_t i = 0; i < rows_[r].size(); ++i) {
      const std::string& cell = rows_[r][i];
      const std::string padding(widths[i] - WidthOf(cell), ' ');
      const bool right = r > 0 && IsNumber(cell);
      line += (i == 0 ? "" : "  ") + (right ? padding + cell : cell + padding);
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    text += (r == 0 ? "" : "\n") + line;
  }
  return text;
}

}  // namespace klaim::tools
