// What personal data must look like, in whatever way it was written.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"
#include "klaim/v1/common.pb.h"

namespace klaim::services {

// One value as it is kept, of what was written: without what is invisible, telephones in E.164, numbers without spaces. `name` is the
// field's, as in "Person.phone", `field` where it stands in the request; `now_micros` is for dates that can't be. INVALID_ARGUMENT names
// the field and never repeats the value.
absl::StatusOr<std::string> PersonalData(absl::string_view name, absl::string_view field,
                                         absl::string_view written, int64_t now_micros);

// Takes out of all texts of a message that are in clear what is invisible (engine/domain/core/text.h); the name that its caller gave a request
// stays as it is.
void CleanTexts(google::protobuf::Message& message);

// A date as Person.birth_date has it: YYYY, YYYY-MM or YYYY-MM-DD.
std::string IsoDate(const v1::PartialDate& date);

}  // namespace klaim::services
