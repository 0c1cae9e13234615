// gzip (RFC 1952), by zlib.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace klaim::proto {

std::string Gzip(absl::string_view bytes);

// Whether who sent this Accept-Encoding takes gzip.
bool AcceptsGzip(absl::string_view accept_encoding);

// INVALID_ARGUMENT for what isn't gzip, or would be longer than `most_bytes`.
absl::StatusOr<std::string> Gunzip(absl::string_view bytes, size_t most_bytes);

}  // namespace klaim::proto
