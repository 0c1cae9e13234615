#include <curl/curl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"
#include "engine/evidence/document_files.h"
#include "engine/storage/settings_file.h"

namespace klaim::evidence {
namespace {

constexpr long kConnectSeconds = 10;
// A transfer slower than this, for so long, is given up.
constexpr long kSlowestBytesASecond = 1'000;
constexpr long kSlowSeconds = 30;

template <auto Destroy>
struct CurlDeleter {
  template <class Handle>
  void operator()(Handle* handle) const {
    Destroy(handle);
  }
};
using Handle = std::unique_ptr<CURL, CurlDeleter<&curl_easy_cleanup>>;
using Headers = std::unique_ptr<curl_slist, CurlDeleter<&curl_slist_free_all>>;
using File = std::unique_ptr<FILE, CurlDeleter<&std::fclose>>;

struct Request {
  Headers headers;  // outlive the handle
  Handle handle;
  CURL* get() const { return handle.get(); }
};

size_t AppendTo(char* bytes, size_t one, size_t count, void* text) {
  static_cast<std::string*>(text)->append(bytes, one * count);
  return one * count;
}

class S3DocumentFiles final : public DocumentFiles {
 public:
  explicit S3DocumentFiles(S3Place place) : place_(std::move(place)) {}

  absl::Status Keep(const std::string& name, const std::string& file, const merkle::Hash& sha256) override {
    const File in(std::fopen(file.c_str(), "rb"));
    struct stat info {};
    if (in == nullptr || fstat(fileno(in.get()), &info) != 0) {
      return absl::InternalError("evidence: a document that has arrived can't be read");
    }
    Request request = Begin(name, sha256);
    curl_easy_setopt(request.get(), CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(request.get(), CURLOPT_READDATA, in.get());
    curl_easy_setopt(request.get(), CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(info.st_size));
    std::string said;
    ASSIGN_OR_RETURN(auto code, Perform(request.get(), said));
    if (code / 100 != 2) return Refused(code, said);
    unlink(file.c_str());
    return absl::OkStatus();
  }

  absl::StatusOr<uint64_t> SizeOf(const std::string& name) const override {
    Request request = Begin(name);
    curl_easy_setopt(request.get(), CURLOPT_NOBODY, 1L);
    std::string said;
    ASSIGN_OR_RETURN(auto code, Perform(request.get(), said));
    if (code == 404) return absl::NotFoundError("the document's file is missing");
    if (code != 200) return Refused(code, said);
    curl_off_t size = 0;
    curl_easy_getinfo(request.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &size);
    return static_cast<uint64_t>(size);
  }

  absl::StatusOr<std::string> Read(const std::string& name, uint64_t offset, uint64_t size) const override {
    Request request = Begin(name);
    const std::string range = absl::StrCat(offset, "-", offset + size - 1);
    curl_easy_setopt(request.get(), CURLOPT_RANGE, range.c_str());
    std::string bytes;
    ASSIGN_OR_RETURN(auto code, Perform(request.get(), bytes));
    if (code == 404) return absl::NotFoundError("the document's file is missing");
    if (code == 416) return std::string();  // behind its end
    // A store that knows no ranges would send all.
    if (code != 206) return Refused(code, bytes.substr(0, 1'000));
    return bytes;
  }

  absl::Status Remove(const std::string& name) override {
    Request request = Begin(name);
    curl_easy_setopt(request.get(), CURLOPT_CUSTOMREQUEST, "DELETE");
    std::string said;
    ASSIGN_OR_RETURN(auto code, Perform(request.get(), said));
    return code / 100 == 2 || code == 404 ? absl::OkStatus() : Refused(code, said);
  }

 private:
  // `sha256` is that of what is sent; signed with the rest, so that the store refuses a document that changed on its way.
  Request Begin(const std::string& name, const merkle::Hash& sha256 = merkle::Sha256("")) const {
    const std::string hash = absl::StrCat("x-amz-content-sha256: ", merkle::ToHex(merkle::AsBytes(sha256)));
    Request request{Headers(curl_slist_append(nullptr, hash.c_str())), Handle(curl_easy_init())};
    curl_easy_setopt(request.get(), CURLOPT_HTTPHEADER, request.headers.get());
    const std::string url = absl::StrCat(place_.endpoint, "/", place_.bucket, "/", place_.prefix, name);
    const std::string signature = absl::StrCat("aws:amz:", place_.region, ":s3");
    const std::string keys = absl::StrCat(place_.access_key_id, ":", place_.secret_access_key);
    curl_easy_setopt(request.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(request.get(), CURLOPT_AWS_SIGV4, signature.c_str());
    curl_easy_setopt(request.get(), CURLOPT_USERPWD, keys.c_str());
    curl_easy_setopt(request.get(), CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(request.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(request.get(), CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    curl_easy_setopt(request.get(), CURLOPT_LOW_SPEED_LIMIT, kSlowestBytesASecond);
    curl_easy_setopt(request.get(), CURLOPT_LOW_SPEED_TIME, kSlowSeconds);
    if (!place_.ca_file.empty()) curl_easy_setopt(request.get(), CURLOPT_CAINFO, place_.ca_file.c_str());
    return request;
  }

  static absl::StatusOr<long> Perform(CURL* request, std::string& body) {
    curl_easy_setopt(request, CURLOPT_WRITEFUNCTION, AppendTo);
    curl_easy_setopt(request, CURLOPT_WRITEDATA, &body);
    const CURLcode done = curl_easy_perform(request);
    if (done != CURLE_OK) {
      return absl::UnavailableError(absl::StrCat("the evidence store: ", curl_easy_strerror(done)));
    }
    long code = 0;
    curl_easy_getinfo(request, CURLINFO_RESPONSE_CODE, &code);
    return code;
  }

  // The store's own words for it, as in <Code>AccessDenied</Code>; nothing else of its answer.
  static absl::Status Refused(long code, const std::string& said) {
    const size_t begin = said.find("<Code>");
    const size_t end = said.find("</Code>");
    const std::string word = begin != std::string::npos && end != std::string::npos && end > begin
                                 ? said.substr(begin + 6, end - begin - 6)
                                 : "";
    return absl::UnavailableError(
        absl::StrCat("the evidence store answered ", code, word.empty() ? "" : " ", word));
  }

  const S3Place place_;
};

std::string EndpointOf(const S3Place& place) {
  const std::string lower = absl::AsciiStrToLower(place.endpoint);
  absl::string_view endpoint = lower;
  while (absl::ConsumeSuffix(&endpoint, "/")) continue;
  absl::ConsumeSuffix(&endpoint, absl::StartsWith(endpoint, "https://") ? ":443" : ":80");
  return std::string(endpoint);
}

}  // namespace

bool IsSamePlace(const S3Place& one, const S3Place& other) {
  return EndpointOf(one) == EndpointOf(other) && one.bucket == other.bucket && one.prefix == other.prefix;
}

absl::StatusOr<S3Place> ReadS3Place(const std::string& file) {
  struct stat info {};
  if (stat(file.c_str(), &info) != 0) return absl::NotFoundError(absl::StrCat("can't read ", file));
  if ((info.st_mode & 077) != 0) {
    return absl::PermissionDeniedError(
        absl::StrCat(file, " holds a secret: only its owner may read it (chmod 600)"));
  }
  S3Place place;
  const std::map<std::string, std::string*> fields = {{"endpoint", &place.endpoint},
                                                      {"region", &place.region},
                                                      {"bucket", &place.bucket},
                                                      {"prefix", &place.prefix},
                                                      {"access_key_id", &place.access_key_id},
                                                      {"secret_access_key", &place.secret_access_key},
                                                      {"ca_file", &place.ca_file}};
  ASSIGN_OR_RETURN(auto lines, storage::ReadSettingsFile(file));
  for (const storage::SettingLine& line : lines) {
    const auto field = fields.find(line.name);
    if (field == fields.end()) {
      return absl::InvalidArgumentError(absl::StrCat(line.where, ": should be NAME=VALUE with a name of ",
                                                     "endpoint, region, bucket, prefix, access_key_id, "
                                                     "secret_access_key, ca_file"));
    }
    *field->second = line.value;
  }
  for (const char* needed : {"endpoint", "bucket", "access_key_id", "secret_access_key"}) {
    if (fields.at(needed)->empty())
      return absl::InvalidArgumentError(absl::StrCat(file, ": ", needed, " is missing"));
  }
  const bool loopback = absl::StartsWith(place.endpoint, "http://127.0.0.1") ||
                        absl::StartsWith(place.endpoint, "http://localhost");
  if (!absl::StartsWith(place.endpoint, "https://") && !loopback) {
    return absl::InvalidArgumentError(absl::StrCat(file, ": endpoint must be https://"));
  }
  return place;
}

std::unique_ptr<DocumentFiles> DocumentFilesAt(const S3Place& place) {
  return std::make_unique<S3DocumentFiles>(place);
}

}  // namespace klaim::evidence
