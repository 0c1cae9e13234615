// klaim claim: look at claims, and decide them.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tools/klaim/session.h"

namespace klaim::tools {
namespace {

std::string ClaimText(const v1::Claim& claim) {
  std::string text =
      absl::StrCat("Claim ", claim.claim_id(), ": ", StatusName(claim.status()), ", programme ",
                   claim.filed().programme_id(), ", claimant ", claim.filed().claimant_id(), ", case ",
                   claim.filed().case_id(), claim.filed().late() ? ", late" : "", "\n");
  Table table({"head", "claimed", "valued", "determined", "allocated", "paid"});
  for (const auto& head : claim.heads()) {
    const auto money = [&](int64_t amount) { return MoneyText(amount, claim.currency()); };
    table.Add({head.code(), money(head.claimed_minor()), money(head.valued_minor()),
               money(head.determined_minor()), money(head.allocated_minor()), money(head.paid_minor())});
  }
  return text + table.Text();
}

std::string EventName(const v1::EventRecord& event) {
  const auto* field = v1::EventRecord::descriptor()->FindFieldByNumber(event.event_case());
  return field == nullptr ? "?" : field->name();
}

void AddShow(CLI::App& claim, Session& session) {
  auto* show = claim.add_subcommand("show", "Shows a claim");
  auto id = std::make_shared<uint64_t>(0);
  show->add_option("CLAIM", *id, "Number of the claim")->required();
  OnCall(show, session, [=, &session] {
    v1::GetClaimRequest request;
    v1::GetClaimResponse response;
    request.set_claim_id(*id);
    absl::Status status =
        session.Call(session.intake(), &v1::IntakeService::Stub::GetClaim, request, response);
    if (status.ok()) session.Show(response, ClaimText(response.claim()));
    return status;
  });
  auto* history = claim.add_subcommand("history", "Shows all that happened on a claim's case");
  history->add_option("CLAIM", *id, "Number of the claim")->required();
  OnCall(history, session, [=, &session] {
    v1::GetClaimRequest ask;
    v1::GetClaimResponse found;
    ask.set_claim_id(*id);
    absl::Status status = session.Call(session.intake(), &v1::IntakeService::Stub::GetClaim, ask, found);
    if (!status.ok()) return status;
    v1::GetCaseFileRequest request;
    v1::GetCaseFileResponse response;
    request.set_case_id(found.claim().filed().case_id());
    request.mutable_page()->set_size(1000);
    request.set_at_least_sequence(*id);
    status = session.Call(session.intake(), &v1::IntakeService::Stub::GetCaseFile, request, response);
    Table table({"no", "when", "what", "by"});
    for (const auto& event : response.events()) {
      table.Add({absl::StrCat(event.sequence()), TimeText(event.recorded_at_micros()), EventName(event),
                 event.actor()});
    }
    if (status.ok()) session.Show(response, table.Text());
    return status;
  });
}

void AddList(CLI::App& claim, Session& session) {
  auto* list = claim.add_subcommand("list", "Lists claims");
  auto request = std::make_shared<v1::ListClaimsRequest>();
  auto programme = std::make_shared<uint64_t>(0);
  auto status_name = std::make_shared<std::string>();
  auto size = std::make_shared<uint32_t>(20);
  list->add_option("--programme", *programme, "Only of this programme");
  list->add_option("--status", *status_name, "Only in this status, as filed or under_review");
  list->add_option("--size", *size, "How many, up to 1000")->capture_default_str();
  OnCall(list, session, [=, &session]() -> absl::Status {
    request->set_programme_id(*programme);
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
    absl::Status status =
        session.Call(session.intake(), &v1::IntakeService::Stub::ListClaims, *request, response);
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
      table.Add({absl::StrCat(row.claim_id()), StatusName(row.status()),
                 absl::StrCat(row.filed().programme_id()), MoneyText(claimed, row.currency()),
                 MoneyText(determined, row.currency()), MoneyText(paid, row.currency())});
    }
    if (status.ok())
      session.Show(response, table.Text() + (response.page().next_cursor().empty() ? "" : "\n... and more"));
    return status;
  });
  auto* duplicates = claim.add_subcommand("duplicates", "Lists claimants who may be one person");
  OnCall(duplicates, session, [&session] {
    v1::ListPossibleDuplicatesRequest ask;
    v1::ListPossibleDuplicatesResponse response;
    ask.mutable_page()->set_size(1000);
    absl::Status status =
        session.Call(session.intake(), &v1::IntakeService::Stub::ListPossibleDuplicates, ask, response);
    Table table({"claimant", "may be claimant"});
    for (const auto& pair : response.pairs()) {
      table.Add({absl::StrCat(pair.later_claimant_id()), absl::StrCat(pair.earlier_claimant_id())});
    }
    if (status.ok()) session.Show(response, table.Text());
    return status;
  });
}

// One step of the legal team on one claim, named so that doing it again changes nothing.
template <class Stub, class Request, class Response>
absl::Status Step(Session& session, Stub& stub,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  Request request, uint64_t claim_id, const std::string& name) {
  request.set_claim_id(claim_id);
  request.set_request_id(absl::StrCat(name, ":", claim_id));
  Response response;
  absl::Status status = session.Call(stub, method, request, response);
  if (status.ok()) return status;
  return absl::Status(status.code(), absl::StrCat(name, " of claim ", claim_id, ": ", status.message()));
}

absl::Status Determine(Session& session, uint64_t claim_id, const std::string& reasons) {
  v1::DecideEligibilityRequest eligibility;
  eligibility.mutable_decision()->set_eligible(true);
  eligibility.mutable_decision()->set_reason_code("meets_criteria");
  eligibility.mutable_decision()->set_reasons(reasons);
  v1::DetermineClaimRequest determination;
  determination.set_reason_code("as_valued");
  determination.set_reasons(reasons);
  using Review = v1::ReviewService::Stub;
  absl::Status status =
      Step(session, session.review(), &Review::StartReview, v1::StartReviewRequest(), claim_id, "review");
  if (status.ok())
    status =
        Step(session, session.review(), &Review::DecideEligibility, eligibility, claim_id, "eligibility");
  if (status.ok())
    status =
        Step(session, session.review(), &Review::ValueClaim, v1::ValueClaimRequest(), claim_id, "valuation");
  if (status.ok())
    status =
        Step(session, session.review(), &Review::DetermineClaim, determination, claim_id, "determination");
  return status;
}

// The members of a certified group, from its events.
absl::StatusOr<std::vector<uint64_t>> MembersOf(Session& session, uint64_t group_id) {
  grpc::ClientContext context;
  v1::ReadLogRequest request;
  request.set_stream(group_id);
  request.set_only_stream(true);
  auto reader = session.audit().ReadLog(&context, request);
  v1::ReadLogResponse response;
  std::vector<uint64_t> members;
  while (reader->Read(&response)) {
    for (const std::string& bytes : response.records()) {
      v1::EventRecord event;
      event.ParseFromString(bytes);
      const auto& more = event.has_group_certified() ? event.group_certified().claim_ids()
                                                     : event.group_addendum_certified().claim_ids();
      members.insert(members.end(), more.begin(), more.end());
    }
  }
  absl::Status status = services::FromWire(reader->Finish());
  if (!status.ok()) return status;
  if (members.empty())
    return absl::NotFoundError(absl::StrCat("group: ", group_id, " is no certified group"));
  return members;
}

void AddDecide(CLI::App& claim, Session& session) {
  auto* determine = claim.add_subcommand(
      "determine", "Finds claims eligible, values them and decides the value, by their programme's rules");
  auto ids = std::make_shared<std::vector<uint64_t>>();
  auto group = std::make_shared<uint64_t>(0);
  auto reasons = std::make_shared<std::string>("Meets the programme's criteria; value by its rules.");
  determine->add_option("CLAIM", *ids, "Numbers of claims");
  determine->add_option("--group", *group, "All members of this certified group");
  determine->add_option("--reasons", *reasons, "The reasons")->capture_default_str();
  determine->footer(
      "Example:\n  klaim claim determine --group 3012 --reasons \"Fees above the legal maximum, shown by "
      "receipts.\"");
  OnCall(determine, session, [=, &session]() -> absl::Status {
    std::vector<uint64_t> claim_ids = *ids;
    if (*group != 0) {
      auto members = MembersOf(session, *group);
      if (!members.ok()) return members.status();
      claim_ids.insert(claim_ids.end(), members->begin(), members->end());
    }
    if (claim_ids.empty()) return absl::InvalidArgumentError("name claims, or a --group");
    Progress progress("claims", claim_ids.size(), session.quiet());
    for (size_t i = 0; i < claim_ids.size(); ++i) {
      if (absl::Status status = Determine(session, claim_ids[i], *reasons); !status.ok()) return status;
      progress.Set(i + 1);
    }
    if (!session.json()) std::cout << CountText(claim_ids.size()) << " claims determined." << std::endl;
    return absl::OkStatus();
  });
  auto* deficiency = claim.add_subcommand("deficiency", "Tells a claimant what is missing");
  auto id = std::make_shared<uint64_t>(0);
  auto missing = std::make_shared<std::vector<std::string>>();
  auto until = std::make_shared<std::string>();
  deficiency->add_option("CLAIM", *id, "Number of the claim")->required();
  deficiency->add_option("--missing", *missing, "What is missing; may stand several times")->required();
  deficiency->add_option("--answer-by", *until, "Last day of answering, day first")->required();
  OnCall(deficiency, session, [=, &session]() -> absl::Status {
    v1::NoticeDeficiencyRequest request;
    request.set_request_id(session.RequestId());
    request.set_claim_id(*id);
    for (const std::string& item : *missing) request.mutable_notice()->add_missing(item);
    auto date = ParseDate(*until);
    if (!date.ok()) return absl::InvalidArgumentError(absl::StrCat("--answer-by ", date.status().message()));
    *request.mutable_notice()->mutable_answer_by() = *date;
    v1::NoticeDeficiencyResponse response;
    absl::Status status =
        session.Call(session.review(), &v1::ReviewService::Stub::NoticeDeficiency, request, response);
    if (status.ok()) session.Show(response, "Notice recorded.");
    return status;
  });
  auto* cure = claim.add_subcommand("cure", "Hands in what was missing");
  auto answer = std::make_shared<std::string>();
  cure->add_option("CLAIM", *id, "Number of the claim")->required();
  cure->add_option("--answer", *answer, "What was handed in, without personal data")->required();
  OnCall(cure, session, [=, &session] {
    v1::CureDeficiencyRequest request;
    request.set_request_id(session.RequestId());
    request.set_claim_id(*id);
    request.set_answer(*answer);
    v1::CureDeficiencyResponse response;
    absl::Status status =
        session.Call(session.intake(), &v1::IntakeService::Stub::CureDeficiency, request, response);
    if (status.ok()) session.Show(response, "Answer recorded.");
    return status;
  });
}

}  // namespace

void AddClaim(CLI::App& app, Session& session) {
  auto* claim = app.add_subcommand("claim", "Claims: look at them, and decide them");
  claim->require_subcommand(1);
  AddShow(*claim, session);
  AddList(*claim, session);
  AddDecide(*claim, session);
}

}  // namespace klaim::tools
