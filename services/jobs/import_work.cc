#include "services/jobs/import_work.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/people/claimant.h"
#include "engine/domain/registry/reference_register.h"
#include "engine/domain/registry/respondent.h"
#include "services/boundary/call_pipeline.h"
#include "services/docket/import_staging.h"
#include "services/intake/filing_stream.h"

namespace klaim::services {
namespace {

using sequencer::Outcome;

constexpr absl::Duration kBusy = absl::Milliseconds(50);

// Looks that are under way.
class Looks {
 public:
  void Add() {
    absl::MutexLock lock(&mutex_);
    ++under_way_;
  }
  void End() {
    absl::MutexLock lock(&mutex_);
    --under_way_;
  }
  void WaitForAll() {
    absl::MutexLock lock(&mutex_);
    const auto none = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return under_way_ == 0; };
    mutex_.Await(absl::Condition(&none));
  }

 private:
  absl::Mutex mutex_;
  size_t under_way_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Files one part and waits for its answers.
class PartFiler {
 public:
  PartFiler(JobRun& run, const Caller& caller, const v1::StageImportRequest& part)
      : run_(run), caller_(caller), part_(part) {
    for (const v1::ImportedLine& line : part.lines()) outcomes_.add_outcomes()->set_number(line.number());
  }

  const v1::ListImportOutcomesResponse& File() {
    for (int i = 0; i < part_.lines_size(); ++i) {
      const v1::ImportedLine& line = part_.lines(i);
      v1::ImportOutcome& outcome = *outcomes_.mutable_outcomes(i);
      if (line.has_filing()) {
        FileClaim(line.filing(), *outcome.mutable_outcome());
      } else if (line.has_agency()) {
        FindAgency(line.agency(), outcome);
      } else {
        Record(line.register_lines(), *outcome.mutable_outcome());
      }
    }
    under_way_.WaitForAll();
    similar_.WaitForAll();
    ConfirmAccounts();
    TellOfAgencies();
    return outcomes_;
  }

 private:
  // What is told of an agency in two steps: what is known of it, then what became of its licence.
  struct Told {
    v1::FilingOutcome details;
    v1::FilingOutcome status;
  };

  void FileClaim(const v1::FileClaimRequest& filing, v1::FilingOutcome& outcome) {
    outcome.set_request_id(filing.request_id());
    Submit<v1::FileClaimRequest>(filing, outcome,
                                 [this, &outcome](const Outcome& recorded, const auto& filed) {
                                   FillFiled(recorded, filed, *outcome.mutable_filed());
                                   NoteWhen(recorded, *outcome.mutable_filed()->mutable_receipt());
                                   NoteSimilar(recorded, filed, *outcome.mutable_filed());
                                 });
  }

  template <class Request>
  void Record(const Request& request, v1::FilingOutcome& outcome) {
    outcome.set_request_id(request.request_id());
    Submit<Request>(request, outcome, [this, &outcome](const Outcome& recorded, const auto&) {
      CallPipeline::FillReceipt(recorded, *outcome.mutable_filed()->mutable_receipt());
      NoteWhen(recorded, *outcome.mutable_filed()->mutable_receipt());
    });
  }

  // Filed before this import, or by it: a restart between doesn't change which.
  void NoteWhen(const Outcome& recorded, v1::Receipt& receipt) const {
    receipt.set_recorded_before(recorded.first_sequence < run_.job.id);
  }

  // What is known of who looks the same comes later than the answer; each look ends before this does.
  void NoteSimilar(const Outcome& recorded, const v1::FileClaimRequest& filed,
                   v1::FileClaimResponse& answer) {
    similar_.Add();
    run_.calls.WhenDuplicateKnown(caller_, recorded, filed, [this, &answer](bool possible_duplicate) {
      answer.set_possible_duplicate(possible_duplicate);
      similar_.End();
    });
  }

  // A full queue is for others: an import waits, and begins again with what was handed in, since sealing changes it.
  template <class Request>
  void Submit(const Request& request, v1::FilingOutcome& outcome,
              std::function<void(const Outcome&, const Request&)> fill) {
    absl::Status refused;
    do {
      if (absl::IsResourceExhausted(refused)) absl::SleepFor(kBusy);
      refused = TryToSubmit(std::make_shared<Request>(request), outcome, fill);
    } while (absl::IsResourceExhausted(refused) && run_.running());
    if (!refused.ok()) FillError(refused, *outcome.mutable_error());
  }

  template <class Request>
  absl::Status TryToSubmit(std::shared_ptr<Request> request, v1::FilingOutcome& outcome,
                           std::function<void(const Outcome&, const Request&)> fill) {
    ASSIGN_OR_RETURN(auto command, run_.calls.Prepare(caller_, *request));
    // A colleague's import of the same list finds what this one filed.
    command.request_of_organisation = true;
    command.done = [this, &outcome, request, fill](const absl::StatusOr<Outcome>& recorded) {
      if (recorded.ok()) {
        fill(*recorded, *request);
      } else {
        FillError(recorded.status(), *outcome.mutable_error());
      }
    };
    return under_way_.Submit(std::move(command));
  }

  void ConfirmAccounts() {
    std::vector<v1::FilingOutcome> confirmed(static_cast<size_t>(part_.lines_size()));
    for (int i = 0; i < part_.lines_size(); ++i) {
      const v1::FilingOutcome& outcome = outcomes_.outcomes(i).outcome();
      if (!part_.lines(i).has_account() || !outcome.has_filed()) continue;
      v1::ConfirmPayoutAccountRequest request;
      request.set_request_id("account:" + part_.lines(i).filing().request_id());
      request.set_claimant_id(outcome.filed().claimant_id());
      *request.mutable_account() = part_.lines(i).account();
      Submit<v1::ConfirmPayoutAccountRequest>(request, confirmed[static_cast<size_t>(i)],
                                              [](const Outcome&, const auto&) {});
    }
    under_way_.WaitForAll();
    for (int i = 0; i < part_.lines_size(); ++i) {
      if (!confirmed[static_cast<size_t>(i)].has_error()) continue;
      v1::ImportOutcome& outcome = *outcomes_.mutable_outcomes(i);
      *outcome.mutable_account_error() = confirmed[static_cast<size_t>(i)].error();
      outcome.set_account_problem(outcome.account_error().message());
    }
  }

  // Nothing is guessed: who only looks like somebody is told, and left.
  void FindAgency(const v1::AgencyRegisterLine& line, v1::ImportOutcome& outcome) const {
    outcome.mutable_outcome()->set_request_id(line.request_id());
    if (absl::Status sought = CheckSought(line.sought()); !sought.ok())
      return FillError(sought, *outcome.mutable_outcome()->mutable_error());
    const auto found = run_.respondents.Find(line.sought(), 1);
    const bool alike = !found.empty() && found[0].relation == linkage::Relation::kSame;
    if (alike) {
      outcome.set_respondent_id(found[0].id);
      outcome.set_probability_millionths(DescribeCandidate(found[0]).probability_millionths());
    }
    if (alike && found[0].zone == linkage::Zone::kLink) return;
    FillError(alike ? domain::Refuse(absl::StatusCode::kNotFound,
                                     v1::REASON_SOUGHT_MAY_BE_RESPONDENT_LINK_OR_CORRECT_IT_THEN, found[0].id)
                    : domain::Refuse(absl::StatusCode::kNotFound, v1::REASON_SOUGHT_IS_NOBODY_KNOWN),
              *outcome.mutable_outcome()->mutable_error());
  }

  void TellOfAgencies() {
    std::map<int, Told> told;
    for (int i = 0; i < part_.lines_size(); ++i) {
      if (!part_.lines(i).has_agency() || outcomes_.outcomes(i).outcome().has_error()) continue;
      const v1::AgencyRegisterLine& line = part_.lines(i).agency();
      v1::AddRespondentDetailsRequest details;
      details.set_request_id(line.request_id() + ":details");
      details.set_respondent_id(outcomes_.outcomes(i).respondent_id());
      *details.mutable_details() = line.details();
      Record(details, told[i].details);
      if (!line.has_status()) continue;
      v1::RecordLicenceStatusRequest licence;
      licence.set_request_id(line.request_id() + ":status");
      licence.set_respondent_id(outcomes_.outcomes(i).respondent_id());
      *licence.mutable_status() = line.status();
      Record(licence, told[i].status);
    }
    under_way_.WaitForAll();
    for (const auto& [i, each] : told) {
      v1::FilingOutcome& outcome = *outcomes_.mutable_outcomes(i)->mutable_outcome();
      for (const v1::FilingOutcome* step : {&each.details, &each.status}) AddStep(*step, outcome);
    }
  }

  // What was said before is said again by the next edition of a register: that is no error.
  static void AddStep(const v1::FilingOutcome& step, v1::FilingOutcome& outcome) {
    if (step.has_error() && step.error().code() != static_cast<int>(absl::StatusCode::kFailedPrecondition)) {
      *outcome.mutable_error() = step.error();
    }
    if (outcome.has_error()) return;
    const bool is_first = !outcome.has_filed();
    v1::Receipt& receipt = *outcome.mutable_filed()->mutable_receipt();
    const bool is_new = step.has_filed() && !step.filed().receipt().recorded_before();
    if (is_new) {
      receipt = step.filed().receipt();
    } else if (is_first) {
      receipt.set_recorded_before(true);
    }
  }

  JobRun& run_;
  const Caller& caller_;
  const v1::StageImportRequest& part_;
  v1::ListImportOutcomesResponse outcomes_;
  Looks similar_;
  InFlightCommands under_way_{*run_.docket.sequencer, kMaxInFlightJobCommands};
};

// Who began it, as the account stands now.
absl::StatusOr<Caller> CallerOf(JobRun& run) {
  ASSIGN_OR_RETURN(auto principal, run.calls.authenticator().OfActor(run.job.actor));
  return Caller{std::move(principal), "", {}, {}, 0, nullptr};
}

// A right that was withdrawn meanwhile is gone for the lines that are left, too.
absl::Status CheckRights(const Caller& caller, const v1::StageImportRequest& part) {
  for (const v1::ImportedLine& line : part.lines()) {
    RETURN_IF_ERROR(CheckImportedLine(caller, line));
  }
  return absl::OkStatus();
}

absl::Status FilePart(JobRun& run, const std::string& name, uint32_t first) {
  ASSIGN_OR_RETURN(auto part, run.staging.Lines(run.job.actor, name, first));
  ASSIGN_OR_RETURN(auto caller, CallerOf(run));
  RETURN_IF_ERROR(CheckRights(caller, part));
  PartFiler filer(run, caller, part);
  const v1::ListImportOutcomesResponse& outcomes = filer.File();
  // What a stop left unanswered is asked again at the next start.
  for (const v1::ImportOutcome& each : outcomes.outcomes()) {
    if (each.outcome().error().code() == static_cast<int>(absl::StatusCode::kUnavailable)) {
      return absl::UnavailableError(each.outcome().error().message());
    }
  }
  return run.staging.NoteOutcomes(run.job.actor, name, first, outcomes);
}

absl::Status CountPart(JobRun& run, const std::string& name, uint32_t first) {
  ASSIGN_OR_RETURN(auto outcomes, run.staging.Outcomes(run.job.actor, name, first));
  uint64_t done = 0;
  for (const v1::ImportOutcome& each : outcomes.outcomes()) {
    if (!each.outcome().has_filed()) continue;
    ++done;
    const bool before = each.outcome().filed().receipt().recorded_before();
    run.Count(before ? "filed_before" : "filed", 1);
    if (each.outcome().filed().possible_duplicate()) run.Count("possible_duplicates", 1);
    if (!each.account_problem().empty()) run.Count("accounts_refused", 1);
  }
  run.Add(done, static_cast<uint64_t>(outcomes.outcomes_size()) - done);
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckImportedLine(const Principal& principal, const v1::ImportedLine& line) {
  if (line.has_filing()) return CallPipeline::CheckDemand(principal, line.filing());
  if (line.has_register_lines()) return CallPipeline::CheckDemand(principal, line.register_lines());
  if (line.has_agency()) return CallPipeline::CheckDemand(principal, v1::AddRespondentDetailsRequest());
  return domain::InvalidField("becomes", v1::REASON_IS_NO_LINE_OF_IMPORT);
}

void FileImport(JobRun& run) {
  const v1::ImportStarted& started = run.job.started.import_started();
  run.SetTotal(started.lines());
  absl::Status status = run.staging.NoteJob(run.job.actor, started.name(), run.job.id);
  for (const ImportStaging::Part& part : run.staging.Parts(run.job.actor, started.name())) {
    if (!status.ok()) break;
    if (!part.answered) {
      if (!run.GoesOn()) break;
      status = FilePart(run, started.name(), part.first);
    }
    if (status.ok()) status = CountPart(run, started.name(), part.first);
  }
  if (!run.running()) return;
  if (status.ok()) status = run.staging.Forget(run.job.actor, started.name());
  if (!status.ok()) run.Leave(0, status);
}

}  // namespace klaim::services
