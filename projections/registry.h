// Organisations, programmes, and respondents with their networks.
//
//   'o' organisation            -> v1.Organisation
//   'p' programme               -> v1.Programme
//   'r' respondent              -> v1.Respondent
//   'n' network, respondent     -> empty; members of a network
#pragma once

#include "projections/projection.h"
#include "projections/respondent_networks.h"

namespace klaim::projections {

class Registry final : public Projection {
 public:
  std::string name() const override { return "registry"; }
  uint32_t version() const override { return 2; }
  void Load(Rows& rows) override;
  void Apply(const v1::EventRecord& event, Rows& rows) override;

 private:
  // Rewrites the rows of respondents whose network or links changed.
  void Rewrite(const std::vector<uint64_t>& respondents, Rows& rows);

  RespondentNetworks networks_;
};

}  // namespace klaim::projections
