// klaim settlement preview, shares, lapse, return-excess: how money is shared out, and what becomes of the rest.

#include "tools/klaim/plans.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"
#include "tools/authority.h"
#include "tools/klaim/session.h"

namespace klaim::tools {
namespace {

using Compensation = v1::CompensationService::Stub;

std::string SummaryText(const v1::AllocationSummary& summary, const std::string& currency) {
  return absl::StrCat("costs ", MoneyText(summary.costs_minor(), currency), ", reserve ",
                      MoneyText(summary.reserve_minor(), currency), ", shared out ",
                      MoneyText(summary.amount_minor(), currency), " of ",
                      MoneyText(summary.owed_minor(), currency), " owed, to ", CountText(summary.claims()),
                      " claims: least ", MoneyText(summary.least_minor(), currency), ", middle ",
                      MoneyText(summary.median_minor(), currency), ", most ",
                      MoneyText(summary.most_minor(), currency), ".\n");
}

absl::StatusOr<std::string> CurrencyOf(Session& session, uint64_t settlement_id) {
  auto settlement = FindSettlement(session, settlement_id);
  if (!settlement.ok()) return settlement.status();
  return settlement->recorded().amount().currency();
}

void AddPreview(CLI::App& settlement, Session& session) {
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
  OnCall(preview, session, [=, &session]() -> absl::Status {
    v1::PreviewAllocationRequest request;
    request.set_settlement_id(*id);
    request.set_most_shares(*most);
    if (absl::Status read = ReadPlan(*plan, *request.mutable_plan()); !read.ok()) return read;
    if (!other->empty()) {
      if (absl::Status read = ReadPlan(*other, *request.mutable_other_plan()); !read.ok()) return read;
    }
    auto currency = CurrencyOf(session, *id);
    if (!currency.ok()) return currency.status();
    v1::PreviewAllocationResponse response;
    absl::Status status =
        session.Call(session.compensation(), &Compensation::PreviewAllocation, request, response);
    if (!status.ok()) return status;
    std::string text = absl::StrCat("Plan: ", SummaryText(response.summary(), *currency));
    if (response.has_other_summary())
      absl::StrAppend(&text, "Other: ", SummaryText(response.other_summary(), *currency));
    Table table(response.has_other_summary() ? std::vector<std::string>{"claim", "plan", "other", "why"}
                                             : std::vector<std::string>{"claim", "plan", "why"});
    for (const auto& share : response.shares()) {
      std::vector<std::string> row = {absl::StrCat(share.claim_id()),
                                      MoneyText(share.amount_minor(), *currency)};
      if (response.has_other_summary()) row.push_back(MoneyText(share.other_amount_minor(), *currency));
      row.push_back(share.explanation());
      table.Add(std::move(row));
    }
    session.Show(response, text + table.Text());
    return status;
  });
}

void AddShares(CLI::App& settlement, Session& session) {
  auto* shares = settlement.add_subcommand("shares", "Lists what each claim gets by an allocation, and why");
  auto id = std::make_shared<uint64_t>(0);
  auto allocation = std::make_shared<uint64_t>(0);
  auto size = std::make_shared<uint32_t>(100);
  shares->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  shares->add_option("ALLOCATION", *allocation, "Number of the allocation")->required();
  shares->add_option("--size", *size, "How many claims")->capture_default_str();
  OnCall(shares, session, [=, &session]() -> absl::Status {
    auto currency = CurrencyOf(session, *id);
    if (!currency.ok()) return currency.status();
    v1::ListAllocationSharesRequest request;
    request.set_settlement_id(*id);
    request.set_allocation_id(*allocation);
    request.mutable_page()->set_size(*size);
    v1::ListAllocationSharesResponse response;
    absl::Status status =
        session.Call(session.compensation(), &Compensation::ListAllocationShares, request, response);
    if (!status.ok()) return status;
    Table table({"claim", "gets", "why"});
    for (const auto& share : response.shares()) {
      table.Add(
          {absl::StrCat(share.claim_id()), MoneyText(share.amount_minor(), *currency), share.explanation()});
    }
    session.Show(response, SummaryText(response.summary(), *currency) + table.Text());
    return status;
  });
}

void AddLapse(CLI::App& settlement, Session& session) {
  auto* lapse =
      settlement.add_subcommand("lapse", "Lets money go back that was allocated and that nobody claims");
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
  OnCall(lapse, session, [=, &session] {
    v1::LapseAllocationsRequest request;
    request.set_request_id(session.RequestId());
    request.set_settlement_id(*id);
    request.mutable_claim_ids()->Assign(claims->begin(), claims->end());
    request.set_rule(*rule == "case-fund" ? v1::RESIDUAL_RULE_CASE_FUND : v1::RESIDUAL_RULE_SHARE_AGAIN);
    request.set_reason(*reason);
    v1::LapseAllocationsResponse response;
    absl::Status status =
        session.Call(session.compensation(), &Compensation::LapseAllocations, request, response);
    if (status.ok()) session.Show(response, "Recorded: the money went back.");
    return status;
  });
}

void AddReturnExcess(CLI::App& settlement, Session& session) {
  auto* command = settlement.add_subcommand("return-excess", "Records that money paid in excess went back");
  auto id = std::make_shared<uint64_t>(0);
  auto amount = std::make_shared<std::string>();
  auto booked = std::make_shared<std::string>();
  auto reference = std::make_shared<std::string>();
  command->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  command->add_option("--amount", *amount, "How much")->required();
  command->add_option("--booked-on", *booked, "When the bank booked it, day first")->required();
  command->add_option("--bank-reference", *reference, "The bank's reference")->required();
  OnCall(command, session, [=, &session]() -> absl::Status {
    auto currency = CurrencyOf(session, *id);
    if (!currency.ok()) return currency.status();
    auto minor = AmountOf("--amount", *amount, *currency);
    if (!minor.ok()) return minor.status();
    auto date = DayOf("--booked-on", *booked);
    if (!date.ok()) return date.status();
    v1::ReturnExcessRequest request;
    request.set_request_id(session.RequestId());
    request.set_settlement_id(*id);
    request.mutable_returned()->set_amount_minor(*minor);
    *request.mutable_returned()->mutable_booked_on() = *date;
    request.mutable_returned()->set_bank_reference(*reference);
    v1::ReturnExcessResponse response;
    absl::Status status =
        session.Call(session.compensation(), &Compensation::ReturnExcess, request, response);
    if (status.ok()) session.Show(response, "Recorded as returned.");
    return status;
  });
}

}  // namespace

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

absl::Status ReadPlan(const std::string& path, v1::AllocationPlan& plan) {
  auto text = ReadFile(path);
  if (!text.ok()) return text.status();
  const auto parsed = google::protobuf::util::JsonStringToMessage(*text, &plan);
  if (parsed.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(path, " is no plan of allocation: ", std::string(parsed.message())));
}

void AddPlans(CLI::App& settlement, Session& session) {
  AddPreview(settlement, session);
  AddShares(settlement, session);
  AddLapse(settlement, session);
  AddReturnExcess(settlement, session);
}

}  // namespace klaim::tools
