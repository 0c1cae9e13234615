#include "engine/domain/trust_account.h"

#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/domain/docket.h"
#include "engine/domain/refusal.h"
#include "engine/domain/rules.h"

namespace klaim::domain {
namespace {

constexpr int kMostEntries = 100'000;

// What a report comes to: gathered first, since a stream takes one event a decision.
struct Findings {
  std::map<uint64_t, v1::SettlementReceiptRecorded> receipts;                 // by settlement
  std::map<uint64_t, std::map<uint32_t, const v1::ReportedEntry*>> payments;  // by batch and number
  std::set<uint64_t> claims;  // that are paid, or not paid after all
};

// What isn't there is a finding; what can't be read isn't known.
template <class State>
bool Unknown(const absl::StatusOr<const State*>& found) {
  return absl::IsNotFound(found.status());
}

absl::StatusOr<std::string> ProblemOfReceipt(const v1::ReportedEntry& entry, const TrustAccountState& account,
                                             Docket& docket, Findings& findings) {
  auto settlement = docket.Find<SettlementState>("settlement_id", entry.settlement_id());
  if (Unknown(settlement)) return "names a settlement that isn't there";
  if (!settlement.ok()) return settlement.status();
  const SettlementState& state = **settlement;
  if (!entry.credit()) return "is money that went out, for a settlement";
  if (state.recorded.amount().currency() != account.opened.currency())
    return "is for a settlement in another currency";
  if (state.bank_references.contains(entry.bank_reference()))
    return "is recorded with the settlement already";
  // One event a settlement and report: the parts of further receipts would need what the first one left open.
  if (findings.receipts.contains(entry.settlement_id())) {
    return "is the second receipt of this settlement in one report: record it by hand";
  }
  v1::SettlementReceiptRecorded& receipt = findings.receipts[entry.settlement_id()];
  v1::InstalmentReceived received;
  received.set_amount_minor(entry.amount_minor());
  *received.mutable_booked_on() = entry.booked_on();
  received.set_bank_reference(entry.bank_reference());
  FillReceipt(state, received, receipt);
  if (receipt.excess_minor() <= kMaxAmountMinor - state.excess_minor) return "";
  findings.receipts.erase(entry.settlement_id());
  return "is more than may be held for who pays in excess";
}

absl::StatusOr<std::string> ProblemOfPayment(const v1::ReportedEntry& entry, const TrustAccountState& account,
                                             Docket& docket, Findings& findings) {
  auto found = docket.Find<PaymentBatchState>("payment_batch_id", entry.payment_batch_id());
  if (Unknown(found)) return "names a payment batch that isn't there";
  if (!found.ok()) return found.status();
  const PaymentBatchState& batch = **found;
  if (batch.status != v1::PAYMENT_BATCH_STATUS_SENT || batch.sent.trust_account_id() != account.id) {
    return "names a payment batch that was not sent from this account";
  }
  const uint32_t number = entry.payment_number();
  if (number < 1 || number > batch.payments.size()) return "names a payment that the batch doesn't have";
  const bool returned = entry.kind() == v1::REPORTED_ENTRY_KIND_RETURN;
  const v1::PaymentStatus status = batch.payments[number - 1];
  if (status == v1::PAYMENT_STATUS_RETURNED) return "is about a payment that came back already";
  if (status == v1::PAYMENT_STATUS_HELD) return "is about a payment that was held, and not sent";
  if (!returned && status == v1::PAYMENT_STATUS_CONFIRMED)
    return "is about a payment that was confirmed already";
  if (entry.amount_minor() != batch.proposed.payments(static_cast<int>(number) - 1).amount_minor()) {
    return "is of another amount than the payment";
  }
  auto& payments = findings.payments[entry.payment_batch_id()];
  if (payments.contains(number)) return "is about a payment that stands twice in the report";
  // One event a claim and report, too.
  if (!findings.claims.insert(batch.proposed.payments(static_cast<int>(number) - 1).claim_id()).second) {
    return "is the second payment of this claim in one report: record it by hand";
  }
  payments.emplace(number, &entry);
  return "";
}

absl::Status RecordPayments(uint64_t batch_id, const std::map<uint32_t, const v1::ReportedEntry*>& entries,
                            Docket& docket, Decision& decision) {
  auto batch = docket.Find<PaymentBatchState>("payment_batch_id", batch_id);
  if (!batch.ok()) return batch.status();
  v1::PaymentsReported& reported = *decision.Append(**batch).mutable_payments_reported();
  for (const auto& [number, entry] : entries) {
    const uint64_t claim_id = (*batch)->proposed.payments(static_cast<int>(number) - 1).claim_id();
    auto claim = docket.Find<ClaimState>("payment_batch_id", claim_id);
    if (!claim.ok()) return claim.status();
    v1::EventRecord& event = decision.Append(**claim);
    if (entry->kind() == v1::REPORTED_ENTRY_KIND_RETURN) {
      auto& of_batch = *reported.add_returned();
      of_batch.set_number(number);
      of_batch.set_reason_code(entry->reason_code());
      v1::ClaimPaymentReturned& returned = *event.mutable_claim_payment_returned();
      returned.set_payment_batch_id(batch_id);
      returned.set_payment_number(number);
      returned.set_reason_code(entry->reason_code());
    } else {
      auto& of_batch = *reported.add_confirmed();
      of_batch.set_number(number);
      *of_batch.mutable_booked_on() = entry->booked_on();
      v1::ClaimPaid& paid = *event.mutable_claim_paid();
      paid.set_payment_batch_id(batch_id);
      paid.set_payment_number(number);
      paid.set_in_full((*claim)->PaidInFullWith(batch_id, number));
    }
  }
  return absl::OkStatus();
}

// The settlement that a charge came with, by its receipt or its payment; 0 for none.
absl::StatusOr<uint64_t> SettlementOf(const v1::ReportedEntry& charge, Docket& docket) {
  if (charge.settlement_id() != 0) return charge.settlement_id();
  if (charge.payment_batch_id() == 0) return 0;
  auto batch = docket.Find<PaymentBatchState>("payment_batch_id", charge.payment_batch_id());
  if (Unknown(batch)) return 0;
  if (!batch.ok()) return batch.status();
  return (*batch)->proposed.settlement_id();
}

// Books a charge to the account that its programme names: the settlement's, or else `others_id`.
absl::Status BookCharge(uint64_t others_id, Docket& docket, v1::ReportedEntry& charge) {
  auto settlement_id = SettlementOf(charge, docket);
  if (!settlement_id.ok()) return settlement_id.status();
  auto settlement = docket.Find<SettlementState>("settlement_id", *settlement_id);
  if (!settlement.ok() && !Unknown(settlement)) return settlement.status();
  const uint64_t programme_id = settlement.ok() ? (*settlement)->recorded.programme_id() : others_id;
  if (programme_id == 0) {
    return InvalidField(
        "charges_programme_id",
        "is missing: the bank took charges that came with no receipt and no payment. Name the "
        "programme that bears them");
  }
  auto programme = docket.Find<ProgrammeState>("charges_programme_id", programme_id);
  if (!programme.ok()) return programme.status();
  const std::string& account = (*programme)->rules.bank_charges_account();
  if (account.empty()) {
    return NotNow("charges_programme_id",
                  absl::StrCat("programme ", (*programme)->rules.code(),
                               " names no account for the charges of banks: revise it, with one"));
  }
  charge.set_programme_id(programme_id);
  charge.set_ledger_account(account);
  return absl::OkStatus();
}

absl::Status CheckEntry(const std::string& field, const v1::ReportedEntry& entry) {
  KLAIM_REFUSE_IF_NOT(CheckText(field + ".bank_reference", entry.bank_reference(), 1, 80));
  KLAIM_REFUSE_IF_NOT(CheckText(field + ".reason_code", entry.reason_code(), 0, 35));
  KLAIM_REFUSE_IF_NOT(CheckAmount(field + ".amount_minor", entry.amount_minor(), 1));
  return CheckDate(field + ".booked_on", entry.booked_on(), true, false);
}

}  // namespace

void Evolve(TrustAccountState& state, const v1::EventRecord& event) {
  if (event.has_trust_account_opened()) state.opened = event.trust_account_opened();
  if (!event.has_bank_report_recorded()) return;
  state.reports.insert(event.bank_report_recorded().report_id());
  for (const v1::ReportedEntry& entry : event.bank_report_recorded().entries()) {
    if (entry.problem().empty()) state.bank_references.insert(entry.bank_reference());
  }
}

absl::Status Decide(const v1::OpenTrustAccountRequest& request, Docket&, const Context&, Decision& decision) {
  const v1::TrustAccountOpened& account = request.account();
  KLAIM_REFUSE_IF_NOT(CheckLine("account.holder", account.holder(), 1, 70));
  const std::string& number = account.number();
  if (number.empty() || number.size() > 34 || !std::all_of(number.begin(), number.end(), [](char c) {
        return absl::ascii_isupper(c) || absl::ascii_isdigit(c);
      })) {
    return InvalidField("account.number", "must be 1 to 34 capital letters and digits");
  }
  KLAIM_REFUSE_IF_NOT(CheckBic("account.bank_bic", account.bank_bic()));
  KLAIM_REFUSE_IF_NOT(MinorDigits("account.currency", account.currency()).status());
  *decision.Open().mutable_trust_account_opened() = account;
  return absl::OkStatus();
}

absl::Status Decide(const v1::RecordBankReportRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  auto account = docket.Find<TrustAccountState>("trust_account_id", request.trust_account_id());
  if (!account.ok()) return account.status();
  v1::BankReportRecorded report = request.report();
  KLAIM_REFUSE_IF_NOT(CheckText("report.report_id", report.report_id(), 1, 80));
  if ((*account)->reports.contains(report.report_id())) {
    return Taken("document", absl::StrCat("the report ", report.report_id(), " is recorded already"));
  }
  if (report.entries_size() > kMostEntries) {
    return InvalidField("document",
                        absl::StrCat("has more than ", kMostEntries, " entries: ask the bank for days"));
  }
  Findings findings;
  for (int i = 0; i < report.entries_size(); ++i) {
    v1::ReportedEntry& entry = *report.mutable_entries(i);
    KLAIM_REFUSE_IF_NOT(CheckEntry(absl::StrCat("document entry ", i + 1), entry));
    if ((*account)->bank_references.contains(entry.bank_reference())) {
      entry.set_problem("was in an earlier report already");
    } else if (entry.kind() == v1::REPORTED_ENTRY_KIND_CHARGE) {
      KLAIM_REFUSE_IF_NOT(BookCharge(request.charges_programme_id(), docket, entry));
    } else if (entry.kind() == v1::REPORTED_ENTRY_KIND_RECEIPT) {
      auto problem = ProblemOfReceipt(entry, **account, docket, findings);
      if (!problem.ok()) return problem.status();
      entry.set_problem(*std::move(problem));
    } else if (entry.kind() != v1::REPORTED_ENTRY_KIND_UNSPECIFIED) {
      auto problem = ProblemOfPayment(entry, **account, docket, findings);
      if (!problem.ok()) return problem.status();
      entry.set_problem(*std::move(problem));
    } else if (entry.problem().empty()) {
      entry.set_problem("names neither a settlement nor a payment");
    }
  }
  for (auto& [settlement_id, receipt] : findings.receipts) {
    auto settlement = docket.Find<SettlementState>("settlement_id", settlement_id);
    if (!settlement.ok()) return settlement.status();
    *decision.Append(**settlement).mutable_settlement_receipt_recorded() = receipt;
  }
  for (const auto& [batch_id, entries] : findings.payments) {
    KLAIM_REFUSE_IF_NOT(RecordPayments(batch_id, entries, docket, decision));
  }
  *decision.Append(**account).mutable_bank_report_recorded() = std::move(report);
  return absl::OkStatus();
}

}  // namespace klaim::domain
