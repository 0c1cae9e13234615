// What a document may be, and whether it is what it says: media types found in the content by libmagic, an
// allow-list, and a scanner for malicious software, if one is set up. Thread-safe.
#pragma once

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace klaim::services {

// OK when documents of this media type are taken; INVALID_ARGUMENT naming those that are.
absl::Status CheckMediaTypeAllowed(absl::string_view media_type);

// The media type that libmagic finds in the beginning of a content; INVALID_ARGUMENT when it isn't the declared
// one.
absl::StatusOr<std::string> CheckMediaType(absl::string_view declared, absl::string_view head);

// Feeds a content, piece by piece, to a function that returns false to stop.
using ContentReader = absl::FunctionRef<absl::Status(absl::FunctionRef<bool(absl::string_view bytes)> visit)>;

// Has clamd (its socket is a path) scan a content by INSTREAM. INVALID_ARGUMENT when it finds something;
// UNAVAILABLE when it can't scan: nothing is taken unscanned. What it said of itself.
absl::StatusOr<std::string> ScanWithClamd(const std::string& socket, ContentReader read);

}  // namespace klaim::services
