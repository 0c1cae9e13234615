#include "projections/money/compensation.h"

#include <algorithm>
#include <iterator>

#include "engine/domain/core/aggregate.h"
#include "engine/domain/core/money.h"
#include "engine/domain/money/overpayment.h"
#include "engine/domain/money/settlement.h"
#include "klaim/v1/event_cases.h"
#include "projections/core/sums.h"

namespace klaim::projections {
namespace {

int64_t AmountOf(const google::protobuf::RepeatedPtrField<v1::HeadAmount>& heads) {
  int64_t sum = 0;
  for (const v1::HeadAmount& head : heads) sum += head.minor_units();
  return sum;
}

std::string SettlementKey(uint64_t id) { return Key('s').Number(id); }

int64_t ReceivedOf(const v1::SettlementMoneyRow& settlement) {
  int64_t sum = 0;
  for (const v1::ReceiptRow& receipt : settlement.receipts())
    sum += receipt.amount_minor() + receipt.interest_minor();
  return sum;
}

int64_t ReceivedFrom(const v1::SettlementMoneyRow& settlement, uint64_t respondent_id) {
  int64_t sum = 0;
  for (const v1::ReceiptRow& receipt : settlement.receipts()) {
    if (receipt.payer_id() == respondent_id) sum += receipt.amount_minor();
  }
  return sum;
}

// What a respondent promised: the own share, or the whole where each owes it; of who was let out what was paid.
int64_t PromisedBy(const v1::SettlementMoneyRow& settlement, uint64_t respondent_id) {
  for (uint64_t released_id : settlement.released_ids()) {
    if (released_id == respondent_id) return ReceivedFrom(settlement, respondent_id);
  }
  const int64_t share = domain::ShareOf(settlement.recorded(), respondent_id);
  return share != 0 ? share : settlement.recorded().amount().minor_units() - settlement.forgiven_minor();
}

void AddReceipt(const std::string& reference, uint64_t payer_id, int64_t amount_minor,
                v1::SettlementMoneyRow& settlement) {
  v1::ReceiptRow& receipt = *settlement.add_receipts();
  receipt.set_bank_reference(reference);
  receipt.set_payer_id(domain::PayerOf(settlement.recorded(), payer_id));
  receipt.set_amount_minor(amount_minor);
}

void TakeReceiptBack(const std::string& reference, v1::SettlementMoneyRow& settlement) {
  auto& receipts = *settlement.mutable_receipts();
  receipts.erase(
      std::remove_if(receipts.begin(), receipts.end(),
                     [&](const v1::ReceiptRow& receipt) { return receipt.bank_reference() == reference; }),
      receipts.end());
}

// What an event makes of a settlement's money.
void EvolveMoney(const v1::EventRecord& event, v1::SettlementMoneyRow& settlement) {
  const auto take = [&](const v1::SettlementReceiptRecorded& receipt) {
    int64_t amount = 0;
    for (const v1::ReceiptPart& part : receipt.parts()) amount += part.amount_minor();
    AddReceipt(receipt.bank_reference(), receipt.payer_id(), amount, settlement);
    settlement.mutable_receipts()->rbegin()->set_interest_minor(receipt.interest_minor());
  };
  if (event.has_settlement_recorded()) {
    *settlement.mutable_recorded() = event.settlement_recorded();
  } else if (event.has_instalment_received()) {
    const v1::InstalmentReceived& received = event.instalment_received();
    AddReceipt(received.bank_reference(), received.payer_id(), received.amount_minor(), settlement);
  } else if (event.has_settlement_receipt_recorded()) {
    take(event.settlement_receipt_recorded());
  } else if (event.has_receipts_reported()) {
    for (const v1::SettlementReceiptRecorded& receipt : event.receipts_reported().receipts()) take(receipt);
    for (const v1::ReceiptReversed& reversed : event.receipts_reported().reversed())
      TakeReceiptBack(reversed.receipt_reference(), settlement);
  } else if (event.has_receipt_reversed()) {
    TakeReceiptBack(event.receipt_reversed().receipt_reference(), settlement);
  } else if (event.has_receipt_attributed()) {
    for (v1::ReceiptRow& receipt : *settlement.mutable_receipts()) {
      if (receipt.bank_reference() == event.receipt_attributed().bank_reference())
        receipt.set_payer_id(event.receipt_attributed().payer_id());
    }
  } else if (event.has_respondent_released()) {
    const v1::RespondentReleased& released = event.respondent_released();
    settlement.set_forgiven_minor(settlement.forgiven_minor() + released.share_minor());
    if (released.rights_kept()) {
      settlement.add_released_ids(released.respondent_id());
    } else {
      *settlement.mutable_released_ids() = settlement.recorded().respondent_ids();
    }
  }
}

bool IsOfSettlementsMoney(const v1::EventRecord& event) {
  return event.has_settlement_recorded() || event.has_instalment_received() ||
         event.has_settlement_receipt_recorded() || event.has_receipts_reported() ||
         event.has_receipt_reversed() || event.has_receipt_attributed() || event.has_respondent_released();
}

// The amounts of figures, in the order in which their parts above 64 bits are kept.
using Get = int64_t (v1::CompensationFigures::*)() const;
using Set = void (v1::CompensationFigures::*)(int64_t);
enum Amount {
  kClaimed,
  kDetermined,
  kPromised,
  kReceived,
  kAllocated,
  kPaid,
  kReturned,
  kOutstanding,
  kCredited,
  kOverpaid,
  kForgiven,
  kRepaid
};
struct AmountField {
  const char* name;
  Get get;
  Set set;
};
using Figures = v1::CompensationFigures;
constexpr AmountField kAmounts[] = {
    {"claimed_minor", &Figures::claimed_minor, &Figures::set_claimed_minor},
    {"determined_minor", &Figures::determined_minor, &Figures::set_determined_minor},
    {"promised_minor", &Figures::promised_minor, &Figures::set_promised_minor},
    {"received_minor", &Figures::received_minor, &Figures::set_received_minor},
    {"allocated_minor", &Figures::allocated_minor, &Figures::set_allocated_minor},
    {"paid_minor", &Figures::paid_minor, &Figures::set_paid_minor},
    {"returned_minor", &Figures::returned_minor, &Figures::set_returned_minor},
    {"outstanding_minor", &Figures::outstanding_minor, &Figures::set_outstanding_minor},
    {"credited_minor", &Figures::credited_minor, &Figures::set_credited_minor},
    {"overpaid_minor", &Figures::overpaid_minor, &Figures::set_overpaid_minor},
    {"forgiven_minor", &Figures::forgiven_minor, &Figures::set_forgiven_minor},
    {"repaid_minor", &Figures::repaid_minor, &Figures::set_repaid_minor}};

absl::int128 AmountIn(const Figures& figures, int amount) {
  const int64_t high = amount < figures.high_parts_size() ? figures.high_parts(amount) : 0;
  return SumOf((figures.*kAmounts[amount].get)(), high);
}

void SetAmount(absl::int128 sum, int amount, Figures& figures) {
  const KeptSum kept = Kept(sum);
  (figures.*kAmounts[amount].set)(kept.low);
  if (kept.high == 0 && amount >= figures.high_parts_size()) return;
  while (figures.high_parts_size() <= amount) figures.add_high_parts(0);
  figures.set_high_parts(amount, kept.high);
  // Figures that are alike have the same bytes, however they came about.
  while (!figures.high_parts().empty() && figures.high_parts(figures.high_parts_size() - 1) == 0)
    figures.mutable_high_parts()->RemoveLast();
}

void AddAmount(absl::int128 added, int amount, Figures& figures) {
  SetAmount(AmountIn(figures, amount) + added, amount, figures);
}

void Add(absl::int128 promised, absl::int128 received, Figures& figures) {
  AddAmount(promised, kPromised, figures);
  AddAmount(received, kReceived, figures);
}

v1::HeadAmount& HeadOf(const std::string& code, google::protobuf::RepeatedPtrField<v1::HeadAmount>& heads) {
  for (v1::HeadAmount& head : heads) {
    if (head.code() == code) return head;
  }
  v1::HeadAmount& head = *heads.Add();
  head.set_code(code);
  return head;
}

// Of what is determined, what the claimant got otherwise: more than that isn't set off against other heads.
int64_t CreditedOf(const v1::ClaimMoneyRow& claim) {
  google::protobuf::RepeatedPtrField<v1::HeadAmount> credited;
  for (const v1::CreditRow& credit : claim.credits()) {
    for (const v1::HeadAmount& head : credit.heads()) {
      v1::HeadAmount& sum = HeadOf(head.code(), credited);
      sum.set_minor_units(sum.minor_units() + head.minor_units());
    }
  }
  int64_t counted = 0;
  for (const v1::HeadAmount& determined : claim.determined())
    counted += std::min(determined.minor_units(), HeadOf(determined.code(), credited).minor_units());
  return counted;
}

// Late interest isn't claimed: what is allocated of it is what is determined, and none of it lapses.
void DetermineInterest(const google::protobuf::RepeatedPtrField<v1::HeadAmount>& heads,
                       v1::ClaimMoneyRow& claim) {
  for (const v1::HeadAmount& head : heads) {
    if (head.code() != domain::kLateInterest) continue;
    claim.set_determined_minor(claim.determined_minor() + head.minor_units());
    v1::HeadAmount& determined = HeadOf(head.code(), *claim.mutable_determined());
    determined.set_minor_units(determined.minor_units() + head.minor_units());
  }
}

int64_t OutstandingOf(const v1::ClaimMoneyRow& claim) {
  // What is paid too much of one head doesn't pay another.
  const int64_t due_and_paid =
      claim.paid_minor() - claim.overpaid().open_minor() - claim.overpaid().forgiven_minor();
  return std::max<int64_t>(0, claim.determined_minor() - CreditedOf(claim) - due_and_paid);
}

int FindPayment(const v1::ClaimMoneyRow& claim, uint64_t batch_id, uint32_t number) {
  for (int i = 0; i < claim.payments_size(); ++i) {
    if (claim.payments(i).payment_batch_id() == batch_id && claim.payments(i).number() == number) return i;
  }
  return -1;
}

}  // namespace

std::string FiguresOfAllKey(v1::CompensationSubject subject) {
  const char kind = static_cast<char>('0' + subject);
  return Key('a').Text(absl::string_view(&kind, 1));
}

std::string FiguresKey(v1::CompensationSubject subject, uint64_t id, absl::string_view currency) {
  const char kind = static_cast<char>('0' + subject);
  return Key('a').Text(absl::string_view(&kind, 1)).Number(id).Text(currency);
}

void TellFigures(v1::CompensationFigures& figures) {
  for (int amount = 0; amount < static_cast<int>(std::size(kAmounts)); ++amount) {
    bool too_large = false;
    const int64_t told = Told(AmountIn(figures, amount), too_large);
    if (!too_large) continue;
    (figures.*kAmounts[amount].set)(told);
    figures.add_too_large(kAmounts[amount].name);
  }
  figures.clear_high_parts();
}

v1::CompensationFigures FiguresOf(const v1::ClaimMoneyRow& claim) {
  v1::CompensationFigures figures;
  figures.set_currency(claim.currency());
  figures.set_claimed_minor(claim.claimed_minor());
  figures.set_determined_minor(claim.determined_minor());
  figures.set_allocated_minor(claim.allocated_minor());
  figures.set_paid_minor(claim.paid_minor());
  figures.set_returned_minor(claim.returned_minor());
  figures.set_credited_minor(CreditedOf(claim));
  figures.set_outstanding_minor(OutstandingOf(claim));
  figures.set_overpaid_minor(claim.overpaid().open_minor());
  figures.set_forgiven_minor(claim.overpaid().forgiven_minor());
  figures.set_repaid_minor(claim.repaid_minor());
  return figures;
}

void Compensation::Apply(const v1::EventRecord& event, Rows& rows) {
  if (event.has_claim_filed()) {
    const v1::ClaimFiled& filed = event.claim_filed();
    v1::ClaimMoneyRow claim;
    claim.set_programme_id(filed.programme_id());
    *claim.mutable_respondent_ids() = filed.respondent_ids();
    claim.set_organisation_id(filed.organisation_id());
    claim.set_status(v1::CLAIM_STATUS_FILED);
    claim.set_currency(filed.heads(0).claimed().currency());
    for (const v1::ClaimedHead& head : filed.heads()) {
      claim.set_claimed_minor(claim.claimed_minor() + head.claimed().minor_units());
    }
    Count(claim, +1, rows);
    rows.Put(Key('c').Number(event.stream()), claim.SerializeAsString());
  } else if (domain::KindOf(event) == v1::AGGREGATE_KIND_CLAIM) {
    ApplyToClaim(event, rows);
  } else if (IsOfSettlementsMoney(event)) {
    const std::string key = SettlementKey(event.stream());
    auto settlement = rows.Read<v1::SettlementMoneyRow>(key);
    if (!event.has_settlement_recorded()) CountSettlement(settlement, event.stream(), -1, rows);
    EvolveMoney(event, settlement);
    CountSettlement(settlement, event.stream(), +1, rows);
    rows.Put(key, settlement.SerializeAsString());
  } else if (event.has_programme_handed_over()) {
    TakeSettlementsOut(event.stream(), rows);
  }
}

void Compensation::CountSettlement(const v1::SettlementMoneyRow& settlement, uint64_t id, int sign,
                                   Rows& rows) {
  const v1::Money& amount = settlement.recorded().amount();
  Add(absl::int128(sign) * (amount.minor_units() - settlement.forgiven_minor()),
      absl::int128(sign) * ReceivedOf(settlement),
      Figures(v1::COMPENSATION_SUBJECT_SETTLEMENT, id, amount.currency(), rows));
  CountInSums(settlement, sign, rows);
}

void Compensation::CountInSums(const v1::SettlementMoneyRow& settlement, int sign, Rows& rows) {
  const v1::SettlementRecorded& recorded = settlement.recorded();
  const auto add = [&](v1::CompensationSubject subject, uint64_t id, int64_t promised, int64_t received) {
    Add(absl::int128(sign) * promised, absl::int128(sign) * received,
        Figures(subject, id, recorded.amount().currency(), rows));
  };
  const int64_t promised = recorded.amount().minor_units() - settlement.forgiven_minor();
  const int64_t received = ReceivedOf(settlement);
  add(v1::COMPENSATION_SUBJECT_PROGRAMME, recorded.programme_id(), promised, received);
  // Whole for each group: a settlement that serves several isn't divided between them.
  for (uint64_t group_id : recorded.group_ids())
    add(v1::COMPENSATION_SUBJECT_GROUP, group_id, promised, received);
  for (uint64_t respondent_id : recorded.respondent_ids()) {
    add(v1::COMPENSATION_SUBJECT_RESPONDENT, respondent_id, PromisedBy(settlement, respondent_id),
        ReceivedFrom(settlement, respondent_id));
  }
}

void Compensation::TakeSettlementsOut(uint64_t programme_id, Rows& rows) {
  rows.Scan("s", [&](const std::string& key, const std::string& value) {
    v1::SettlementMoneyRow settlement;
    if (!rows.Parse(key, value, settlement) || settlement.recorded().programme_id() != programme_id) return;
    CountInSums(settlement, -1, rows);
  });
}

void Compensation::Repay(const v1::RepaidPart& part, int sign, v1::ClaimMoneyRow& claim, Rows& rows) {
  const int64_t back = sign * part.minor_units();
  claim.set_allocated_minor(claim.allocated_minor() - back);
  claim.set_paid_minor(claim.paid_minor() - back);
  claim.set_repaid_minor(claim.repaid_minor() + back);
  auto& figures = Figures(v1::COMPENSATION_SUBJECT_SETTLEMENT, part.settlement_id(), claim.currency(), rows);
  AddAmount(-absl::int128(back), kAllocated, figures);
  AddAmount(-absl::int128(back), kPaid, figures);
  AddAmount(absl::int128(back), kRepaid, figures);
  const int i = FindPayment(claim, part.payment_batch_id(), part.payment_number());
  if (i < 0) return;
  auto* payment = claim.mutable_payments(i);
  payment->set_amount_minor(payment->amount_minor() - back);
}

void Compensation::ApplyToClaim(const v1::EventRecord& event, Rows& rows) {
  const std::string key = Key('c').Number(event.stream());
  auto claim = rows.Read<v1::ClaimMoneyRow>(key);
  const auto settlement = [&](uint64_t id) -> v1::CompensationFigures& {
    return Figures(v1::COMPENSATION_SUBJECT_SETTLEMENT, id, claim.currency(), rows);
  };
  Count(claim, -1, rows);
  if (const v1::OverpaidSums* told = domain::OverpaidIn(event); told != nullptr)
    *claim.mutable_overpaid() = *told;
  if (event.has_claim_handed_over()) return;  // the last event of a claim here
  switch (event.event_case()) {
    case v1::EventRecord::kClaimDetermined:
      claim.set_determined_minor(AmountOf(event.claim_determined().heads()));
      *claim.mutable_determined() = event.claim_determined().heads();
      break;
    case v1::EventRecord::kClaimEligibilityDecided:
      if (event.claim_eligibility_decided().eligible()) break;
      claim.set_determined_minor(0);  // what was before an appeal
      claim.clear_determined();
      break;
    case v1::EventRecord::kClaimCredited: {
      v1::CreditRow& credit = *claim.add_credits();
      credit.set_credit_id(event.sequence());
      for (const v1::CreditedHead& head : event.claim_credited().heads())
        HeadOf(head.head(), *credit.mutable_heads()).set_minor_units(head.credited_minor());
      break;
    }
    case v1::EventRecord::kClaimCreditReversed: {
      auto& credits = *claim.mutable_credits();
      credits.erase(std::remove_if(credits.begin(), credits.end(),
                                   [&](const v1::CreditRow& credit) {
                                     return credit.credit_id() == event.claim_credit_reversed().credit_id();
                                   }),
                    credits.end());
      break;
    }
    case v1::EventRecord::kClaimGrouped:
      claim.add_group_ids(event.claim_grouped().group_id());
      break;
    case v1::EventRecord::kClaimAllocated: {
      const int64_t amount = AmountOf(event.claim_allocated().heads());
      claim.set_allocated_minor(claim.allocated_minor() + amount);
      DetermineInterest(event.claim_allocated().heads(), claim);
      auto& figures = settlement(event.claim_allocated().settlement_id());
      AddAmount(absl::int128(amount), kAllocated, figures);
      break;
    }
    case v1::EventRecord::kClaimPaymentOrdered: {
      auto* payment = claim.add_payments();
      payment->set_payment_batch_id(event.claim_payment_ordered().payment_batch_id());
      payment->set_number(event.claim_payment_ordered().payment_number());
      payment->set_amount_minor(AmountOf(event.claim_payment_ordered().heads()));
      payment->set_settlement_id(event.claim_payment_ordered().settlement_id());
      break;
    }
    case v1::EventRecord::kClaimPaymentReleased: {
      const auto& released = event.claim_payment_released();
      const int i = FindPayment(claim, released.payment_batch_id(), released.payment_number());
      if (i >= 0) claim.mutable_payments()->DeleteSubrange(i, 1);
      break;
    }
    case v1::EventRecord::kClaimPaid: {
      const int i =
          FindPayment(claim, event.claim_paid().payment_batch_id(), event.claim_paid().payment_number());
      if (i < 0) break;
      auto* payment = claim.mutable_payments(i);
      payment->set_paid(true);
      claim.set_paid_minor(claim.paid_minor() + payment->amount_minor());
      auto& figures = settlement(payment->settlement_id());
      AddAmount(absl::int128(payment->amount_minor()), kPaid, figures);
      break;
    }
    case v1::EventRecord::kClaimPaymentReturned: {
      const auto& returned = event.claim_payment_returned();
      const int i = FindPayment(claim, returned.payment_batch_id(), returned.payment_number());
      if (i < 0) break;
      const v1::PaymentRow payment = claim.payments(i);
      claim.mutable_payments()->DeleteSubrange(i, 1);
      const int64_t unpaid = payment.paid() ? payment.amount_minor() : 0;
      claim.set_paid_minor(claim.paid_minor() - unpaid);
      claim.set_returned_minor(claim.returned_minor() + payment.amount_minor());
      auto& figures = settlement(payment.settlement_id());
      AddAmount(-absl::int128(unpaid), kPaid, figures);
      AddAmount(absl::int128(payment.amount_minor()), kReturned, figures);
      break;
    }
    case v1::EventRecord::kClaimMerged:
      claim.set_determined_minor(claim.determined_minor() - AmountOf(event.claim_merged().heads()));
      for (const v1::HeadAmount& head : event.claim_merged().heads())
        HeadOf(head.code(), *claim.mutable_determined()).set_minor_units(0);
      break;
    case v1::EventRecord::kClaimMergeUndone:
      claim.set_determined_minor(claim.determined_minor() + AmountOf(event.claim_merge_undone().heads()));
      for (const v1::HeadAmount& head : event.claim_merge_undone().heads())
        HeadOf(head.code(), *claim.mutable_determined()).set_minor_units(head.minor_units());
      break;
    case v1::EventRecord::kClaimAllocationLapsed: {
      const int64_t amount = AmountOf(event.claim_allocation_lapsed().heads());
      claim.set_allocated_minor(claim.allocated_minor() - amount);
      auto& figures = settlement(event.claim_allocation_lapsed().settlement_id());
      AddAmount(-absl::int128(amount), kAllocated, figures);
      break;
    }
    case v1::EventRecord::kClaimDecisionRevised: {
      const v1::ClaimDecisionRevised& revised = event.claim_decision_revised();
      for (const v1::RevisedHead& head : revised.revision().heads()) {
        v1::HeadAmount& determined = HeadOf(head.code(), *claim.mutable_determined());
        claim.set_determined_minor(claim.determined_minor() - determined.minor_units() + head.after_minor());
        determined.set_minor_units(head.after_minor());
      }
      for (const v1::SettlementHeadAmount& back : revised.taken_back()) {
        claim.set_allocated_minor(claim.allocated_minor() - back.minor_units());
        AddAmount(-absl::int128(back.minor_units()), kAllocated, settlement(back.settlement_id()));
      }
      break;
    }
    case v1::EventRecord::kClaimRepaid:
      for (const v1::RepaidPart& part : event.claim_repaid().parts()) Repay(part, +1, claim, rows);
      break;
    case v1::EventRecord::kClaimRepaymentReversed:
      for (const v1::RepaidPart& part : event.claim_repayment_reversed().reversal().parts())
        Repay(part, -1, claim, rows);
      break;
    case v1::EventRecord::kClaimHeld:
    case v1::EventRecord::kClaimHoldReleased:
    case v1::EventRecord::kClaimMoveProposed:
    case v1::EventRecord::kClaimMoveRejected:
    case v1::EventRecord::kClaimOverpaymentForgiven:
    case v1::EventRecord::kClaimReopened:
    case v1::EventRecord::kClaimAppealDismissed:
    case v1::EventRecord::kClaimCreditReversalProposed:
    case v1::EventRecord::kClaimFiled:
    case v1::EventRecord::kClaimDeficiencyNoticed:
    case v1::EventRecord::kClaimDeficiencyCured:
    case v1::EventRecord::kClaimReviewStarted:
    case v1::EventRecord::kClaimValued:
    case v1::EventRecord::kClaimOptedOut:
    case v1::EventRecord::kClaimWithdrawn:
    case v1::EventRecord::kClaimSuspended:
    case v1::EventRecord::kClaimResumed:
    case v1::EventRecord::kClaimAppealed:
    case v1::EventRecord::kClaimClosed:
    case v1::EventRecord::kClaimsProposedSeparate:
    case v1::EventRecord::kClaimsFoundSeparate:
    case v1::EventRecord::kClaimLossJoined:
    case v1::EventRecord::kClaimLossSeparated:
    case v1::EventRecord::kClaimRegisterChecked:
    case v1::EventRecord::kClaimHandedOver:
    case KLAIM_ALL_BUT_CLAIM_EVENTS:
      break;
  }
  Count(claim, +1, rows);
  rows.Put(key, claim.SerializeAsString());
}

v1::CompensationFigures& Compensation::Figures(v1::CompensationSubject subject, uint64_t id,
                                               const std::string& currency, Rows& rows) {
  std::string key = FiguresKey(subject, id, currency);
  auto [entry, fresh] = changed_.try_emplace(key);
  if (fresh) {
    entry->second = rows.Read<v1::CompensationFigures>(key);
    entry->second.set_currency(currency);
  }
  return entry->second;
}

void Compensation::Count(const v1::ClaimMoneyRow& claim, int sign, Rows& rows) {
  const auto add = [&](v1::CompensationSubject subject, uint64_t id) {
    auto& figures = Figures(subject, id, claim.currency(), rows);
    const auto count = [&](int64_t minor, Amount amount) {
      AddAmount(absl::int128(sign) * minor, amount, figures);
    };
    count(claim.claimed_minor(), kClaimed);
    count(claim.determined_minor(), kDetermined);
    count(claim.allocated_minor(), kAllocated);
    count(claim.paid_minor(), kPaid);
    count(claim.returned_minor(), kReturned);
    count(OutstandingOf(claim), kOutstanding);
    count(CreditedOf(claim), kCredited);
    count(claim.overpaid().open_minor(), kOverpaid);
    count(claim.overpaid().forgiven_minor(), kForgiven);
    count(claim.repaid_minor(), kRepaid);
  };
  add(v1::COMPENSATION_SUBJECT_PROGRAMME, claim.programme_id());
  for (uint64_t respondent_id : claim.respondent_ids())
    add(v1::COMPENSATION_SUBJECT_RESPONDENT, respondent_id);
  for (uint64_t group_id : claim.group_ids()) add(v1::COMPENSATION_SUBJECT_GROUP, group_id);
}

void Compensation::BeforeCommit(Rows& rows) {
  for (const auto& [key, figures] : changed_) rows.Put(key, figures.SerializeAsString());
  changed_.clear();
}

}  // namespace klaim::projections
