#include "engine/domain/registry/exchange.h"

#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/people/claimant.h"
#include "engine/domain/registry/organisation.h"
#include "klaim/v1/event_cases.h"

namespace klaim::domain {
namespace {

constexpr int kMaxMatches = 500;

absl::StatusOr<const ExchangeState*> Open(uint64_t exchange_id, Docket& docket) {
  auto exchange = docket.Find<ExchangeState>("exchange_id", exchange_id);
  if (exchange.ok() && (*exchange)->closed) return NotNow("exchange_id", v1::REASON_EXCHANGE_IS_CLOSED);
  return exchange;
}

// Which of ours and which of theirs.
using Pair = std::tuple<uint64_t, uint64_t, std::string>;
Pair PairOf(const v1::ExchangeMatch& match) {
  return {match.claimant_id(), match.respondent_id(), match.their_reference()};
}

// A pair that was found before stands as it was found last.
void Add(const v1::ExchangeMatchesFound& found, std::vector<v1::ExchangeMatch>& matches) {
  std::set<Pair> again;
  for (const v1::ExchangeMatch& match : found.matches()) again.insert(PairOf(match));
  std::erase_if(matches, [&](const v1::ExchangeMatch& before) { return again.contains(PairOf(before)); });
  matches.insert(matches.end(), found.matches().begin(), found.matches().end());
}

}  // namespace

void Evolve(ExchangeState& state, const v1::EventRecord& event) {
  switch (event.event_case()) {
    case v1::EventRecord::kExchangeOpened:
      state.partner_id = event.exchange_opened().partner_id();
      break;
    case v1::EventRecord::kBlindIndexOffered:
      state.claimants_offered += static_cast<uint64_t>(event.blind_index_offered().claimant_ids_size());
      state.respondents_offered += static_cast<uint64_t>(event.blind_index_offered().respondent_ids_size());
      break;
    case v1::EventRecord::kBlindIndexAnswered:
      state.values_answered += event.blind_index_answered().entries();
      break;
    case v1::EventRecord::kExchangeMatchesFound:
      Add(event.exchange_matches_found(), state.matches);
      break;
    case v1::EventRecord::kExchangeClosed:
      state.closed = true;
      break;
    case KLAIM_ALL_BUT_EXCHANGE_EVENTS:
      break;
  }
}

absl::Status Decide(const v1::OpenExchangeRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(docket.Find<OrganisationState>("partner_id", request.partner_id()).status());
  decision.Open().mutable_exchange_opened()->set_partner_id(request.partner_id());
  return absl::OkStatus();
}

absl::Status Decide(const v1::CloseExchangeRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  ASSIGN_OR_RETURN(auto exchange, Open(request.exchange_id(), docket));
  decision.Append(*exchange).mutable_exchange_closed()->set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const OfferPart& part, Docket& docket, const Context&, Decision& decision) {
  ASSIGN_OR_RETURN(auto exchange, Open(part.exchange_id, docket));
  for (uint64_t id : part.offered.claimant_ids()) {
    ASSIGN_OR_RETURN(auto claimant, docket.Find<ClaimantState>("exchange_id", id));
    if (!claimant->may_share_with.contains(exchange->partner_id)) {
      return NotNow("exchange_id", v1::REASON_CLAIMANT_WITHDREW_CONSENT_MEANWHILE, id);
    }
  }
  *decision.Append(*exchange).mutable_blind_index_offered() = part.offered;
  return absl::OkStatus();
}

absl::Status Decide(const AnswerPart& part, Docket& docket, const Context&, Decision& decision) {
  ASSIGN_OR_RETURN(auto exchange, Open(part.exchange_id, docket));
  *decision.Append(*exchange).mutable_blind_index_answered() = part.answered;
  return absl::OkStatus();
}

absl::Status Decide(const RecordMatches& matches, Docket& docket, const Context&, Decision& decision) {
  if (matches.found.matches().empty() || matches.found.matches_size() > kMaxMatches) {
    return InvalidField("found", v1::REASON_MUST_HAVE_1_TO_MATCHES, kMaxMatches);
  }
  ASSIGN_OR_RETURN(auto exchange, Open(matches.exchange_id, docket));
  *decision.Append(*exchange).mutable_exchange_matches_found() = matches.found;
  return absl::OkStatus();
}

}  // namespace klaim::domain
