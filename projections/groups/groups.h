// Claimant groups: what the grouping rules propose, kept up to date as claims come, networks merge and split,
// and claims leave or are certified; and the groups that were certified.
//
//   'c' claim                            -> v1.GroupingFacts
//   'g' proposal                         -> v1.ProposalRow
//   'm' proposal, '\0', claim            -> empty; members
//   's' programme, least claims first    -> proposal; the listing: programme (8), 2^64-1 - claims (8), proposal
//   'p' programme                        -> v1.GroupingRule
//   'n' respondent                       -> kind (8)
//   'l' link                             -> '-', respondent (8), other (8), from day (8), until day (8)
//   'v' case                             -> vessel, folded; only when it has one
//   'G' certified group                  -> v1.CertifiedGroupRow
#pragma once

#include <set>

#include "klaim/v1/read_models.pb.h"
#include "klaim/v1/registry_service.pb.h"
#include "projections/core/projection.h"
#include "projections/networks/respondent_networks.h"

namespace klaim::projections {

// The time that a head is about.
inline Period PeriodOf(const v1::GroupingHead& head) {
  return Period::Of(head.period_from(), head.period_until());
}

// Makes a sum as it is kept into a sum as it is told.
void TellSum(v1::GroupSum& sum);

class Groups final : public Projection {
 public:
  std::string name() const override { return "groups"; }
  uint32_t version() const override { return 4; }
  void Load(Rows& rows) override;
  void Apply(const v1::EventRecord& event, Rows& rows) override;
  void BeforeCommit(Rows& rows) override;

 private:
  struct Counted {
    v1::ProposalRow row;
    uint64_t listed_claims = 0;  // as the listing row on disk has it; 0 when it isn't listed
  };

  void Fold(const v1::EventRecord& event, Rows& rows);
  void File(const v1::EventRecord& event, Rows& rows);
  void ApplyToClaim(const v1::EventRecord& event, Rows& rows);
  void LinkOrUnlink(const v1::EventRecord& event, Rows& rows);

  // Adds (sign +1) or removes (-1) a claim's heads to or from the proposals that its facts give now.
  void Count(uint64_t claim_id, const v1::GroupingFacts& facts, int sign, Rows& rows);
  // The proposals, each once, that one head of a claim belongs to.
  std::vector<v1::GroupProposal> ProposalsOf(const v1::GroupingFacts& facts,
                                             const v1::GroupingHead& head) const;
  // Claims whose network may change its number when these respondents are linked or not any more.
  std::set<uint64_t> ClaimsAffected(uint64_t one, uint64_t other, bool linked, Rows& rows) const;
  // By head that is neither grouped nor merged: the proposals that a claim belongs to.
  std::vector<std::set<std::string>> ProposalIdsOf(const v1::GroupingFacts& facts) const;
  // Remembers in proposals which claims came to them from others.
  void NoteLineage(const v1::EventRecord& event, const std::map<uint64_t, v1::GroupingFacts>& claims,
                   const std::map<uint64_t, std::vector<std::set<std::string>>>& before);

  RespondentNetworks networks_;
  absl::flat_hash_map<uint64_t, uint32_t> kinds_;          // by respondent
  absl::flat_hash_map<uint64_t, v1::GroupingRule> rules_;  // by programme
  std::map<std::string, Counted> proposals_;               // by proposal id
  std::map<uint64_t, std::set<std::string>> of_network_;   // proposals by network
  std::set<std::string> changed_;                          // proposals, since the last commit
  std::set<std::string> emptied_;                          // proposals, by this event
};

}  // namespace klaim::projections
