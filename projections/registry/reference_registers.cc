#include "projections/registry/reference_registers.h"

#include "klaim/v1/event_record.pb.h"

namespace klaim::projections {
namespace {

v1::ReferenceRegister RegisterAt(uint64_t id, Rows& rows) {
  return rows.Read<v1::ReferenceRegister>(Key('g').Number(id));
}

void Put(const v1::ReferenceRegister& row, Rows& rows) {
  rows.Put(Key('g').Number(row.reference_register_id()), row.SerializeAsString());
}

void Count(uint64_t result, uint64_t by, v1::ReferenceRegister& row) {
  if (result == v1::REGISTER_RESULT_CONFIRMED) row.set_confirmed(row.confirmed() + by);
  if (result == v1::REGISTER_RESULT_CONTRADICTED) row.set_contradicted(row.contradicted() + by);
  if (result == v1::REGISTER_RESULT_NO_RECORD) row.set_no_record(row.no_record() + by);
}

}  // namespace

void ReferenceRegisters::Apply(const v1::EventRecord& event, Rows& rows) {
  if (event.has_reference_register_published()) {
    v1::ReferenceRegister row;
    row.set_reference_register_id(event.stream());
    *row.mutable_published() = event.reference_register_published();
    Put(row, rows);
  } else if (event.has_register_lines_added()) {
    v1::ReferenceRegister row = RegisterAt(event.stream(), rows);
    row.set_lines(row.lines() + static_cast<uint64_t>(event.register_lines_added().lines_size()));
    Put(row, rows);
    rows.Put(Key('l').Number(event.stream()).Number(event.register_lines_added().lines().rbegin()->number()),
             Key('-').Number(event.sequence()));
  } else if (event.has_reference_register_withdrawn()) {
    v1::ReferenceRegister row = RegisterAt(event.stream(), rows);
    row.set_withdrawn(true);
    Put(row, rows);
  } else if (event.has_claim_register_checked()) {
    const v1::ClaimRegisterChecked& checked = event.claim_register_checked();
    v1::ReferenceRegister row = RegisterAt(checked.reference_register_id(), rows);
    const std::string key = Key('c').Number(checked.reference_register_id()).Number(event.stream());
    if (const auto before = rows.GetWhole(key, 9))
      Count(NumberAt(*before, 1), ~uint64_t{0}, row);  // less one
    Count(checked.result(), 1, row);
    Put(row, rows);
    rows.Put(key, Key('-').Number(checked.result()));
  }
}

}  // namespace klaim::projections
