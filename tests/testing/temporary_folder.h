// A folder that goes with the test.
#pragma once

#include <string>
#include <vector>

namespace klaim::testing {

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string path(const std::string& name = "") const { return name.empty() ? path_ : path_ + "/" + name; }

  // The files below that hold these bytes. One that goes away meanwhile, as temporary ones do, holds nothing.
  std::vector<std::string> FilesWith(const std::string& bytes, const std::string& below = "") const;

 private:
  std::string path_;
};

}  // namespace klaim::testing
