// Finds who may be registered twice: follows the log, compares each new or corrected claimant with all others, and has
// what it suspects recorded. Nothing waits for it; a filing never stops for a doubtful pair.
//
// Who is erased is removed from the index at once; whose data is damaged is left out and told in the journal; while the vault is
// away, all wait. Where the docket is only followed, nothing is compared: what is suspected is
// recorded where it is decided. The model is learnt on the docket itself, anew each time the number of
// claimants has doubled, and then all of them are compared once more in idle moments.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "engine/linkage/linker.h"
#include "engine/privacy/keys_in_order.h"
#include "services/docket/in_flight_commands.h"
#include "services/docket/open_docket.h"
#include "services/linkage/person_search.h"
#include "services/linkage/respondent_linker.h"

namespace klaim::services {

class PersonLinker {
 public:
  // Starts following; all must live longer. `index` is empty. Hands `respondents` the events that are theirs, and `search`
  // what people look for. When the scratch fails, the docket does.
  PersonLinker(OpenDocket& docket, std::unique_ptr<linkage::PersonIndex> index, RespondentLinker& respondents,
               PersonSearch& search);
  ~PersonLinker();

  PersonLinker(const PersonLinker&) = delete;

  // Everybody registered before this sequence was compared with all before.
  uint64_t next_sequence() const;

  // Has the model learnt anew and all compared once more; returns the number of that round.
  uint64_t CompareAllAgain();
  struct Progress {
    uint64_t rounds_asked = 0;
    uint64_t rounds_begun = 0;
    uint64_t rounds_ended = 0;
    uint64_t compared = 0;  // of the claimants, in the round that goes on
    uint64_t claimants = 0;
    uint64_t suspected = 0;  // pairs, since the start
  };
  Progress progress() const;

 private:
  // What returns a status fails with the scratch, or when the docket must be opened anew.
  void Loop();
  absl::Status Turn();
  absl::Status Follow();
  absl::Status Note(const v1::EventRecord& event);
  // Puts the person into the index, or takes out who was erased.
  absl::Status Index(uint64_t claimant_id, const absl::StatusOr<std::optional<linkage::PersonText>>& text);
  absl::Status Remove(uint64_t claimant_id);
  absl::Status SuspectAll(uint64_t claimant_id);
  absl::Status Relearn();
  absl::Status BeginRoundIfAsked();
  absl::Status CompareSome();
  void Suspect(uint64_t claimant_id, const linkage::PersonIndex::Candidate& candidate);
  bool stopping() const;
  // All that was to be compared was.
  bool idle() const { return !docket_.leads() || compared_ >= claimants_.size(); }

  OpenDocket& docket_;
  RespondentLinker& respondents_;
  PersonSearch& search_;
  std::unique_ptr<linkage::PersonIndex> index_;
  privacy::KeysInOrder keys_;  // of those who are registered; an erasure is come to later
  absl::flat_hash_set<std::pair<uint64_t, uint64_t>>
      decided_;  // pairs, later one first: suspected or decided
  std::vector<uint64_t> claimants_;
  size_t compared_ = 0;  // of claimants_, since it was learnt last
  size_t learnt_at_ = 0;

  mutable absl::Mutex mutex_;
  uint64_t next_sequence_ ABSL_GUARDED_BY(mutex_) = 0;
  Progress progress_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  InFlightCommands under_way_;  // suspicions on their way to the log
  std::thread thread_;
};

}  // namespace klaim::services
