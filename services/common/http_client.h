// One HTTP request, by libcurl. Blocks. TLS is always checked; no redirect is followed.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace klaim::services {

struct HttpRequest {
  std::string url;                  // https://, or http:// where `plain` allows it
  bool plain = false;               // allow http://
  std::optional<std::string> body;  // POST when set
  std::string content_type;
  std::string ca_file;           // authorities to believe; empty for the system's
  std::string ca_pem;            // the same as text
  std::string certificate_file;  // of the client, with its key
  std::string key_file;
  std::string user;  // for HTTP Basic
  std::string password;
  std::string bearer;           // token
  std::string accept_encoding;  // what the answer may be encoded with; it is handed on as it came
  absl::Duration timeout = absl::Seconds(10);
  size_t most_bytes = 256 << 10;  // of the answer
};

struct HttpAnswer {
  long code = 0;
  std::string content_type;
  std::string content_encoding;
  absl::Duration retry_after;  // for how long it asks not to be asked again; none for zero
  std::string body;
};

// UNAVAILABLE when there was no whole answer.
absl::StatusOr<HttpAnswer> Fetch(const HttpRequest& request);

}  // namespace klaim::services
