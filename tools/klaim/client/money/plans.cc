// klaim settlement preview, shares, lapse, return-excess, reverse-receipt: how money is shared out, and what becomes of the rest.

#include "tools/klaim/client/money/plans.h"

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "klaim/v1/settlement_events.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/json_message.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Compensation = v1::CompensationService::Stub;

std::string SummaryText(const v1::AllocationSummary& summary, const std::string& currency) {
  return absl::StrCat(
      "costs ", MoneyText(summary.costs_minor(), currency), ", reserve ",
      MoneyText(summary.reserve_minor(), currency), ", shared out ",
      MoneyText(summary.amount_minor(), currency), " of ", MoneyText(summary.owed_minor(), currency),
      " owed, to ", CountText(summary.claims()), " claims: least ",
      MoneyText(summary.least_minor(), currency), ", middle ", MoneyText(summary.median_minor(), currency),
      ", most ", MoneyText(summary.most_minor(), currency), ".",
      summary.provision_minor() == 0
          ? ""
          : absl::StrCat(" Set aside for ", CountText(summary.provided_claims()),
                         " claims that aren't decided: ", MoneyText(summary.provision_minor(), currency),
                         "."),
      summary.interest_minor() == 0
          ? ""
          : absl::StrCat(" Late interest beside it: ", MoneyText(summary.interest_minor(), currency), "."),
      summary.reserve_used_minor() == 0
          ? ""
          : absl::StrCat(" Of the reserve: ", MoneyText(summary.reserve_used_minor(), currency), "."),
      "\n");
}

absl::StatusOr<std::string> CurrencyOfSettlement(Connection& connection, uint64_t settlement_id) {
  ASSIGN_OR_RETURN(auto settlement, FindSettlement(connection, settlement_id));
  return settlement.recorded().amount().currency();
}

void AddPreview(CLI::App& settlement, Connection& connection) {
  auto* preview = settlement.add_subcommand(
      "preview", "Shows what a plan would give, or two side by side; records nothing");
  auto id = std::make_shared<uint64_t>(0);
  auto plan = std::make_shared<std::string>();
  auto other = std::make_shared<std::string>();
  auto most = std::make_shared<uint32_t>(20);
  preview->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  preview->add_option("--plan", *plan, "JSON file with the plan")->required();
  preview->add_option("--other", *other, "JSON file with another plan to set beside it");
  preview->add_option("--most", *most, "How many claims to list")->capture_default_str();
  preview->footer("Example:\n  klaim settlement preview 4100 --plan equal-then-rata.json --other rata.json");
  OnCall(preview, connection, [=, &connection]() -> absl::Status {
    v1::PreviewAllocationRequest request;
    request.set_settlement_id(*id);
    request.set_most_shares(*most);
    RETURN_IF_ERROR(ReadJsonMessage(*plan, *request.mutable_plan()));
    if (!other->empty()) {
      RETURN_IF_ERROR(ReadJsonMessage(*other, *request.mutable_other_plan()));
    }
    ASSIGN_OR_RETURN(auto currency, CurrencyOfSettlement(connection, *id));
    v1::PreviewAllocationResponse response;
    absl::Status status = connection.Call(&Compensation::PreviewAllocation, request, response);
    if (!status.ok()) return status;
    std::string text = absl::StrCat("Plan: ", SummaryText(response.summary(), currency));
    if (response.has_other_summary())
      absl::StrAppend(&text, "Other: ", SummaryText(response.other_summary(), currency));
    Table table(response.has_other_summary() ? std::vector<std::string>{"claim", "plan", "other", "why"}
                                             : std::vector<std::string>{"claim", "plan", "why"});
    for (const auto& share : response.shares()) {
      std::vector<std::string> row = {absl::StrCat(share.claim_id()),
                                      MoneyText(share.amount_minor(), currency)};
      if (response.has_other_summary()) row.push_back(MoneyText(share.other_amount_minor(), currency));
      row.push_back(share.explanation());
      table.Add(std::move(row));
    }
    connection.Show(response, text + table.Text());
    return status;
  });
}

void AddShares(CLI::App& settlement, Connection& connection) {
  auto* shares = settlement.add_subcommand("shares", "Lists what each claim gets by an allocation, and why");
  auto id = std::make_shared<uint64_t>(0);
  auto allocation = std::make_shared<uint64_t>(0);
  auto size = std::make_shared<uint32_t>(100);
  shares->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  shares->add_option("ALLOCATION", *allocation, "Number of the allocation")->required();
  shares->add_option("--size", *size, "How many claims")->capture_default_str();
  OnCall(shares, connection, [=, &connection]() -> absl::Status {
    ASSIGN_OR_RETURN(auto currency, CurrencyOfSettlement(connection, *id));
    v1::ListAllocationSharesRequest request;
    request.set_settlement_id(*id);
    request.set_allocation_id(*allocation);
    request.mutable_page()->set_size(*size);
    v1::ListAllocationSharesResponse response;
    absl::Status status = connection.Call(&Compensation::ListAllocationShares, request, response);
    if (!status.ok()) return status;
    Table table({"claim", "gets", "why"});
    for (const auto& share : response.shares()) {
      table.Add(
          {absl::StrCat(share.claim_id()), MoneyText(share.amount_minor(), currency), share.explanation()});
    }
    connection.Show(response, SummaryText(response.summary(), currency) + table.Text());
    return status;
  });
}

void AddLapse(CLI::App& settlement, Connection& connection) {
  auto* lapse = settlement.add_subcommand(
      "lapse", "Proposes that money goes back that was allocated and that nobody claims");
  auto id = std::make_shared<uint64_t>(0);
  auto claims = std::make_shared<std::vector<uint64_t>>();
  auto rule = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  lapse->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  lapse->add_option("--claim", *claims, "The claims")->required();
  lapse->add_option("--rule", *rule, "share-again or case-fund")
      ->required()
      ->check(CLI::IsMember({"share-again", "case-fund"}));
  lapse->add_option("--reason", *reason, "What was tried to find them")->required();
  lapse->footer(
      "Example:\n  klaim settlement lapse 4100 --claim 5122 --rule share-again --reason \"three letters, two "
      "visits\"");
  OnCall(lapse, connection, [=, &connection] {
    v1::LapseAllocationsRequest request;
    request.set_request_id(connection.RequestId());
    request.set_settlement_id(*id);
    request.mutable_claim_ids()->Assign(claims->begin(), claims->end());
    request.set_rule(*rule == "case-fund" ? v1::RESIDUAL_RULE_CASE_FUND : v1::RESIDUAL_RULE_SHARE_AGAIN);
    request.set_reason(*reason);
    v1::LapseAllocationsResponse response;
    absl::Status status = connection.Call(&Compensation::LapseAllocations, request, response);
    if (status.ok()) connection.Show(response, ProposedMoveText(*id, response.proposal_id()));
    return status;
  });
}

void AddReturnExcess(CLI::App& settlement, Connection& connection) {
  auto* command =
      settlement.add_subcommand("return-excess", "Proposes to record that money paid in excess went back");
  auto id = std::make_shared<uint64_t>(0);
  auto amount = std::make_shared<std::string>();
  auto booked = std::make_shared<std::string>();
  auto reference = std::make_shared<std::string>();
  command->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  command->add_option("--amount", *amount, "How much")->required();
  command->add_option("--booked-on", *booked, "When the bank booked it, day first")->required();
  command->add_option("--bank-reference", *reference, "The bank's reference")->required();
  command->footer(
      "Example:\n  klaim settlement return-excess 4100 --amount 250 --booked-on 05-02-2027 --bank-reference "
      "HSBC-91");
  OnCall(command, connection, [=, &connection]() -> absl::Status {
    ASSIGN_OR_RETURN(auto currency, CurrencyOfSettlement(connection, *id));
    ASSIGN_OR_RETURN(auto minor, AmountOf("--amount", *amount, currency));
    ASSIGN_OR_RETURN(auto date, DayOf("--booked-on", *booked));
    v1::ReturnExcessRequest request;
    request.set_request_id(connection.RequestId());
    request.set_settlement_id(*id);
    request.mutable_returned()->set_amount_minor(minor);
    *request.mutable_returned()->mutable_booked_on() = date;
    request.mutable_returned()->set_bank_reference(*reference);
    v1::ReturnExcessResponse response;
    absl::Status status = connection.Call(&Compensation::ReturnExcess, request, response);
    if (status.ok()) connection.Show(response, ProposedMoveText(*id, response.proposal_id()));
    return status;
  });
}

void AddReverseReceipt(CLI::App& settlement, Connection& connection) {
  auto* command = settlement.add_subcommand(
      "reverse-receipt",
      "Proposes to take back a receipt that the bank took back, or that was typed wrongly");
  auto id = std::make_shared<uint64_t>(0);
  auto receipt = std::make_shared<std::string>();
  auto booked = std::make_shared<std::string>();
  auto reference = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  command->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  command->add_option("--receipt", *receipt, "The bank's reference of the receipt")->required();
  command
      ->add_option("--booked-on", *booked,
                   "When the bank booked the reversal, day first; the receipt's day when it booked none")
      ->required();
  command->add_option("--bank-reference", *reference,
                      "The bank's reference of the reversal; none when the receipt was typed wrongly");
  command->add_option("--reason", *reason, "Why")->required();
  command->footer(
      "Example:\n  klaim settlement reverse-receipt 4100 --receipt HSBC-88 --booked-on 31-01-2027 --reason "
      "\"typed ten times too large\"");
  OnCall(command, connection, [=, &connection]() -> absl::Status {
    ASSIGN_OR_RETURN(auto date, DayOf("--booked-on", *booked));
    v1::ReverseReceiptRequest request;
    request.set_request_id(connection.RequestId());
    request.set_settlement_id(*id);
    request.set_receipt_reference(*receipt);
    *request.mutable_booked_on() = date;
    request.set_bank_reference(*reference);
    request.set_reason(*reason);
    v1::ReverseReceiptResponse response;
    absl::Status status = connection.Call(&Compensation::ReverseReceipt, request, response);
    if (status.ok()) connection.Show(response, ProposedMoveText(*id, response.proposal_id()));
    return status;
  });
}

struct Cost {
  uint64_t settlement = 0;
  std::string payee;
  std::string purpose;
  std::string amount;
  std::string booked;
  std::string reference;
};

absl::Status PayCost(const Cost& given, Connection& connection) {
  ASSIGN_OR_RETURN(auto found, FindSettlement(connection, given.settlement));
  v1::PayTrustCostRequest request;
  request.set_request_id(connection.RequestId());
  request.set_settlement_id(given.settlement);
  v1::TrustCostPaid& cost = *request.mutable_cost();
  cost.set_payee(given.payee);
  cost.set_purpose(given.purpose);
  ASSIGN_OR_RETURN(auto minor, AmountOf("--amount", given.amount, found.recorded().amount().currency()));
  cost.set_amount_minor(minor);
  ASSIGN_OR_RETURN(*cost.mutable_booked_on(), DayOf("--booked-on", given.booked));
  cost.set_bank_reference(given.reference);
  v1::PayTrustCostResponse response;
  RETURN_IF_ERROR(connection.Call(&Compensation::PayTrustCost, request, response));
  connection.Show(response, ProposedMoveText(given.settlement, response.proposal_id()));
  return absl::OkStatus();
}

void AddPayCost(CLI::App& settlement, Connection& connection) {
  auto* command =
      settlement.add_subcommand("pay-cost", "Proposes to pay a cost out of what allocations took for costs");
  auto given = std::make_shared<Cost>();
  command->add_option("SETTLEMENT", given->settlement, "Number of the settlement")->required();
  command->add_option("--payee", given->payee, "Who gets it")->required();
  command->add_option("--purpose", given->purpose, "What for, with the number of the invoice")->required();
  command->add_option("--amount", given->amount, "How much")->required();
  command->add_option("--booked-on", given->booked, "When the bank booked it, day first")->required();
  command->add_option("--bank-reference", given->reference, "The bank's reference")->required();
  command->footer(
      "Example:\n  klaim settlement pay-cost 4100 --payee \"Kantor Hukum Sri Utami\" --purpose \"invoice "
      "12/2026\" --amount 250 --booked-on 31-01-2027 --bank-reference HSBC-90");
  OnCall(command, connection, [=, &connection] { return PayCost(*given, connection); });
}

void AddReleaseHeld(CLI::App& settlement, Connection& connection) {
  auto* command = settlement.add_subcommand(
      "release-held", "Proposes that money which no claim is owed any more is held no longer");
  auto id = std::make_shared<uint64_t>(0);
  auto amount = std::make_shared<std::string>();
  auto use = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  command->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  command->add_option("--to", *use, "payer or case-fund")
      ->required()
      ->check(CLI::IsMember({"payer", "case-fund"}));
  command->add_option("--amount", *amount, "How much; all of it without");
  command->add_option("--reason", *reason, "Why")->required();
  command->footer(
      "Example:\n  klaim settlement release-held 4100 --to payer --reason \"each claim is paid\"");
  OnCall(command, connection, [=, &connection]() -> absl::Status {
    v1::ReleaseHeldMoneyRequest request;
    request.set_request_id(connection.RequestId());
    request.set_settlement_id(*id);
    if (!amount->empty()) {
      ASSIGN_OR_RETURN(auto currency, CurrencyOfSettlement(connection, *id));
      ASSIGN_OR_RETURN(auto minor, AmountOf("--amount", *amount, currency));
      request.set_amount_minor(minor);
    }
    request.set_use(*use == "payer" ? v1::HELD_MONEY_USE_PAYER : v1::HELD_MONEY_USE_CASE_FUND);
    request.set_reason(*reason);
    v1::ReleaseHeldMoneyResponse response;
    absl::Status status = connection.Call(&Compensation::ReleaseHeldMoney, request, response);
    if (status.ok()) connection.Show(response, ProposedMoveText(*id, response.proposal_id()));
    return status;
  });
}

std::string MoveText(const v1::SettlementMoveProposed& move, const std::string& currency) {
  if (move.has_release()) {
    return absl::StrCat(MoneyText(move.release().amount_minor(), currency), " held no longer (",
                        EnumName(move.release().use()), "): ", move.release().reason());
  }
  if (move.has_respondent()) {
    return absl::StrCat(
        "respondent ", move.respondent().respondent_id(), " let out, ",
        move.respondent().rights_kept() ? "rights against the others kept" : "and all others with it", ": ",
        MoneyText(move.respondent().share_minor(), currency), " less is owed: ", move.respondent().reason());
  }
  if (move.has_reversal()) {
    const v1::ReceiptReversed& reversal = move.reversal();
    int64_t amount = reversal.excess_minor() + reversal.interest_minor();
    for (const v1::ReceiptPart& part : reversal.parts()) amount += part.amount_minor();
    return absl::StrCat("receipt ", reversal.receipt_reference(), " of ", MoneyText(amount, currency),
                        " taken back: ", reversal.reason());
  }
  if (move.has_cost()) {
    return absl::StrCat(MoneyText(move.cost().amount_minor(), currency), " of costs to ", move.cost().payee(),
                        ": ", move.cost().purpose());
  }
  if (move.has_excess()) return MoneyText(move.excess().amount_minor(), currency) + " of excess returned";
  return absl::StrCat(MoneyText(move.lapse().amount_minor(), currency), " of ", move.lapse().claim_ids_size(),
                      " claims lapse (", EnumName(move.lapse().rule()), "): ", move.lapse().reason());
}

// What waits for another person, and that person's word.
void AddMoves(CLI::App& settlement, Connection& connection) {
  auto id = std::make_shared<uint64_t>(0);
  auto proposal = std::make_shared<uint64_t>(0);
  auto reason = std::make_shared<std::string>();
  auto* list = settlement.add_subcommand("moves", "Lists moves of money that wait for another person");
  list->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  list->footer("Example:\n  klaim settlement moves 4100");
  OnCall(list, connection, [=, &connection]() -> absl::Status {
    ASSIGN_OR_RETURN(auto found, FindSettlement(connection, *id));
    Table table({"proposal", "proposed by", "what"});
    for (const auto& move : found.open_moves()) {
      table.Add({absl::StrCat(move.proposal_id()), move.proposed_by(),
                 MoveText(move.proposed(), found.recorded().amount().currency())});
    }
    connection.Show(found, table.Text());
    return absl::OkStatus();
  });
  auto* approve = settlement.add_subcommand(
      "approve-move", "Approves a lapse, a return or a release that another person proposed");
  approve->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  approve->add_option("PROPOSAL", *proposal, "Number of the proposal")->required();
  approve->footer("Example:\n  klaim --as approver settlement approve-move 4100 4190");
  OnCall(approve, connection, [=, &connection] {
    v1::ApproveSettlementMoveRequest request;
    request.set_request_id(connection.RequestId());
    request.set_settlement_id(*id);
    request.set_proposal_id(*proposal);
    v1::ApproveSettlementMoveResponse response;
    absl::Status status = connection.Call(&Compensation::ApproveSettlementMove, request, response);
    if (status.ok()) connection.Show(response, "Approved and recorded.");
    return status;
  });
  auto* reject = settlement.add_subcommand("reject-move", "Rejects a lapse, a return or a release");
  reject->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  reject->add_option("PROPOSAL", *proposal, "Number of the proposal")->required();
  reject->add_option("--reason", *reason, "Why")->required();
  reject->footer("Example:\n  klaim --as approver settlement reject-move 4100 4190 --reason \"she called\"");
  OnCall(reject, connection, [=, &connection] {
    v1::RejectSettlementMoveRequest request;
    request.set_request_id(connection.RequestId());
    request.set_settlement_id(*id);
    request.set_proposal_id(*proposal);
    request.set_reason(*reason);
    v1::RejectSettlementMoveResponse response;
    absl::Status status = connection.Call(&Compensation::RejectSettlementMove, request, response);
    if (status.ok()) connection.Show(response, "Rejected.");
    return status;
  });
}

}  // namespace

std::string ProposedMoveText(uint64_t settlement_id, uint64_t proposal_id) {
  return absl::StrCat("Proposal ", proposal_id, ". Another person approves it:\n",
                      "  klaim --as approver settlement approve-move ", settlement_id, " ", proposal_id);
}

absl::StatusOr<v1::Settlement> FindSettlement(Connection& connection, uint64_t id) {
  v1::ListSettlementsRequest request;
  request.mutable_page()->set_size(1000);
  do {
    v1::ListSettlementsResponse response;
    RETURN_IF_ERROR(connection.Call(&Compensation::ListSettlements, request, response));
    for (const auto& settlement : response.settlements()) {
      if (settlement.settlement_id() == id) return settlement;
    }
    request.mutable_page()->set_cursor(response.page().next_cursor());
  } while (!request.page().cursor().empty());
  return absl::NotFoundError(absl::StrCat("settlement: none has the number ", id));
}

void AddPlans(CLI::App& settlement, Connection& connection) {
  AddPreview(settlement, connection);
  AddShares(settlement, connection);
  AddLapse(settlement, connection);
  AddReturnExcess(settlement, connection);
  AddReverseReceipt(settlement, connection);
  AddPayCost(settlement, connection);
  AddReleaseHeld(settlement, connection);
  AddMoves(settlement, connection);
}

}  // namespace klaim::tools
