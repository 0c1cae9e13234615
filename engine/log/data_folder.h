// The folder of a docket on disk: it belongs to one process, and says which format it has.
//
//   <folder>/FORMAT        "klaim docket format 3"
//   <folder>/LOCK          held with flock(2) while a process has the folder
//   <folder>/log/          RocksDbEventLog
//   <folder>/vault/        privacy::Vault
//   <folder>/projections/  the read models; may be deleted, they are made again
//   <folder>/imports/      lines that are staged, sealed, and what became of them
//   <folder>/exports/      files that were asked for; may be deleted
//   <folder>/scrubbing     how far all files were looked at, and where damage was found (services/docket/scrubbing.h)
//   <folder>/scratch/      what a process keeps there while it runs; nobody else can read it (storage::PrivateScratch)
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace klaim::log {

// The format that this program reads and writes; a folder with another one is refused. Format 1 was of
// programs before the first release, whose vault was laid out otherwise.
inline constexpr int kFormatVersion = 3;

// Holds the folder until destroyed.
class DataFolder {
 public:
  // Makes the folder where there is none. FAILED_PRECONDITION when another process has it, or a newer program
  // wrote it.
  static absl::StatusOr<DataFolder> Open(const std::string& path);

  DataFolder(DataFolder&& other) noexcept;
  DataFolder& operator=(DataFolder&&) = delete;
  ~DataFolder();

  std::string log() const { return path_ + "/log"; }
  std::string format_file() const { return path_ + "/FORMAT"; }
  std::string evidence() const { return path_ + "/evidence"; }
  std::string vault() const { return path_ + "/vault"; }
  std::string projections() const { return path_ + "/projections"; }
  std::string imports() const { return path_ + "/imports"; }
  std::string exports() const { return path_ + "/exports"; }
  std::string scrubbing() const { return path_ + "/scrubbing"; }
  std::string scratch() const { return path_ + "/scratch"; }

 private:
  DataFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_;  // file descriptor; -1 after a move
};

}  // namespace klaim::log
