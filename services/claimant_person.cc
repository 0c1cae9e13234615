#include "services/claimant_person.h"

#include "engine/privacy/sealing.h"
#include "engine/record/encoded_record.h"

namespace klaim::services {

linkage::PersonText TextOf(const v1::Person& person) {
  return {person.name().clear(),  person.birth_date().clear(), person.national_id().clear(),
          person.phone().clear(), person.village().clear(),    person.address().clear()};
}

v1::Person PersonOf(const log::EventLog& log, uint64_t claimant_id) {
  v1::Person person;
  v1::EventRecord event;
  (void)log.ReadStream(claimant_id, [&](uint64_t sequence, absl::string_view bytes) {
    if (!record::DecodeRecord(sequence, bytes, event).ok()) return false;
    if (event.has_claimant_registered()) person = event.claimant_registered().person();
    if (event.has_claimant_corrected()) person.MergeFrom(event.claimant_corrected().person());
    return true;
  });
  return person;
}

std::optional<linkage::PersonText> OpenedPersonText(v1::Person person, const privacy::Vault& vault) {
  return OpenedPersonText(std::move(person), [&](uint64_t key_id) { return vault.Open(key_id); });
}

std::optional<linkage::PersonText> OpenedPersonText(
    v1::Person person, absl::FunctionRef<absl::StatusOr<privacy::DataKey>(uint64_t key_id)> open) {
  if (!privacy::Unseal(person, open).ok() || !person.name().has_clear()) return std::nullopt;
  return TextOf(person);
}

}  // namespace klaim::services
