// What must be true of a docket whatever happened to it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/log/event_log.h"
#include "engine/merkle/tree.h"
#include "engine/privacy/vault.h"
#include "engine/sequencer/sequencer.h"
#include "projections/core/projector.h"
#include "simulation/desk.h"

namespace klaim::simulation {

// What one request's callers were told, over all the times that it was sent.
struct Told {
  std::string actor;
  bool accepted = false;
  sequencer::Outcome outcome;
  bool uncertain = false;  // some were told nothing, or that it isn't known
  // How many events were decided, by the first one's sequence.
  std::map<uint64_t, size_t> decided;
};

class Oracle {
 public:
  // An answer of the engine.
  absl::Status NoteAccepted(const std::string& request_id, const sequencer::Outcome& outcome);
  void NoteRefused() { ++refused_; }
  Told& Of(const std::string& request_id) {
    new_requests_.insert(request_id);
    return told_[request_id];
  }
  void NoteErased(uint64_t key_id) { erased_.insert(key_id); }

  // Holds the log and the vault against all that was said: the whole of it, or what came since the last time, the
  // rest by the proof that the log goes on from there. `desk` knows whose money is looked at.
  enum class Reading { kWhole, kNew };
  absl::Status Check(const log::EventLog& log, const privacy::Vault& vault, const Desk& desk,
                     Reading reading = Reading::kWhole);
  // Holds read models, folded to the log's end, against a fresh fold in memory.
  static absl::Status CheckReadModels(const log::LogReader& log, const projections::Projector& projector);

  const std::vector<merkle::Hash>& leaves() const { return leaves_; }
  uint64_t accepted() const;
  uint64_t refused() const { return refused_; }
  uint64_t paid_minor() const { return paid_minor_; }

 private:
  struct Seen {
    uint64_t first_sequence = 0;
    size_t events = 0;
    uint64_t last_sequence = 0;
    merkle::Hash last_leaf{};
    uint64_t fingerprint = 0;
  };
  void Forget();
  absl::Status ReadOn(const log::LogReader& log);
  absl::Status See(uint64_t sequence, absl::string_view bytes, const v1::EventRecord& event);
  absl::Status CheckRequests(const log::EventLog& log) const;
  static absl::Status CheckTold(const std::string& id, const Told& told, const Seen& seen);
  absl::Status CheckProofs(const log::LogReader& log, Reading reading);
  absl::Status CheckMoney(const log::LogReader& log, const Desk& desk);
  absl::Status CheckKeys(const privacy::Vault& vault) const;

  std::map<std::string, Told> told_;
  std::set<uint64_t> erased_;
  uint64_t refused_ = 0;
  uint64_t paid_minor_ = 0;

  // Of what was read.
  std::map<std::string, std::vector<Seen>> seen_;  // by request id
  std::set<uint64_t> key_ids_;
  std::vector<merkle::Hash> leaves_;
  merkle::Frontier tree_;  // of the leaves
  int64_t last_time_ = 0;
  std::map<uint64_t, uint64_t> programme_of_;  // by claim, or the programme's own number
  std::set<uint64_t> handed_over_;
  // What was told or read since the last check.
  std::set<std::string> new_requests_;
  std::vector<uint64_t> new_key_ids_;
  // Of the reading before: the log must go on from there.
  uint64_t earlier_size_ = 0;
  merkle::Hash earlier_root_{};
};

}  // namespace klaim::simulation
