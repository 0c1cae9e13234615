// Respondents that hang together: connected components over the links that stood at a time, kept as links come and go.
//
// A network's number is the lowest number of a respondent in it, so it depends on the links alone and not on
// the order in which they came. Inside, a network goes by a label that the larger part keeps when two become one, or one
// two: so that a respondent's label changes a logarithm of times while others are linked to it, in whatever order. Unlinking
// costs the size of the network. Belongs to one thread.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "klaim/v1/common.pb.h"

namespace klaim::projections {

// Days since 1970-01-01, both included.
struct Period {
  int64_t from = std::numeric_limits<int64_t>::min();
  int64_t until = std::numeric_limits<int64_t>::max();

  // A time of which both ends are known as far as they are told. All times when neither is; where only one is, the days
  // that it can mean.
  static Period Of(const v1::PartialDate& from, const v1::PartialDate& until);
  // How long a link stood: for ever on the side that isn't known.
  static Period OfLink(const v1::PartialDate& from, const v1::PartialDate& until);
  bool always() const { return *this == Period(); }
  bool Overlaps(const Period& other) const { return from <= other.until && other.from <= until; }
  bool operator==(const Period& other) const = default;
};

class RespondentNetworks {
 public:
  // What a link that came or went changed.
  struct Change {
    std::vector<uint64_t> relabelled;  // respondents whose label over all links is another one now
    size_t renumbered = 0;             // how many respondents' network has another number now
  };

  // A respondent alone, under its own number as label.
  void Add(uint64_t respondent);

  // As it was kept: a respondent under its label, and a link within a network.
  void Place(uint64_t respondent, uint64_t label);
  void Tie(uint64_t link, uint64_t one, uint64_t other, const Period& stood);

  // All that were added, ascending.
  std::vector<uint64_t> Respondents() const;

  // Whether it was added.
  bool Has(uint64_t respondent) const { return label_of_.contains(respondent); }

  // The label of a respondent's network over all links, and the network's number and size by its label.
  uint64_t LabelOf(uint64_t respondent) const;
  uint64_t NumberOf(uint64_t label) const;
  size_t SizeOf(uint64_t label) const;

  // The network of a respondent over all links.
  uint64_t NetworkOf(uint64_t respondent) const;
  // The same over the links that stood on a day of a time.
  uint64_t NetworkAt(uint64_t respondent, const Period& period) const;

  // Members of a network over all links, ascending; empty when there is none of this number.
  const std::set<uint64_t>& MembersOf(uint64_t network) const;
  // Who hung together with a respondent at a time, itself among them.
  std::set<uint64_t> MembersAt(uint64_t respondent, const Period& period) const;

  Change Link(uint64_t link, uint64_t one, uint64_t other, const Period& stood = {});

  // Undoes a link. What is split off goes by the link's number, which is nobody's.
  Change Unlink(uint64_t link);

 private:
  struct Ends {
    uint64_t one;
    uint64_t other;
    Period stood;
  };

  std::vector<uint64_t> Relabel(const std::set<uint64_t>& members, uint64_t from, uint64_t to);
  void Untie(uint64_t link);

  absl::flat_hash_map<uint64_t, uint64_t> label_of_;
  absl::flat_hash_map<uint64_t, std::set<uint64_t>> members_;  // by label
  absl::flat_hash_map<uint64_t, std::set<uint64_t>> links_;    // by respondent
  absl::flat_hash_map<uint64_t, Ends> ends_;                   // by link
  size_t dated_links_ = 0;
  // Which links overlap a time follows from how many ended before it and how many began until its end: so many times are
  // the same. Both ascending; what was worked out holds until a link comes or goes.
  std::vector<int64_t> link_ends_;
  std::vector<int64_t> link_begins_;
  mutable absl::flat_hash_map<std::pair<size_t, size_t>, absl::flat_hash_map<uint64_t, uint64_t>> at_;
};

}  // namespace klaim::projections
