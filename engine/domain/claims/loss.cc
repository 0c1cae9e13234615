#include "engine/domain/claims/loss.h"

#include <algorithm>
#include <set>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/people/claimant.h"
#include "engine/domain/registry/exchange_rate.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/registry/reference_table.h"
#include "klaim/v1/event_cases.h"

namespace klaim::domain {
namespace {

constexpr int kMaxHeadsOfLoss = 20;

// The rate of a day from a currency into the ceiling's. Refused when nobody published one.
absl::StatusOr<v1::ExchangeRate> RateOn(absl::string_view field, const v1::LossOpened& loss,
                                        const std::string& currency, int64_t day, Docket& docket) {
  if (currency == loss.ceiling().currency()) return SameCurrency();
  for (uint64_t table_id : loss.exchange_table_ids()) {
    ASSIGN_OR_RETURN(auto table, docket.Find<ReferenceTableState>(field, table_id));
    if (!ConvertsBetween(table->published, currency, loss.ceiling().currency())) continue;
    const v1::ReferenceLine* line = LineOn(table->published, day);
    if (line != nullptr) return RateOfLine(table->id, table->published, *line, currency);
  }
  const v1::PartialDate date = DateOf(day);
  return NotNow(field, v1::REASON_NO_RATE_OF_LOSS_HOLDS_ON_DAY, currency, loss.ceiling().currency(),
                absl::StrCat(date.year(), "-", date.month(), "-", date.day()));
}

absl::Status CheckTables(const std::string& field, const v1::LossOpened& loss, Docket& docket) {
  for (int i = 0; i < loss.exchange_table_ids_size(); ++i) {
    const std::string at = absl::StrCat(field, "[", i, "]");
    ASSIGN_OR_RETURN(auto table, docket.Find<ReferenceTableState>(at, loss.exchange_table_ids(i)));
    const v1::ReferenceTablePublished& rates = table->published;
    if (rates.kind() != v1::REFERENCE_TABLE_KIND_EXCHANGE_RATE ||
        (rates.currency() != loss.ceiling().currency() &&
         rates.into_currency() != loss.ceiling().currency())) {
      return InvalidField(at, v1::REASON_TABLE_DOES_NOT_CONVERT_INTO_CEILING_CURRENCY,
                          loss.ceiling().currency());
    }
  }
  return absl::OkStatus();
}

// One person doesn't put other rates in the place of those by which a loss is counted.
absl::Status CheckNewTable(uint64_t table_id, const LossState& loss, Docket& docket) {
  const std::string& ceilings = loss.opened.ceiling().currency();
  ASSIGN_OR_RETURN(auto added, docket.Find<ReferenceTableState>("exchange_table_id", table_id));
  const std::string& currency = added->published.currency() == ceilings ? added->published.into_currency()
                                                                        : added->published.currency();
  for (uint64_t known_id : loss.opened.exchange_table_ids()) {
    ASSIGN_OR_RETURN(auto known, docket.Find<ReferenceTableState>("exchange_table_id", known_id));
    if (ConvertsBetween(known->published, currency, ceilings))
      return NotNow("exchange_table_id", v1::REASON_LOSS_HAS_TABLE_OF_THIS_CURRENCY, loss.id, currency,
                    known_id);
  }
  return absl::OkStatus();
}

// A head as the request names it, that may be of a loss.
struct FoundHead {
  const ClaimState* claim;
  const ClaimHead* head;
  std::string currency;
  std::string family;
};

absl::StatusOr<FoundHead> FindHead(const std::string& field, const v1::LossHead& named, Docket& docket) {
  FoundHead found{};
  ASSIGN_OR_RETURN(found.claim, docket.Find<ClaimState>(field + ".claim_id", named.claim_id()));
  found.head = found.claim->Head(named.head());
  if (found.head == nullptr)
    return InvalidField(field + ".head", v1::REASON_CLAIM_DOES_NOT_HAVE_THIS_HEAD,
                        absl::StrCat("claim ", named.claim_id()), named.head());
  if (found.head->merged_into != 0)
    return NotNow(field + ".head", v1::REASON_HEAD_IS_PURSUED_IN_ANOTHER_CLAIM, found.head->merged_into);
  ASSIGN_OR_RETURN(auto programme,
                   docket.Find<ProgrammeState>(field + ".claim_id", found.claim->programme_id));
  found.currency = programme->rules.currency();
  found.family = std::string(LossFamilyOf(*programme, found.head->filed));
  return found;
}

// What an amount for a head takes of the ceiling.
v1::LossDraw DrawAt(const v1::ExchangeRate& rate, const std::string& head, int64_t amount_minor,
                    const v1::LossOpened& loss) {
  v1::LossDraw draw;
  draw.set_head(head);
  draw.set_drawn_minor(ConvertedUp(amount_minor, rate));
  *draw.mutable_rate() = rate;
  draw.set_currency(loss.ceiling().currency());
  return draw;
}

// What payments that are ordered for the head, and its credits, took already, each at the rate of its day.
absl::Status AddDraws(absl::string_view field, const FoundHead& found, const v1::LossOpened& loss,
                      Docket& docket, v1::ClaimLossJoined& joined) {
  for (const ClaimPayment& payment : found.claim->payments) {
    for (const v1::HeadAmount& amount : payment.heads) {
      if (amount.code() != found.head->filed.code()) continue;
      ASSIGN_OR_RETURN(auto rate, RateOn(field, loss, found.currency, payment.ordered_day, docket));
      v1::LossDraw& draw = *joined.add_draws();
      draw = DrawAt(rate, amount.code(), amount.minor_units(), loss);
      draw.set_payment_batch_id(payment.batch_id);
      draw.set_payment_number(payment.number);
    }
  }
  for (const ClaimCredit& credit : found.claim->credits) {
    for (const v1::CreditedHead& head : credit.credited.heads()) {
      if (head.head() != found.head->filed.code()) continue;
      ASSIGN_OR_RETURN(auto rate,
                       RateOn(field, loss, found.currency, LastDayOf(credit.credited.paid_on()), docket));
      v1::LossDraw& draw = *joined.add_draws();
      draw = DrawAt(rate, head.head(), head.credited_minor(), loss);
      draw.set_credit_id(credit.id);
    }
  }
  return absl::OkStatus();
}

absl::Status CheckMember(const std::string& field, const FoundHead& found, const v1::LossOpened& loss,
                         int64_t today, Docket& docket) {
  if (found.head->loss_id != 0) return NotNow(field, v1::REASON_HEAD_IS_OF_LOSS_ALREADY, found.head->loss_id);
  if (found.family != loss.family())
    return InvalidField(field + ".head", v1::REASON_HEAD_IS_OF_ANOTHER_LOSS_FAMILY, found.family,
                        loss.family());
  ASSIGN_OR_RETURN(auto claimant, docket.Find<ClaimantState>(field + ".claim_id", found.claim->claimant_id));
  ASSIGN_OR_RETURN(auto person, PersonNow(field, loss.claimant_id(), docket));
  if (claimant->id != person->id && !claimant->family.contains(person->id))
    return InvalidField(field + ".claim_id", v1::REASON_CLAIM_IS_OF_SOMEBODY_WHO_IS_NO_FAMILY);
  if (found.currency == loss.ceiling().currency()) return absl::OkStatus();
  for (uint64_t table_id : loss.exchange_table_ids()) {
    ASSIGN_OR_RETURN(auto table, docket.Find<ReferenceTableState>(field, table_id));
    // Once a rate holds there always is one: lines are only added behind the last.
    if (ConvertsBetween(table->published, found.currency, loss.ceiling().currency()))
      return RateOn(field, loss, found.currency, today, docket).status();
  }
  return InvalidField(field, v1::REASON_NO_TABLE_OF_LOSS_CONVERTS_CURRENCY, found.currency,
                      loss.ceiling().currency());
}

// One person opens a loss up to the largest of its heads; more takes two (SetLossCeiling).
absl::Status CheckOpeningCeiling(const v1::LossOpened& loss, const std::vector<FoundHead>& heads,
                                 int64_t today, Docket& docket) {
  int64_t most = 0;
  for (const FoundHead& found : heads) {
    const int64_t worth =
        std::max({found.head->determined_minor, found.head->drawn_minor,
                  found.head->determined_minor == 0 ? found.head->filed.claimed().minor_units() : 0});
    ASSIGN_OR_RETURN(auto rate, RateOn("ceiling", loss, found.currency, today, docket));
    most = std::max(most, ConvertedUp(worth, rate));
  }
  if (loss.ceiling().minor_units() <= most) return absl::OkStatus();
  return NotNow("ceiling.minor_units", v1::REASON_CEILING_IS_MORE_THAN_LARGEST_HEAD,
                Describe(most, loss.ceiling().currency()));
}

// What heads of a loss were given and no payment orders yet, at the rates of a day.
absl::StatusOr<absl::int128> WaitingOf(absl::string_view field, uint64_t loss_id, const v1::LossOpened& loss,
                                       int64_t day, Docket& docket) {
  absl::int128 waiting = 0;
  for (const v1::LossHead& member : loss.heads()) {
    ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>(field, member.claim_id()));
    ASSIGN_OR_RETURN(auto programme, docket.Find<ProgrammeState>(field, claim->programme_id));
    // What is paid for it there isn't known here.
    if (!programme->handed_over_to.empty())
      return NotNow(field, v1::REASON_CLAIM_OF_LOSS_WENT_TO_ANOTHER_DOCKET, claim->id, loss_id);
    const ClaimHead* head = claim->Head(member.head());
    const int64_t open = head->allocated_minor - head->ordered_minor;
    if (open <= 0) continue;
    ASSIGN_OR_RETURN(auto rate, RateOn(field, loss, programme->rules.currency(), day, docket));
    waiting += ConvertedUp(open, rate);
  }
  return waiting;
}

int64_t LeftAfter(int64_t ceiling, absl::int128 taken) {
  return taken >= ceiling ? 0 : static_cast<int64_t>(ceiling - taken);
}

std::pair<uint64_t, std::string> NameOf(const v1::LossHead& head) { return {head.claim_id(), head.head()}; }

// Appends to each claim what becomes of its heads.
absl::Status JoinClaims(uint64_t loss_id, const std::string& field, const v1::LossOpened& loss,
                        const std::vector<FoundHead>& heads, Docket& docket, Decision& decision) {
  std::map<uint64_t, v1::ClaimLossJoined*> by_claim;
  for (const FoundHead& found : heads) {
    v1::ClaimLossJoined*& joined = by_claim[found.claim->id];
    if (joined == nullptr) joined = decision.Append(*found.claim).mutable_claim_loss_joined();
    joined->set_loss_id(loss_id);
    joined->add_heads(found.head->filed.code());
    RETURN_IF_ERROR(AddDraws(field, found, loss, docket, *joined));
  }
  return absl::OkStatus();
}

}  // namespace

absl::string_view LossFamilyOf(const ProgrammeState& programme, const v1::ClaimedHead& head) {
  const v1::HeadRule* rule = programme.Head(head.code());
  return rule == nullptr || rule->loss_family().empty() ? head.code() : rule->loss_family();
}

bool KnownApart(const v1::ClaimedHead& one, const v1::ClaimedHead& other) {
  const auto before = [](const v1::PartialDate& end, const v1::PartialDate& begin) {
    return end.year() != 0 && begin.year() != 0 && LastDayOf(end) < FirstDayOf(begin);
  };
  return before(one.period_until(), other.period_from()) || before(other.period_until(), one.period_from());
}

bool LookLikeOneLoss(const LossCandidate& one, const LossCandidate& other) {
  const auto found_apart = [](const LossCandidate& head, uint64_t loss_id) {
    return loss_id != 0 && std::find(head.separate_losses.begin(), head.separate_losses.end(), loss_id) !=
                               head.separate_losses.end();
  };
  const bool decided = (one.loss_id != 0 && one.loss_id == other.loss_id) ||
                       found_apart(one, other.loss_id) || found_apart(other, one.loss_id);
  return one.family == other.family && !decided && !KnownApart(one.filed, other.filed);
}

void Evolve(LossState& state, const v1::EventRecord& event) {
  switch (event.event_case()) {
    case v1::EventRecord::kLossOpened:
      state.opened = event.loss_opened();
      break;
    case v1::EventRecord::kLossJoined:
      *state.opened.add_heads() = event.loss_joined().head();
      if (event.loss_joined().exchange_table_id() != 0)
        state.opened.add_exchange_table_ids(event.loss_joined().exchange_table_id());
      break;
    case v1::EventRecord::kLossSeparationProposed:
      state.separations[NameOf(event.loss_separation_proposed().head())] = {event.sequence(), event.actor()};
      break;
    case v1::EventRecord::kLossCeilingProposed:
      state.raise = {event.sequence(), event.actor()};
      state.raised_to = event.loss_ceiling_proposed().ceiling();
      break;
    case v1::EventRecord::kLossSeparated: {
      state.separations.erase(NameOf(event.loss_separated().head()));
      auto& heads = *state.opened.mutable_heads();
      heads.erase(std::remove_if(heads.begin(), heads.end(),
                                 [&](const v1::LossHead& head) {
                                   return NameOf(head) == NameOf(event.loss_separated().head());
                                 }),
                  heads.end());
      break;
    }
    case v1::EventRecord::kLossCeilingSet:
      *state.opened.mutable_ceiling() = event.loss_ceiling_set().ceiling();
      state.raise = {};
      break;
    case KLAIM_ALL_BUT_LOSS_EVENTS:
      break;
  }
}

absl::StatusOr<LossRoom::Left*> LossRoom::LeftOf(absl::string_view field, uint64_t loss_id) {
  const auto known = left_.find(loss_id);
  if (known != left_.end()) return &known->second;
  ASSIGN_OR_RETURN(auto loss, docket_.Find<LossState>(field, loss_id));
  ASSIGN_OR_RETURN(const int64_t drawn, DrawnOf(field, *loss, docket_));
  ASSIGN_OR_RETURN(auto waiting, WaitingOf(field, loss_id, loss->opened, DayOf(now_micros_), docket_));
  const int64_t ceiling = loss->opened.ceiling().minor_units();
  return &left_.emplace(loss_id, Left{LeftAfter(ceiling, drawn + waiting), LeftAfter(ceiling, drawn)})
              .first->second;
}

absl::StatusOr<v1::ExchangeRate> LossRoom::RateOf(absl::string_view field, const ClaimState& claim,
                                                  uint64_t loss_id) {
  ASSIGN_OR_RETURN(auto programme, docket_.Find<ProgrammeState>(field, claim.programme_id));
  ASSIGN_OR_RETURN(auto loss, docket_.Find<LossState>(field, loss_id));
  return RateOn(field, loss->opened, programme->rules.currency(), DayOf(now_micros_), docket_);
}

absl::StatusOr<int64_t> LossRoom::TakeForAllocation(absl::string_view field, const ClaimState& claim,
                                                    const ClaimHead& head, int64_t wished_minor) {
  if (head.loss_id == 0 || wished_minor <= 0) return wished_minor;
  ASSIGN_OR_RETURN(auto rate, RateOf(field, claim, head.loss_id));
  const auto known = LeftOf(field, head.loss_id);
  // Nothing is paid while it can't be known; one claim's loss doesn't keep back all others' money.
  if (absl::IsFailedPrecondition(known.status())) return wished_minor;
  ASSIGN_OR_RETURN(auto left, known);
  const int64_t taken = std::min(wished_minor, MostWorth(left->to_allocate, rate));
  left->to_allocate -= ConvertedUp(taken, rate);
  return taken;
}

absl::StatusOr<int64_t> LossRoom::TakeForPayment(absl::string_view field, const ClaimState& claim,
                                                 const ClaimHead& head, int64_t wished_minor,
                                                 v1::LossDraw& draw) {
  if (head.loss_id == 0 || wished_minor <= 0) return wished_minor;
  ASSIGN_OR_RETURN(auto rate, RateOf(field, claim, head.loss_id));
  ASSIGN_OR_RETURN(auto left, LeftOf(field, head.loss_id));
  const int64_t taken = std::min(wished_minor, MostWorth(left->to_order, rate));
  ASSIGN_OR_RETURN(auto loss, docket_.Find<LossState>(field, head.loss_id));
  draw = DrawAt(rate, head.filed.code(), taken, loss->opened);
  left->to_order -= draw.drawn_minor();
  return taken;
}

void LossRoom::GiveBack(const ClaimState& claim,
                        const google::protobuf::RepeatedPtrField<v1::LossDraw>& draws) {
  for (const v1::LossDraw& draw : draws)
    left_.at(claim.Head(draw.head())->loss_id).to_order += draw.drawn_minor();
}

absl::StatusOr<v1::LossDraw> DrawOfCredit(const std::string& field, const v1::CreditedHead& credit,
                                          const ClaimHead& head, const std::string& currency, int64_t day,
                                          Docket& docket) {
  ASSIGN_OR_RETURN(auto loss, docket.Find<LossState>(field, head.loss_id));
  ASSIGN_OR_RETURN(auto rate, RateOn(field, loss->opened, currency, day, docket));
  return DrawAt(rate, credit.head(), credit.credited_minor(), loss->opened);
}

absl::StatusOr<int64_t> DrawnOf(absl::string_view field, const LossState& loss, Docket& docket) {
  int64_t drawn = 0;
  for (const v1::LossHead& member : loss.opened.heads()) {
    ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>(field, member.claim_id()));
    drawn += claim->Head(member.head())->drawn_minor;
  }
  return drawn;
}

absl::Status CheckWithinCeilings(absl::string_view field, const ClaimState& claim,
                                 const google::protobuf::RepeatedPtrField<v1::HeadAmount>& heads,
                                 Docket& docket) {
  for (const v1::HeadAmount& amount : heads) {
    const ClaimHead* head = claim.Head(amount.code());
    if (head == nullptr || head->loss_id == 0) continue;
    ASSIGN_OR_RETURN(auto loss, docket.Find<LossState>(field, head->loss_id));
    ASSIGN_OR_RETURN(const int64_t drawn, DrawnOf(field, *loss, docket));
    if (drawn > loss->opened.ceiling().minor_units())
      return NotNow(field, v1::REASON_LOSS_IS_RECOVERED_UP_TO_ITS_CEILING, loss->id, claim.id);
  }
  return absl::OkStatus();
}

absl::Status Decide(const v1::OpenLossRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  if (request.heads_size() < 2 || request.heads_size() > kMaxHeadsOfLoss)
    return InvalidField("heads", v1::REASON_MUST_LIST_2_TO_20_HEADS);
  RETURN_IF_ERROR(MinorDigits("ceiling.currency", request.ceiling().currency()).status());
  RETURN_IF_ERROR(CheckMoney("ceiling", request.ceiling(), request.ceiling().currency()));
  v1::LossOpened opened;
  *opened.mutable_ceiling() = request.ceiling();
  *opened.mutable_heads() = request.heads();
  *opened.mutable_exchange_table_ids() = request.exchange_table_ids();
  opened.set_reason(request.reason());
  RETURN_IF_ERROR(CheckTables("exchange_table_ids", opened, docket));
  std::vector<FoundHead> heads;
  std::set<std::pair<uint64_t, std::string>> seen;
  for (int i = 0; i < request.heads_size(); ++i) {
    const std::string field = absl::StrCat("heads[", i, "]");
    ASSIGN_OR_RETURN(auto found, FindHead(field, request.heads(i), docket));
    if (!seen.emplace(found.claim->id, found.head->filed.code()).second)
      return InvalidField(field, v1::REASON_NAMES_HEAD_TWICE);
    if (i == 0) {
      opened.set_claimant_id(found.claim->claimant_id);
      opened.set_family(found.family);
    }
    RETURN_IF_ERROR(CheckMember(field, found, opened, DayOf(context.now_micros), docket));
    heads.push_back(std::move(found));
  }
  RETURN_IF_ERROR(CheckOpeningCeiling(opened, heads, DayOf(context.now_micros), docket));
  const uint64_t loss_id = decision.next_sequence();
  *decision.Open().mutable_loss_opened() = opened;
  return JoinClaims(loss_id, "heads", opened, heads, docket, decision);
}

absl::Status Decide(const v1::JoinLossRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto loss, docket.Find<LossState>("loss_id", request.loss_id()));
  if (loss->opened.heads_size() >= kMaxHeadsOfLoss)
    return NotNow("loss_id", v1::REASON_MUST_LIST_2_TO_20_HEADS);
  v1::LossOpened joined = loss->opened;
  if (request.exchange_table_id() != 0) {
    RETURN_IF_ERROR(CheckNewTable(request.exchange_table_id(), *loss, docket));
    joined.add_exchange_table_ids(request.exchange_table_id());
    RETURN_IF_ERROR(CheckTables("exchange_table_id", joined, docket));
  }
  ASSIGN_OR_RETURN(auto found, FindHead("head", request.head(), docket));
  RETURN_IF_ERROR(CheckMember("head", found, joined, DayOf(context.now_micros), docket));
  v1::LossJoined& event = *decision.Append(*loss).mutable_loss_joined();
  *event.mutable_head() = request.head();
  event.set_exchange_table_id(request.exchange_table_id());
  event.set_reason(request.reason());
  return JoinClaims(loss->id, "head", joined, {found}, docket, decision);
}

absl::Status Decide(const v1::SeparateLossRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto loss, docket.Find<LossState>("loss_id", request.loss_id()));
  const auto& heads = loss->opened.heads();
  const bool there = std::any_of(heads.begin(), heads.end(), [&](const v1::LossHead& head) {
    return NameOf(head) == NameOf(request.head());
  });
  if (!there) return InvalidField("head", v1::REASON_LOSS_DOES_NOT_HAVE_THIS_HEAD, request.loss_id());
  ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("head.claim_id", request.head().claim_id()));
  const auto proposed = loss->separations.find(NameOf(request.head()));
  if (proposed == loss->separations.end()) {
    v1::LossSeparationProposed& event = *decision.Append(*loss).mutable_loss_separation_proposed();
    *event.mutable_head() = request.head();
    event.set_reason(request.reason());
    return absl::OkStatus();
  }
  if (proposed->second.proposer == context.actor)
    return AnotherPerson("head", v1::REASON_YOU_FOUND_THIS_ALREADY);
  v1::LossSeparated& event = *decision.Append(*loss).mutable_loss_separated();
  *event.mutable_head() = request.head();
  event.set_reason(request.reason());
  event.set_proposal_id(proposed->second.id);
  v1::ClaimLossSeparated& separated = *decision.Append(*claim).mutable_claim_loss_separated();
  separated.set_loss_id(loss->id);
  separated.add_heads(request.head().head());
  return absl::OkStatus();
}

absl::Status Decide(const v1::SetLossCeilingRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto loss, docket.Find<LossState>("loss_id", request.loss_id()));
  RETURN_IF_ERROR(CheckMoney("ceiling", request.ceiling(), loss->opened.ceiling().currency()));
  ASSIGN_OR_RETURN(const int64_t drawn, DrawnOf("loss_id", *loss, docket));
  if (request.ceiling().minor_units() < std::min(drawn, loss->opened.ceiling().minor_units()))
    return NotNow("ceiling.minor_units", v1::REASON_PAYMENTS_TOOK_MORE_OF_LOSS,
                  Describe(drawn, request.ceiling().currency()));
  if (request.ceiling().minor_units() == loss->opened.ceiling().minor_units())
    return NotNow("ceiling.minor_units", v1::REASON_CEILING_IS_THAT_ALREADY);
  const bool higher = request.ceiling().minor_units() > loss->opened.ceiling().minor_units();
  const bool proposed =
      loss->raise.id != 0 && loss->raised_to.minor_units() == request.ceiling().minor_units();
  if (higher && !proposed) {
    v1::LossCeilingProposed& event = *decision.Append(*loss).mutable_loss_ceiling_proposed();
    *event.mutable_ceiling() = request.ceiling();
    event.set_reason(request.reason());
    return absl::OkStatus();
  }
  if (higher && loss->raise.proposer == context.actor)
    return AnotherPerson("ceiling", v1::REASON_YOU_FOUND_THIS_ALREADY);
  v1::LossCeilingSet& event = *decision.Append(*loss).mutable_loss_ceiling_set();
  *event.mutable_ceiling() = request.ceiling();
  event.set_reason(request.reason());
  if (higher) event.set_proposal_id(loss->raise.id);
  return absl::OkStatus();
}

}  // namespace klaim::domain
