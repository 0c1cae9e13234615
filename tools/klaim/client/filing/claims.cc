// klaim claim: look at claims, and decide them.

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/domain/core/money.h"
#include "klaim/v1/claim_events.pb.h"
#include "klaim/v1/event_record.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

std::string ClaimText(const v1::Claim& claim) {
  std::string text =
      absl::StrCat("Claim ", claim.claim_id(), ": ", EnumName(claim.status()), ", programme ",
                   claim.filed().programme_id(), ", claimant ", claim.filed().claimant_id(), ", case ",
                   claim.filed().case_id(), claim.filed().late() ? ", late" : "", "\n");
  const bool credited = std::any_of(claim.heads().begin(), claim.heads().end(),
                                    [](const v1::HeadState& head) { return head.credited_minor() != 0; });
  std::vector<std::string> columns = {"head", "claimed", "valued", "determined", "allocated", "paid"};
  if (credited) columns.insert(columns.end(), {"got otherwise", "still owed"});
  const bool overpaid = std::any_of(claim.heads().begin(), claim.heads().end(),
                                    [](const v1::HeadState& head) { return head.overpaid_minor() != 0; });
  if (overpaid) columns.push_back("to be paid back");
  Table table(columns);
  for (const auto& head : claim.heads()) {
    const auto money = [&](int64_t amount) { return MoneyText(amount, claim.currency()); };
    std::vector<std::string> row = {head.code(),
                                    money(head.claimed_minor()),
                                    money(head.valued_minor()),
                                    money(head.determined_minor()),
                                    money(head.allocated_minor()),
                                    money(head.paid_minor())};
    if (credited) row.insert(row.end(), {money(head.credited_minor()), money(head.owed_minor())});
    if (overpaid) row.push_back(money(head.overpaid_minor()));
    table.Add(row);
  }
  return text + table.Text();
}

void AddShowClaim(CLI::App& claim, Connection& connection) {
  auto* show = claim.add_subcommand("show", "Shows a claim");
  auto id = std::make_shared<uint64_t>(0);
  show->add_option("CLAIM", *id, "Number of the claim")->required();
  OnCall(show, connection, [=, &connection] {
    v1::GetClaimRequest request;
    v1::GetClaimResponse response;
    request.set_claim_id(*id);
    absl::Status status = connection.Call(&v1::IntakeService::Stub::GetClaim, request, response);
    if (status.ok()) connection.Show(response, ClaimText(response.claim()));
    return status;
  });
  auto* history = claim.add_subcommand("history", "Shows all that happened on a claim's case");
  history->add_option("CLAIM", *id, "Number of the claim")->required();
  OnCall(history, connection, [=, &connection] {
    v1::GetClaimRequest ask;
    v1::GetClaimResponse found;
    ask.set_claim_id(*id);
    absl::Status status = connection.Call(&v1::IntakeService::Stub::GetClaim, ask, found);
    if (!status.ok()) return status;
    v1::GetCaseFileRequest request;
    v1::GetCaseFileResponse response;
    request.set_case_id(found.claim().filed().case_id());
    request.mutable_page()->set_size(1000);
    request.set_at_least_sequence(*id);
    status = connection.Call(&v1::IntakeService::Stub::GetCaseFile, request, response);
    Table table({"no", "when", "what", "by"});
    for (const auto& event : response.events()) {
      table.Add({absl::StrCat(event.sequence()), TimeText(event.recorded_at_micros()), EventName(event),
                 event.actor()});
    }
    if (status.ok()) connection.Show(response, table.Text());
    return status;
  });
}

void AddListClaims(CLI::App& claim, Connection& connection) {
  auto* list = claim.add_subcommand("list", "Lists claims");
  auto request = std::make_shared<v1::ListClaimsRequest>();
  auto programme = std::make_shared<uint64_t>(0);
  auto status_name = std::make_shared<std::string>();
  auto size = std::make_shared<uint32_t>(20);
  list->add_option("--programme", *programme, "Only of this programme");
  list->add_option("--status", *status_name, "Only in this status, as filed or under_review");
  list->add_option("--size", *size, "How many, up to 1000")->capture_default_str();
  auto origin = std::make_shared<std::string>();
  auto destination = std::make_shared<std::string>();
  auto month = std::make_shared<uint32_t>(0);
  auto newest = std::make_shared<bool>(false);
  list->add_option("--origin", *origin, "Only from this province or regency, as 33 or 33.26");
  list->add_option("--destination", *destination, "Only to this country, as HK");
  list->add_option("--month", *month, "Only filed in this month, as 202611");
  list->add_flag("--newest", *newest, "The latest first");
  list->footer("Example:\n  klaim claim list --programme 11 --status filed --origin 33 --newest");
  OnCall(list, connection, [=, &connection]() -> absl::Status {
    request->set_programme_id(*programme);
    request->set_origin(*origin);
    request->set_destination(*destination);
    request->set_month(*month);
    request->set_newest_first(*newest);
    request->mutable_page()->set_size(*size);
    if (!status_name->empty()) {
      std::string name = "CLAIM_STATUS_" + *status_name;
      for (char& c : name) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      v1::ClaimStatus value;
      if (!v1::ClaimStatus_Parse(name, &value))
        return absl::InvalidArgumentError("--status: no status is called " + *status_name);
      request->set_status(value);
    }
    v1::ListClaimsResponse response;
    absl::Status status = connection.Call(&v1::IntakeService::Stub::ListClaims, *request, response);
    Table table({"claim", "status", "programme", "claimed", "determined", "paid"});
    for (const auto& row : response.claims()) {
      int64_t claimed = 0;
      int64_t determined = 0;
      int64_t paid = 0;
      for (const auto& head : row.heads()) {
        claimed += head.claimed_minor();
        determined += head.determined_minor();
        paid += head.paid_minor();
      }
      table.Add({absl::StrCat(row.claim_id()), EnumName(row.status()),
                 absl::StrCat(row.filed().programme_id()), MoneyText(claimed, row.currency()),
                 MoneyText(determined, row.currency()), MoneyText(paid, row.currency())});
    }
    if (status.ok())
      connection.Show(response,
                      table.Text() + (response.page().next_cursor().empty() ? "" : "\n... and more"));
    return status;
  });
}

}  // namespace

void AddClaim(CLI::App& app, Connection& connection) {
  auto* claim = app.add_subcommand("claim", "Claims: look at them, and decide them");
  claim->require_subcommand(1);
  AddShowClaim(*claim, connection);
  AddListClaims(*claim, connection);
  AddReview(*claim, connection);
  AddRevision(*claim, connection);
}

}  // namespace klaim::tools
