#include "simulation/job_worker.h"

#include <map>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/work/job.h"
#include "engine/record/encoded_record.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::simulation {
namespace {

constexpr size_t kMaxUnderWay = 3;

std::string EndOf(uint64_t job_id) { return absl::StrCat("end-", job_id); }

}  // namespace

bool JobWorker::FindJob() {
  const std::string prefix = projections::Key('r');
  v1::EventRecord event;
  (void)projector_.view("jobs").Scan(prefix, prefix, [&](absl::string_view key, absl::string_view) {
    domain::JobState job;
    absl::Status folded;
    absl::Status read =
        log_.ReadStream(projections::NumberAt(key, 1), [&](uint64_t sequence, absl::string_view bytes) {
          folded = record::DecodeRecord(sequence, bytes, event);
          if (folded.ok()) folded = domain::EvolveState(job, event);
          return folded.ok();
        });
    if (read.ok() && folded.ok() && !job.ended && job.started.has_bulk_decision_started()) job_ = job;
    return !job_.has_value();
  });
  next_ = 0;
  result_ = {};
  return job_.has_value();
}

std::optional<JobWorker::Errand> JobWorker::Next() {
  if (!job_.has_value() && !FindJob()) return std::nullopt;
  const v1::BulkDecisionStarted& started = job_->started.bulk_decision_started();
  Errand errand;
  if (!job_->cancelled && next_ < started.claim_ids_size()) {
    if (under_way_.size() >= kMaxUnderWay) return std::nullopt;
    const uint64_t claim_id = started.claim_ids(next_++);
    errand.request_id = absl::StrCat("job-", job_->id, "-", claim_id);
    errand.asked.actor = job_->actor;
    errand.asked.request_type = "BulkDecisionStarted";
    errand.asked.decide = [started, claim_id](uint64_t) {
      return [started, claim_id](domain::Docket& docket, const domain::Context& context,
                                 domain::Decision& decision) {
        return domain::DecideOne(started, claim_id, docket, context, decision);
      };
    };
  } else {
    if (!under_way_.empty()) return std::nullopt;
    errand.request_id = EndOf(job_->id);
    errand.asked.actor = "jobs@0";
    errand.asked.request_type = "JobEnded";
    result_.set_cancelled(job_->cancelled);
    errand.asked.decide = [end = domain::EndJob{job_->id, result_}](uint64_t) {
      return [end](domain::Docket& docket, const domain::Context& context, domain::Decision& decision) {
        return domain::Decide(end, docket, context, decision);
      };
    };
  }
  under_way_.insert(errand.request_id);
  return errand;
}

void JobWorker::TurnedAway(const std::string& request_id) {
  under_way_.erase(request_id);
  if (request_id != EndOf(job_->id)) --next_;
}

void JobWorker::Answered(const std::string& request_id, bool accepted) {
  if (under_way_.erase(request_id) == 0 || !job_.has_value()) return;
  if (request_id == EndOf(job_->id)) {
    job_.reset();
    return;
  }
  if (accepted) result_.set_done(result_.done() + 1);
  if (!accepted) result_.set_left(result_.left() + 1);
}

absl::StatusOr<uint64_t> JobWorker::CheckEnded(const log::LogReader& log) {
  std::map<std::string, std::set<std::string>> done;  // claims by job
  uint64_t sum = 0;
  absl::Status status;
  v1::EventRecord event;
  absl::Status read = log.Read(0, [&](uint64_t sequence, absl::string_view bytes) {
    status = record::DecodeRecord(sequence, bytes, event);
    const std::vector<std::string> words = absl::StrSplit(event.request_id(), '-');
    if (words[0] == "job" && words.size() == 3) done[words[1]].insert(words[2]);
    if (status.ok() && event.has_job_ended() && event.request_id() == EndOf(event.stream())) {
      const uint64_t counted = done[absl::StrCat(event.stream())].size();
      sum += event.job_ended().done();
      // One that was cancelled may have done some before a restart of which it didn't hear again.
      const bool right = event.job_ended().cancelled() ? event.job_ended().done() <= counted
                                                       : event.job_ended().done() == counted;
      if (!right) {
        status = absl::InternalError(absl::StrCat("job ", event.stream(), " says that it did ",
                                                  event.job_ended().done(), " claims, and did ", counted));
      }
    }
    return status.ok();
  });
  if (!read.ok()) return read;
  if (!status.ok()) return status;
  return sum;
}

}  // namespace klaim::simulation
