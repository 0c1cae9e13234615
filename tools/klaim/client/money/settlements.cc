// klaim settlement: promised, received, allocated.

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/json_message.h"
#include "tools/klaim/client/money/plans.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Compensation = v1::CompensationService::Stub;

void AddRecord(CLI::App& settlement, Connection& connection) {
  auto* record = settlement.add_subcommand("record", "Records a settlement or award");
  auto programme = std::make_shared<uint64_t>(0);
  auto groups = std::make_shared<std::vector<uint64_t>>();
  auto respondents = std::make_shared<std::vector<uint64_t>>();
  auto currency = std::make_shared<std::string>();
  auto instalments = std::make_shared<std::vector<std::string>>();
  auto forum = std::make_shared<std::string>();
  auto terms = std::make_shared<std::string>();
  auto shares = std::make_shared<std::vector<std::string>>();
  auto interest = std::make_shared<uint32_t>(0);
  auto default_days = std::make_shared<uint32_t>(0);
  record->add_option("--programme", *programme, "Number of the programme")->required();
  record->add_option("--group", *groups, "Groups that it serves")->required();
  record->add_option("--respondent", *respondents, "Respondents who pay, jointly and severally")->required();
  record->add_option("--currency", *currency, "ISO 4217 currency")->required();
  record->add_option("--instalment", *instalments, "DATE=AMOUNT, as in 31-01-2027=250.000; by date")
      ->required();
  record->add_option("--forum", *forum, "Court, tribunal or table")->required();
  record->add_option("--terms", *terms, "The terms in short");
  record->add_option("--share", *shares,
                     "RESPONDENT=AMOUNT for each, when they owe severally; without, each owes the whole");
  record->add_option("--late-interest", *interest,
                     "Hundredths of a percent a year on what is overdue, as in 600");
  auto interest_last = std::make_shared<bool>(false);
  record->add_flag(
      "--interest-last", *interest_last,
      "By its terms a receipt pays what was promised before late interest; else interest comes first");
  record->add_option("--default-after-days", *default_days,
                     "All that is open falls due when an instalment is overdue for more than so many days");
  record->footer(
      "Example:\n  klaim settlement record --programme 1 --group 3012 --respondent 9 --currency HKD \\\n"
      "    --instalment 31-01-2027=250.000 --instalment 30-04-2027=250.000 --forum \"Labour Tribunal Hong "
      "Kong\"");
  OnCall(record, connection, [=, &connection]() -> absl::Status {
    v1::RecordSettlementRequest request;
    request.set_request_id(connection.RequestId());
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
      ASSIGN_OR_RETURN(auto due, DayOf("--instalment", parts[0]));
      ASSIGN_OR_RETURN(auto amount, AmountOf("--instalment", parts[1], *currency));
      auto* instalment = recorded.add_instalments();
      *instalment->mutable_due_on() = due;
      instalment->set_amount_minor(amount);
      recorded.mutable_amount()->set_minor_units(recorded.amount().minor_units() + amount);
    }
    recorded.set_late_interest_basis_points(*interest);
    recorded.set_default_after_days(*default_days);
    recorded.set_interest_last(*interest_last);
    for (const std::string& text : *shares) {
      const std::vector<std::string> parts = absl::StrSplit(text, '=');
      uint64_t respondent = 0;
      if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &respondent))
        return absl::InvalidArgumentError("--share must be RESPONDENT=AMOUNT, as in 9=250.000");
      ASSIGN_OR_RETURN(auto amount, AmountOf("--share", parts[1], *currency));
      auto* share = recorded.add_shares();
      share->set_respondent_id(respondent);
      share->set_amount_minor(amount);
    }
    v1::RecordSettlementResponse response;
    absl::Status status = connection.Call(&Compensation::RecordSettlement, request, response);
    if (status.ok()) {
      connection.Show(response,
                      absl::StrCat("Settlement ", response.settlement_id(), " over ",
                                   MoneyText(recorded.amount().minor_units(), *currency), " recorded."));
    }
    return status;
  });
}

void AddReceive(CLI::App& settlement, Connection& connection) {
  auto* receive = settlement.add_subcommand("receive", "Records money that arrived");
  auto id = std::make_shared<uint64_t>(0);
  auto number = std::make_shared<uint32_t>(0);
  auto amount = std::make_shared<std::string>();
  auto booked = std::make_shared<std::string>();
  auto reference = std::make_shared<std::string>();
  auto payer = std::make_shared<uint64_t>(0);
  receive->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  receive->add_option("--instalment", *number,
                      "Number of the instalment, from 1; without, it pays what is open, the earliest first");
  receive->add_option("--amount", *amount, "How much arrived")->required();
  receive->add_option("--booked-on", *booked, "When the bank booked it, day first")->required();
  receive->add_option("--bank-reference", *reference, "The bank's reference")->required();
  receive->add_option("--payer", *payer, "The respondent who paid; needed where several pay");
  receive->footer(
      "Example:\n  klaim settlement receive 4100 --instalment 1 --amount 250.000 --booked-on 31-01-2027 "
      "--bank-reference HSBC-77");
  OnCall(receive, connection, [=, &connection]() -> absl::Status {
    ASSIGN_OR_RETURN(auto found, FindSettlement(connection, *id));
    const std::string& currency = found.recorded().amount().currency();
    ASSIGN_OR_RETURN(auto minor, AmountOf("--amount", *amount, currency));
    ASSIGN_OR_RETURN(auto date, DayOf("--booked-on", *booked));
    v1::RecordInstalmentRequest request;
    request.set_request_id(connection.RequestId());
    request.set_settlement_id(*id);
    request.mutable_received()->set_instalment_number(*number);
    request.mutable_received()->set_amount_minor(minor);
    *request.mutable_received()->mutable_booked_on() = date;
    request.mutable_received()->set_bank_reference(*reference);
    request.mutable_received()->set_payer_id(*payer);
    v1::RecordInstalmentResponse response;
    absl::Status status = connection.Call(&Compensation::RecordInstalment, request, response);
    if (status.ok())
      connection.Show(response, absl::StrCat(MoneyText(minor, currency), " recorded as received."));
    return status;
  });
}

void AddAllocation(CLI::App& settlement, Connection& connection) {
  auto id = std::make_shared<uint64_t>(0);
  auto allocation = std::make_shared<uint64_t>(0);
  auto reason = std::make_shared<std::string>();
  auto* allocate = settlement.add_subcommand(
      "allocate", "Proposes how received money is shared out: by a plan, or pro rata");
  allocate->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  auto plan = std::make_shared<std::string>();
  allocate->add_option("--plan", *plan, "JSON file with a plan of allocation (docs/mass-claims.md)");
  allocate->footer(
      "Example:\n  klaim settlement preview 4100 --plan plan.json\n  klaim settlement allocate 4100 --plan "
      "plan.json");
  OnCall(allocate, connection, [=, &connection]() -> absl::Status {
    v1::ProposeAllocationRequest request;
    request.set_request_id(connection.RequestId());
    request.set_settlement_id(*id);
    if (!plan->empty()) {
      RETURN_IF_ERROR(ReadJsonMessage(*plan, *request.mutable_plan()));
    }
    v1::ProposeAllocationResponse response;
    absl::Status status = connection.Call(&Compensation::ProposeAllocation, request, response);
    if (status.ok()) {
      connection.Show(response, absl::StrCat("Allocation ", response.allocation_id(),
                                             " proposed. Another person approves it:\n"
                                             "  klaim --as approver settlement approve ",
                                             *id, " ", response.allocation_id()));
    }
    return status;
  });
  auto* approve = settlement.add_subcommand("approve", "Approves an allocation that another person proposed");
  approve->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  approve->add_option("ALLOCATION", *allocation, "Number of the allocation")->required();
  OnCall(approve, connection, [=, &connection] {
    v1::ApproveAllocationRequest request;
    request.set_request_id(connection.RequestId());
    request.set_settlement_id(*id);
    request.set_allocation_id(*allocation);
    v1::ApproveAllocationResponse response;
    absl::Status status = connection.Call(&Compensation::ApproveAllocation, request, response);
    if (status.ok()) {
      const auto& receipt = response.receipt();
      connection.Show(response,
                      absl::StrCat("Allocated to ", CountText(receipt.sequence() - receipt.first_sequence()),
                                   " claims."));
    }
    return status;
  });
  auto* reject = settlement.add_subcommand("reject", "Rejects an allocation");
  reject->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  reject->add_option("ALLOCATION", *allocation, "Number of the allocation")->required();
  reject->add_option("--reason", *reason, "Why")->required();
  OnCall(reject, connection, [=, &connection] {
    v1::RejectAllocationRequest request;
    request.set_request_id(connection.RequestId());
    request.set_settlement_id(*id);
    request.set_allocation_id(*allocation);
    request.set_reason(*reason);
    v1::RejectAllocationResponse response;
    absl::Status status = connection.Call(&Compensation::RejectAllocation, request, response);
    if (status.ok()) connection.Show(response, "Rejected.");
    return status;
  });
}

// What of the late interest is open, and what was paid of it.
std::string InterestText(const v1::Settlement& settlement, const std::string& currency) {
  const int64_t paid = settlement.late_interest_received_minor();
  const std::string open = MoneyText(std::max<int64_t>(0, settlement.late_interest_minor() - paid), currency);
  return paid == 0 ? open : absl::StrCat(open, ", paid ", MoneyText(paid, currency));
}

}  // namespace

void AddSettlement(CLI::App& app, Connection& connection) {
  auto* settlement = app.add_subcommand("settlement", "Settlements: promised, received, allocated");
  settlement->require_subcommand(1);
  AddRecord(*settlement, connection);
  AddReceive(*settlement, connection);
  AddAllocation(*settlement, connection);
  AddPlans(*settlement, connection);
  AddDebtors(*settlement, connection);
  auto* list = settlement->add_subcommand("list", "Lists settlements with their instalments");
  OnCall(list, connection, [&connection] {
    v1::ListSettlementsRequest request;
    v1::ListSettlementsResponse response;
    request.mutable_page()->set_size(1000);
    absl::Status status = connection.Call(&Compensation::ListSettlements, request, response);
    Table table(
        {"no", "amount", "instalment", "due", "promised", "received", "allocated", "overdue", "interest"});
    for (const auto& row : response.settlements()) {
      const std::string& currency = row.recorded().amount().currency();
      for (int i = 0; i < row.recorded().instalments_size(); ++i) {
        table.Add(
            {i == 0 ? absl::StrCat(row.settlement_id()) : "",
             i == 0 ? MoneyText(row.recorded().amount().minor_units(), currency) : "", absl::StrCat(i + 1),
             DateText(row.recorded().instalments(i).due_on()), MoneyText(row.due_minor(i), currency),
             MoneyText(row.received_minor(i), currency),
             i == 0 ? MoneyText(row.allocated_minor(), currency) : "",
             i == 0 ? MoneyText(row.overdue_minor(), currency) + (row.in_default() ? " (default)" : "") : "",
             i == 0 ? InterestText(row, currency) : ""});
      }
    }
    if (status.ok()) connection.Show(response, table.Text());
    return status;
  });
}

}  // namespace klaim::tools
