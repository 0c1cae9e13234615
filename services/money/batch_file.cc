#include "services/money/batch_file.h"

#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/bank_day.h"
#include "engine/domain/money/payment_batch.h"
#include "engine/domain/money/trust_account.h"
#include "engine/domain/registry/reference_table.h"
#include "engine/merkle/hash.h"
#include "engine/sequencer/folded.h"
#include "engine/sequencer/sequencer.h"
#include "klaim/v1/event_record.pb.h"
#include "services/money/payment_file.h"

namespace klaim::services {
namespace {

constexpr size_t kAggregatesOfABatch = 1'000'000;
constexpr size_t kMaxSharesTold = 20;

std::string HashOf(const std::string& bytes) { return std::string(merkle::AsBytes(merkle::Sha256(bytes))); }

// A trust account as it was before a record: what its bank took then made the file.
absl::StatusOr<v1::TrustAccountOpened> AccountBefore(const log::LogReader& log, uint64_t account_id,
                                                     uint64_t sequence) {
  domain::TrustAccountState then;
  ASSIGN_OR_RETURN(auto now, sequencer::Folded<domain::TrustAccountState>(log, "trust_account_id", account_id,
                                                                          [&](const v1::EventRecord& event) {
                                                                            if (event.sequence() < sequence)
                                                                              domain::Evolve(then, event);
                                                                          }));
  return then.opened;
}

// ISO 9362 has it behind the institution.
std::string CountryOf(const v1::TrustAccountOpened& account) { return account.bank_bic().substr(4, 2); }

// The day that is asked for, or the next one on which the bank works.
absl::StatusOr<v1::PartialDate> ExecutionDay(CallPipeline& calls, const log::LogReader& log,
                                             const v1::TrustAccountOpened& account,
                                             const v1::PartialDate& asked) {
  v1::ReferenceTablePublished holidays;
  const uint64_t table_id = account.profile().bank_days_table_id();
  if (table_id != 0) {
    ASSIGN_OR_RETURN(auto table,
                     sequencer::Folded<domain::ReferenceTableState>(log, "trust_account_id", table_id));
    holidays = table.published;
  }
  const std::string country = CountryOf(account);
  const int64_t now = calls.authenticator().now_micros();
  if (asked.year() == 0)
    return domain::DateOf(domain::BankDayFrom(country, domain::DayIn(country, now), &holidays));
  RETURN_IF_ERROR(domain::CheckExecutionDay(asked, country, now, &holidays));
  return asked;
}

// The account to which a payment goes, in clear; its holder is empty when nobody can read it any more.
absl::StatusOr<Payee> PayeeOf(CallPipeline& calls, Caller& caller, const v1::Payment& payment) {
  v1::EventRecord event;
  absl::Status status = log::ReadRecord(calls.LogFor(caller), payment.account_id(), event);
  if (status.ok()) status = calls.OpenForPayment(caller, payment.claimant_id(), event);
  if (!status.ok()) return status;
  const v1::PayoutAccount& to = event.payout_account_confirmed().account();
  return Payee{to.holder().clear(), to.number().clear(), to.bank_bic()};
}

// Numbers of the payments that aren't to be made as things stand, with the reason.
absl::StatusOr<std::map<uint32_t, std::string>> NotToBeMade(const log::LogReader& log, uint64_t batch_id) {
  domain::Docket docket(sequencer::LoaderOf(log), kAggregatesOfABatch);
  ASSIGN_OR_RETURN(auto found, domain::PaymentsThatMayNotBeMade(batch_id, docket));
  std::map<uint32_t, std::string> reasons;
  for (const v1::LeftOutPayment& payment : found) reasons[payment.number()] = payment.reason();
  return reasons;
}

std::string WhyLeftOut(const std::map<uint32_t, std::string>& not_to_be_made, const v1::Payment& payment,
                       const Payee& payee, v1::PayoutKind kind, const v1::BankProfile& profile) {
  if (const auto found = not_to_be_made.find(payment.number()); found != not_to_be_made.end())
    return found->second;
  if (payee.holder.empty()) return "has a payee who was erased, so that nobody can read the account";
  return WhyNotInFile(payee, kind, profile);
}

struct ApprovedBatch {
  domain::PaymentBatchState state;
  int64_t approved_at_micros = 0;
  uint64_t sent_at = 0;  // sequence; 0 when it wasn't sent
};

absl::StatusOr<ApprovedBatch> BatchOf(const log::LogReader& log, uint64_t batch_id) {
  ApprovedBatch batch;
  ASSIGN_OR_RETURN(auto state, sequencer::Folded<domain::PaymentBatchState>(
                                   log, "payment_batch_id", batch_id, [&](const v1::EventRecord& event) {
                                     if (event.has_payment_batch_approved())
                                       batch.approved_at_micros = event.recorded_at_micros();
                                     if (event.has_payment_batch_sent()) batch.sent_at = event.sequence();
                                   }));
  batch.state = std::move(state);
  return batch;
}

PaymentFile BeginFile(const ApprovedBatch& batch, const v1::TrustAccountOpened& account,
                      const std::string& message_id) {
  PaymentFile file;
  file.batch_id = batch.state.id;
  file.message_id = message_id.empty() ? domain::MessageIdOf(batch.state.id) : message_id;
  file.approved_at_micros = batch.approved_at_micros;
  file.batch.set_kind(batch.state.proposed.kind());
  file.batch.set_currency(batch.state.proposed.currency());
  file.from = account;
  return file;
}

void AddPayment(const v1::Payment& payment, Payee payee, PaymentFile& file) {
  *file.batch.add_payments() = payment;
  file.batch.set_total_minor(file.batch.total_minor() + payment.amount_minor());
  file.payees.push_back(std::move(payee));
}

}  // namespace

absl::Status FillFile(CallPipeline& calls, v1::SendPaymentBatchRequest& request) {
  if (!request.file_sha256().empty() || request.file_of_version() != 0 || !request.left_out().empty() ||
      request.has_file_execution_on()) {
    return domain::InvalidField("file_sha256",
                                v1::REASON_MUST_BE_LEFT_OUT_AS_OTHER_FIELDS_THAT_ARE_MADE_FROM);
  }
  if (request.trust_account_id() == 0) {
    if (request.execution_on().year() == 0) return absl::OkStatus();
    return domain::InvalidField("execution_on", v1::REASON_IS_FOR_FILES_THAT_ARE_MADE_HERE);
  }
  const log::LogReader& log = *calls.docket().log;
  ASSIGN_OR_RETURN(auto batch, BatchOf(log, request.payment_batch_id()));
  if (batch.approved_at_micros == 0) return domain::NotNow("payment_batch_id", v1::REASON_WAS_NOT_APPROVED);
  auto account =
      sequencer::Folded<domain::TrustAccountState>(log, "trust_account_id", request.trust_account_id());
  if (!account.ok()) return account.status();
  // What was sent already is answered as it was.
  if (batch.sent_at != 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(auto day, ExecutionDay(calls, log, account->opened, request.execution_on()));
  ASSIGN_OR_RETURN(auto not_to_be_made, NotToBeMade(log, request.payment_batch_id()));
  PaymentFile file = BeginFile(batch, account->opened, request.message_id());
  file.edition = domain::kFileEdition;
  file.execution_on = day;
  Caller nobody;
  for (const v1::Payment& payment : batch.state.proposed.payments()) {
    if (batch.state.holds.contains(payment.number())) continue;
    ASSIGN_OR_RETURN(auto payee, PayeeOf(calls, nobody, payment));
    const std::string why =
        WhyLeftOut(not_to_be_made, payment, payee, file.batch.kind(), account->opened.profile());
    if (why.empty()) {
      AddPayment(payment, std::move(payee), file);
      continue;
    }
    v1::LeftOutPayment& left_out = *request.add_left_out();
    left_out.set_number(payment.number());
    left_out.set_reason(why);
  }
  request.set_file_of_version(batch.state.version);
  *request.mutable_file_execution_on() = day;
  if (file.payees.empty()) return absl::OkStatus();  // refused with the reasons
  ASSIGN_OR_RETURN(auto bytes, WritePaymentFile(file));
  request.set_file_sha256(HashOf(bytes));
  return absl::OkStatus();
}

absl::StatusOr<std::string> FileOfSentBatch(CallPipeline& calls, Caller& caller, uint64_t batch_id) {
  const log::LogReader& log = calls.LogFor(caller);
  ASSIGN_OR_RETURN(auto batch, BatchOf(log, batch_id));
  const v1::PaymentBatchSent& sent = batch.state.sent;
  if (batch.state.status != v1::PAYMENT_BATCH_STATUS_SENT || sent.file_sha256().empty()) {
    return domain::NotNow("payment_batch_id", v1::REASON_HAS_NO_FILE);
  }
  ASSIGN_OR_RETURN(auto account, AccountBefore(log, sent.trust_account_id(), batch.sent_at));
  PaymentFile file = BeginFile(batch, account, sent.message_id());
  file.edition = sent.file_edition();
  file.execution_on = sent.execution_on();
  for (const v1::Payment& payment : batch.state.proposed.payments()) {
    if (batch.state.holds.contains(payment.number())) continue;
    ASSIGN_OR_RETURN(auto payee, PayeeOf(calls, caller, payment));
    if (payee.holder.empty()) {
      return domain::NotNow("payment_batch_id",
                            v1::REASON_PAYEE_OF_PAYMENT_WAS_ERASED_SINCE_SO_THAT_NOBODY_CAN,
                            payment.number());
    }
    AddPayment(payment, std::move(payee), file);
  }
  auto bytes = WritePaymentFile(file);
  if (!bytes.ok() || HashOf(*bytes) == sent.file_sha256()) return bytes;
  return domain::NotNow("payment_batch_id", v1::REASON_ITS_FILE_CANNOT_BE_MADE_AS_IT_WAS_SENT);
}

namespace {

// As a bank reads it: "123-456 789" is "123456789".
std::string AccountOf(const Payee& payee) {
  std::string account = absl::StrCat(payee.bank_bic, "/");
  for (char c : payee.number) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)))
      account += absl::ascii_toupper(static_cast<unsigned char>(c));
  }
  return account;
}

// To whom each payment of a batch goes, in the payments' order.
absl::StatusOr<std::vector<Payee>> PayeesOf(CallPipeline& calls, const v1::PaymentBatchProposed& batch) {
  std::vector<Payee> payees;
  Caller nobody;
  for (const v1::Payment& payment : batch.payments()) {
    ASSIGN_OR_RETURN(payees.emplace_back(), PayeeOf(calls, nobody, payment));
  }
  return payees;
}

// Payments by the account to which they go; cash has none.
std::map<std::string, std::vector<const v1::Payment*>> ByAccount(const v1::PaymentBatchProposed& batch,
                                                                 const std::vector<Payee>& payees) {
  std::map<std::string, std::vector<const v1::Payment*>> by_account;
  for (size_t i = 0; i < payees.size(); ++i) {
    if (!payees[i].number.empty())
      by_account[AccountOf(payees[i])].push_back(&batch.payments(static_cast<int>(i)));
  }
  return by_account;
}

}  // namespace

absl::Status PreviewFile(CallPipeline& calls, Caller& caller, const v1::PreviewPaymentFileRequest& request,
                         v1::PreviewPaymentFileResponse& response) {
  ASSIGN_OR_RETURN(auto page, calls.PageOf(caller, request, ""));
  ASSIGN_OR_RETURN(auto from, page.Number());
  const log::LogReader& log = calls.LogFor(caller);
  ASSIGN_OR_RETURN(auto batch, BatchOf(log, request.payment_batch_id()));
  auto account =
      sequencer::Folded<domain::TrustAccountState>(log, "trust_account_id", request.trust_account_id());
  if (!account.ok()) return account.status();
  ASSIGN_OR_RETURN(auto day, ExecutionDay(calls, log, account->opened, {}));
  *response.mutable_execution_on() = day;
  response.set_currency(batch.state.proposed.currency());
  ASSIGN_OR_RETURN(auto not_to_be_made, NotToBeMade(log, request.payment_batch_id()));
  ASSIGN_OR_RETURN(auto payees, PayeesOf(calls, batch.state.proposed));
  const auto by_account = ByAccount(batch.state.proposed, payees);
  const bool sees = caller.May(v1::PERMISSION_MANAGE_MONEY) || caller.May(v1::PERMISSION_APPROVE_MONEY);
  const v1::PayoutKind kind = batch.state.proposed.kind();
  for (const v1::Payment& payment : batch.state.proposed.payments()) {
    if (payment.number() < from || batch.state.holds.contains(payment.number())) continue;
    if (static_cast<uint32_t>(response.payments_size()) == page.size) {
      response.mutable_page()->set_next_cursor(page.CursorAtNumber(payment.number()));
      break;
    }
    const Payee& payee = payees[payment.number() - 1];
    const std::string why = WhyLeftOut(not_to_be_made, payment, payee, kind, account->opened.profile());
    const std::string in_file = why.empty() ? NameInFile(payee, account->opened.profile()) : "";
    std::vector<uint32_t> shares;
    if (const auto same = by_account.find(AccountOf(payee)); same != by_account.end()) {
      for (const v1::Payment* other : same->second) {
        if (other->claimant_id() != payment.claimant_id() && shares.size() < kMaxSharesTold)
          shares.push_back(other->number());
      }
    }
    if (request.only_changed() && why.empty() && in_file == payee.holder && shares.empty()) continue;
    v1::PreviewedPayment& row = *response.add_payments();
    row.mutable_shares_account_with()->Assign(shares.begin(), shares.end());
    row.set_number(payment.number());
    row.set_amount_minor(payment.amount_minor());
    row.set_problem(why);
    if (!sees) continue;
    row.set_holder(payee.holder);
    row.set_holder_in_file(in_file);
    caller.viewed_claimants.insert(payment.claimant_id());
  }
  if (sees && caller.purpose.empty()) caller.purpose = "payment";
  return absl::OkStatus();
}

}  // namespace klaim::services
