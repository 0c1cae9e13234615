// A witness of one log (C2SP tlog-witness): cosigns a checkpoint if it only adds to the last one that it
// cosigned. Belongs to one thread.
#pragma once

#include <memory>
#include <string>

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
  // `state_file` has the last checkpoint that was cosigned, and is made at the first.
  static absl::StatusOr<std::unique_ptr<Witness>> Open(std::string state_file, merkle::VerifierKey log,
                                                       merkle::SigningKey key);

  // Answers the body of a POST to add-checkpoint. The checkpoint is durable before it is cosigned.
  WitnessAnswer AddCheckpoint(absl::string_view body, uint64_t now_seconds);

 private:
  Witness(std::string state_file, merkle::VerifierKey log, merkle::SigningKey key)
      : state_file_(std::move(state_file)), log_(std::move(log)), key_(std::move(key)) {}
  WitnessAnswer Forked(int status, const merkle::SignedNote& note);

  const std::string state_file_;
  const merkle::VerifierKey log_;
  const merkle::SigningKey key_;
  merkle::Checkpoint last_;  // size 0 before the first
};

}  // namespace klaim::tools
