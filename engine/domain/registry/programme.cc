#include "engine/domain/registry/programme.h"

#include "engine/domain/core/refusal.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {

const v1::HeadRule* ProgrammeState::Head(absl::string_view code) const {
  for (const v1::HeadRule& head : rules.heads()) {
    if (head.code() == code) return &head;
  }
  return nullptr;
}

void Evolve(ProgrammeState& state, const v1::EventRecord& event) {
  if (event.has_programme_opened()) state.rules = event.programme_opened();
  if (event.has_programme_closed()) state.closed = true;
  if (event.has_programme_handed_over()) state.handed_over_to = event.programme_handed_over().docket();
  if (event.has_programme_rules_revised()) {
    *state.rules.mutable_heads() = event.programme_rules_revised().heads();
    state.rules_version = event.programme_rules_revised().version();
    const std::string& account = event.programme_rules_revised().bank_charges_account();
    if (!account.empty()) state.rules.set_bank_charges_account(account);
    if (event.programme_rules_revised().has_costs())
      *state.rules.mutable_costs() = event.programme_rules_revised().costs();
  }
}

}  // namespace klaim::domain
