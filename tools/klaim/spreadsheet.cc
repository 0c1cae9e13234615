#include "tools/klaim/spreadsheet.h"

#include <unicode/ucnv.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/domain/rules.h"
#include "tools/authority.h"

namespace klaim::tools {
namespace {

absl::StatusOr<std::string> FromWindows1252(const std::string& text) {
  UErrorCode error = U_ZERO_ERROR;
  std::string utf8(text.size() * 3 + 1, '\0');
  const int32_t size = ucnv_convert("UTF-8", "windows-1252", utf8.data(), static_cast<int32_t>(utf8.size()),
                                    text.data(), static_cast<int32_t>(text.size()), &error);
  if (U_FAILURE(error) != 0) return absl::InvalidArgumentError("the file can't be read as Windows-1252");
  utf8.resize(static_cast<size_t>(size));
  return utf8;
}

// Reads one record from `at` on; false when a quote is never closed.
bool ReadRecord(const std::string& text, char delimiter, size_t& at, size_t& line,
                std::vector<std::string>& cells) {
  cells.assign(1, "");
  bool quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n') ++line;
    if (quoted) {
      if (c != '"') {
        cells.back() += c;
      } else if (at + 1 < text.size() && text[at + 1] == '"') {
        cells.back() += '"';
        ++at;
      } else {
        quoted = false;
      }
    } else if (c == '"' && cells.back().empty()) {
      quoted = true;
    } else if (c == delimiter) {
      cells.emplace_back();
    } else if (c == '\n') {
      ++at;
      return true;
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  return !quoted;
}

char DelimiterOf(const std::string& text) {
  const std::string header = text.substr(0, text.find('\n'));
  char best = ',';
  for (char c : {';', '\t'}) {
    if (std::count(header.begin(), header.end(), c) > std::count(header.begin(), header.end(), best))
      best = c;
  }
  return best;
}

}  // namespace

std::string SpreadsheetRow::Cell(const std::string& column) const {
  const auto found = columns->find(column);
  if (found == columns->end() || found->second >= cells.size()) return "";
  return std::string(absl::StripAsciiWhitespace(cells[found->second]));
}

absl::StatusOr<Spreadsheet> ReadSpreadsheet(const std::string& file, Encoding encoding) {
  auto text = ReadFile(file);
  if (!text.ok()) return text.status();
  auto sheet = ParseSpreadsheet(*text, encoding);
  if (!sheet.ok())
    return absl::Status(sheet.status().code(), absl::StrCat(file, ": ", sheet.status().message()));
  return sheet;
}

absl::StatusOr<Spreadsheet> ParseSpreadsheet(const std::string& raw, Encoding encoding) {
  if (raw.size() > kMaxSpreadsheetBytes)
    return absl::InvalidArgumentError("the file is larger than 1 GiB: split it");
  absl::StatusOr<std::string> converted = encoding == Encoding::kWindows1252 ? FromWindows1252(raw) : raw;
  if (!converted.ok()) return converted.status();
  const std::string text(absl::StripPrefix(*converted, "\xEF\xBB\xBF"));
  Spreadsheet sheet;
  sheet.delimiter = DelimiterOf(text);
  size_t at = 0;
  size_t line = 1;
  if (text.empty() || !ReadRecord(text, sheet.delimiter, at, line, sheet.header)) {
    return absl::InvalidArgumentError("the file has no header line");
  }
  sheet.columns = std::make_shared<std::map<std::string, size_t>>();
  for (size_t i = 0; i < sheet.header.size(); ++i) {
    sheet.header[i] = absl::AsciiStrToLower(absl::StripAsciiWhitespace(sheet.header[i]));
    if (!sheet.columns->emplace(sheet.header[i], i).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("line 1: the column \"", sheet.header[i], "\" stands twice"));
    }
  }
  while (at < text.size()) {
    SpreadsheetRow row;
    row.line = line;
    row.columns = sheet.columns.get();
    const bool closed = ReadRecord(text, sheet.delimiter, at, line, row.cells);
    if (row.cells.size() == 1 && absl::StripAsciiWhitespace(row.cells[0]).empty()) continue;
    if (!closed) {
      row.problem = "a quotation mark is never closed";
    } else if (row.cells.size() != sheet.header.size()) {
      row.problem =
          absl::StrCat("has ", row.cells.size(), " cells where the header has ", sheet.header.size());
    }
    for (size_t i = 0; row.problem.empty() && i < row.cells.size(); ++i) {
      if (domain::CheckText("cell", row.cells[i], 0, row.cells[i].size()).ok()) continue;
      row.problem = absl::StrCat(
          "column ", sheet.header[i],
          " is not UTF-8 text: save the file as UTF-8, or import it with --encoding windows-1252");
    }
    sheet.rows.push_back(std::move(row));
  }
  return sheet;
}

}  // namespace klaim::tools
