// CSV as RFC 4180 has it.
#pragma once

#include <string>
#include <vector>

namespace klaim::services {

// A line, with a line end; cells are quoted where they must be.
std::string CsvLine(const std::vector<std::string>& cells, char delimiter);

// A cell for who opens the file in a spreadsheet: what would be taken for a formula begins with ' (OWASP, "CSV Injection").
std::string ForSpreadsheets(const std::string& cell);

}  // namespace klaim::services
