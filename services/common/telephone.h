// Telephone numbers as people write them.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace klaim::services {

// One number in E.164, as in "+6281234567890", of what was written: with or without its country, in Indonesia's own way (0812...), with
// 00 for +, with brackets, spaces and dashes, in any digits. Where it can't be one number that can be called, or may be two: INVALID_ARGUMENT
// naming `field`, with the question; the number itself, personal data, isn't told. By libphonenumber. Thread-safe.
absl::StatusOr<std::string> TelephoneNumber(absl::string_view field, absl::string_view written);

}  // namespace klaim::services
