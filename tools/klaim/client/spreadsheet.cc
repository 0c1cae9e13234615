#include "tools/klaim/client/spreadsheet.h"

#include <unicode/ucnv.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/core/text.h"
#include "services/common/nearest_name.h"
#include "tools/installation/authority.h"

namespace klaim::tools {
namespace {

absl::StatusOr<std::string> ToUtf8(const std::string& text, const char* encoding) {
  UErrorCode error = U_ZERO_ERROR;
  std::string utf8(text.size() * 3 + 1, '\0');
  const int32_t size = ucnv_convert("UTF-8", encoding, utf8.data(), static_cast<int32_t>(utf8.size()),
                                    text.data(), static_cast<int32_t>(text.size()), &error);
  if (U_FAILURE(error) != 0)
    return absl::InvalidArgumentError(absl::StrCat("the file can't be read as ", encoding));
  utf8.resize(static_cast<size_t>(size));
  return utf8;
}

absl::StatusOr<std::string> Decoded(const std::string& raw, Encoding encoding) {
  if (absl::StartsWith(raw, "\xFF\xFE") || absl::StartsWith(raw, "\xFE\xFF")) return ToUtf8(raw, "UTF-16");
  if (absl::StartsWith(raw, "PK\x03\x04"))
    return absl::InvalidArgumentError("the file is a workbook (XLSX), not CSV: save it as CSV UTF-8");
  return encoding == Encoding::kWindows1252 ? ToUtf8(raw, "windows-1252") : raw;
}

// Reads one record from `at` on; false when a quote is never closed.
bool ReadRecord(const std::string& text, char delimiter, size_t& at, size_t& line,
                std::vector<std::string>& cells) {
  cells.assign(1, "");
  bool quoted = false;
  for (; at < text.size(); ++at) {
    // Old Macs end lines with CR alone.
    const bool lone = text[at] == '\r' && (at + 1 == text.size() || text[at + 1] != '\n');
    const char c = lone ? '\n' : text[at];
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
  const std::string header = text.substr(0, text.find_first_of("\r\n"));
  char best = ',';
  for (char c : {';', '\t'}) {
    if (std::count(header.begin(), header.end(), c) > std::count(header.begin(), header.end(), best))
      best = c;
  }
  return best;
}

// Why a row doesn't fit its header; empty when it does. Empty cells behind the last column are none.
std::string ShapeProblem(const SpreadsheetRow& row, const std::vector<std::string>& header) {
  if (row.cells.size() < header.size()) {
    // Behind the last column that has a name nothing may be missing.
    for (size_t i = row.cells.size(); i < header.size(); ++i) {
      if (!header[i].empty())
        return absl::StrCat("has ", row.cells.size(), " cells where the header has ", header.size());
    }
  }
  for (size_t i = 0; i < row.cells.size(); ++i) {
    const bool named = i < header.size() && !header[i].empty();
    if (!named && !domain::Cleaned(row.cells[i]).empty())
      return absl::StrCat("has something in column ", i + 1, ", which has no name: has a cell moved?");
  }
  return "";
}

// A line break within a cell is a line feed, whichever system wrote it.
std::string WithoutReturns(const std::string& cell) {
  return absl::StrReplaceAll(cell, {{"\r\n", "\n"}, {"\r", "\n"}});
}

}  // namespace

std::string SpreadsheetRow::Cell(const std::string& column) const {
  const auto found = columns->find(column);
  if (found == columns->end() || found->second >= cells.size()) return "";
  const std::string cell = domain::Cleaned(cells[found->second]);
  absl::string_view meant = cell;
  if (absl::ConsumePrefix(&meant, "=\"") && absl::ConsumeSuffix(&meant, "\"") &&
      !absl::StrContains(meant, "\"")) {
    return std::string(meant);
  }
  meant = cell;
  const bool kept = absl::ConsumePrefix(&meant, "'") && !meant.empty() &&
                    (absl::ascii_isdigit(static_cast<unsigned char>(meant[0])) ||
                     absl::StrContains("=+-@", meant.substr(0, 1)));
  return kept ? std::string(meant) : cell;
}

absl::Status CheckColumns(const Spreadsheet& sheet, const std::vector<std::string>& known,
                          const std::vector<std::string>& left_out) {
  std::vector<std::string> problems;
  const auto has = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::vector<std::string> leave;
  for (const std::string& name : left_out) {
    leave.push_back(absl::AsciiStrToLower(name));
    if (!has(sheet.header, leave.back()))
      problems.push_back(absl::StrCat("--leave-out: there is no column \"", name, "\""));
  }
  for (const std::string& name : sheet.header) {
    if (name.empty() || has(known, name) || has(leave, name)) continue;
    const std::string nearest = services::NearestName(name, known);
    problems.push_back(
        absl::StrCat("line 1: the column \"", name, "\" isn't known",
                     nearest.empty() ? ": rename it" : absl::StrCat(": is ", nearest, " meant? Rename it"),
                     ", or leave it out with --leave-out \"", name, "\""));
  }
  if (problems.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(problems, "\n"));
}

absl::StatusOr<Spreadsheet> ReadSpreadsheet(const std::string& file, Encoding encoding) {
  ASSIGN_OR_RETURN(auto text, ReadFile(file));
  auto sheet = ParseSpreadsheet(text, encoding);
  if (!sheet.ok())
    return absl::Status(sheet.status().code(), absl::StrCat(file, ": ", sheet.status().message()));
  return sheet;
}

absl::StatusOr<Spreadsheet> ParseSpreadsheet(const std::string& raw, Encoding encoding) {
  if (raw.size() > kMaxSpreadsheetBytes)
    return absl::InvalidArgumentError("the file is larger than 1 GiB: split it");
  ASSIGN_OR_RETURN(std::string converted, Decoded(raw, encoding));
  std::string text(absl::StripPrefix(converted, "\xEF\xBB\xBF"));
  Spreadsheet sheet;
  size_t at = 0;
  size_t line = 1;
  // Excel's own line above the header.
  const bool told =
      absl::StartsWithIgnoreCase(text, "sep=") && text.size() > 5 && (text[5] == '\n' || text[5] == '\r');
  if (told) {
    sheet.delimiter = text[4];
    std::vector<std::string> line_of_its_own;
    ReadRecord(text, '\0', at, line, line_of_its_own);
  } else {
    sheet.delimiter = DelimiterOf(text);
  }
  if (text.empty() || !ReadRecord(text, sheet.delimiter, at, line, sheet.header)) {
    return absl::InvalidArgumentError("the file has no header line");
  }
  sheet.columns = std::make_shared<std::map<std::string, size_t>>();
  for (size_t i = 0; i < sheet.header.size(); ++i) {
    sheet.header[i] = absl::AsciiStrToLower(domain::Cleaned(sheet.header[i]));
    if (!sheet.header[i].empty() && !sheet.columns->emplace(sheet.header[i], i).second) {
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
    } else {
      row.problem = ShapeProblem(row, sheet.header);
    }
    for (size_t i = 0; row.problem.empty() && i < row.cells.size(); ++i) {
      row.cells[i] = WithoutReturns(row.cells[i]);
      if (domain::CheckText("cell", domain::Cleaned(row.cells[i]), 0, row.cells[i].size()).ok()) continue;
      row.problem = absl::StrCat(
          "column ", i < sheet.header.size() ? sheet.header[i] : "",
          " is not UTF-8 text: save the file as UTF-8, or import it with --encoding windows-1252");
    }
    sheet.rows.push_back(std::move(row));
  }
  return sheet;
}

}  // namespace klaim::tools
