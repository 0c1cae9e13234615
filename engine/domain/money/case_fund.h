// A case fund: what the cooperative sets aside of its surplus for the costs of cases (in Indonesia usually 5 % social and
// 5 % education, by its statutes; Law 25/1992 on cooperatives, article 45), and what is spent. Never more than is there,
// and nothing without a second person.
#pragma once

#include <map>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/treasury_service.pb.h"

namespace klaim::domain {

class Docket;

// A move of its money that waits for another person.
struct OpenCaseFundMove {
  v1::CaseFundMoveProposed proposed;
  std::string proposer;
};

struct CaseFundState : Aggregate {
  static constexpr char kKind[] = "case fund";
  v1::CaseFundOpened opened;
  std::set<uint32_t> years;
  int64_t social_minor = 0;  // what is left
  int64_t education_minor = 0;
  std::map<uint64_t, OpenCaseFundMove> open_moves;  // by the sequence of the proposal

  // What of a part neither is spent nor waits to be.
  int64_t Free(v1::CaseFundPart part) const;
};

void Evolve(CaseFundState& state, const v1::EventRecord& event);

absl::Status Decide(const v1::OpenCaseFundRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Proposes to divide a surplus.
absl::Status Decide(const v1::AccrueCaseFundRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Proposes to pay a cost out of what is free.
absl::Status Decide(const v1::PayCaseCostRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
// Four eyes for both: neither is for the proposer. Approving looks again at what there is now.
absl::Status Decide(const v1::ApproveCaseFundMoveRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::RejectCaseFundMoveRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
