// Casework: what is due when, and who is responsible for how many cases.
//
//   'd' day + 2^31 (8), kind (1), subject (8), part (8) -> v1.Deadline, without who is responsible
//   'k' case                    -> v1.CaseworkRow
//   'c' claim                   -> v1.DeadlinesRow
//   's' settlement              -> v1.DeadlinesRow
//   'm' meeting                 -> '-', day + 2^31 (8)
//   'p' programme               -> v1.ProgrammeOpened, whose heads know their limitation
//   't' case, record            -> v1.TransferStated
//   'r' respondent, case, record -> empty; transfers that it made or was to get
//   'l' account                 -> '-', cases (8), of them at risk (8)
#pragma once

#include "klaim/v1/casework_service.pb.h"
#include "klaim/v1/read_models.pb.h"
#include "projections/core/projection.h"

namespace klaim::projections {

// A day since 1970-01-01 as keys hold it.
uint64_t DayKey(int64_t day);

class Casework final : public Projection {
 public:
  std::string name() const override { return "casework"; }
  uint32_t version() const override { return 3; }
  void Load(Rows& rows) override;
  void Apply(const v1::EventRecord& event, Rows& rows) override;

 private:
  void File(const v1::EventRecord& event, Rows& rows);
  void ApplyToClaim(const v1::EventRecord& event, Rows& rows);
  // Its eligibility was decided: followers of a decision that is no more are to be looked at again.
  void Decided(const v1::EventRecord& event, bool eligible, uint64_t follows_id, Rows& rows);
  void ApplyToCase(const v1::EventRecord& event, Rows& rows);
  void ApplyToSettlement(const v1::EventRecord& event, Rows& rows);

  std::map<uint64_t, std::map<std::string, v1::HeadRule>> limited_;  // heads with a limitation, by programme
};

}  // namespace klaim::projections
