// Organisations, programmes, and respondents with their networks.
//
//   'o' organisation            -> v1.Organisation
//   'p' programme               -> v1.Programme
//   'r' respondent              -> v1.Respondent, without its links and network
//   'k' respondent, link        -> v1.RespondentLink, at both ends
//   'N' respondent              -> '-', label of its network over all times
//   'L' label                   -> '-', the network's number (8), its size (8)
//   'n' label, respondent       -> empty; its members
//   'h' network, 2^64-1 - sequence -> v1.NetworkChange; how it came to be, under the numbers before and after
//   's' 2^32-1 - probability, respondent, other, kind -> v1.SuspectedLink that waits for a decision
//   'S' respondent, other, kind -> '-', probability (8)
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "klaim/v1/network_service.pb.h"
#include "klaim/v1/registry_service.pb.h"
#include "projections/core/projection.h"
#include "projections/networks/respondent_networks.h"

namespace klaim::projections {

class Registry final : public Projection {
 public:
  std::string name() const override { return "registry"; }
  uint32_t version() const override { return 4; }
  void Load(Rows& rows) override;
  void Apply(const v1::EventRecord& event, Rows& rows) override;

 private:
  void ApplyToRespondent(const v1::EventRecord& event, Rows& rows);
  void Link(const v1::EventRecord& event, Rows& rows);
  void Unlink(const v1::EventRecord& event, Rows& rows);
  void NoteChange(const v1::EventRecord& event, v1::NetworkChange change, Rows& rows);
  void PutMember(uint64_t respondent, uint64_t label, Rows& rows);
  void PutNetwork(uint64_t label, Rows& rows);
  // Respondents go from one label to another.
  void Relabel(const std::vector<uint64_t>& respondents, uint64_t from, uint64_t to, Rows& rows);

  RespondentNetworks networks_;
};

// The time for which a link stood.
Period PeriodOf(const v1::RespondentLink& link);

}  // namespace klaim::projections
