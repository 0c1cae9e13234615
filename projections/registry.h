// Organisations, programmes, and respondents with their networks.
//
//   'o' organisation            -> v1.Organisation
//   'p' programme               -> v1.Programme
//   'r' respondent              -> v1.Respondent
//   'n' network, respondent     -> empty; members of a network over all times
//   'h' network, 2^64-1 - sequence -> v1.NetworkChange; how it came to be, under the numbers before and after
//   's' 2^32-1 - probability, respondent, other, kind -> v1.SuspectedLink that waits for a decision
//   'S' respondent, other, kind -> '-', probability (8)
#pragma once

#include "absl/status/statusor.h"
#include "klaim/v1/network_service.pb.h"
#include "klaim/v1/registry_service.pb.h"
#include "projections/projection.h"
#include "projections/projector.h"
#include "projections/respondent_networks.h"

namespace klaim::projections {

class Registry final : public Projection {
 public:
  std::string name() const override { return "registry"; }
  uint32_t version() const override { return 3; }
  void Load(Rows& rows) override;
  void Apply(const v1::EventRecord& event, Rows& rows) override;

 private:
  void ApplyToRespondent(const v1::EventRecord& event, Rows& rows);
  void Link(const v1::EventRecord& event, Rows& rows);
  void Unlink(const v1::EventRecord& event, Rows& rows);
  void NoteChange(const v1::EventRecord& event, v1::NetworkChange change, Rows& rows);
  // Rewrites the rows of respondents whose network or links changed.
  void Rewrite(const std::vector<uint64_t>& respondents, Rows& rows);

  RespondentNetworks networks_;
};

// All respondents and the links among them that stand, of this read model.
absl::StatusOr<RespondentNetworks> NetworksIn(const View& registry);

}  // namespace klaim::projections
