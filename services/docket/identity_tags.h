// What tells that two persons may be one, as tags that nobody can read back.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "engine/privacy/vault.h"
#include "klaim/v1/claimant_events.pb.h"

namespace klaim::services {

// A name with spelling, titles and order of no matter: "H. Moh. Soekarno" and "MUHAMMAD SUKARNO" are the
// same.
std::string NormaliseName(absl::string_view name);

// What of a person may show that another record is the same one: pairs of a kind ("national_id") and a text.
std::vector<std::pair<std::string, std::string>> IdentityOf(const v1::Person& person);

// The same as tags of the vault, for the person of a data key.
privacy::Identity IdentityTagsOf(const v1::Person& person, uint64_t key_id, const privacy::Vault& vault);

}  // namespace klaim::services
