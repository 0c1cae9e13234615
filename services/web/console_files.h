// The files of the console, the web page for people, as its build made them: read once at the start. Names of files under assets/
// contain a hash of what is in them, so that browsers may keep them for ever.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace klaim::services {

struct ConsoleFile {
  std::string content_type;
  std::string bytes;
  std::string gzip;  // the same compressed; empty where that isn't worth it
  std::string brotli;
  std::string etag;
  bool immutable = false;
};

class ConsoleFiles {
 public:
  // No files for an empty folder name. NOT_FOUND when the folder has no index.html.
  static absl::StatusOr<ConsoleFiles> Read(const std::string& folder);

  // Null when there is none; "/" is the page itself, and so is "/signed-in", to where a sign-in provider sends the browser back.
  const ConsoleFile* Find(absl::string_view path) const;

  // What a page may do (Content-Security-Policy): nothing from elsewhere, no script in the page itself.
  static const char* Policy();

 private:
  std::map<std::string, ConsoleFile, std::less<>> files_;  // by path, from "/"
};

}  // namespace klaim::services
