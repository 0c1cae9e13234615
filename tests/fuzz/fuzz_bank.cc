// Bank reports and names of persons: bytes from outside.

#include <cstdint>
#include <cstdlib>

#include "engine/linkage/linker.h"
#include "services/money/bank_report.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace klaim;
  const std::string text(reinterpret_cast<const char*>(data), size);
  (void)services::ReadBankReport(text, {"00123456", "HKD", {}});
  linkage::Lexicons lexicons;
  const std::string half = text.substr(0, size / 2);
  const linkage::Person one = linkage::ReadPerson({text, text, text, text, text, text}, lexicons);
  const linkage::Person other = linkage::ReadPerson({half, half, half, half, half, half}, lexicons);
  const linkage::Model model;
  const double bits = model.Bits(linkage::Compare(one, other, lexicons), lexicons);
  if (!(bits > -1e6 && bits < 1e6)) std::abort();
  (void)linkage::KeysOf(one, lexicons);
  linkage::ReleasePerson(one, lexicons);
  linkage::ReleasePerson(other, lexicons);
  if (lexicons.names.all_uses() != 0) std::abort();
  return 0;
}
