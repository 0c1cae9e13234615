// klaim claim determine, refuse, deficiency, ...: what befalls a claim between its filing and its payment.

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "klaim/v1/claim_events.pb.h"
#include "klaim/v1/groups_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/review_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/progress.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Review = v1::ReviewService::Stub;
using Intake = v1::IntakeService::Stub;

// One step on one claim, and its answer. A --request-id names the steps of all claims, each apart.
template <class Stub, class Request, class Response>
absl::Status Step(Connection& connection,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  Request request, uint64_t claim_id, Response& response) {
  request.set_claim_id(claim_id);
  request.set_request_id(
      absl::StrCat(connection.RequestId(), ":", Request::descriptor()->name(), ":", claim_id));
  return connection.Call(method, request, response);
}

template <class Stub, class Request, class Response>
absl::Status Step(Connection& connection,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                  Request request, uint64_t claim_id) {
  Response response;
  return Step(connection, method, std::move(request), claim_id, response);
}

absl::StatusOr<v1::ClaimStatus> StatusOf(Connection& connection, uint64_t claim_id) {
  v1::GetClaimRequest request;
  v1::GetClaimResponse response;
  request.set_claim_id(claim_id);
  RETURN_IF_ERROR(connection.Call(&Intake::GetClaim, request, response));
  return response.claim().status();
}

// From where the claim stands to where a decision on its eligibility can be made.
absl::Status Examine(Connection& connection, uint64_t claim_id, v1::ClaimStatus& status) {
  if (status != v1::CLAIM_STATUS_FILED && status != v1::CLAIM_STATUS_CURED) return absl::OkStatus();
  absl::Status step = Step(connection, &Review::StartReview, v1::StartReviewRequest(), claim_id);
  if (step.ok()) status = v1::CLAIM_STATUS_UNDER_REVIEW;
  return step;
}

absl::Status DecideEligibility(Connection& connection, uint64_t claim_id, bool eligible,
                               const std::string& reason_code, const std::string& reasons) {
  v1::DecideEligibilityRequest request;
  request.mutable_decision()->set_eligible(eligible);
  request.mutable_decision()->set_reason_code(reason_code);
  request.mutable_decision()->set_reasons(reasons);
  return Step(connection, &Review::DecideEligibility, request, claim_id);
}

// Takes the claim the rest of the way to a determined value; one that is determined already stays as it is.
absl::Status Determine(Connection& connection, uint64_t claim_id, const std::string& reasons,
                       const v1::PartialDate& appeal_until) {
  ASSIGN_OR_RETURN(auto found, StatusOf(connection, claim_id));
  v1::ClaimStatus status = found;
  RETURN_IF_ERROR(Examine(connection, claim_id, status));
  if (status == v1::CLAIM_STATUS_UNDER_REVIEW) {
    RETURN_IF_ERROR(DecideEligibility(connection, claim_id, true, "meets_criteria", reasons));
    status = v1::CLAIM_STATUS_ELIGIBLE;
  }
  if (status == v1::CLAIM_STATUS_ELIGIBLE) {
    RETURN_IF_ERROR(Step(connection, &Review::ValueClaim, v1::ValueClaimRequest(), claim_id));
    status = v1::CLAIM_STATUS_VALUED;
  }
  if (status == v1::CLAIM_STATUS_VALUED) {
    v1::DetermineClaimRequest request;
    request.set_reason_code("as_valued");
    request.set_reasons(reasons);
    *request.mutable_appeal_until() = appeal_until;
    return Step(connection, &Review::DetermineClaim, request, claim_id);
  }
  if (status == v1::CLAIM_STATUS_DETERMINED) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat("is ", EnumName(status), " and stays so"));
}

absl::Status AddMembersOf(Connection& connection, uint64_t group_id, std::vector<uint64_t>& claim_ids) {
  v1::ListMembersRequest request;
  request.set_group_id(group_id);
  request.mutable_page()->set_size(1000);
  do {
    v1::ListMembersResponse response;
    RETURN_IF_ERROR(connection.Call(&v1::GroupsService::Stub::ListMembers, request, response));
    claim_ids.insert(claim_ids.end(), response.claim_ids().begin(), response.claim_ids().end());
    request.mutable_page()->set_cursor(response.page().next_cursor());
  } while (!request.page().cursor().empty());
  return absl::OkStatus();
}

// Does one thing to many claims: what fails for one doesn't keep the others from it, and is told at the end.
absl::Status ForEachClaim(Connection& connection, const std::vector<uint64_t>& claim_ids,
                          const std::string& done, const std::function<absl::Status(uint64_t)>& act) {
  if (claim_ids.empty()) return absl::InvalidArgumentError("name claims, or a --group");
  std::vector<std::string> failures;
  {
    Progress progress("claims", claim_ids.size(), connection.quiet());
    for (size_t i = 0; i < claim_ids.size(); ++i) {
      absl::Status status = act(claim_ids[i]);
      if (absl::IsUnavailable(status)) return status;
      if (!status.ok()) failures.push_back(absl::StrCat("claim ", claim_ids[i], ": ", status.message()));
      progress.Set(i + 1);
    }
  }
  if (!connection.json()) {
    std::cout << CountText(claim_ids.size() - failures.size()) << " claims " << done << "." << std::endl;
  }
  if (failures.empty()) return absl::OkStatus();
  std::string all = absl::StrCat(CountText(failures.size()), " claims were left as they are:");
  for (const std::string& failure : failures) absl::StrAppend(&all, "\n  ", failure);
  return absl::FailedPreconditionError(all);
}

void AddDetermine(CLI::App& claim, Connection& connection) {
  auto* determine = claim.add_subcommand(
      "determine", "Finds claims eligible, values them and decides the value, by their programme's rules");
  auto ids = std::make_shared<std::vector<uint64_t>>();
  auto group = std::make_shared<uint64_t>(0);
  auto reasons = std::make_shared<std::string>("Meets the programme's criteria; value by its rules.");
  determine->add_option("CLAIM", *ids, "Numbers of claims");
  determine->add_option("--group", *group, "All members of this certified group");
  determine->add_option("--reasons", *reasons, "The reasons")->capture_default_str();
  auto until = std::make_shared<std::string>();
  determine->add_option("--appeal-until", *until,
                        "Last day of appealing, as the claimants are told it, day first");
  determine->footer(
      "Example:\n  klaim claim determine --group 3012 --reasons \"Fees above the legal maximum, shown by "
      "receipts.\"");
  OnCall(determine, connection, [=, &connection]() -> absl::Status {
    std::vector<uint64_t> claim_ids = *ids;
    if (*group != 0) {
      RETURN_IF_ERROR(AddMembersOf(connection, *group, claim_ids));
    }
    v1::PartialDate appeal_until;
    if (!until->empty()) {
      ASSIGN_OR_RETURN(appeal_until, DayOf("--appeal-until", *until));
    }
    return ForEachClaim(connection, claim_ids, "determined", [&](uint64_t claim_id) {
      return Determine(connection, claim_id, *reasons, appeal_until);
    });
  });
}

void AddFindEligible(CLI::App& claim, Connection& connection) {
  auto* eligible = claim.add_subcommand("find-eligible", "Finds a claim under review eligible");
  auto request = std::make_shared<v1::DecideEligibilityRequest>();
  auto id = std::make_shared<uint64_t>(0);
  auto code = std::make_shared<std::string>();
  auto reasons = std::make_shared<std::string>();
  auto despite = std::make_shared<bool>(false);
  eligible->add_option("CLAIM", *id, "Number of the claim")->required();
  eligible->add_option("--reason-code", *code, "Code of the reason, as in meets_criteria")->required();
  eligible->add_option("--reasons", *reasons, "The reasons, without personal data")->required();
  eligible->add_flag("--despite-register", *despite, "Although a reference register contradicts it");
  eligible->footer(
      "Example:\n  klaim claim find-eligible 4711 --despite-register --reason-code list_incomplete --reasons "
      "\"The list "
      "ends in May; the seaman's book goes on.\"");
  OnCall(eligible, connection, [=, &connection] {
    request->set_request_id(connection.RequestId());
    request->set_claim_id(*id);
    request->mutable_decision()->set_eligible(true);
    request->mutable_decision()->set_reason_code(*code);
    request->mutable_decision()->set_reasons(*reasons);
    request->mutable_decision()->set_despite_register(*despite);
    v1::DecideEligibilityResponse response;
    absl::Status status = connection.Call(&Review::DecideEligibility, *request, response);
    if (status.ok()) connection.Show(response, "The claim is eligible.");
    return status;
  });
}

void AddRefuse(CLI::App& claim, Connection& connection) {
  auto* refuse = claim.add_subcommand("refuse", "Finds claims not eligible");
  auto ids = std::make_shared<std::vector<uint64_t>>();
  auto code = std::make_shared<std::string>();
  auto reasons = std::make_shared<std::string>();
  refuse->add_option("CLAIM", *ids, "Numbers of claims")->required();
  refuse->add_option("--reason-code", *code, "Code of the reason, as in outside_period")->required();
  refuse->add_option("--reasons", *reasons, "The reasons, without personal data")->required();
  refuse->footer(
      "Example:\n  klaim claim refuse 886 --reason-code outside_period --reasons \"The placement ended "
      "before "
      "the programme's period.\"");
  OnCall(refuse, connection, [=, &connection] {
    return ForEachClaim(connection, *ids, "refused", [&](uint64_t claim_id) {
      ASSIGN_OR_RETURN(auto status, StatusOf(connection, claim_id));
      absl::Status step = Examine(connection, claim_id, status);
      return step.ok() ? DecideEligibility(connection, claim_id, false, *code, *reasons) : step;
    });
  });
}

void AddDeficiency(CLI::App& claim, Connection& connection) {
  auto* deficiency = claim.add_subcommand("deficiency", "Tells a claimant what is missing");
  auto id = std::make_shared<uint64_t>(0);
  auto missing = std::make_shared<std::vector<std::string>>();
  auto until = std::make_shared<std::string>();
  deficiency->add_option("CLAIM", *id, "Number of the claim")->required();
  deficiency->add_option("--missing", *missing, "What is missing; may stand several times")->required();
  deficiency->add_option("--answer-by", *until, "Last day of answering, day first")->required();
  deficiency->footer(
      "Example:\n  klaim claim deficiency 886 --missing \"loan receipt\" --answer-by 31-03-2027");
  OnCall(deficiency, connection, [=, &connection]() -> absl::Status {
    v1::NoticeDeficiencyRequest request;
    for (const std::string& item : *missing) request.mutable_notice()->add_missing(item);
    auto date = ParseDate(*until);
    if (!date.ok()) return absl::InvalidArgumentError(absl::StrCat("--answer-by ", date.status().message()));
    *request.mutable_notice()->mutable_answer_by() = *date;
    v1::NoticeDeficiencyResponse response;
    absl::Status status = Step(connection, &Review::NoticeDeficiency, request, *id, response);
    if (status.ok()) connection.Show(response, "Notice recorded.");
    return status;
  });
}

// A step that takes a text, or none (no `option`), and says `done`.
template <class Stub, class Request, class Response>
void AddStep(CLI::App& claim, Connection& connection, const std::string& name, const std::string& about,
             grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
             const std::string& option, const std::string& option_about,
             void (*set)(Request& request, const std::string& text), const std::string& done) {
  auto* step = claim.add_subcommand(name, about);
  auto id = std::make_shared<uint64_t>(0);
  auto text = std::make_shared<std::string>();
  step->add_option("CLAIM", *id, "Number of the claim")->required();
  if (!option.empty()) step->add_option(option, *text, option_about + ", without personal data")->required();
  step->footer(absl::StrCat("Example:\n  klaim claim ", name, " 886",
                            option.empty() ? "" : absl::StrCat(" ", option, " \"...\"")));
  OnCall(step, connection, [=, &connection] {
    Request request;
    set(request, *text);
    Response response;
    absl::Status status = Step(connection, method, request, *id, response);
    if (status.ok()) connection.Show(response, done);
    return status;
  });
}

}  // namespace

void AddReview(CLI::App& claim, Connection& connection) {
  AddDeficiency(claim, connection);
  AddStep(
      claim, connection, "cure", "Hands in what was missing", &Intake::CureDeficiency, "--answer",
      "What was handed in",
      +[](v1::CureDeficiencyRequest& request, const std::string& text) { request.set_answer(text); },
      "Answer recorded.");
  AddDetermine(claim, connection);
  AddFindEligible(claim, connection);
  AddRefuse(claim, connection);
  AddStep(
      claim, connection, "suspend", "Puts a claim on hold", &Review::SuspendClaim, "--reason", "Why",
      +[](v1::SuspendClaimRequest& request, const std::string& text) { request.set_reason(text); },
      "The claim is on hold.");
  AddStep(
      claim, connection, "resume", "Lets a claim go on that was on hold", &Review::ResumeClaim, "", "",
      +[](v1::ResumeClaimRequest&, const std::string&) {}, "The claim goes on.");
  AddStep(
      claim, connection, "withdraw", "Withdraws a claim for its claimant", &Intake::WithdrawClaim, "--reason",
      "Why", +[](v1::WithdrawClaimRequest& request, const std::string& text) { request.set_reason(text); },
      "The claim is withdrawn.");
  AddStep(
      claim, connection, "close", "Closes a claim that is at its end", &Review::CloseClaim, "--reason", "Why",
      +[](v1::CloseClaimRequest& request, const std::string& text) { request.set_reason(text); },
      "The claim is closed.");
}

}  // namespace klaim::tools
