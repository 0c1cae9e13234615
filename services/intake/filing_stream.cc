#include "services/intake/filing_stream.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/core/refusal.h"
#include "engine/time/steady.h"
#include "services/common/limits.h"

namespace klaim::services {

void FillError(const absl::Status& status, v1::FilingError& error) {
  error.set_code(static_cast<int>(status.code()));
  error.set_message(std::string(status.message()));
  for (std::string& field : domain::FieldsOf(status)) error.add_fields(std::move(field));
  for (google::rpc::ErrorInfo& reason : domain::ReasonsOf(status)) *error.add_reasons() = std::move(reason);
}

void FillFiled(const sequencer::Outcome& outcome, const v1::FileClaimRequest& request,
               v1::FileClaimResponse& filed) {
  CallPipeline::FillReceipt(outcome, *filed.mutable_receipt());
  // In this order the events stand: the new claimant, the new case, the claim.
  uint64_t next = outcome.first_sequence;
  filed.set_claimant_id(request.has_new_claimant() ? next++ : request.claimant_id());
  filed.set_case_id(request.has_new_case() ? next++ : request.case_id());
  filed.set_claim_id(outcome.last_sequence);
}

FilingStream* FilingStream::Start(CallPipeline& calls, grpc::CallbackServerContext& context, Caller caller) {
  std::shared_ptr<FilingStream> stream(new FilingStream(calls, context, std::move(caller)));
  stream->self_ = stream;
  stream->Read();
  return stream.get();
}

void FilingStream::Read() {
  incoming_ = std::make_shared<Part>();
  peer_deadline_.Expect();
  StartRead(&incoming_->request);
}

void FilingStream::OnReadDone(bool ok) {
  const std::shared_ptr<Part> part = std::move(incoming_);
  peer_deadline_.Rest();
  absl::Status refused = ok ? CallPipeline::CheckParsed(part->request) : absl::OkStatus();
  if (ok && refused.ok()) {
    refused = calls_.StillAllowed(context_, v1::FileClaimsRequest::default_instance());
  }
  if (ok && refused.ok() &&
      (part->request.filings().empty() || part->request.filings_size() > kMaxFilingsAMessage)) {
    refused = domain::InvalidField("filings", v1::REASON_HAS_FILINGS, part->request.filings_size(),
                                   kMaxFilingsAMessage);
  }
  if (!refused.ok()) {
    absl::MutexLock lock(&mutex_);
    failure_ = refused;
    ok = false;
  }
  if (!ok) {
    absl::MutexLock lock(&mutex_);
    reading_ = false;
    read_all_ = true;
    Advance();
    return;
  }
  // Who files faster than its share is slowed: what it sends next is not read before.
  const absl::Duration wait = calls_.filing_rate().TakeAndWait(
      caller_.actor, std::max(part->request.filings_size(), kMinCostOfMessage),
      absl::ToInt64Microseconds(steady::Now()));
  if (wait > absl::ZeroDuration()) {
    return calls_.timers().After(wait, [self = shared_from_this(), part] { self->AwaitRoom(part); });
  }
  auto place = calls_.filing_room().EnterNow(caller_.actor, Filings(*part));
  if (!place.has_value()) return AwaitRoom(part);
  part->place.emplace(*std::move(place));
  calls_.sealing().DoSoon(caller_.actor, [self = shared_from_this(), part] { self->Take(part); });
}

// Sealing a thousand filings takes a while, and this may be the thread that answers everybody.
void FilingStream::AwaitRoom(const std::shared_ptr<Part>& part) {
  calls_.filing_room().Enter(
      caller_.actor, Filings(*part), [self = shared_from_this(), part](FilingRoom::Place place) {
        part->place.emplace(std::move(place));
        self->calls_.sealing().Do(self->caller_.actor, [self, part] { self->Take(part); });
      });
}

void FilingStream::Take(const std::shared_ptr<Part>& part) {
  {
    absl::MutexLock lock(&mutex_);
    reading_ = false;
    if (finished_) return;
    parts_.push_back(part);
  }
  File(part);
  absl::MutexLock lock(&mutex_);
  Advance();
}

void FilingStream::File(const std::shared_ptr<Part>& part) {
  const int count = part->request.filings_size();
  // One more than there are, so that the part isn't answered before all are submitted.
  part->unanswered = count + 1;
  part->response.mutable_outcomes()->Reserve(count);
  for (int i = 0; i < count; ++i)
    part->response.add_outcomes()->set_request_id(part->request.filings(i).request_id());
  for (int i = 0; i < count; ++i) Submit(part, i);
  Answered(*part);
}

void FilingStream::Submit(const std::shared_ptr<Part>& part, int index) {
  v1::FilingOutcome& answer = *part->response.mutable_outcomes(index);
  v1::FileClaimRequest& filing = *part->request.mutable_filings(index);
  auto command = calls_.Prepare(caller_, filing);
  absl::Status refused = command.status();
  if (command.ok()) {
    command->done = [self = shared_from_this(), part, &filing,
                     &answer](const absl::StatusOr<sequencer::Outcome>& outcome) {
      if (!outcome.ok()) {
        FillError(outcome.status(), *answer.mutable_error());
        return self->Answered(*part);
      }
      FillFiled(*outcome, filing, *answer.mutable_filed());
      self->calls_.WhenDuplicateKnown(self->caller_, *outcome, filing,
                                      [self, part, &answer](bool possible_duplicate) {
                                        answer.mutable_filed()->set_possible_duplicate(possible_duplicate);
                                        self->Answered(*part);
                                      });
    };
    refused = calls_.docket().sequencer->Submit(*std::move(command));
  }
  if (refused.ok()) return;
  FillError(refused, *answer.mutable_error());
  Answered(*part);
}

void FilingStream::Answered(Part& part) {
  if (part.unanswered.fetch_sub(1) != 1) return;
  part.place.reset();
  absl::MutexLock lock(&mutex_);
  part.answered = true;
  Advance();
}

void FilingStream::Advance() {
  if (finished_) return;
  if (!writing_ && !parts_.empty() && parts_.front()->answered) {
    writing_ = true;
    StartWrite(&parts_.front()->response);
  }
  if (!reading_ && !read_all_ && parts_.size() < kMaxFilingMessagesInFlight) {
    reading_ = true;
    Read();
  }
  if (read_all_ && parts_.empty()) {
    finished_ = true;
    Finish(ToWire(failure_));
  }
}

void FilingStream::OnWriteDone(bool ok) {
  absl::MutexLock lock(&mutex_);
  writing_ = false;
  parts_.pop_front();
  if (!ok) {
    // The client is gone. What was taken is recorded; it asks again with the same references.
    read_all_ = true;
    parts_.clear();
  }
  Advance();
}

void FilingStream::OnCancel() {
  absl::MutexLock lock(&mutex_);
  read_all_ = true;
}

void FilingStream::OnDone() {
  calls_.filing_room().Close(caller_.actor);
  self_.reset();
}

}  // namespace klaim::services
