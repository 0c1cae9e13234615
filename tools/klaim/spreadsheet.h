// Spreadsheets as organisations keep them: CSV (RFC 4180) with comma, semicolon or tab, with or without a
// byte order mark, in UTF-8 or, when told so, Windows-1252. Nothing is guessed silently but the delimiter,
// from the header line.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace klaim::tools {

enum class Encoding { kUtf8, kWindows1252 };

// Largest file, in bytes.
inline constexpr size_t kMaxSpreadsheetBytes = 1 << 30;

struct SpreadsheetRow {
  size_t line = 0;  // where it begins in the file, from 1
  std::vector<std::string> cells;
  const std::map<std::string, size_t>* columns = nullptr;  // by name
  std::string problem;  // why the row can't be read: ragged, or not in the encoding

  // The cell of a column, without white space around it; empty when there is no such column or cell.
  std::string Cell(const std::string& column) const;
};

struct Spreadsheet {
  std::vector<std::string> header;  // lower case, without white space around it
  std::shared_ptr<std::map<std::string, size_t>> columns;
  std::vector<SpreadsheetRow> rows;
  char delimiter = ',';
};

absl::StatusOr<Spreadsheet> ReadSpreadsheet(const std::string& file, Encoding encoding);
absl::StatusOr<Spreadsheet> ParseSpreadsheet(const std::string& text, Encoding encoding);

}  // namespace klaim::tools
