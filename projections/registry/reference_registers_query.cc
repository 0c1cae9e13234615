#include "projections/registry/reference_registers_query.h"

namespace klaim::projections {

Listing<v1::ReferenceRegister> ReferenceRegistersQuery::All() const {
  return MessagesOf<v1::ReferenceRegister>(view_, Key('g'));
}

absl::StatusOr<uint64_t> ReferenceRegistersQuery::EventOfLine(uint64_t reference_register_id,
                                                              uint32_t line) const {
  // Under the last line of each event: the first that isn't before the line holds it.
  uint64_t sequence = 0;
  absl::Status scanned =
      view_.Scan(Key('l').Number(reference_register_id), Key('l').Number(reference_register_id).Number(line),
                 [&](absl::string_view, absl::string_view value) {
                   sequence = NumberAt(value, 1);
                   return false;
                 });
  if (!scanned.ok()) return scanned;
  return sequence;
}

}  // namespace klaim::projections
