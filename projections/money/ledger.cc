#include "projections/money/ledger.h"

#include "absl/strings/str_cat.h"
#include "engine/domain/core/aggregate.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/overpayment.h"
#include "klaim/v1/event_cases.h"
#include "projections/core/sums.h"

namespace klaim::projections {
namespace {

constexpr size_t kBalanceBytes = 17;
constexpr char kTrust[] = "assets:trust:bank";
constexpr char kFundBank[] = "assets:case fund:bank";
constexpr char kSocial[] = "liabilities:case fund:social";
constexpr char kEducation[] = "liabilities:case fund:education";

std::string Of(const char* account, uint64_t settlement_id) {
  return absl::StrCat(account, ":settlement ", settlement_id);
}
std::string Claimants(uint64_t id) { return Of("liabilities:claimants", id); }
std::string Costs(uint64_t id) { return Of("liabilities:costs", id); }
std::string Receivable(uint64_t id) { return Of("assets:receivable", id); }
std::string Promised(uint64_t id) { return Of("liabilities:promised", id); }
std::string Held(uint64_t id) { return Of("liabilities:held", id); }
std::string Excess(uint64_t id) { return Of("liabilities:excess", id); }
// What a claimant is to pay back, and its counterpart: it is nobody's money until it comes.
std::string Overpaid(uint64_t claim_id) {
  return absl::StrCat("assets:receivable:claimants:claim ", claim_id);
}
constexpr char kToBePaidBack[] = "liabilities:overpaid";

class Entry {
 public:
  Entry(const v1::EventRecord& event, const std::string& currency, const std::string& description) {
    entry_.set_sequence(event.sequence());
    entry_.set_currency(currency);
    entry_.set_description(description);
    *entry_.mutable_date() = domain::DateOf(domain::DayOf(event.recorded_at_micros()));
  }
  Entry& On(const v1::PartialDate& date) {
    *entry_.mutable_date() = date;
    return *this;
  }
  // Debit one account, credit the other.
  Entry& Move(const std::string& debit, const std::string& credit, int64_t amount) {
    Add(debit, amount);
    Add(credit, -amount);
    return *this;
  }
  void Write(Rows& rows) {
    for (const v1::Posting& posting : entry_.postings()) {
      const std::string key =
          Key('a').Text(posting.account()).Text(absl::string_view("\0", 1)).Text(entry_.currency());
      const absl::int128 before =
          LedgerBalance(rows.GetWhole(key, kBalanceBytes).value_or(std::string(kBalanceBytes, '\0')));
      const KeptSum now = Kept(before + posting.amount_minor());
      rows.Put(key, Key('-').Number(static_cast<uint64_t>(now.low)).Number(static_cast<uint64_t>(now.high)));
    }
    if (entry_.postings().empty()) return;
    rows.Put(LedgerDayKey(entry_), "");
    rows.Put(Key('e').Number(entry_.sequence()), entry_.SerializeAsString());
  }

 private:
  void Add(const std::string& account, int64_t amount) {
    if (amount == 0) return;
    auto* posting = entry_.add_postings();
    posting->set_account(account);
    posting->set_amount_minor(amount);
  }
  v1::LedgerEntry entry_;
};

template <class Message>
Message Stored(const std::string& key, Rows& rows) {
  return rows.Read<Message>(key);
}

// What a payment comes to; the fold fails where its batch's row doesn't have it.
int64_t AmountOf(uint64_t batch_id, const v1::PaymentBatchProposed& batch, uint32_t number, Rows& rows) {
  if (number >= 1 && number <= static_cast<uint32_t>(batch.payments_size()))
    return batch.payments(static_cast<int>(number) - 1).amount_minor();
  rows.Fail(std::string(Key('b').Number(batch_id)));
  return 0;
}

// Money of what was promised arrives, or is taken back.
void Receive(Entry& entry, uint64_t settlement_id, int64_t amount) {
  entry.Move(kTrust, Held(settlement_id), amount);
  entry.Move(Promised(settlement_id), Receivable(settlement_id), amount);
}

void TakeReceipt(Entry& entry, uint64_t settlement_id, const v1::SettlementReceiptRecorded& receipt) {
  entry.On(receipt.booked_on());
  for (const v1::ReceiptPart& part : receipt.parts()) Receive(entry, settlement_id, part.amount_minor());
  entry.Move(kTrust, Held(settlement_id), receipt.interest_minor());
  entry.Move(kTrust, Excess(settlement_id), receipt.excess_minor());
}

void TakeBack(Entry& entry, uint64_t settlement_id, const v1::ReceiptReversed& reversed) {
  entry.On(reversed.booked_on());
  for (const v1::ReceiptPart& part : reversed.parts()) Receive(entry, settlement_id, -part.amount_minor());
  entry.Move(kTrust, Held(settlement_id), -reversed.interest_minor());
  entry.Move(kTrust, Excess(settlement_id), -reversed.excess_minor());
}

std::string PaidKey(uint64_t batch_id, uint32_t number) { return Key('p').Number(batch_id).Number(number); }

// Money of one payment leaves, or comes back.
void Pay(Entry& entry, uint64_t batch_id, const v1::PaymentBatchProposed& batch, uint32_t number,
         Rows& rows) {
  entry.Move(Claimants(batch.settlement_id()), kTrust, AmountOf(batch_id, batch, number, rows));
  rows.Put(PaidKey(batch_id, number), "1");
}
void Return(Entry& entry, uint64_t batch_id, const v1::PaymentBatchProposed& batch, uint32_t number,
            Rows& rows) {
  // What was never booked as paid has nothing to come back.
  if (!rows.Get(PaidKey(batch_id, number)).has_value()) return;
  entry.Move(kTrust, Claimants(batch.settlement_id()), AmountOf(batch_id, batch, number, rows));
  rows.Delete(PaidKey(batch_id, number));
}

}  // namespace

absl::int128 LedgerBalance(absl::string_view value) {
  return SumOf(static_cast<int64_t>(NumberAt(value, 1)), static_cast<int64_t>(NumberAt(value, 9)));
}

std::string LedgerDayKey(const v1::LedgerEntry& entry) {
  const v1::PartialDate& date = entry.date();
  return Key('d')
      .Number((uint64_t{date.year()} * 100 + date.month()) * 100 + date.day())
      .Number(entry.sequence());
}

void Ledger::Apply(const v1::EventRecord& event, Rows& rows) {
  const v1::AggregateKind kind = domain::KindOf(event);
  if (const v1::OverpaidSums* told = domain::OverpaidIn(event); told != nullptr)
    ApplyToOverpaid(event, *told, rows);
  if (kind == v1::AGGREGATE_KIND_SETTLEMENT) ApplyToSettlement(event, rows);
  if (kind == v1::AGGREGATE_KIND_PAYMENT_BATCH) ApplyToBatch(event, rows);
  if (kind == v1::AGGREGATE_KIND_TRUST_ACCOUNT) ApplyToTrustAccount(event, rows);
  if (kind == v1::AGGREGATE_KIND_CASE_FUND) ApplyToCaseFund(event, rows);
}

void Ledger::ApplyToOverpaid(const v1::EventRecord& event, const v1::OverpaidSums& told, Rows& rows) {
  const std::string key = Key('x').Number(event.stream());
  const int64_t before = rows.Read<v1::OverpaidSums>(key).open_minor();
  Entry(event, told.currency(), absl::StrCat("overpaid of claim ", event.stream()))
      .Move(Overpaid(event.stream()), kToBePaidBack, told.open_minor() - before)
      .Write(rows);
  rows.Put(key, told.SerializeAsString());
}

void Ledger::ApplyToSettlement(const v1::EventRecord& event, Rows& rows) {
  const uint64_t id = event.stream();
  if (event.has_settlement_recorded()) {
    const v1::SettlementRecorded& settlement = event.settlement_recorded();
    rows.Put(Key('s').Number(id), settlement.SerializeAsString());
    Entry(event, settlement.amount().currency(), absl::StrCat("settlement ", id, " promised"))
        .Move(Receivable(id), Promised(id), settlement.amount().minor_units())
        .Write(rows);
    return;
  }
  const std::string currency = Stored<v1::SettlementRecorded>(Key('s').Number(id), rows).amount().currency();
  switch (event.event_case()) {
    case v1::EventRecord::kInstalmentReceived: {
      const v1::InstalmentReceived& received = event.instalment_received();
      Entry(event, currency,
            absl::StrCat("instalment ", received.instalment_number(), " of settlement ", id, " received"))
          .On(received.booked_on())
          .Move(kTrust, Held(id), received.amount_minor())
          .Move(Promised(id), Receivable(id), received.amount_minor())
          .Write(rows);
      break;
    }
    case v1::EventRecord::kSettlementReceiptRecorded: {
      Entry entry(event, currency, absl::StrCat("receipt for settlement ", id));
      TakeReceipt(entry, id, event.settlement_receipt_recorded());
      entry.Write(rows);
      break;
    }
    case v1::EventRecord::kReceiptsReported: {
      Entry entry(event, currency, absl::StrCat("bank's report on settlement ", id));
      for (const v1::SettlementReceiptRecorded& receipt : event.receipts_reported().receipts())
        TakeReceipt(entry, id, receipt);
      for (const v1::ReceiptReversed& reversed : event.receipts_reported().reversed())
        TakeBack(entry, id, reversed);
      entry.Write(rows);
      break;
    }
    case v1::EventRecord::kReceiptReversed: {
      Entry entry(event, currency, absl::StrCat("receipt of settlement ", id, " taken back"));
      TakeBack(entry, id, event.receipt_reversed());
      entry.Write(rows);
      break;
    }
    case v1::EventRecord::kExcessReturned:
      Entry(event, currency, absl::StrCat("excess of settlement ", id, " returned"))
          .On(event.excess_returned().booked_on())
          .Move(Excess(id), kTrust, event.excess_returned().amount_minor())
          .Write(rows);
      break;
    case v1::EventRecord::kAllocationProposed: {
      v1::AllocationProposed sums = event.allocation_proposed();
      sums.clear_shares();
      rows.Put(Key('o').Number(id), sums.SerializeAsString());
      break;
    }
    case v1::EventRecord::kAllocationApproved: {
      const auto allocation = Stored<v1::AllocationProposed>(Key('o').Number(id), rows);
      Entry(event, currency,
            absl::StrCat("allocation ", event.allocation_approved().allocation_id(), " of settlement ", id))
          .Move(Held(id), Claimants(id), allocation.amount_minor() + allocation.interest_minor())
          .Move(Held(id), Costs(id), allocation.costs_minor())
          .Write(rows);
      break;
    }
    case v1::EventRecord::kHeldMoneyReleased: {
      const v1::HeldMoneyReleased& released = event.held_money_released();
      const bool to_fund = released.use() == v1::HELD_MONEY_USE_CASE_FUND;
      Entry(event, currency, absl::StrCat("money of settlement ", id, " that no claim is owed"))
          .Move(Held(id), to_fund ? Costs(id) : Excess(id), released.amount_minor())
          .Write(rows);
      break;
    }
    case v1::EventRecord::kAllocationsLapsed: {
      const v1::AllocationsLapsed& lapsed = event.allocations_lapsed();
      const bool to_fund = lapsed.rule() == v1::RESIDUAL_RULE_CASE_FUND;
      Entry(event, currency, absl::StrCat("unclaimed money of settlement ", id))
          .Move(Claimants(id), to_fund ? Costs(id) : Held(id), lapsed.amount_minor())
          .Write(rows);
      break;
    }
    case v1::EventRecord::kRepaymentReversed:
      Entry(event, currency,
            absl::StrCat("repayment by the claimant of claim ", event.repayment_reversed().claim_id(),
                         " taken back"))
          .Move(Held(id), kTrust, event.repayment_reversed().amount_minor())
          .Write(rows);
      break;
    case v1::EventRecord::kTrustCostPaid:
      Entry(event, currency, absl::StrCat("cost of settlement ", id, ": ", event.trust_cost_paid().purpose()))
          .On(event.trust_cost_paid().booked_on())
          .Move(Costs(id), kTrust, event.trust_cost_paid().amount_minor())
          .Write(rows);
      break;
    case v1::EventRecord::kAllocationTakenBack:
      Entry(event, currency,
            absl::StrCat("allocation of settlement ", id, " to claim ",
                         event.allocation_taken_back().claim_id(), " taken back"))
          .Move(Claimants(id), Held(id), event.allocation_taken_back().amount_minor())
          .Write(rows);
      break;
    case v1::EventRecord::kRepaymentReceived:
      Entry(event, currency,
            absl::StrCat("repayment by the claimant of claim ", event.repayment_received().claim_id()))
          .On(event.repayment_received().booked_on())
          .Move(kTrust, Held(id), event.repayment_received().amount_minor())
          .Write(rows);
      break;
    case v1::EventRecord::kRespondentReleased:
      if (event.respondent_released().share_minor() == 0) break;
      Entry(event, currency,
            absl::StrCat("respondent ", event.respondent_released().respondent_id(),
                         " let out of settlement ", id))
          .Move(Promised(id), Receivable(id), event.respondent_released().share_minor())
          .Write(rows);
      break;
    case v1::EventRecord::kSettlementRecorded:
    case v1::EventRecord::kAllocationRejected:
    case v1::EventRecord::kReceiptAttributed:
    case v1::EventRecord::kSettlementMoveProposed:
    case v1::EventRecord::kSettlementMoveRejected:
    case KLAIM_ALL_BUT_SETTLEMENT_EVENTS:
      break;
  }
}

void Ledger::ApplyToBatch(const v1::EventRecord& event, Rows& rows) {
  const uint64_t id = event.stream();
  if (event.has_payment_batch_proposed()) {
    rows.Put(Key('b').Number(id), event.payment_batch_proposed().SerializeAsString());
    return;
  }
  if (!event.has_payments_confirmed() && !event.has_payment_returned() && !event.has_payments_reported())
    return;
  const auto batch = Stored<v1::PaymentBatchProposed>(Key('b').Number(id), rows);
  if (event.has_payments_confirmed()) {
    Entry entry(event, batch.currency(), absl::StrCat("payments of batch ", id));
    entry.On(event.payments_confirmed().booked_on());
    for (uint32_t number : event.payments_confirmed().numbers()) Pay(entry, id, batch, number, rows);
    entry.Write(rows);
  } else if (event.has_payment_returned()) {
    Entry entry(event, batch.currency(),
                absl::StrCat("payment ", event.payment_returned().number(), " of batch ", id, " returned"));
    Return(entry, id, batch, event.payment_returned().number(), rows);
    entry.Write(rows);
  } else {
    Entry entry(event, batch.currency(), absl::StrCat("bank's report on batch ", id));
    for (const v1::ConfirmedPayment& payment : event.payments_reported().confirmed()) {
      entry.On(payment.booked_on());
      Pay(entry, id, batch, payment.number(), rows);
    }
    for (const v1::PaymentReturned& payment : event.payments_reported().returned()) {
      Return(entry, id, batch, payment.number(), rows);
    }
    entry.Write(rows);
  }
}

void Ledger::ApplyToTrustAccount(const v1::EventRecord& event, Rows& rows) {
  const std::string key = Key('t').Number(event.stream());
  if (event.has_trust_account_opened()) rows.Put(key, event.trust_account_opened().SerializeAsString());
  if (!event.has_bank_report_recorded()) return;
  Entry entry(event, Stored<v1::TrustAccountOpened>(key, rows).currency(),
              absl::StrCat("bank charges of trust account ", event.stream()));
  for (const v1::ReportedEntry& charge : event.bank_report_recorded().entries()) {
    if (charge.kind() != v1::REPORTED_ENTRY_KIND_CHARGE || !charge.problem().empty()) continue;
    entry.On(charge.booked_on());
    entry.Move(charge.ledger_account(), kTrust,
               charge.credit() ? -charge.amount_minor() : charge.amount_minor());
  }
  entry.Write(rows);
}

void Ledger::ApplyToCaseFund(const v1::EventRecord& event, Rows& rows) {
  const uint64_t id = event.stream();
  if (event.has_case_fund_opened()) {
    rows.Put(Key('f').Number(id), event.case_fund_opened().SerializeAsString());
    return;
  }
  const std::string currency = Stored<v1::CaseFundOpened>(Key('f').Number(id), rows).currency();
  if (event.has_case_fund_accrued()) {
    const v1::CaseFundAccrued& accrued = event.case_fund_accrued();
    Entry(event, currency, absl::StrCat("case fund of ", accrued.year()))
        .Move(kFundBank, kSocial, accrued.social_minor())
        .Move(kFundBank, kEducation, accrued.education_minor())
        .Write(rows);
  } else if (event.has_case_cost_paid()) {
    const v1::CaseCostPaid& cost = event.case_cost_paid();
    const std::string of_case = cost.case_id() == 0 ? ":all cases" : absl::StrCat(":case ", cost.case_id());
    Entry(event, currency, absl::StrCat("cost: ", cost.purpose()))
        .On(cost.paid_on())
        .Move("expenses:case costs" + of_case, kFundBank, cost.amount_minor())
        .Move(cost.part() == v1::CASE_FUND_PART_SOCIAL ? kSocial : kEducation, "equity:case costs covered",
              cost.amount_minor())
        .Write(rows);
  }
}

}  // namespace klaim::projections
