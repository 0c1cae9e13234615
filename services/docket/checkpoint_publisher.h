// Publishes what the log says of itself: a signed checkpoint soon after the log grew, cosigned by as many
// witnesses as are demanded (C2SP tlog-witness). What was published is kept in a file, and must be true of the
// log at every start: a log that was cut off or changed is not served.
//
// What lacks the cosignature of a witness that is named now is published anew with it, also while the log doesn't grow. A
// witness that refuses, or isn't reached, is asked again after a second, then after twice as long each time up to a minute, and
// not before the time that it named itself (Retry-After).
#pragma once

#include <chrono>
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
  size_t cosigned = 0;  // by how many of the witnesses that are named now
};

class CheckpointPublisher {
 public:
  // Checks the log against what was published, and publishes from now on. DATA_LOSS when the log is not an
  // extension of it. `log` must live longer. `on_failure` is called, from a thread, when it can't go on.
  static absl::StatusOr<std::unique_ptr<CheckpointPublisher>> Start(
      const log::LogReader& log, PublisherOptions options,
      std::function<void(const absl::Status&)> on_failure);
  ~CheckpointPublisher();

  // What is out now; size 0 before the first.
  std::shared_ptr<const Published> current() const;

  const merkle::VerifierKey& key() const { return options_.key.verifier(); }

 private:
  CheckpointPublisher(const log::LogReader& log, PublisherOptions options,
                      std::function<void(const absl::Status&)> on_failure);
  absl::Status Recover();
  void Loop();
  absl::Status Publish();
  // A witness, and how it stands with it. Of the publishing thread.
  struct AskedWitness {
    WitnessAddress address;
    uint64_t size = 0;  // that it has cosigned, as far as we know
    std::chrono::steady_clock::time_point not_before{};
    absl::Duration delay;   // after the last refusal; zero once it cosigned
    std::string complaint;  // said last
  };
  // How many witnesses cosigned a note.
  size_t CosignaturesOn(const merkle::SignedNote& note) const;
  // Asks all that may be asked now; how many cosigned.
  size_t AskWitnesses(const merkle::Checkpoint& checkpoint, merkle::SignedNote& note);
  // Adds a witness's cosignature to the note; an error says why there is none. `retry_after` is what it asks for.
  absl::Status AskWitness(AskedWitness& witness, const merkle::Checkpoint& checkpoint,
                          merkle::SignedNote& note, absl::Duration& retry_after);

  const log::LogReader& log_;
  const PublisherOptions options_;
  const std::function<void(const absl::Status&)> on_failure_;
  std::vector<AskedWitness> witnesses_;

  mutable absl::Mutex mutex_;
  std::shared_ptr<const Published> current_ ABSL_GUARDED_BY(mutex_) = std::make_shared<Published>();
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace klaim::services
