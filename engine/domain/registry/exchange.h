// An exchange of blind indexes with an organisation that keeps another docket: what was handed out of this one, what of the
// other was answered, and what was found in both (engine/linkage/blind_index.h).
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/exchange_service.pb.h"

namespace klaim::domain {

class Docket;

struct ExchangeState : Aggregate {
  static constexpr char kKind[] = "exchange";
  uint64_t partner_id = 0;
  uint64_t claimants_offered = 0;
  uint64_t respondents_offered = 0;
  uint64_t values_answered = 0;
  std::vector<v1::ExchangeMatch> matches;  // each pair once, as it was found last
  bool closed = false;
};

void Evolve(ExchangeState& state, const v1::EventRecord& event);

absl::Status Decide(const v1::OpenExchangeRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::CloseExchangeRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

// What the services worked out with the exchange's key, which the log never has.
struct OfferPart {
  uint64_t exchange_id = 0;
  v1::BlindIndexOffered offered;
};
struct AnswerPart {
  uint64_t exchange_id = 0;
  v1::BlindIndexAnswered answered;
};
struct RecordMatches {
  uint64_t exchange_id = 0;
  v1::ExchangeMatchesFound found;
};
absl::Status Decide(const OfferPart& part, Docket& docket, const Context& context, Decision& decision);
absl::Status Decide(const AnswerPart& part, Docket& docket, const Context& context, Decision& decision);
absl::Status Decide(const RecordMatches& matches, Docket& docket, const Context& context, Decision& decision);

}  // namespace klaim::domain
