// Bytes as an organisation's claim sheet: reading it, and understanding its lines.

#include <cstddef>
#include <cstdint>
#include <string>

#include "tools/klaim/client/filing/claim_sheet.h"
#include "tools/klaim/client/spreadsheet.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace klaim;
  const std::string text(reinterpret_cast<const char*>(data), size);
  v1::Programme programme;
  programme.mutable_opened()->set_currency("HKD");
  programme.mutable_opened()->add_heads()->set_code("unpaid_wages");
  const tools::RespondentNames names = {{tools::FoldName("PT Agency"), {7}}};
  for (tools::Encoding encoding : {tools::Encoding::kUtf8, tools::Encoding::kWindows1252}) {
    auto sheet = tools::ParseSpreadsheet(text, encoding);
    if (sheet.ok()) (void)tools::ReadClaims(*sheet, programme, names, {.series = "", .now_micros = 0});
  }
  return 0;
}
