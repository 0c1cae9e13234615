// klaim case: meetings, who is responsible, what is due, who has how much to do.

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "klaim/v1/casework_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Casework = v1::CaseworkService::Stub;

std::string KindText(v1::DeadlineKind kind) {
  switch (kind) {
    case v1::DEADLINE_KIND_ANSWER:
      return "answer";
    case v1::DEADLINE_KIND_MEETING:
      return "meeting";
    case v1::DEADLINE_KIND_INSTALMENT:
      return "instalment";
    case v1::DEADLINE_KIND_PRECEDENT:
      return "precedent";
    case v1::DEADLINE_KIND_HOLD:
      return "hold";
    case v1::DEADLINE_KIND_PROPOSAL:
      return "proposal";
    case v1::DEADLINE_KIND_APPEAL:
      return "appeal";
    case v1::DEADLINE_KIND_OVERPAID:
      return "overpaid";
    case v1::DEADLINE_KIND_LIMITATION:
      return "limitation";
    default:
      return "";
  }
}

std::string SubjectText(const v1::Deadline& deadline) {
  if (deadline.claim_id() != 0) return absl::StrCat("claim ", deadline.claim_id());
  if (deadline.settlement_id() != 0) return absl::StrCat("settlement ", deadline.settlement_id());
  return absl::StrCat("case ", deadline.case_id());
}

void AddMeetings(CLI::App& cases, Connection& connection) {
  auto id = std::make_shared<uint64_t>(0);
  auto kind = std::make_shared<std::string>("mediation");
  auto on = std::make_shared<std::string>();
  auto forum = std::make_shared<std::string>();
  auto* meet = cases.add_subcommand("meeting", "Schedules a mediation or hearing");
  meet->add_option("CASE", *id, "Number of the case")->required();
  meet->add_option("--kind", *kind, "mediation or hearing")
      ->capture_default_str()
      ->check(CLI::IsMember({"mediation", "hearing"}));
  meet->add_option("--on", *on, "When, day first")->required();
  meet->add_option("--forum", *forum, "Forum or place")->required();
  meet->footer(
      "Example:\n  klaim case meeting 884 --kind hearing --on 12-01-2027 --forum \"Labour Tribunal, Hong "
      "Kong\"");
  OnCall(meet, connection, [=, &connection]() -> absl::Status {
    ASSIGN_OR_RETURN(auto date, DayOf("--on", *on));
    v1::ScheduleMeetingRequest request;
    request.set_request_id(connection.RequestId());
    request.set_case_id(*id);
    request.mutable_meeting()->set_kind(*kind == "hearing" ? v1::MEETING_KIND_HEARING
                                                           : v1::MEETING_KIND_MEDIATION);
    *request.mutable_meeting()->mutable_on() = date;
    request.mutable_meeting()->set_forum(*forum);
    v1::ScheduleMeetingResponse response;
    absl::Status status = connection.Call(&Casework::ScheduleMeeting, request, response);
    if (status.ok())
      connection.Show(response, absl::StrCat("Meeting ", response.meeting_id(), " scheduled."));
    return status;
  });
  auto meeting = std::make_shared<uint64_t>(0);
  auto code = std::make_shared<std::string>();
  auto outcome = std::make_shared<std::string>();
  auto cancelled = std::make_shared<bool>(false);
  auto* close = cases.add_subcommand("outcome", "Records what came of a meeting");
  close->add_option("CASE", *id, "Number of the case")->required();
  close->add_option("MEETING", *meeting, "Number of the meeting")->required();
  close->add_option("--code", *code, "As in agreed, adjourned, no_show")->required();
  close->add_option("--outcome", *outcome, "In words, without names")->required();
  close->add_flag("--not-held", *cancelled, "It didn't take place");
  OnCall(close, connection, [=, &connection] {
    v1::CloseMeetingRequest request;
    request.set_request_id(connection.RequestId());
    request.set_case_id(*id);
    request.mutable_closed()->set_meeting_id(*meeting);
    request.mutable_closed()->set_held(!*cancelled);
    request.mutable_closed()->set_outcome_code(*code);
    request.mutable_closed()->set_outcome(*outcome);
    v1::CloseMeetingResponse response;
    absl::Status status = connection.Call(&Casework::CloseMeeting, request, response);
    if (status.ok()) connection.Show(response, "Recorded.");
    return status;
  });
  auto account = std::make_shared<uint64_t>(0);
  auto* assign = cases.add_subcommand("assign", "Makes somebody responsible for a case");
  assign->add_option("CASE", *id, "Number of the case")->required();
  assign->add_option("ACCOUNT", *account, "Number of the account; 0 for nobody")->required();
  OnCall(assign, connection, [=, &connection] {
    v1::AssignCaseRequest request;
    request.set_request_id(connection.RequestId());
    request.set_case_id(*id);
    request.set_responsible_id(*account);
    v1::AssignCaseResponse response;
    absl::Status status = connection.Call(&Casework::AssignCase, request, response);
    if (status.ok()) connection.Show(response, "Assigned.");
    return status;
  });
}

std::string EndText(uint64_t respondent_id) {
  return respondent_id == 0 ? "family" : absl::StrCat("respondent ", respondent_id);
}

template <class Links>
std::string ChainText(const Links& links) {
  Table table({"from", "to", "said to be paid", "proven", "never arrived", ""});
  for (const v1::TransferLink& link : links) {
    table.Add({EndText(link.from_respondent_id()), EndText(link.to_respondent_id()),
               MoneyText(link.asserted_minor(), link.currency()),
               MoneyText(link.proven_minor(), link.currency()),
               MoneyText(link.denied_minor(), link.currency()), link.contradicted() ? "contradicted" : ""});
  }
  return table.Text();
}

void AddTransfers(CLI::App& cases, Connection& connection) {
  auto id = std::make_shared<uint64_t>(0);
  auto from = std::make_shared<uint64_t>(0);
  auto to = std::make_shared<uint64_t>(0);
  auto by = std::make_shared<uint64_t>(0);
  auto document = std::make_shared<uint64_t>(0);
  auto proven = std::make_shared<bool>(false);
  auto stance = std::make_shared<std::string>();
  auto amount = std::make_shared<std::string>();
  auto currency = std::make_shared<std::string>();
  auto* state = cases.add_subcommand("transfer", "Records what somebody says of money along the chain");
  state->add_option("CASE", *id, "Number of the case")->required();
  state->add_option("--from", *from, "Respondent who paid or was to pay")->required();
  state->add_option("--to", *to, "Respondent who was to get it; the family without");
  state->add_option("--said-by", *by, "Respondent who says so; the family without");
  state->add_option("--stance", *stance, "paid, received or not-received")
      ->required()
      ->check(CLI::IsMember({"paid", "received", "not-received"}));
  state->add_option("--amount", *amount, "How much")->required();
  state->add_option("--currency", *currency, "ISO 4217 currency")->required();
  state->add_option("--document", *document, "The document in which it is said or shown");
  state->add_flag("--proven", *proven, "The document proves it: a bank's slip, a bank book");
  state->footer(
      "Example:\n  klaim case transfer 884 --from 21 --to 20 --said-by 21 --stance paid --amount 5.400 "
      "--currency USD\n"
      "  klaim case transfer 884 --from 21 --to 20 --said-by 20 --stance not-received --amount 5.400 "
      "--currency USD");
  OnCall(state, connection, [=, &connection]() -> absl::Status {
    ASSIGN_OR_RETURN(auto minor, AmountOf("--amount", *amount, *currency));
    v1::StateTransferRequest request;
    request.set_request_id(connection.RequestId());
    request.set_case_id(*id);
    auto& said = *request.mutable_transfer();
    said.set_from_respondent_id(*from);
    said.set_to_respondent_id(*to);
    said.set_stated_by_respondent_id(*by);
    said.mutable_amount()->set_currency(*currency);
    said.mutable_amount()->set_minor_units(minor);
    said.set_stance(*stance == "paid"       ? v1::TRANSFER_STANCE_PAID
                    : *stance == "received" ? v1::TRANSFER_STANCE_RECEIVED
                                            : v1::TRANSFER_STANCE_NOT_RECEIVED);
    said.set_document_id(*document);
    said.set_proven(*proven);
    v1::StateTransferResponse response;
    absl::Status status = connection.Call(&Casework::StateTransfer, request, response);
    if (status.ok()) connection.Show(response, "Recorded.");
    return status;
  });
  auto* show = cases.add_subcommand("transfers", "Shows where the money of a case stopped");
  show->add_option("CASE", *id, "Number of the case")->required();
  OnCall(show, connection, [=, &connection] {
    v1::GetTransfersRequest request;
    request.set_case_id(*id);
    v1::GetTransfersResponse response;
    absl::Status status = connection.Call(&Casework::GetTransfers, request, response);
    if (status.ok()) connection.Show(response, ChainText(response.links()));
    return status;
  });
  auto* sum = cases.add_subcommand("transfers-of", "Sums a respondent's transfers over all cases");
  sum->add_option("RESPONDENT", *id, "Number of the respondent")->required();
  OnCall(sum, connection, [=, &connection] {
    v1::SumTransfersRequest request;
    request.set_respondent_id(*id);
    v1::SumTransfersResponse response;
    absl::Status status = connection.Call(&Casework::SumTransfers, request, response);
    if (status.ok()) {
      connection.Show(response, absl::StrCat(ChainText(response.links()), "In ", CountText(response.cases()),
                                             " cases.\n"));
    }
    return status;
  });
}

void AddDeadlines(CLI::App& cases, Connection& connection) {
  auto from = std::make_shared<std::string>();
  auto until = std::make_shared<std::string>();
  auto responsible = std::make_shared<uint64_t>(0);
  auto size = std::make_shared<uint32_t>(100);
  auto* due = cases.add_subcommand("deadlines",
                                   "Lists what is due or waits: answers, meetings, instalments, limitation, "
                                   "holds, appeals, proposals, overpayments");
  due->add_option("--from", *from, "First day, day first");
  due->add_option("--until", *until, "Last day, day first");
  due->add_option("--responsible", *responsible, "Only what this account is responsible for");
  due->add_option("--size", *size, "How many")->capture_default_str();
  due->footer("Example:\n  klaim case deadlines --from 23-11-2026 --until 29-11-2026 --responsible 9");
  OnCall(due, connection, [=, &connection]() -> absl::Status {
    v1::ListDeadlinesRequest request;
    for (const auto& [option, text, date] : {std::tuple("--from", from, request.mutable_from()),
                                             std::tuple("--until", until, request.mutable_until())}) {
      if (text->empty()) continue;
      ASSIGN_OR_RETURN(auto day, DayOf(option, *text));
      *date = day;
    }
    request.set_responsible_id(*responsible);
    request.mutable_page()->set_size(*size);
    v1::ListDeadlinesResponse response;
    absl::Status status = connection.Call(&Casework::ListDeadlines, request, response);
    Table table({"on", "what", "of", "unit", "responsible", "about"});
    for (const auto& deadline : response.deadlines()) {
      table.Add({DateText(deadline.on()), KindText(deadline.kind()), SubjectText(deadline),
                 absl::StrCat(deadline.organisation_id()),
                 deadline.responsible_id() == 0 ? "" : absl::StrCat(deadline.responsible_id()),
                 deadline.about()});
    }
    if (status.ok()) connection.Show(response, table.Text());
    return status;
  });
  auto organisation = std::make_shared<uint64_t>(0);
  auto* load =
      cases.add_subcommand("caseload", "Shows who has how many cases, and who should take the next one");
  load->add_option("--organisation", *organisation, "Of this organisation; the national body without");
  OnCall(load, connection, [=, &connection] {
    v1::ListCaseloadRequest request;
    request.set_of_organisation(*organisation);
    v1::ListCaseloadResponse response;
    absl::Status status = connection.Call(&Casework::ListCaseload, request, response);
    Table table({"account", "name", "cases", "at risk", ""});
    for (const auto& person : response.people()) {
      table.Add({absl::StrCat(person.account_id()), person.name(), CountText(person.cases()),
                 CountText(person.at_risk()),
                 person.account_id() == response.proposed_account_id() ? "<- next" : ""});
    }
    if (status.ok()) connection.Show(response, table.Text());
    return status;
  });
}

}  // namespace

void AddCase(CLI::App& app, Connection& connection) {
  auto* cases = app.add_subcommand("case", "Casework: meetings, responsibility, deadlines, caseload");
  cases->require_subcommand(1);
  AddMeetings(*cases, connection);
  AddDeadlines(*cases, connection);
  AddTransfers(*cases, connection);
}

}  // namespace klaim::tools
