#include "services/linkage/claimant_person.h"

#include "engine/base/return_if_error.h"
#include "engine/domain/people/claimant.h"
#include "engine/privacy/sealing.h"
#include "engine/record/encoded_record.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::services {

linkage::PersonText TextOf(const v1::Person& person) {
  return {person.name().clear(),  person.birth_date().clear(), person.national_id().clear(),
          person.phone().clear(), person.village().clear(),    person.address().clear()};
}

absl::StatusOr<v1::Person> PersonOf(const log::LogReader& log, uint64_t claimant_id) {
  v1::Person person;
  v1::EventRecord event;
  absl::Status status;
  absl::Status read = log.ReadStream(claimant_id, [&](uint64_t sequence, absl::string_view bytes) {
    status = record::DecodeRecord(sequence, bytes, event);
    if (!status.ok()) return false;
    domain::EvolvePerson(person, event);
    return true;
  });
  if (!read.ok()) return read;
  if (!status.ok()) return status;
  return person;
}

absl::StatusOr<std::optional<linkage::PersonText>> OpenedPersonText(
    v1::Person person, absl::FunctionRef<absl::StatusOr<privacy::DataKey>(uint64_t key_id)> open) {
  RETURN_IF_ERROR(privacy::Unseal(person, open));
  std::optional<linkage::PersonText> text;
  if (person.name().has_clear()) text = TextOf(person);
  return text;
}

absl::StatusOr<std::optional<linkage::PersonText>> PersonTextOf(const log::LogReader& log,
                                                                uint64_t claimant_id,
                                                                const privacy::Vault& vault) {
  ASSIGN_OR_RETURN(auto person, PersonOf(log, claimant_id));
  return OpenedPersonText(std::move(person), [&](uint64_t key_id) { return vault.Open(key_id); });
}

}  // namespace klaim::services
