// A witness of one log (C2SP tlog-witness): cosigns a checkpoint if it only adds to the last one that it
// cosigned. Belongs to one thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/merkle/checkpoint.h"

namespace klaim::tools {

struct WitnessAnswer {
  int status = 200;  // of HTTP
  std::string content_type;
  std::string body;
};

class Witness {
 public:
  // `state_file` has the last checkpoint that was cosigned, with the log's signature and ours, and is made at the first. Beside
  // it stands what the log signed and shouldn't have, each in a file of its own that is never written again:
  //   STATE.fork-SIZE-ROOT      proof of a fork: our last checkpoint, then the request whose checkpoint contradicts it
  //   STATE.unproven-SIZE-ROOT  a checkpoint that came without a proof that it extends the last: an honest log has one
  static absl::StatusOr<std::unique_ptr<Witness>> Open(std::string state_file, merkle::VerifierKey log,
                                                       merkle::SigningKey key);

  // Answers the body of a POST to add-checkpoint. The checkpoint is durable before the answer is given.
  WitnessAnswer AddCheckpoint(absl::string_view body, uint64_t now_seconds);

  // Answers a GET of ORIGIN-HASH/checkpoint, the hash in lower-case hexadecimal: the last checkpoint that was cosigned.
  WitnessAnswer LastCheckpoint(absl::string_view origin_hash) const;

 private:
  Witness(std::string state_file, merkle::VerifierKey log, merkle::SigningKey key)
      : state_file_(std::move(state_file)), log_(std::move(log)), key_(std::move(key)) {}
  // The refusal, if the checkpoint isn't shown to extend the last one.
  std::optional<WitnessAnswer> Contradiction(const merkle::Checkpoint& checkpoint,
                                             const std::vector<merkle::Hash>& path, absl::string_view body,
                                             const merkle::SignedNote& note);
  void Keep(const char* what, const merkle::Checkpoint& checkpoint, const std::string& evidence);

  const std::string state_file_;
  const merkle::VerifierKey log_;
  const merkle::SigningKey key_;
  merkle::Checkpoint last_;  // size 0 before the first
  std::string last_note_;    // the same with its signatures; empty before the first
};

}  // namespace klaim::tools
