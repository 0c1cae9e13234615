// Finds which respondents may be one, or hang together: keeps an index of all that is known of them, compares each that is
// new or better known with all others, and has what it suspects recorded. Thread-safe; whoever follows the log hands it the
// events.
#pragma once

#include <set>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "engine/linkage/respondent.h"
#include "klaim/v1/respondent_events.pb.h"
#include "services/docket/in_flight_commands.h"
#include "services/docket/open_docket.h"

namespace klaim::services {

// What is known of a respondent, as linkage compares it.
linkage::RespondentText TextOf(const v1::RespondentRegistered& known);

// Whether somebody can be looked for by these texts: comparing takes the longer the more there are, and the longer they are.
absl::Status CheckSought(const v1::RespondentRegistered& sought);

// Of how likely an index found it, for the log and for answers.
v1::RespondentLinkSuspected DescribeCandidate(const linkage::RespondentIndex::Candidate& candidate);

class RespondentLinker {
 public:
  // `docket` must live longer.
  explicit RespondentLinker(OpenDocket& docket);

  // The next event of the log.
  void Note(const v1::EventRecord& event);
  // Compares those of whom something became known; to be called when the log is read to its end.
  void CompareNoted();

  // Who may be meant, the likeliest first.
  std::vector<linkage::RespondentIndex::Candidate> Find(const v1::RespondentRegistered& sought,
                                                        size_t most) const;

 private:
  void Suspect(uint64_t respondent_id, const linkage::RespondentIndex::Candidate& candidate);

  mutable absl::Mutex mutex_;
  linkage::RespondentIndex index_ ABSL_GUARDED_BY(mutex_);
  std::map<uint64_t, v1::RespondentRegistered> known_ ABSL_GUARDED_BY(mutex_);
  std::set<uint64_t> noted_ ABSL_GUARDED_BY(mutex_);  // to be compared
  // Later one, earlier one, kind: suspected, refused or linked.
  std::set<std::tuple<uint64_t, uint64_t, v1::LinkKind>> decided_ ABSL_GUARDED_BY(mutex_);
  InFlightCommands under_way_;  // suspicions on their way to the log
};

}  // namespace klaim::services
