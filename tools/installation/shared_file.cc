#include "tools/installation/shared_file.h"

#include <filesystem>

namespace klaim::tools {

std::string SharedFile(const std::string& name) {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  return (program.parent_path().parent_path() / "share/klaim" / name).string();
}

}  // namespace klaim::tools
