// klaim claim hold, revise, appeal, reopen, ...: what keeps a claim, changes what was decided of it, or lets it go on again.

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "klaim/v1/claim_events.pb.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/review_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Review = v1::ReviewService::Stub;
using Intake = v1::IntakeService::Stub;
using Compensation = v1::CompensationService::Stub;

// What a command about one claim is given.
struct Given {
  uint64_t claim = 0;
  uint64_t number = 0;  // of a hold, a proposal or an appeal
  std::string what;
  std::string on;
  std::string until;
  std::string late_cause;
  std::string reason_code;
  std::string reason;
  std::vector<std::string> heads;
  bool ineligible = false;
};

CLI::App* CommandOf(CLI::App& claim, const std::string& name, const std::string& about, Given& given) {
  auto* command = claim.add_subcommand(name, about);
  command->add_option("CLAIM", given.claim, "Number of the claim")->required();
  return command;
}

void AskReason(CLI::App* command, Given& given, const std::string& option = "--reason") {
  command->add_option(option, given.reason, "Why, without personal data")->required();
}

// Sends the request of a command, and shows `done`.
template <class Request, class Response>
absl::Status SendStep(Connection& connection, const Given& given,
                      grpc::Status (Review::*method)(grpc::ClientContext*, const Request&, Response*),
                      Request request, const std::string& done) {
  request.set_request_id(connection.RequestId());
  request.set_claim_id(given.claim);
  Response response;
  RETURN_IF_ERROR(connection.Call(method, request, response));
  connection.Show(response, done);
  return absl::OkStatus();
}

absl::StatusOr<v1::HoldScope> ScopeOf(const std::string& written) {
  if (written == "decisions") return v1::HOLD_SCOPE_DECIDE;
  if (written == "allocations") return v1::HOLD_SCOPE_ALLOCATE;
  if (written == "payments") return v1::HOLD_SCOPE_PAY;
  return absl::InvalidArgumentError(
      absl::StrCat("--what: \"", written, "\" is none of decisions, allocations, payments"));
}

std::string ScopeText(v1::HoldScope scope) {
  if (scope == v1::HOLD_SCOPE_DECIDE) return "decisions";
  return scope == v1::HOLD_SCOPE_ALLOCATE ? "allocations" : "payments";
}

void AddHold(CLI::App& claim, Connection& connection) {
  auto given = std::make_shared<Given>();
  auto* hold = CommandOf(claim, "hold", "Keeps something from being done with a claim", *given);
  hold->add_option("--what", given->what,
                   "decisions, allocations (and payments), or payments alone; what is held doesn't lapse")
      ->required();
  AskReason(hold, *given);
  hold->footer(
      "Example:\n  klaim claim hold 3013 --what payments --reason \"The certificate is contested.\"");
  OnCall(hold, connection, [=, &connection]() -> absl::Status {
    v1::HoldClaimRequest request;
    ASSIGN_OR_RETURN(auto scope, ScopeOf(given->what));
    request.set_scope(scope);
    request.set_reason(given->reason);
    request.set_request_id(connection.RequestId());
    request.set_claim_id(given->claim);
    v1::HoldClaimResponse response;
    RETURN_IF_ERROR(connection.Call(&Review::HoldClaim, request, response));
    connection.Show(response,
                    absl::StrCat("Held by hold ", response.hold_id(), ", until another person ends it",
                                 request.scope() == v1::HOLD_SCOPE_DECIDE
                                     ? "."
                                     : ". What was handed to a bank already is on its way."));
    return absl::OkStatus();
  });

  auto ended = std::make_shared<Given>();
  auto* release = CommandOf(claim, "release-hold", "Ends a hold of another person", *ended);
  release->add_option("HOLD", ended->number, "Number of the hold")->required();
  AskReason(release, *ended);
  release->footer("Example:\n  klaim claim release-hold 3013 5120 --reason \"The court confirmed it.\"");
  OnCall(release, connection, [=, &connection] {
    v1::ReleaseClaimHoldRequest request;
    request.set_hold_id(ended->number);
    request.set_reason(ended->reason);
    return SendStep(connection, *ended, &Review::ReleaseClaimHold, request, "That hold is ended.");
  });
}

absl::StatusOr<v1::RevisionKind> KindOfRevision(const std::string& written) {
  v1::RevisionKind kind = v1::REVISION_KIND_UNSPECIFIED;
  if (v1::RevisionKind_Parse(absl::StrCat("REVISION_KIND_", absl::AsciiStrToUpper(written)), &kind) &&
      kind != 0)
    return kind;
  return absl::InvalidArgumentError(
      absl::StrCat("--kind: \"", written,
                   "\" is none of clerical, evidence, appeal, precedent, own_motion, fraud, duplicate"));
}

// The heads as they are to be: those that aren't named stay as they are.
absl::Status FillHeads(const Given& given, const v1::Claim& claim, v1::DecisionRevision& revision) {
  for (const v1::HeadState& head : claim.heads()) {
    if (head.code() == domain::kLateInterest) continue;
    v1::RevisedHead& revised = *revision.add_heads();
    revised.set_code(head.code());
    if (!given.ineligible) revised.set_after_minor(head.determined_minor());
  }
  std::set<std::string> named;
  for (const std::string& written : given.heads) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(written, absl::MaxSplits('=', 1));
    ASSIGN_OR_RETURN(auto minor, AmountOf("--head", parts.second, claim.currency()));
    if (!named.insert(parts.first).second)
      return absl::InvalidArgumentError(absl::StrCat("--head: names \"", parts.first, "\" twice"));
    bool found = false;
    for (v1::RevisedHead& revised : *revision.mutable_heads()) {
      if (revised.code() != parts.first) continue;
      revised.set_after_minor(minor);
      found = true;
    }
    if (!found)
      return absl::InvalidArgumentError(absl::StrCat("--head: the claim has no head \"", parts.first, "\""));
  }
  return absl::OkStatus();
}

absl::Status Revise(const Given& given, Connection& connection) {
  v1::GetClaimRequest get;
  get.set_claim_id(given.claim);
  v1::GetClaimResponse claim;
  RETURN_IF_ERROR(connection.Call(&Intake::GetClaim, get, claim));
  v1::ReviseDecisionRequest request;
  request.set_request_id(connection.RequestId());
  request.set_claim_id(given.claim);
  v1::DecisionRevision& revision = *request.mutable_revision();
  ASSIGN_OR_RETURN(auto kind, KindOfRevision(given.what));
  revision.set_kind(kind);
  revision.set_eligible(!given.ineligible);
  revision.set_reason_code(given.reason_code);
  revision.set_reasons(given.reason);
  revision.set_appeal_id(given.number);
  if (!given.until.empty()) {
    ASSIGN_OR_RETURN(*revision.mutable_appeal_until(), DayOf("--appeal-until", given.until));
  }
  RETURN_IF_ERROR(FillHeads(given, claim.claim(), revision));
  v1::ReviseDecisionResponse response;
  RETURN_IF_ERROR(connection.Call(&Review::ReviseDecision, request, response));
  connection.Show(response, response.proposal_id() == 0
                                ? "The decision is revised."
                                : ProposedClaimMoveText(given.claim, response.proposal_id()));
  return absl::OkStatus();
}

void AddRevise(CLI::App& claim, Connection& connection) {
  auto given = std::make_shared<Given>();
  auto* revise = CommandOf(claim, "revise", "Revises a decision, whatever became of its money", *given);
  revise
      ->add_option("--kind", given->what,
                   "clerical, evidence, appeal, precedent, own_motion, fraud or duplicate")
      ->required();
  revise->add_option("--head", given->heads,
                     "HEAD=AMOUNT: what a head is worth now; others stay as they are");
  revise->add_flag("--ineligible", given->ineligible, "It isn't eligible after all: nothing is due");
  revise->add_option("--reason-code", given->reason_code, "Code of the reason")->required();
  AskReason(revise, *given, "--reasons");
  revise->add_option("--appeal", given->number, "The appeal that it follows");
  revise->add_option("--appeal-until", given->until, "Last day of appealing against it, day first");
  revise->footer(
      "Where money was allocated, another person approves it (claim approve-move). What isn't due any more\n"
      "and isn't under way goes back into trust; what was paid is to be paid back (klaim overpayment).\n\n"
      "Examples:\n"
      "  klaim claim revise 3013 --kind clerical --head unpaid_wages=4.500 --reason-code miscounted \\\n"
      "    --reasons \"Nine months, not ten.\"\n"
      "  klaim claim revise 3013 --kind fraud --ineligible --reason-code false_contract \\\n"
      "    --reasons \"The contract was forged.\"");
  OnCall(revise, connection, [=, &connection] { return Revise(*given, connection); });
}

void AddClaimMoves(CLI::App& claim, Connection& connection) {
  auto approved = std::make_shared<Given>();
  auto* approve =
      CommandOf(claim, "approve-move", "Approves what another person proposed of a claim", *approved);
  approve->add_option("PROPOSAL", approved->number, "Number of the proposal")->required();
  approve->footer("Example:\n  klaim claim approve-move 3013 5120");
  OnCall(approve, connection, [=, &connection] {
    v1::ApproveClaimMoveRequest request;
    request.set_proposal_id(approved->number);
    return SendStep(connection, *approved, &Review::ApproveClaimMove, request, "Approved.");
  });
  auto rejected = std::make_shared<Given>();
  auto* reject =
      CommandOf(claim, "reject-move", "Rejects what another person proposed of a claim", *rejected);
  reject->add_option("PROPOSAL", rejected->number, "Number of the proposal")->required();
  AskReason(reject, *rejected);
  reject->footer("Example:\n  klaim claim reject-move 3013 5120 --reason \"The receipt is genuine.\"");
  OnCall(reject, connection, [=, &connection] {
    v1::RejectClaimMoveRequest request;
    request.set_proposal_id(rejected->number);
    request.set_reason(rejected->reason);
    return SendStep(connection, *rejected, &Review::RejectClaimMove, request, "Rejected.");
  });
}

absl::StatusOr<v1::Appellant> AppellantOf(const std::string& written) {
  if (written == "claimant") return v1::APPELLANT_CLAIMANT;
  if (written == "respondent") return v1::APPELLANT_RESPONDENT;
  if (written == "other") return v1::APPELLANT_OTHER;
  return absl::InvalidArgumentError(
      absl::StrCat("--by: \"", written, "\" is none of claimant, respondent, other"));
}

absl::Status Appeal(const Given& given, Connection& connection) {
  v1::AppealClaimRequest request;
  request.set_request_id(
      absl::StrCat(connection.RequestId(), ":", request.GetDescriptor()->name(), ":", given.claim));
  request.set_claim_id(given.claim);
  request.set_grounds(given.reason);
  ASSIGN_OR_RETURN(auto by, AppellantOf(given.what));
  request.set_by(by);
  if (!given.on.empty()) {
    ASSIGN_OR_RETURN(*request.mutable_appealed_on(), DayOf("--on", given.on));
  }
  request.set_late_cause(given.late_cause);
  v1::AppealClaimResponse response;
  RETURN_IF_ERROR(connection.Call(&Review::AppealClaim, request, response));
  connection.Show(response,
                  response.decision_stands()
                      ? absl::StrCat("Appeal ", response.receipt().sequence(),
                                     " recorded; the decision stands until it is revised by it, or the "
                                     "appeal is dismissed.")
                      : "Appeal recorded; the claim is under review.");
  return absl::OkStatus();
}

void AddAppeal(CLI::App& claim, Connection& connection) {
  auto given = std::make_shared<Given>();
  given->what = "claimant";
  auto* appeal = CommandOf(claim, "appeal", "Takes a decision to review again", *given);
  AskReason(appeal, *given, "--grounds");
  appeal->add_option("--by", given->what, "Who appeals: claimant, respondent or other")
      ->capture_default_str();
  appeal->add_option("--on", given->on, "When the appeal was made, day first; today when it is left out");
  appeal->add_option("--late-cause", given->late_cause,
                     "Why it is heard although the last day of appealing is over");
  appeal->footer(
      "Where money was allocated, the decision stands until it is revised by the appeal (claim revise "
      "--kind\n"
      "appeal --appeal NUMBER), or the appeal is dismissed.\n\n"
      "Example:\n  klaim claim appeal 886 --grounds \"A second contract was found.\" --on 20-11-2026");
  OnCall(appeal, connection, [=, &connection] { return Appeal(*given, connection); });

  auto dismissed = std::make_shared<Given>();
  auto* dismiss = CommandOf(claim, "dismiss-appeal", "Dismisses an appeal: the decision stands", *dismissed);
  dismiss->add_option("APPEAL", dismissed->number, "Number of the appeal")->required();
  AskReason(dismiss, *dismissed, "--reasons");
  dismiss->footer("Example:\n  klaim claim dismiss-appeal 886 5120 --reasons \"The contract is the same.\"");
  OnCall(dismiss, connection, [=, &connection] {
    v1::DismissAppealRequest request;
    request.set_appeal_id(dismissed->number);
    request.set_reasons(dismissed->reason);
    return SendStep(connection, *dismissed, &Review::DismissAppeal, request,
                    "Dismissed: the decision stands.");
  });
}

void AddReopen(CLI::App& claim, Connection& connection) {
  auto given = std::make_shared<Given>();
  auto* reopen =
      CommandOf(claim, "reopen", "Lets a claim go on that was withdrawn, closed or opted out", *given);
  AskReason(reopen, *given);
  reopen->footer("Example:\n  klaim claim reopen 886 --reason \"It was withdrawn under pressure.\"");
  OnCall(reopen, connection, [=, &connection] {
    v1::ReopenClaimRequest request;
    request.set_reason(given->reason);
    return SendStep(connection, *given, &Review::ReopenClaim, request,
                    "The claim goes on where it stood before.");
  });
}

std::string ClaimMoveText(const v1::ClaimMoveProposed& proposed) {
  if (proposed.has_reversal())
    return absl::StrCat("take back the repayment ", proposed.reversal().bank_reference(), ": ",
                        proposed.reversal().reason());
  if (proposed.has_forgiveness())
    return absl::StrCat(proposed.forgiveness().written_off() ? "write off" : "waive",
                        " what is overpaid: ", proposed.forgiveness().reason());
  const v1::DecisionRevision& revision = proposed.revision();
  std::string text =
      absl::StrCat("revise (", EnumName(revision.kind()), "): ", revision.eligible() ? "" : "ineligible; ");
  for (const v1::RevisedHead& head : revision.heads()) {
    absl::StrAppend(&text, head.code(), " ", MoneyText(head.before_minor(), revision.currency()), " -> ",
                    MoneyText(head.after_minor(), revision.currency()), "; ");
  }
  return absl::StrCat(text, revision.reasons());
}

std::string MoneyOfClaimText(const v1::GetClaimCompensationResponse& money) {
  const v1::CompensationFigures& figures = money.figures();
  Table amounts({"", "amount"});
  const auto row = [&](const char* what, int64_t minor) {
    amounts.Add({what, MoneyText(minor, figures.currency())});
  };
  row("claimed", figures.claimed_minor());
  row("determined", figures.determined_minor());
  row("credited", figures.credited_minor());
  row("allocated", figures.allocated_minor());
  row("paid", figures.paid_minor());
  row("outstanding", figures.outstanding_minor());
  row("to be paid back", figures.overpaid_minor());
  row("paid back", figures.repaid_minor());
  row("waived or written off", figures.forgiven_minor());
  std::string text = amounts.Text();
  for (const v1::Hold& hold : money.holds()) {
    absl::StrAppend(&text, "\nhold ", hold.hold_id(), ": ", ScopeText(hold.held().scope()), " are held by ",
                    hold.held_by(), ": ", hold.held().reason());
  }
  if (money.open_appeal_id() != 0)
    absl::StrAppend(&text, "\nappeal ", money.open_appeal_id(), " waits to be decided");
  for (const v1::ClaimMove& move : money.moves()) {
    absl::StrAppend(&text, "\nproposal ", move.proposal_id(), " of ", move.proposed_by(),
                    " waits for another person: ", ClaimMoveText(move.proposed()));
  }
  return text;
}

void AddMoney(CLI::App& claim, Connection& connection) {
  auto given = std::make_shared<Given>();
  auto* money = CommandOf(claim, "money", "Shows a claim's money, and what keeps it", *given);
  money->footer("Example:\n  klaim claim money 3013");
  OnCall(money, connection, [=, &connection]() -> absl::Status {
    v1::GetClaimCompensationRequest request;
    request.set_claim_id(given->claim);
    v1::GetClaimCompensationResponse response;
    RETURN_IF_ERROR(connection.Call(&Compensation::GetClaimCompensation, request, response));
    connection.Show(response, MoneyOfClaimText(response));
    return absl::OkStatus();
  });
}

}  // namespace

std::string ProposedClaimMoveText(uint64_t claim_id, uint64_t proposal_id) {
  return absl::StrCat("Proposed as ", proposal_id,
                      ". Another lawyer approves it:\n  klaim --as NAME claim approve-move ", claim_id, " ",
                      proposal_id);
}

void AddRevision(CLI::App& claim, Connection& connection) {
  AddAppeal(claim, connection);
  AddRevise(claim, connection);
  AddClaimMoves(claim, connection);
  AddHold(claim, connection);
  AddReopen(claim, connection);
  AddMoney(claim, connection);
}

}  // namespace klaim::tools
