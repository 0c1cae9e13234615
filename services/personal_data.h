// The boundary for personal data: what it must look like, and what tells that two persons may be one.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "engine/privacy/vault.h"
#include "google/protobuf/message.h"
#include "klaim/v1/claimant_events.pb.h"

namespace klaim::services {

// One value as it is kept, of what was written: without what is invisible, telephones in E.164, numbers without spaces. `name` is the
// field's, as in "Person.phone", `field` where it stands in the request; `now_micros` is for dates that can't be. INVALID_ARGUMENT names
// the field and never repeats the value.
absl::StatusOr<std::string> PersonalData(absl::string_view name, absl::string_view field,
                                         absl::string_view written, int64_t now_micros);

// Takes out of all texts of a message that are in clear what is invisible (engine/domain/text.h); the name that its caller gave a request
// stays as it is.
void CleanTexts(google::protobuf::Message& message);

// A date as Person.birth_date has it: YYYY, YYYY-MM or YYYY-MM-DD.
std::string IsoDate(const v1::PartialDate& date);

// A name with spelling, titles and order of no matter: "H. Moh. Soekarno" and "MUHAMMAD SUKARNO" are the
// same.
std::string NormaliseName(absl::string_view name);

// What of a person may show that another record is the same one: pairs of a kind ("national_id") and a text.
std::vector<std::pair<std::string, std::string>> IdentityOf(const v1::Person& person);

// The same as tags of the vault, for the person of a data key.
privacy::Identity IdentityTagsOf(const v1::Person& person, uint64_t key_id, const privacy::Vault& vault);

}  // namespace klaim::services
