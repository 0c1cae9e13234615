// What was written down of a claimant, as linkage compares it.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "engine/linkage/person.h"
#include "klaim/v1/claimant_events.pb.h"
#include "services/open_docket.h"

namespace klaim::services {

linkage::PersonText TextOf(const v1::Person& person);

// As recorded and corrected, sealed.
v1::Person PersonOf(const log::EventLog& log, uint64_t claimant_id);

// The same, opened; nothing for who was erased, or whose data is damaged.
std::optional<linkage::PersonText> OpenedPersonText(v1::Person person, const privacy::Vault& vault);
std::optional<linkage::PersonText> OpenedPersonText(
    v1::Person person, absl::FunctionRef<absl::StatusOr<privacy::DataKey>(uint64_t key_id)> open);

}  // namespace klaim::services
