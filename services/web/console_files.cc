#include "services/web/console_files.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "engine/merkle/hash.h"

namespace klaim::services {
namespace {

namespace fs = std::filesystem;

std::string ReadWhole(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

const char* TypeOf(const std::string& extension) {
  static const std::map<std::string, const char*> types = {
      {".html", "text/html; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".json", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".woff2", "font/woff2"},
  };
  const auto found = types.find(extension);
  return found == types.end() ? nullptr : found->second;
}

}  // namespace

absl::StatusOr<ConsoleFiles> ConsoleFiles::Read(const std::string& folder) {
  ConsoleFiles files;
  if (folder.empty()) return files;
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const char* type = TypeOf(at->path().extension());
    if (!at->is_regular_file() || type == nullptr) continue;
    const std::string name = absl::StrCat("/", fs::relative(at->path(), folder).string());
    ConsoleFile& file = files.files_[name == "/index.html" ? "/" : name];
    file.content_type = type;
    file.bytes = ReadWhole(at->path());
    file.gzip = ReadWhole(at->path().string() + ".gz");
    file.brotli = ReadWhole(at->path().string() + ".br");
    file.etag =
        absl::StrCat("\"", merkle::ToHex(merkle::AsBytes(merkle::Sha256(file.bytes))).substr(0, 32), "\"");
    file.immutable = absl::StartsWith(name, "/assets/");
  }
  if (files.Find("/") == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("--console: ", folder, " has no index.html: build the console first"));
  }
  return files;
}

const ConsoleFile* ConsoleFiles::Find(absl::string_view path) const {
  path = path.substr(0, path.find('?'));
  const auto found = files_.find(path == "/signed-in" ? "/" : path);
  return found == files_.end() ? nullptr : &found->second;
}

const char* ConsoleFiles::Policy() {
  return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src "
         "'self'; "
         "connect-src 'self'; manifest-src 'self'; worker-src 'self'; frame-src blob:; object-src 'none'; "
         "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

}  // namespace klaim::services
