// What is decided of it (engine/domain/money/trust_account.h).
#include <map>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/bank_account.h"
#include "engine/domain/money/overpayment.h"
#include "engine/domain/money/payment_batch.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/money/trust_account.h"
#include "engine/domain/registry/programme.h"
#include "engine/domain/registry/reference_table.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

constexpr int kMaxEntries = 100'000;

// What a report tells of one settlement, and how that stands with it.
struct SettlementFindings {
  SettlementState then;
  v1::ReceiptsReported reported;
};

// What a report comes to: gathered first, since a stream takes one event a decision.
struct Findings {
  std::map<uint64_t, SettlementFindings> settlements;
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
  if ((*settlement)->recorded.amount().currency() != account.opened.currency())
    return "is for a settlement in another currency";
  auto [found, fresh] = findings.settlements.try_emplace(entry.settlement_id());
  SettlementFindings& of_settlement = found->second;
  if (fresh) of_settlement.then = **settlement;
  SettlementState& state = of_settlement.then;
  if (state.bank_references.contains(entry.bank_reference()))
    return "is recorded with the settlement already";
  v1::ReceiptsReported step;
  if (entry.reversal()) {
    std::string problem = FillReversal(state, entry.amount_minor(), entry.booked_on(), entry.bank_reference(),
                                       *step.add_reversed());
    if (!problem.empty()) return problem;
  } else {
    // In the order in which they are folded: what is taken back comes last.
    if (!of_settlement.reported.reversed().empty())
      return "is a receipt behind one that is taken back in the same report: record it by hand";
    v1::InstalmentReceived received;
    received.set_amount_minor(entry.amount_minor());
    *received.mutable_booked_on() = entry.booked_on();
    received.set_bank_reference(entry.bank_reference());
    FillReceipt(state, received, *step.add_receipts());
    if (step.receipts(0).excess_minor() > kMaxAmountMinor - state.excess_minor)
      return "is more than may be held for who pays in excess";
  }
  EvolveReceipts(step, state);
  of_settlement.reported.MergeFrom(step);
  return "";
}

// Why one payment can't be confirmed, or returned, by an entry; empty when it can.
std::string ProblemOfOne(const PaymentBatchState& batch, const v1::ReportedEntry& entry, uint32_t number,
                         Findings& findings) {
  const bool returned = entry.kind() == v1::REPORTED_ENTRY_KIND_RETURN;
  const v1::PaymentStatus status = batch.payments[number - 1];
  if (status == v1::PAYMENT_STATUS_RETURNED) return "is about a payment that came back already";
  if (batch.StaysBehind(number)) return "is about a payment that was held, and not sent";
  if (!returned && status == v1::PAYMENT_STATUS_CONFIRMED)
    return "is about a payment that was confirmed already";
  // Money that comes back is a credit; a status report alone can't take back what a statement booked.
  if (returned && !entry.credit() && status == v1::PAYMENT_STATUS_CONFIRMED)
    return "says that a payment was refused which a statement has as paid: ask the bank which is so";
  if (findings.payments[batch.id].contains(number))
    return "is about a payment that stands twice in the report";
  // One event a claim and report, too.
  if (findings.claims.contains(batch.proposed.payments(static_cast<int>(number) - 1).claim_id()))
    return "is the second payment of this claim in one report: record it by hand";
  return "";
}

void TakePayment(const PaymentBatchState& batch, const v1::ReportedEntry& entry, uint32_t number,
                 Findings& findings) {
  findings.payments[batch.id].emplace(number, &entry);
  findings.claims.insert(batch.proposed.payments(static_cast<int>(number) - 1).claim_id());
}

// All payments of a batch of which the report tells nothing else, and which still wait for the bank: all of them or none.
std::string ProblemOfBatch(const PaymentBatchState& batch, const v1::ReportedEntry& entry,
                           const TrustAccountState& account, Findings& findings) {
  std::vector<uint32_t> numbers;
  absl::int128 sum = 0;
  for (const v1::Payment& payment : batch.proposed.payments()) {
    if (batch.payments[payment.number() - 1] != v1::PAYMENT_STATUS_OPEN ||
        findings.payments[batch.id].contains(payment.number())) {
      continue;
    }
    numbers.push_back(payment.number());
    sum += payment.amount_minor();
    if (std::string problem = ProblemOfOne(batch, entry, payment.number(), findings); !problem.empty())
      return problem;
  }
  if (numbers.empty()) return "is about a batch of which no payment waits for the bank";
  if (entry.payments() != 0 && entry.payments() != numbers.size()) {
    return absl::StrCat("is of ", entry.payments(), " payments, and ", numbers.size(),
                        " of the batch wait for the bank");
  }
  if (entry.amount_minor() != 0 && sum != entry.amount_minor()) {
    return absl::StrCat("is of another sum than the batch's payments that wait for the bank, ",
                        Describe(static_cast<int64_t>(sum), account.opened.currency()));
  }
  for (uint32_t number : numbers) TakePayment(batch, entry, number, findings);
  return "";
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
  if (number == 0) return ProblemOfBatch(batch, entry, account, findings);
  if (number > batch.payments.size()) return "names a payment that the batch doesn't have";
  const int64_t amount = batch.proposed.payments(static_cast<int>(number) - 1).amount_minor();
  if (entry.amount_minor() != 0 && entry.amount_minor() != amount)
    return "is of another amount than the payment";
  std::string problem = ProblemOfOne(batch, entry, number, findings);
  if (problem.empty() && entry.kind() == v1::REPORTED_ENTRY_KIND_RETURN) {
    const uint64_t claim_id = batch.proposed.payments(static_cast<int>(number) - 1).claim_id();
    ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("payment_batch_id", claim_id));
    if (!CheckNotRepaid(*claim, batch.id, number).ok())
      problem =
          "returns a payment of which the claimant paid back a part already: ask the bank and the claimant";
  }
  if (problem.empty()) TakePayment(batch, entry, number, findings);
  return problem;
}

absl::Status RecordPayments(uint64_t batch_id, const std::map<uint32_t, const v1::ReportedEntry*>& entries,
                            Docket& docket, Decision& decision) {
  ASSIGN_OR_RETURN(auto batch, docket.Find<PaymentBatchState>("payment_batch_id", batch_id));
  v1::PaymentsReported& reported = *decision.Append(*batch).mutable_payments_reported();
  for (const auto& [number, entry] : entries) {
    const uint64_t claim_id = batch->proposed.payments(static_cast<int>(number) - 1).claim_id();
    ASSIGN_OR_RETURN(auto claim, docket.Find<ClaimState>("payment_batch_id", claim_id));
    v1::EventRecord& event = decision.Append(*claim);
    if (entry->kind() == v1::REPORTED_ENTRY_KIND_RETURN) {
      auto& of_batch = *reported.add_returned();
      of_batch.set_number(number);
      of_batch.set_reason_code(entry->reason_code());
      v1::ClaimPaymentReturned& returned = *event.mutable_claim_payment_returned();
      returned.set_payment_batch_id(batch_id);
      returned.set_payment_number(number);
      returned.set_reason_code(entry->reason_code());
      TellOverpaid(*claim, event);
    } else {
      auto& of_batch = *reported.add_confirmed();
      of_batch.set_number(number);
      *of_batch.mutable_booked_on() = entry->booked_on();
      v1::ClaimPaid& paid = *event.mutable_claim_paid();
      paid.set_payment_batch_id(batch_id);
      paid.set_payment_number(number);
      paid.set_in_full(claim->PaidInFullWith(batch_id, number));
      TellOverpaid(*claim, event);
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
  ASSIGN_OR_RETURN(auto settlement_id, SettlementOf(charge, docket));
  auto settlement = docket.Find<SettlementState>("settlement_id", settlement_id);
  if (!settlement.ok() && !Unknown(settlement)) return settlement.status();
  const uint64_t programme_id = settlement.ok() ? (*settlement)->recorded.programme_id() : others_id;
  if (programme_id == 0) {
    return InvalidField("charges_programme_id",
                        v1::REASON_IS_MISSING_BANK_TOOK_CHARGES_THAT_CAME_WITH_NO_RECEIPT);
  }
  ASSIGN_OR_RETURN(auto programme, docket.Find<ProgrammeState>("charges_programme_id", programme_id));
  const std::string& account = programme->rules.bank_charges_account();
  if (account.empty()) {
    return NotNow("charges_programme_id", v1::REASON_PROGRAMME_NAMES_NO_ACCOUNT_FOR_CHARGES_OF_BANKS,
                  programme->rules.code());
  }
  charge.set_programme_id(programme_id);
  charge.set_ledger_account(account);
  return absl::OkStatus();
}

// The boundary reads entries so; what isn't so is a defect, and nothing is recorded.
absl::Status CheckEntry(const std::string& field, const v1::ReportedEntry& entry) {
  RETURN_IF_ERROR(CheckText(field + ".bank_reference", entry.bank_reference(), 1, 80));
  RETURN_IF_ERROR(CheckText(field + ".reason_code", entry.reason_code(), 0, 35));
  RETURN_IF_ERROR(CheckText(field + ".problem", entry.problem(), 0, 500));
  RETURN_IF_ERROR(CheckText(field + ".amount_as_reported", entry.amount_as_reported(), 0, 100));
  return CheckAmount(field + ".amount_minor", entry.amount_minor(), 0);
}

// Why an entry that could be read can't be: its day.
std::string ProblemOfDay(const v1::ReportedEntry& entry, const Context& context) {
  if (!CheckDate("", entry.booked_on(), true, false).ok()) return "has no booking date";
  return CheckBooked("", entry.booked_on(), context.now_micros).ok()
             ? ""
             : "is booked on a day that can't be: look at its year";
}

// What becomes of one entry: booked, or left with its problem.
absl::StatusOr<std::string> ProblemOf(const v1::RecordBankReportRequest& request,
                                      const TrustAccountState& account, const Context& context,
                                      Docket& docket, Findings& findings, v1::ReportedEntry& entry) {
  if (std::string problem = ProblemOfDay(entry, context); !problem.empty()) return problem;
  if (account.booked.Contains(entry.bank_reference())) return "was in an earlier report already";
  switch (entry.kind()) {
    case v1::REPORTED_ENTRY_KIND_CHARGE: {
      RETURN_IF_ERROR(BookCharge(request.charges_programme_id(), docket, entry));
      return "";
    }
    case v1::REPORTED_ENTRY_KIND_RECEIPT:
      return ProblemOfReceipt(entry, account, docket, findings);
    case v1::REPORTED_ENTRY_KIND_PAYMENT:
    case v1::REPORTED_ENTRY_KIND_RETURN:
      return ProblemOfPayment(entry, account, docket, findings);
    default:
      return "names neither a settlement nor a payment";
  }
}

absl::Status CheckReportIds(const v1::BankReportRecorded& report, const TrustAccountState& account) {
  RETURN_IF_ERROR(CheckText("report.report_id", report.report_id(), 1, 80));
  std::vector<std::string> ids(report.further_report_ids().begin(), report.further_report_ids().end());
  ids.push_back(report.report_id());
  for (const std::string& id : ids) {
    RETURN_IF_ERROR(CheckText("report.further_report_ids", id, 1, 80));
    if (account.reports.contains(id)) return Taken("document", v1::REASON_REPORT_IS_RECORDED_ALREADY, id);
  }
  for (const std::string& note : report.notes()) RETURN_IF_ERROR(CheckText("report.notes", note, 1, 500));
  return absl::OkStatus();
}

absl::Status CheckProfile(const std::string& field, const v1::BankProfile& profile,
                          absl::string_view bank_bic, Docket& docket) {
  if (!v1::BankCharacters_IsValid(profile.characters()))
    return InvalidField(field + ".characters", v1::REASON_IS_NO_SET_OF_CHARACTERS_THAT_IS_KNOWN);
  for (const auto& [name, length] : {std::pair("longest_name", profile.longest_name()),
                                     std::pair("longest_text", profile.longest_text())}) {
    if (length != 0 && (length < 20 || length > 140))
      return InvalidField(absl::StrCat(field, ".", name),
                          v1::REASON_MUST_BE_20_TO_140_CHARACTERS_OR_0_FOR_WHAT_IS_USUAL);
  }
  RETURN_IF_ERROR(CheckLine(field + ".account_scheme", profile.account_scheme(), 0, 35));
  if (profile.bank_days_table_id() == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto table, docket.Find<ReferenceTableState>(field + ".bank_days_table_id",
                                                                profile.bank_days_table_id()));
  if (table->published.kind() != v1::REFERENCE_TABLE_KIND_BANK_HOLIDAYS)
    return InvalidField(field + ".bank_days_table_id",
                        v1::REASON_IS_NO_TABLE_OF_DAYS_ON_WHICH_BANKS_ARE_CLOSED);
  if (table->published.country() == bank_bic.substr(4, 2)) return absl::OkStatus();
  return InvalidField(field + ".bank_days_table_id", v1::REASON_IS_OF_BANK_IS_IN, table->published.country(),
                      bank_bic.substr(4, 2));
}

}  // namespace

absl::Status Decide(const v1::OpenTrustAccountRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  const v1::TrustAccountOpened& account = request.account();
  RETURN_IF_ERROR(CheckName("account.holder", account.holder(), 70));
  RETURN_IF_ERROR(CheckAccountNumber("account.number", account.number()));
  RETURN_IF_ERROR(CheckBic("account.bank_bic", account.bank_bic()));
  RETURN_IF_ERROR(MinorDigits("account.currency", account.currency()).status());
  RETURN_IF_ERROR(CheckProfile("account.profile", account.profile(), account.bank_bic(), docket));
  *decision.Open().mutable_trust_account_opened() = account;
  return absl::OkStatus();
}

absl::Status Decide(const v1::SetBankProfileRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto account,
                   docket.Find<TrustAccountState>("trust_account_id", request.trust_account_id()));
  RETURN_IF_ERROR(CheckProfile("profile", request.profile(), account->opened.bank_bic(), docket));
  *decision.Append(*account).mutable_bank_profile_set()->mutable_profile() = request.profile();
  return absl::OkStatus();
}

absl::Status Decide(const v1::RecordBankReportRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto account,
                   docket.Find<TrustAccountState>("trust_account_id", request.trust_account_id()));
  v1::BankReportRecorded report = request.report();
  RETURN_IF_ERROR(CheckReportIds(report, *account));
  if (report.entries_size() > kMaxEntries) {
    return InvalidField("document", v1::REASON_HAS_MORE_THAN_ENTRIES, kMaxEntries);
  }
  Findings findings;
  const auto is_of_batch = [](const v1::ReportedEntry& entry) {
    return entry.payment_batch_id() != 0 && entry.payment_number() == 0 &&
           entry.kind() != v1::REPORTED_ENTRY_KIND_CHARGE;
  };
  // What is told of a whole batch is told of the payments of which nothing else is.
  for (const bool of_batches : {false, true}) {
    for (int i = 0; i < report.entries_size(); ++i) {
      v1::ReportedEntry& entry = *report.mutable_entries(i);
      if (is_of_batch(entry) != of_batches) continue;
      RETURN_IF_ERROR(CheckEntry(absl::StrCat("document entry ", i + 1), entry));
      if (!entry.problem().empty()) continue;
      ASSIGN_OR_RETURN(auto problem, ProblemOf(request, *account, context, docket, findings, entry));
      entry.set_problem(std::move(problem));
    }
  }
  for (auto& [settlement_id, of_settlement] : findings.settlements) {
    if (of_settlement.reported.ByteSizeLong() == 0) continue;
    ASSIGN_OR_RETURN(auto settlement, docket.Find<SettlementState>("settlement_id", settlement_id));
    *decision.Append(*settlement).mutable_receipts_reported() = std::move(of_settlement.reported);
  }
  for (const auto& [batch_id, entries] : findings.payments) {
    if (entries.empty()) continue;
    RETURN_IF_ERROR(RecordPayments(batch_id, entries, docket, decision));
  }
  *decision.Append(*account).mutable_bank_report_recorded() = std::move(report);
  return absl::OkStatus();
}

}  // namespace klaim::domain
