// What was written down of a claimant, as linkage compares it.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "engine/linkage/person.h"
#include "klaim/v1/claimant_events.pb.h"
#include "services/docket/open_docket.h"

namespace klaim::services {

linkage::PersonText TextOf(const v1::Person& person);

// As recorded and corrected, sealed.
absl::StatusOr<v1::Person> PersonOf(const log::LogReader& log, uint64_t claimant_id);

// What was recorded, opened; nothing for who was erased. DATA_LOSS for whose data or key is damaged, another error while the
// vault can't be asked: that is not to have been erased.
absl::StatusOr<std::optional<linkage::PersonText>> OpenedPersonText(
    v1::Person person, absl::FunctionRef<absl::StatusOr<privacy::DataKey>(uint64_t key_id)> open);
// The same of a claimant as recorded and corrected.
absl::StatusOr<std::optional<linkage::PersonText>> PersonTextOf(const log::LogReader& log,
                                                                uint64_t claimant_id,
                                                                const privacy::Vault& vault);

}  // namespace klaim::services
