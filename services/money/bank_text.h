// Names and texts as a bank takes them.
#pragma once

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "klaim/v1/trust_account_events.pb.h"

namespace klaim::services {

// A text in the characters that a bank takes, of at most `most_characters`: letters of other scripts as they are said in Latin ones, letters with marks
// without them (ICU), what else the set doesn't have as a space; cut behind a word where it is too long. Empty where nothing that says
// anything is left. In SWIFT's set X no text begins with / or :, nor has // in it (SWIFT, "MT message standards", general information).
// Thread-safe.
std::string BankText(absl::string_view text, v1::BankCharacters characters, size_t most_characters);

}  // namespace klaim::services
