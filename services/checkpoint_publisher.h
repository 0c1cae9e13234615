// Publishes what the log says of itself: a signed checkpoint soon after the log grew, cosigned by as many
// witnesses as are demanded (C2SP tlog-witness). What was published is kept in a file, and must be true of the
// log at every start: a log that was cut off or changed is not served.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "engine/log/event_log.h"
#include "engine/merkle/checkpoint.h"

namespace klaim::services {

// A witness, as witnesses.json names it:
//   {"needed": 1, "witnesses": [{"url": "https://witness.example.org", "vkey": "...", "ca_file": "..."}]}
struct WitnessAddress {
  std::string url;  // submission prefix
  merkle::VerifierKey key;
  std::string ca_file;  // empty for the system's authorities
};

struct WitnessPolicy {
  size_t needed = 0;  // cosignatures without which nothing is published
  std::vector<WitnessAddress> witnesses;
};

// Reads the file; no witnesses where it is missing.
absl::StatusOr<WitnessPolicy> ReadWitnesses(const std::string& file);

struct PublisherOptions {
  merkle::SigningKey key;
  std::string file;  // of what was published last
  WitnessPolicy witnesses;
  absl::Duration interval = absl::Milliseconds(200);
};

// A checkpoint that is out.
struct Published {
  uint64_t size = 0;
  std::string note;
};

class CheckpointPublisher {
 public:
  // Checks the log against what was published, and publishes from now on. DATA_LOSS when the log is not an
  // extension of it. `log` must live longer. `on_failure` is called, from a thread, when it can't go on.
  static absl::StatusOr<std::unique_ptr<CheckpointPublisher>> Start(
      const log::EventLog& log, PublisherOptions options,
      std::function<void(const absl::Status&)> on_failure);
  ~CheckpointPublisher();

  // What is out now; size 0 before the first.
  std::shared_ptr<const Published> current() const;

  const merkle::VerifierKey& key() const { return options_.key.verifier(); }

 private:
  CheckpointPublisher(const log::EventLog& log, PublisherOptions options,
                      std::function<void(const absl::Status&)> on_failure);
  absl::Status Recover();
  void Loop();
  absl::Status Publish();
  // Adds a witness's cosignature to the note; an error says why there is none.
  absl::Status AskWitness(size_t index, const merkle::Checkpoint& checkpoint, merkle::SignedNote& note);

  const log::EventLog& log_;
  const PublisherOptions options_;
  const std::function<void(const absl::Status&)> on_failure_;
  std::vector<uint64_t> witnessed_;  // size that each witness has cosigned, as far as we know
  std::string last_complaint_;

  mutable absl::Mutex mutex_;
  std::shared_ptr<const Published> current_ ABSL_GUARDED_BY(mutex_) = std::make_shared<Published>();
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace klaim::services
