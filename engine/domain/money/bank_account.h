// Numbers of bank accounts, by form.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace klaim::domain {

// An IBAN (ISO 13616): of a country that has them, of its length, with check digits that are right (ISO 7064, mod 97-10).
bool IsIban(absl::string_view number);

// The number of an account: 1 to 34 digits, capital letters or '-'. One that begins as the IBAN of a country that has them, and is of
// its length, must be right: a digit was mistyped else.
absl::Status CheckAccountNumber(absl::string_view field, absl::string_view number);

}  // namespace klaim::domain
