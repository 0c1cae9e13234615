#include "services/intake/content_check.h"

#include <magic.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/endian/conversion.hpp>
#include <map>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/domain/core/refusal.h"

namespace klaim::services {
namespace {

namespace asio = boost::asio;

// What NGOs hand in: scans, photographs, recordings, letters, sheets; each with the names that libmagic has for
// it. Nothing that runs, nothing that unpacks into other files but office documents.
const std::map<std::string, std::vector<std::string>, std::less<>>& Allowed() {
  static const auto& allowed = *new std::map<std::string, std::vector<std::string>, std::less<>>{
      {"application/pdf", {"application/pdf"}},
      {"image/jpeg", {"image/jpeg"}},
      {"image/png", {"image/png"}},
      {"image/webp", {"image/webp"}},
      {"image/heic", {"image/heic", "image/heif"}},
      {"image/tiff", {"image/tiff"}},
      {"audio/mpeg", {"audio/mpeg"}},
      {"audio/ogg", {"audio/ogg", "application/ogg"}},
      {"audio/amr", {"audio/AMR", "audio/amr"}},
      {"audio/mp4", {"audio/mp4", "audio/x-m4a", "video/mp4"}},
      {"audio/wav", {"audio/x-wav", "audio/wav"}},
      {"video/mp4", {"video/mp4"}},
      {"video/3gpp", {"video/3gpp"}},
      {"text/plain", {"text/plain"}},
      {"text/csv", {"text/csv", "text/plain"}},
      {"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
       {"application/vnd.openxmlformats-officedocument.wordprocessingml.document"}},
      {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
       {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}},
      {"application/vnd.oasis.opendocument.text", {"application/vnd.oasis.opendocument.text"}},
  };
  return allowed;
}

struct MagicFreer {
  void operator()(magic_set* cookie) const { magic_close(cookie); }
};

absl::Status NoScanner(absl::string_view why) {
  return domain::Refuse(absl::StatusCode::kUnavailable, v1::REASON_SCANNER_CAN_NOT_SCAN, why);
}

}  // namespace

absl::Status CheckMediaTypeAllowed(absl::string_view media_type) {
  if (Allowed().contains(media_type)) return absl::OkStatus();
  std::vector<std::string> names;
  for (const auto& [name, found] : Allowed()) names.push_back(name);
  return domain::InvalidField("media_type", v1::REASON_IS_NONE_OF_THOSE_THAT_ARE_TAKEN,
                              absl::StrJoin(names, ", "));
}

absl::StatusOr<std::string> CheckMediaType(absl::string_view declared, absl::string_view head) {
  // libmagic's cookie belongs to one thread.
  thread_local const std::unique_ptr<magic_set, MagicFreer> cookie([] {
    magic_t made = magic_open(MAGIC_MIME_TYPE);
    if (made != nullptr && magic_load(made, nullptr) != 0) {
      magic_close(made);
      made = nullptr;
    }
    return made;
  }());
  if (cookie == nullptr) return absl::InternalError("libmagic can't read its database");
  const char* found = magic_buffer(cookie.get(), head.data(), head.size());
  if (found == nullptr) return absl::InternalError("libmagic can't look at the content");
  const auto allowed = Allowed().find(declared);
  if (allowed != Allowed().end()) {
    for (const std::string& name : allowed->second) {
      if (absl::EqualsIgnoreCase(name, found)) return std::string(declared);
    }
  }
  return domain::InvalidField("media_type", v1::REASON_CONTENT_IS_NOT_AS_DECLARED, declared, found);
}

absl::StatusOr<std::string> ScanWithClamd(const std::string& socket, ContentReader read) {
  asio::io_context context;
  asio::local::stream_protocol::socket clamd(context);
  boost::system::error_code error;
  clamd.connect(asio::local::stream_protocol::endpoint(socket), error);
  if (error) return NoScanner(error.message());
  asio::write(clamd, asio::buffer("zINSTREAM\0", 10), error);
  absl::Status status = read([&](absl::string_view bytes) {
    uint32_t size = boost::endian::native_to_big(static_cast<uint32_t>(bytes.size()));
    if (!error) asio::write(clamd, asio::buffer(&size, sizeof(size)), error);
    if (!error) asio::write(clamd, asio::buffer(bytes.data(), bytes.size()), error);
    return !error;
  });
  if (!status.ok()) return status;
  // When it has enough, as of a content that is too long, it says so and closes.
  const uint32_t end = 0;
  boost::system::error_code ignored;
  asio::write(clamd, asio::buffer(&end, sizeof(end)), ignored);
  std::string answer(4'096, '\0');
  const size_t size = asio::read(clamd, asio::buffer(answer), error);
  answer.resize(size);
  if (const size_t zero = answer.find('\0'); zero != std::string::npos) answer.resize(zero);
  if (answer == "stream: OK") return std::string("clamd");
  if (absl::EndsWith(answer, " FOUND")) {
    return domain::InvalidField("chunk", v1::REASON_HOLDS_MALICIOUS_SOFTWARE, answer);
  }
  return NoScanner(answer.empty() ? error.message() : answer);
}

}  // namespace klaim::services
