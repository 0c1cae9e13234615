// An S3-compatible store as a process of its own (tests/services/s3_store.mjs), with one bucket, "evidence".
#pragma once

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "engine/evidence/document_files.h"
#include "testing/serving_program.h"

namespace klaim::testing {

// Ends with the object; what it holds stays in the folder, for the next one.
class S3Store {
 public:
  explicit S3Store(const std::string& folder)
      : folder_(folder),
        program_({"node", std::string(KLAIM_SOURCE) + "/tests/services/s3_store.mjs", folder}) {}

  void Kill() { program_.Kill(); }

  evidence::S3Place place(const std::string& prefix = "sbmi/") const {
    evidence::S3Place place;
    place.endpoint = program_.said();
    place.bucket = "evidence";
    place.prefix = prefix;
    place.access_key_id = "S3RVER";
    place.secret_access_key = "S3RVER";
    return place;
  }

  // Writes the file for --evidence-s3, and returns its name.
  std::string WritePlace(const std::string& file, const std::string& prefix) const {
    std::ofstream(file) << "endpoint=" << program_.said() << "\nbucket=evidence\nprefix=" << prefix
                        << "\naccess_key_id=S3RVER\nsecret_access_key=S3RVER\n";
    chmod(file.c_str(), 0600);
    return file;
  }

  // How many documents lie below a prefix, beside what names the docket.
  size_t Documents(const std::string& prefix) const {
    size_t documents = 0;
    std::error_code none;
    const std::string folder = folder_ + "/evidence/" + prefix;
    for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
      const std::string name = entry.path().filename();
      documents += name.ends_with("._S3rver_object") && !name.starts_with("docket") ? 1 : 0;
    }
    return documents;
  }

 private:
  const std::string folder_;
  ServingProgram program_;
};

}  // namespace klaim::testing
