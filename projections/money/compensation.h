// Compensation: what became of the money, for each claim, and summed for each settlement, group, respondent
// and programme.
//
// A programme that was handed over to another docket has its figures in the sums there: here they leave those of
// its groups, respondents and its own, and the docket's figures may be added to the other's. The rows of its claims and
// settlements stay, as they were then.
//
//   'c' claim                              -> v1.ClaimMoneyRow
//   'a' subject (1), number (8), currency  -> v1.CompensationFigures
//   's' settlement                         -> v1.SettlementMoneyRow
#pragma once

#include "absl/numeric/int128.h"
#include "klaim/v1/compensation_service.pb.h"
#include "klaim/v1/read_models.pb.h"
#include "projections/core/projection.h"

namespace klaim::projections {

// The key of a subject's figures; without a currency, the prefix of all of them.
std::string FiguresKey(v1::CompensationSubject subject, uint64_t id, absl::string_view currency);

// What the keys of all subjects of a kind begin with.
std::string FiguresOfAllKey(v1::CompensationSubject subject);

// Makes figures as they are kept into figures as they are told.
void TellFigures(v1::CompensationFigures& figures);

// The figures of one claim.
v1::CompensationFigures FiguresOf(const v1::ClaimMoneyRow& claim);

class Compensation final : public Projection {
 public:
  std::string name() const override { return "compensation"; }
  uint32_t version() const override { return 7; }
  void Apply(const v1::EventRecord& event, Rows& rows) override;
  void BeforeCommit(Rows& rows) override;

 private:
  // What came back of a payment of the claim, or (sign -1) didn't after all.
  void Repay(const v1::RepaidPart& part, int sign, v1::ClaimMoneyRow& claim, Rows& rows);
  void ApplyToClaim(const v1::EventRecord& event, Rows& rows);
  v1::CompensationFigures& Figures(v1::CompensationSubject subject, uint64_t id, const std::string& currency,
                                   Rows& rows);
  // Adds (+1) or removes (-1) a claim's figures to or from its subjects.
  void Count(const v1::ClaimMoneyRow& claim, int sign, Rows& rows);
  // Adds (+1) or removes (-1) what a settlement promises and received, to or from its figures and the sums.
  void CountSettlement(const v1::SettlementMoneyRow& settlement, uint64_t id, int sign, Rows& rows);
  // The same of the figures of all whom it concerns: of a respondent the own share, and what came from there.
  void CountInSums(const v1::SettlementMoneyRow& settlement, int sign, Rows& rows);
  void TakeSettlementsOut(uint64_t programme_id, Rows& rows);

  absl::flat_hash_map<std::string, v1::CompensationFigures> changed_;  // by key, since the last commit
};

}  // namespace klaim::projections
