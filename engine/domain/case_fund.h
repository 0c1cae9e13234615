// A case fund: what the cooperative sets aside of its surplus for the costs of cases (in Indonesia usually 5 % social and
// 5 % education, by its statutes; Law 25/1992 on cooperatives, article 45), and what is spent. Never more than is there.
#pragma once

#include <array>
#include <set>

#include "absl/status/status.h"
#include "engine/domain/decision.h"
#include "klaim/v1/treasury_service.pb.h"

namespace klaim::domain {

class Docket;

struct CaseFundState : Aggregate {
  static constexpr char kKind[] = "case fund";
  v1::CaseFundOpened opened;
  std::set<uint32_t> years;
  int64_t social_minor = 0;  // what is left
  int64_t education_minor = 0;
};

void Evolve(CaseFundState& state, const v1::EventRecord& event);

absl::Status Decide(const v1::OpenCaseFundRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::AccrueCaseFundRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::PayCaseCostRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
