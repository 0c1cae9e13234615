// Respondents that hang together: connected components over the links that stand, kept as links come and go.
//
// A network's number is the lowest number of a respondent in it, so it depends on the links alone and not on
// the order in which they came. Linking costs the size of the network that is renamed; unlinking the size of
// the network. Belongs to one thread.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace klaim::projections {

class RespondentNetworks {
 public:
  // A respondent alone.
  void Add(uint64_t respondent);

  // The network of a respondent.
  uint64_t NetworkOf(uint64_t respondent) const;

  // Members of a network, ascending; empty when there is none of this number.
  const std::set<uint64_t>& MembersOf(uint64_t network) const;

  // Links; returns the respondents whose network has another number now.
  std::vector<uint64_t> Link(uint64_t link, uint64_t one, uint64_t other);

  // Undoes a link; returns the respondents whose network has another number now.
  std::vector<uint64_t> Unlink(uint64_t link);

  // Links that stand, of one respondent: link -> the other.
  const std::map<uint64_t, uint64_t>& LinksOf(uint64_t respondent) const;

 private:
  std::set<uint64_t> Reachable(uint64_t from) const;
  void Move(const std::set<uint64_t>& members, uint64_t network, std::vector<uint64_t>& moved);

  absl::flat_hash_map<uint64_t, uint64_t> network_of_;
  absl::flat_hash_map<uint64_t, std::set<uint64_t>> members_;
  absl::flat_hash_map<uint64_t, std::map<uint64_t, uint64_t>> links_;
  absl::flat_hash_map<uint64_t, std::pair<uint64_t, uint64_t>> ends_;
};

}  // namespace klaim::projections
