// Checks a whole exported log without trusting who gave it: every entry's hash, the tree, the signature, what
// an earlier checkpoint said, the order of every stream, and that read models are nothing but the log's fold.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/merkle/checkpoint.h"
#include "tools/klaim/client/event_words.h"

namespace klaim::tools {

struct VerifyOptions {
  std::string folder;
  merkle::VerifierKey log_key;
  std::vector<merkle::VerifierKey> witnesses;  // whose cosignatures are looked for
  std::optional<std::string> earlier;          // a signed checkpoint from before
  bool fold = true;                            // also fold the read models, and compare with read-models.json
  // Folder for the fold; removed at the end. What an examination that was cut off left there is gone on with, if it is of
  // this log.
  std::string scratch;
  std::function<void(const char* what, uint64_t done, uint64_t total)> progress;
};

struct VerifyReport {
  merkle::Checkpoint checkpoint;
  bool proven = false;  // nothing was found to be wrong
  std::vector<std::string> faults;
  uint64_t bytes = 0;
  uint64_t streams = 0;
  int64_t first_recorded_at_micros = 0;
  int64_t last_recorded_at_micros = 0;
  std::map<std::string, uint64_t> witnessed;         // time in seconds, by the witness's name
  std::optional<merkle::Checkpoint> earlier;         // that the log extends
  uint64_t folded = 0;                               // records that were folded; 0 for none
  std::map<std::string, std::string> fold_hashes;    // by read model
  std::map<std::string, std::string> server_hashes;  // what the server's read models had; may be empty

  // A page for people and courts.
  std::string Page(Language language) const;
  std::string Json() const;
};

// An error only for what keeps it from looking (no checkpoint, no key of the log); what is found to be wrong
// stands in the report.
absl::StatusOr<VerifyReport> VerifyLog(const VerifyOptions& options);

}  // namespace klaim::tools
