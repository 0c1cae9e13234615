#include "services/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"

namespace klaim::services {

absl::Status WriteDurably(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".new";
  const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  const bool written = file >= 0 &&
                       write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       fsync(file) == 0;
  if (file >= 0) close(file);
  std::error_code error;
  if (written) std::filesystem::rename(temporary, path, error);
  return written && !error ? absl::OkStatus() : absl::InternalError(absl::StrCat("can't write ", path));
}

}  // namespace klaim::services
