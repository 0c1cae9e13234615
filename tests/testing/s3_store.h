// An S3-compatible store as a process of its own (tests/services/s3_store.mjs), with one bucket, "evidence".
#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "engine/evidence/document_files.h"

namespace klaim::testing {

// Ends with the object; what it holds stays in the folder, for the next one.
class S3Store {
 public:
  explicit S3Store(std::string folder) : folder_(std::move(folder)) {
    int out[2];
    EXPECT_EQ(pipe(out), 0);
    process_ = fork();
    if (process_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);  // nothing outlives the test
      dup2(out[1], STDOUT_FILENO);
      close(out[0]);
      const std::string script = std::string(KLAIM_SOURCE) + "/tests/services/s3_store.mjs";
      execlp("node", "node", script.c_str(), folder_.c_str(), nullptr);
      _exit(127);
    }
    close(out[1]);
    char c = 0;
    while (read(out[0], &c, 1) == 1 && c != '\n') said_ += c;
    close(out[0]);
  }
  ~S3Store() { Kill(); }
  S3Store(const S3Store&) = delete;
  S3Store& operator=(const S3Store&) = delete;

  void Kill() {
    if (process_ > 0) kill(process_, SIGKILL);
    if (process_ > 0) waitpid(process_, nullptr, 0);
    process_ = -1;
  }

  evidence::S3Place place(const std::string& prefix = "sbmi/") const {
    evidence::S3Place place;
    place.endpoint = said_;
    place.bucket = "evidence";
    place.prefix = prefix;
    place.access_key_id = "S3RVER";
    place.secret_access_key = "S3RVER";
    return place;
  }

  // Writes the file for --evidence-s3, and returns its name.
  std::string WritePlace(const std::string& file, const std::string& prefix) const {
    std::ofstream(file) << "endpoint=" << said_ << "\nbucket=evidence\nprefix=" << prefix
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
  pid_t process_ = -1;
  std::string said_;
};

}  // namespace klaim::testing
