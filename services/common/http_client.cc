#include "services/common/http_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"

namespace klaim::services {
namespace {

struct Freer {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Body {
  std::string text;
  size_t most = 0;
};

size_t Collect(char* data, size_t, size_t size, void* into) {
  Body& body = *static_cast<Body*>(into);
  if (body.text.size() + size > body.most) return 0;
  body.text.append(data, size);
  return size;
}

}  // namespace

absl::StatusOr<HttpAnswer> Fetch(const HttpRequest& request) {
  const std::unique_ptr<CURL, Freer> curl(curl_easy_init());
  std::unique_ptr<curl_slist, Freer> headers;
  const auto add_header = [&](const std::string& header) {
    headers.reset(curl_slist_append(headers.release(), header.c_str()));
  };
  const auto set_text = [&](CURLoption option, const std::string& text) {
    if (!text.empty()) curl_easy_setopt(curl.get(), option, text.c_str());
  };
  Body body{{}, request.most_bytes};
  set_text(CURLOPT_URL, request.url);
  curl_easy_setopt(curl.get(), CURLOPT_PROTOCOLS_STR, request.plain ? "https,http" : "https");
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT_MS,
                   static_cast<long>(absl::ToInt64Milliseconds(request.timeout)));
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, Collect);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &body);
  set_text(CURLOPT_CAINFO, request.ca_file);
  if (!request.ca_pem.empty()) {
    curl_blob blob{const_cast<char*>(request.ca_pem.data()), request.ca_pem.size(), CURL_BLOB_COPY};
    curl_easy_setopt(curl.get(), CURLOPT_CAINFO_BLOB, &blob);
  }
  set_text(CURLOPT_SSLCERT, request.certificate_file);
  set_text(CURLOPT_SSLKEY, request.key_file);
  if (!request.user.empty()) {
    curl_easy_setopt(curl.get(), CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    set_text(CURLOPT_USERNAME, request.user);
    set_text(CURLOPT_PASSWORD, request.password);
  }
  if (!request.bearer.empty()) add_header(absl::StrCat("Authorization: Bearer ", request.bearer));
  if (!request.content_type.empty()) add_header(absl::StrCat("Content-Type: ", request.content_type));
  if (!request.accept_encoding.empty())
    add_header(absl::StrCat("Accept-Encoding: ", request.accept_encoding));
  if (request.body.has_value()) {
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
    curl_easy_setopt(curl.get(), CURLOPT_COPYPOSTFIELDS, request.body->data());
  }
  if (headers != nullptr) curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  const CURLcode result = curl_easy_perform(curl.get());
  if (result != CURLE_OK) {
    return absl::UnavailableError(absl::StrCat(request.url, ": ", curl_easy_strerror(result)));
  }
  HttpAnswer answer;
  const char* type = nullptr;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer.code);
  curl_easy_getinfo(curl.get(), CURLINFO_CONTENT_TYPE, &type);
  if (type != nullptr) answer.content_type = type;
  curl_header* encoding = nullptr;
  if (curl_easy_header(curl.get(), "Content-Encoding", 0, CURLH_HEADER, -1, &encoding) == CURLHE_OK) {
    answer.content_encoding = encoding->value;
  }
  curl_off_t retry_after_seconds = 0;  // the time from now, where a moment was named
  curl_easy_getinfo(curl.get(), CURLINFO_RETRY_AFTER, &retry_after_seconds);
  answer.retry_after = absl::Seconds(std::max<curl_off_t>(0, retry_after_seconds));
  answer.body = std::move(body.text);
  return answer;
}

}  // namespace klaim::services
