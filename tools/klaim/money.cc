// klaim settlement, klaim payment: the money, from the promise to the claimant.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "tools/klaim/session.h"

namespace klaim::tools {
namespace {

using Compensation = v1::CompensationService::Stub;

absl::StatusOr<v1::PartialDate> DayOf(const std::string& option, const std::string& text) {
  auto date = ParseDate(text);
  if (!date.ok()) return absl::InvalidArgumentError(absl::StrCat(option, " ", date.status().message()));
  return date;
}

absl::StatusOr<int64_t> AmountOf(const std::string& option, const std::string& text,
                                 const std::string& currency) {
  auto amount = ParseMoney(text, currency);
  if (!amount.ok()) return absl::InvalidArgumentError(absl::StrCat(option, " ", amount.status().message()));
  return amount;
}

absl::StatusOr<v1::Settlement> FindSettlement(Session& session, uint64_t id) {
  v1::ListSettlementsRequest request;
  request.mutable_page()->set_size(1000);
  do {
    v1::ListSettlementsResponse response;
    absl::Status status =
        session.Call(session.compensation(), &Compensation::ListSettlements, request, response);
    if (!status.ok()) return status;
    for (const auto& settlement : response.settlements()) {
      if (settlement.settlement_id() == id) return settlement;
    }
    request.mutable_page()->set_cursor(response.page().next_cursor());
  } while (!request.page().cursor().empty());
  return absl::NotFoundError(absl::StrCat("settlement: none has the number ", id));
}

void AddRecord(CLI::App& settlement, Session& session) {
  auto* record = settlement.add_subcommand("record", "Records a settlement or award");
  auto programme = std::make_shared<uint64_t>(0);
  auto groups = std::make_shared<std::vector<uint64_t>>();
  auto respondents = std::make_shared<std::vector<uint64_t>>();
  auto currency = std::make_shared<std::string>();
  auto instalments = std::make_shared<std::vector<std::string>>();
  auto forum = std::make_shared<std::string>();
  auto terms = std::make_shared<std::string>();
  record->add_option("--programme", *programme, "Number of the programme")->required();
  record->add_option("--group", *groups, "Groups that it serves")->required();
  record->add_option("--respondent", *respondents, "Respondents who pay, jointly and severally")->required();
  record->add_option("--currency", *currency, "ISO 4217 currency")->required();
  record->add_option("--instalment", *instalments, "DATE=AMOUNT, as in 31-01-2027=250.000; by date")
      ->required();
  record->add_option("--forum", *forum, "Court, tribunal or table")->required();
  record->add_option("--terms", *terms, "The terms in short");
  record->footer(
      "Example:\n  klaim settlement record --programme 1 --group 3012 --respondent 9 --currency HKD \\\n"
      "    --instalment 31-01-2027=250.000 --instalment 30-04-2027=250.000 --forum \"Labour Tribunal Hong "
      "Kong\"");
  OnCall(record, session, [=, &session]() -> absl::Status {
    v1::RecordSettlementRequest request;
    request.set_request_id(session.RequestId());
    auto& recorded = *request.mutable_settlement();
    recorded.set_programme_id(*programme);
    recorded.mutable_group_ids()->Assign(groups->begin(), groups->end());
    recorded.mutable_respondent_ids()->Assign(respondents->begin(), respondents->end());
    recorded.set_forum(*forum);
    recorded.set_terms(*terms);
    recorded.mutable_amount()->set_currency(*currency);
    for (const std::string& text : *instalments) {
      const std::vector<std::string> parts = absl::StrSplit(text, '=');
      if (parts.size() != 2)
        return absl::InvalidArgumentError("--instalment must be DATE=AMOUNT, as in 31-01-2027=250.000");
      auto due = DayOf("--instalment", parts[0]);
      if (!due.ok()) return due.status();
      auto amount = AmountOf("--instalment", parts[1], *currency);
      if (!amount.ok()) return amount.status();
      auto* instalment = recorded.add_instalments();
      *instalment->mutable_due_on() = *due;
      instalment->set_amount_minor(*amount);
      recorded.mutable_amount()->set_minor_units(recorded.amount().minor_units() + *amount);
    }
    v1::RecordSettlementResponse response;
    absl::Status status =
        session.Call(session.compensation(), &Compensation::RecordSettlement, request, response);
    if (status.ok()) {
      session.Show(response,
                   absl::StrCat("Settlement ", response.settlement_id(), " over ",
                                MoneyText(recorded.amount().minor_units(), *currency), " recorded."));
    }
    return status;
  });
}

void AddReceive(CLI::App& settlement, Session& session) {
  auto* receive = settlement.add_subcommand("receive", "Records money that arrived");
  auto id = std::make_shared<uint64_t>(0);
  auto number = std::make_shared<uint32_t>(1);
  auto amount = std::make_shared<std::string>();
  auto booked = std::make_shared<std::string>();
  auto reference = std::make_shared<std::string>();
  receive->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  receive->add_option("--instalment", *number, "Number of the instalment, from 1")->required();
  receive->add_option("--amount", *amount, "How much arrived")->required();
  receive->add_option("--booked-on", *booked, "When the bank booked it, day first")->required();
  receive->add_option("--bank-reference", *reference, "The bank's reference")->required();
  receive->footer(
      "Example:\n  klaim settlement receive 4100 --instalment 1 --amount 250.000 --booked-on 31-01-2027 "
      "--bank-reference HSBC-77");
  OnCall(receive, session, [=, &session]() -> absl::Status {
    auto found = FindSettlement(session, *id);
    if (!found.ok()) return found.status();
    const std::string& currency = found->recorded().amount().currency();
    auto minor = AmountOf("--amount", *amount, currency);
    if (!minor.ok()) return minor.status();
    auto date = DayOf("--booked-on", *booked);
    if (!date.ok()) return date.status();
    v1::RecordInstalmentRequest request;
    request.set_request_id(session.RequestId());
    request.set_settlement_id(*id);
    request.mutable_received()->set_instalment_number(*number);
    request.mutable_received()->set_amount_minor(*minor);
    *request.mutable_received()->mutable_booked_on() = *date;
    request.mutable_received()->set_bank_reference(*reference);
    v1::RecordInstalmentResponse response;
    absl::Status status =
        session.Call(session.compensation(), &Compensation::RecordInstalment, request, response);
    if (status.ok())
      session.Show(response, absl::StrCat(MoneyText(*minor, currency), " recorded as received."));
    return status;
  });
}

void AddAllocation(CLI::App& settlement, Session& session) {
  auto id = std::make_shared<uint64_t>(0);
  auto allocation = std::make_shared<uint64_t>(0);
  auto reason = std::make_shared<std::string>();
  auto* allocate =
      settlement.add_subcommand("allocate", "Proposes how received money is shared out, pro rata");
  allocate->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  OnCall(allocate, session, [=, &session] {
    v1::ProposeAllocationRequest request;
    request.set_request_id(session.RequestId());
    request.set_settlement_id(*id);
    v1::ProposeAllocationResponse response;
    absl::Status status =
        session.Call(session.compensation(), &Compensation::ProposeAllocation, request, response);
    if (status.ok()) {
      session.Show(response, absl::StrCat("Allocation ", response.allocation_id(),
                                          " proposed. Another person approves it:\n"
                                          "  klaim --as approver settlement approve ",
                                          *id, " ", response.allocation_id()));
    }
    return status;
  });
  auto* approve = settlement.add_subcommand("approve", "Approves an allocation that another person proposed");
  approve->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  approve->add_option("ALLOCATION", *allocation, "Number of the allocation")->required();
  OnCall(approve, session, [=, &session] {
    v1::ApproveAllocationRequest request;
    request.set_request_id(session.RequestId());
    request.set_settlement_id(*id);
    request.set_allocation_id(*allocation);
    v1::ApproveAllocationResponse response;
    absl::Status status =
        session.Call(session.compensation(), &Compensation::ApproveAllocation, request, response);
    if (status.ok()) {
      const auto& receipt = response.receipt();
      session.Show(response,
                   absl::StrCat("Allocated to ", CountText(receipt.sequence() - receipt.first_sequence()),
                                " claims."));
    }
    return status;
  });
  auto* reject = settlement.add_subcommand("reject", "Rejects an allocation");
  reject->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  reject->add_option("ALLOCATION", *allocation, "Number of the allocation")->required();
  reject->add_option("--reason", *reason, "Why")->required();
  OnCall(reject, session, [=, &session] {
    v1::RejectAllocationRequest request;
    request.set_request_id(session.RequestId());
    request.set_settlement_id(*id);
    request.set_allocation_id(*allocation);
    request.set_reason(*reason);
    v1::RejectAllocationResponse response;
    absl::Status status =
        session.Call(session.compensation(), &Compensation::RejectAllocation, request, response);
    if (status.ok()) session.Show(response, "Rejected.");
    return status;
  });
}

// A step on a payment batch that needs nothing but its number.
template <class Request, class Response>
void AddBatchStep(CLI::App& payment, Session& session, const std::string& name, const std::string& what,
                  grpc::Status (Compensation::*method)(grpc::ClientContext*, const Request&, Response*),
                  std::function<absl::Status(Request&)> fill, const std::string& done,
                  const std::function<void(CLI::App&)>& options) {
  auto* command = payment.add_subcommand(name, what);
  auto id = std::make_shared<uint64_t>(0);
  command->add_option("BATCH", *id, "Number of the payment batch")->required();
  options(*command);
  OnCall(command, session, [=, &session] {
    Request request;
    request.set_request_id(session.RequestId());
    request.set_payment_batch_id(*id);
    if (absl::Status status = fill(request); !status.ok()) return status;
    Response response;
    absl::Status status = session.Call(session.compensation(), method, request, response);
    if (status.ok()) session.Show(response, done);
    return status;
  });
}

void AddPropose(CLI::App& payment, Session& session) {
  auto* propose = payment.add_subcommand("propose", "Proposes payments of what a settlement allocated");
  auto id = std::make_shared<uint64_t>(0);
  auto claims = std::make_shared<std::vector<uint64_t>>();
  propose->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  propose->add_option("--claim", *claims, "Only these claims");
  OnCall(propose, session, [=, &session] {
    v1::ProposePaymentBatchRequest request;
    request.set_request_id(session.RequestId());
    request.set_settlement_id(*id);
    request.mutable_claim_ids()->Assign(claims->begin(), claims->end());
    v1::ProposePaymentBatchResponse response;
    absl::Status status =
        session.Call(session.compensation(), &Compensation::ProposePaymentBatch, request, response);
    if (status.ok()) {
      const auto& receipt = response.receipt();
      session.Show(
          response,
          absl::StrCat("Payment batch ", response.payment_batch_id(), " proposed with ",
                       CountText(receipt.sequence() - receipt.first_sequence()),
                       " payments. Another person approves it:\n  klaim --as approver payment approve ",
                       response.payment_batch_id()));
    }
    return status;
  });
}

std::string LowerName(const std::string& name, size_t prefix) {
  std::string lower = name.substr(prefix);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lower;
}

void AddShowBatch(CLI::App& payment, Session& session) {
  auto* show = payment.add_subcommand("show", "Shows a payment batch");
  auto id = std::make_shared<uint64_t>(0);
  show->add_option("BATCH", *id, "Number of the payment batch")->required();
  OnCall(show, session, [=, &session] {
    v1::GetPaymentBatchRequest request;
    v1::GetPaymentBatchResponse response;
    request.set_payment_batch_id(*id);
    absl::Status status =
        session.Call(session.compensation(), &Compensation::GetPaymentBatch, request, response);
    if (!status.ok()) return status;
    std::string text = absl::StrCat("Payment batch ", *id, ": ",
                                    LowerName(v1::PaymentBatchStatus_Name(response.status()), 21),
                                    ", settlement ", response.settlement_id(), ", ",
                                    MoneyText(response.total_minor(), response.currency()), "\n");
    Table table({"no", "claim", "claimant", "amount", "status", "reissue of"});
    for (const auto& row : response.payments()) {
      const auto& paid = row.payment();
      table.Add({absl::StrCat(paid.number()), absl::StrCat(paid.claim_id()), absl::StrCat(paid.claimant_id()),
                 MoneyText(paid.amount_minor(), response.currency()),
                 LowerName(v1::PaymentStatus_Name(row.status()), 15),
                 paid.reissue_of_batch_id() == 0
                     ? ""
                     : absl::StrCat(paid.reissue_of_batch_id(), "/", paid.reissue_of_number())});
    }
    session.Show(response, text + table.Text());
    return status;
  });
}

}  // namespace

void AddSettlement(CLI::App& app, Session& session) {
  auto* settlement = app.add_subcommand("settlement", "Settlements: promised, received, allocated");
  settlement->require_subcommand(1);
  AddRecord(*settlement, session);
  AddReceive(*settlement, session);
  AddAllocation(*settlement, session);
  auto* list = settlement->add_subcommand("list", "Lists settlements with their instalments");
  OnCall(list, session, [&session] {
    v1::ListSettlementsRequest request;
    v1::ListSettlementsResponse response;
    request.mutable_page()->set_size(1000);
    absl::Status status =
        session.Call(session.compensation(), &Compensation::ListSettlements, request, response);
    Table table({"no", "amount", "instalment", "due", "promised", "received", "allocated"});
    for (const auto& row : response.settlements()) {
      const std::string& currency = row.recorded().amount().currency();
      for (int i = 0; i < row.recorded().instalments_size(); ++i) {
        table.Add({i == 0 ? absl::StrCat(row.settlement_id()) : "",
                   i == 0 ? MoneyText(row.recorded().amount().minor_units(), currency) : "",
                   absl::StrCat(i + 1), DateText(row.recorded().instalments(i).due_on()),
                   MoneyText(row.recorded().instalments(i).amount_minor(), currency),
                   MoneyText(row.received_minor(i), currency),
                   i == 0 ? MoneyText(row.allocated_minor(), currency) : ""});
      }
    }
    if (status.ok()) session.Show(response, table.Text());
    return status;
  });
}

void AddPayment(CLI::App& app, Session& session) {
  auto* payment =
      app.add_subcommand("payment", "Payment batches: proposed, approved, sent, confirmed, returned");
  payment->require_subcommand(1);
  AddPropose(*payment, session);
  AddShowBatch(*payment, session);
  const auto nothing = [](CLI::App&) {};
  AddBatchStep<v1::ApprovePaymentBatchRequest, v1::ApprovePaymentBatchResponse>(
      *payment, session, "approve", "Approves a batch that another person proposed",
      &Compensation::ApprovePaymentBatch, [](auto&) { return absl::OkStatus(); }, "Approved.", nothing);
  auto reason = std::make_shared<std::string>();
  AddBatchStep<v1::RejectPaymentBatchRequest, v1::RejectPaymentBatchResponse>(
      *payment, session, "reject", "Rejects a batch", &Compensation::RejectPaymentBatch,
      [reason](auto& request) {
        request.set_reason(*reason);
        return absl::OkStatus();
      },
      "Rejected.",
      [reason](CLI::App& command) { command.add_option("--reason", *reason, "Why")->required(); });
  auto message = std::make_shared<std::string>();
  AddBatchStep<v1::SendPaymentBatchRequest, v1::SendPaymentBatchResponse>(
      *payment, session, "send", "Records that a batch was handed to the bank",
      &Compensation::SendPaymentBatch,
      [message](auto& request) {
        request.set_message_id(*message);
        return absl::OkStatus();
      },
      "Recorded as sent.",
      [message](CLI::App& command) {
        command.add_option("--message-id", *message, "The bank's message identification")->required();
      });
  auto numbers = std::make_shared<std::vector<uint32_t>>();
  auto booked = std::make_shared<std::string>();
  AddBatchStep<v1::ConfirmPaymentsRequest, v1::ConfirmPaymentsResponse>(
      *payment, session, "confirm", "Records that the bank paid", &Compensation::ConfirmPayments,
      [numbers, booked](auto& request) -> absl::Status {
        auto date = DayOf("--booked-on", *booked);
        if (!date.ok()) return date.status();
        *request.mutable_confirmed()->mutable_booked_on() = *date;
        request.mutable_confirmed()->mutable_numbers()->Assign(numbers->begin(), numbers->end());
        return absl::OkStatus();
      },
      "Confirmed.",
      [numbers, booked](CLI::App& command) {
        command.add_option("--payment", *numbers, "Numbers of payments; all that are open when left out");
        command.add_option("--booked-on", *booked, "When the bank booked them, day first")->required();
      });
  auto number = std::make_shared<uint32_t>(0);
  auto code = std::make_shared<std::string>();
  AddBatchStep<v1::ReturnPaymentRequest, v1::ReturnPaymentResponse>(
      *payment, session, "return", "Records that the bank sent a payment back", &Compensation::ReturnPayment,
      [number, code](auto& request) {
        request.mutable_returned()->set_number(*number);
        request.mutable_returned()->set_reason_code(*code);
        return absl::OkStatus();
      },
      "Recorded as returned: confirm a new account with the claimant, then propose a batch again.",
      [number, code](CLI::App& command) {
        command.add_option("--payment", *number, "Number of the payment")->required();
        command.add_option("--reason-code", *code, "ISO 20022 reason code, as in AC04")->required();
      });
  auto* account = payment->add_subcommand("account", "Records the account that a claimant confirmed");
  auto claimant = std::make_shared<uint64_t>(0);
  auto bic = std::make_shared<std::string>();
  auto currency = std::make_shared<std::string>();
  account->add_option("CLAIMANT", *claimant, "Number of the claimant")->required();
  account->add_option("--bic", *bic, "BIC of the bank")->required();
  account->add_option("--currency", *currency, "ISO 4217 currency of the account")->required();
  account->footer(
      "Holder and number are asked for on standard input, a line each, so that no shell history keeps them.\n"
      "Example:\n  klaim payment account 884 --bic BRINIDJA --currency IDR");
  OnCall(account, session, [=, &session] {
    v1::ConfirmPayoutAccountRequest request;
    request.set_request_id(session.RequestId());
    request.set_claimant_id(*claimant);
    std::string holder;
    std::string account_number;
    std::cerr << "Holder: ";
    std::getline(std::cin, holder);
    std::cerr << "Number: ";
    std::getline(std::cin, account_number);
    request.mutable_account()->mutable_holder()->set_clear(holder);
    request.mutable_account()->mutable_number()->set_clear(account_number);
    request.mutable_account()->set_bank_bic(*bic);
    request.mutable_account()->set_currency(*currency);
    v1::ConfirmPayoutAccountResponse response;
    absl::Status status =
        session.Call(session.intake(), &v1::IntakeService::Stub::ConfirmPayoutAccount, request, response);
    if (status.ok()) session.Show(response, "Account recorded.");
    return status;
  });
}

}  // namespace klaim::tools
