// Spreadsheets as organisations keep them: CSV (RFC 4180) with comma, semicolon or tab, with or without a
// byte order mark, with any line ends, in UTF-8, UTF-16 with a byte order mark or, when told so, Windows-1252. Nothing is guessed silently
// but the delimiter, from the header line or a line "sep=;" above it; and columns that nobody asked for are told.
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

  // The cell of a column as it was meant: without what is invisible and white space around it, without the ' or ="" by which spreadsheets
  // are kept from reading a number; empty when there is no such column or cell.
  std::string Cell(const std::string& column) const;
};

struct Spreadsheet {
  std::vector<std::string>
      header;  // lower case, without white space around it; "" where a column has no name
  std::shared_ptr<std::map<std::string, size_t>> columns;
  std::vector<SpreadsheetRow> rows;
  char delimiter = ',';
};

// INVALID_ARGUMENT naming each column that is neither known nor to be left out, with the nearest known name, and each that is to be left
// out and isn't there: what stands in them would be lost unsaid.
absl::Status CheckColumns(const Spreadsheet& sheet, const std::vector<std::string>& known,
                          const std::vector<std::string>& left_out);

absl::StatusOr<Spreadsheet> ReadSpreadsheet(const std::string& file, Encoding encoding);
absl::StatusOr<Spreadsheet> ParseSpreadsheet(const std::string& text, Encoding encoding);

}  // namespace klaim::tools
