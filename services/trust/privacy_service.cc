#include "services/trust/privacy_service.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/case.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/people/claimant.h"
#include "klaim/v1/event_record.pb.h"
#include "projections/cases/cases_query.h"
#include "services/boundary/write_reactors.h"
#include "services/common/limits.h"
#include "services/docket/docket_opening.h"
#include "services/docket/erasure.h"

namespace klaim::services {
namespace {

constexpr size_t kEventsAMessage = 100;
constexpr uint64_t kMaxUnfoldedRecords = 100'000;  // that a decision reads, which keeps all others waiting

// All records about a claimant: the person's own, the cases', the claims', the documents'; ascending. Which of them the caller may
// read is looked at one by one.
absl::StatusOr<std::vector<uint64_t>> RecordsAbout(const OpenDocket& docket, uint64_t claimant_id) {
  const projections::CasesQuery files = docket.models().cases();
  std::vector<uint64_t> sequences = {claimant_id};
  const auto collect = [&](const projections::Listing<uint64_t>& events) {
    auto found = events.All();
    if (found.ok()) sequences.insert(sequences.end(), found->begin(), found->end());
    return found.status();
  };
  absl::Status status = collect(files.EventsOfClaimant(claimant_id));
  ASSIGN_OR_RETURN(auto claims, files.ClaimsOf(claimant_id).All());
  std::set<uint64_t> cases;
  for (const auto& claim : claims) cases.insert(claim.case_id);
  for (uint64_t case_id : cases) {
    sequences.push_back(case_id);
    if (status.ok()) status = collect(files.EventsOfCase(case_id));
  }
  if (!status.ok()) return status;
  std::sort(sequences.begin(), sequences.end());
  return sequences;
}

// Everything about a claimant that the caller may read, one bounded message after the other; it begins once the look is recorded.
class ClaimantExport final : public grpc::ServerWriteReactor<v1::ExportClaimantResponse> {
 public:
  ClaimantExport(CallPipeline& calls, grpc::CallbackServerContext& context, Caller caller,
                 std::vector<uint64_t> sequences, uint64_t claimant_id)
      : calls_(calls),
        context_(context),
        caller_(std::move(caller)),
        claimant_id_(claimant_id),
        sequences_(std::move(sequences)),
        peer_deadline_(calls.timers(), context) {
    calls_.turns().Do(caller_.actor, [this] { Begin(); });
  }

  void OnWriteDone(bool ok) override {
    peer_deadline_.Rest();
    if (!ok) return Finish(grpc::Status::CANCELLED);
    if (next_ == sequences_.size()) return Finish(grpc::Status::OK);
    calls_.turns().Do(caller_.actor, [this] { GoOn(); });
  }
  void OnDone() override { delete this; }

 private:
  void Begin() {
    absl::Status status = Fill();
    calls_.FinishViewing(caller_, status, [this](absl::Status recorded) {
      if (!recorded.ok()) return Finish(ToWire(recorded));
      peer_deadline_.Expect();
      StartWrite(&response_);
    });
  }

  void GoOn() {
    absl::Status status = StillInScope();
    if (status.ok()) status = Fill();
    if (!status.ok()) return Finish(ToWire(status));
    peer_deadline_.Expect();
    StartWrite(&response_);
  }

  // A role, a sharing or a consent may have been withdrawn since the last message.
  absl::Status StillInScope() {
    absl::Status allowed = calls_.StillAllowed(context_, v1::ExportClaimantRequest::default_instance());
    if (!allowed.ok() || caller_.national()) return allowed;
    return calls_.scope().Require(caller_, "claimant_id", "claimant", claimant_id_, Access::kRead);
  }

  absl::Status Fill() {
    response_.Clear();
    RecordsInScope in_scope(calls_.scope(), caller_);
    const size_t end = std::min(next_ + kEventsAMessage, sequences_.size());
    for (; next_ < end; ++next_) {
      v1::EventRecord event;
      ASSIGN_OR_RETURN(const bool told,
                       calls_.ReadTold(caller_, in_scope, claimant_id_, sequences_[next_], event));
      if (told) *response_.add_events() = std::move(event);
    }
    return absl::OkStatus();
  }

  CallPipeline& calls_;
  grpc::CallbackServerContext& context_;
  Caller caller_;
  const uint64_t claimant_id_;
  const std::vector<uint64_t> sequences_;
  size_t next_ = 0;
  v1::ExportClaimantResponse response_;
  PeerDeadline peer_deadline_;
};

class KeyChange final : public ProgressWriter<v1::ChangeMasterKeyResponse> {
 public:
  KeyChange(CallPipeline& calls, grpc::CallbackServerContext& context)
      : ProgressWriter(calls.timers(), context) {}

  // A change that was begun is ended, whether the caller waits for it or not.
  void Run(OpenDocket& docket) {
    absl::Status changed = services::ChangeMasterKey(docket, [this](uint64_t rows) {
      v1::ChangeMasterKeyResponse progress;
      progress.set_rows(rows);
      Tell(progress);
    });
    v1::ChangeMasterKeyResponse last;
    last.set_done(true);
    End(changed, changed.ok() ? std::optional(last) : std::nullopt);
  }
};

}  // namespace

PrivacyService::PrivacyService(CallPipeline& calls) : calls_(calls) {
  Serve(&PrivacyService::ShareCase, &PrivacyService::EndCaseSharing, &PrivacyService::CorrectClaimant,
        &PrivacyService::ExportClaimant, &PrivacyService::EraseClaimant, &PrivacyService::ListViews,
        &PrivacyService::ChangeMasterKey);
}

grpc::ServerUnaryReactor* PrivacyService::ShareCase(grpc::CallbackServerContext* context,
                                                    const v1::ShareCaseRequest* request,
                                                    v1::ShareCaseResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* PrivacyService::EndCaseSharing(grpc::CallbackServerContext* context,
                                                         const v1::EndCaseSharingRequest* request,
                                                         v1::EndCaseSharingResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* PrivacyService::CorrectClaimant(grpc::CallbackServerContext* context,
                                                          const v1::CorrectClaimantRequest* request,
                                                          v1::CorrectClaimantResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerWriteReactor<v1::ExportClaimantResponse>* PrivacyService::ExportClaimant(
    grpc::CallbackServerContext* context, const v1::ExportClaimantRequest* request) {
  using Refused = RefusedWriter<v1::ExportClaimantResponse>;
  auto caller = calls_.AuthoriseNow(*context, *request);
  if (!caller.ok()) return new Refused(caller.status());
  absl::Status status =
      calls_.scope().Require(*caller, "claimant_id", "claimant", request->claimant_id(), Access::kRead);
  if (!status.ok()) return new Refused(status);
  auto sequences = RecordsAbout(calls_.docket(), request->claimant_id());
  if (!sequences.ok()) return new Refused(sequences.status());
  return new ClaimantExport(calls_, *context, *caller, *std::move(sequences), request->claimant_id());
}

// Whether the person may be erased, by what is decided up to now: also what no read model has, and what isn't durable yet.
absl::Status PrivacyService::DecideErasure(const v1::EraseClaimantRequest& request, domain::Docket& docket,
                                           const domain::Context& context, domain::Decision& decision) {
  const OpenDocket& open_docket = calls_.docket();
  const uint64_t folded = open_docket.projector->next_sequence();
  if (open_docket.log->next_sequence() - folded > kMaxUnfoldedRecords) {
    return domain::Refuse(absl::StatusCode::kUnavailable, v1::REASON_READ_MODELS_ARE_FAR_BEHIND);
  }
  ASSIGN_OR_RETURN(auto documents, DocumentsOf(open_docket, {request.claimant_id()}));
  docket.VisitOpenings([&](const v1::EventRecord& event) {
    if (event.document_received().claimant_id() == request.claimant_id()) documents.push_back(event.stream());
  });
  return domain::DecideErasure(request, documents, docket, context, decision);
}

grpc::ServerUnaryReactor* PrivacyService::EraseClaimant(grpc::CallbackServerContext* context,
                                                        const v1::EraseClaimantRequest* request,
                                                        v1::EraseClaimantResponse* response) {
  return calls_.WriteInStages(
      context, request, response, CallPipeline::kComplete,
      [this](const v1::EraseClaimantRequest& asked, domain::Docket& docket, const domain::Context& now,
             domain::Decision& decision) { return DecideErasure(asked, docket, now, decision); },
      [this](const Principal&, const sequencer::Outcome& outcome, grpc::ServerUnaryReactor* reactor) {
        // The event stands; what it says is now made true, and would be at the next start if this were cut off.
        const v1::EventRecord& event = *outcome.last;
        boost::asio::post(worker_, [this, reactor, claimant_id = event.stream(),
                                    key_id = event.claimant_erased().key_id()] {
          reactor->Finish(ToWire(services::Erase(calls_.docket(), {{{claimant_id, key_id}}})));
        });
      });
}

grpc::ServerUnaryReactor* PrivacyService::ListViews(grpc::CallbackServerContext* context,
                                                    const v1::ListViewsRequest* request,
                                                    v1::ListViewsResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(), [this, request, response](const Caller& caller) {
        return calls_.AnswerPage(caller, *request, *response,
                                 calls_.ModelsFor(caller).cases().Looks(request->of_claimant()),
                                 [&](uint64_t sequence) -> absl::StatusOr<bool> {
                                   v1::EventRecord event;
                                   RETURN_IF_ERROR(log::ReadRecord(calls_.LogFor(caller), sequence, event));
                                   v1::View& view = *response->add_views();
                                   view.set_sequence(event.sequence());
                                   view.set_recorded_at_micros(event.recorded_at_micros());
                                   view.set_viewer(event.personal_data_viewed().viewer());
                                   view.set_purpose(event.personal_data_viewed().purpose());
                                   *view.mutable_claimant_ids() = event.personal_data_viewed().claimant_ids();
                                   *view.mutable_document_ids() = event.personal_data_viewed().document_ids();
                                   return true;
                                 });
      });
}

grpc::ServerWriteReactor<v1::ChangeMasterKeyResponse>* PrivacyService::ChangeMasterKey(
    grpc::CallbackServerContext* context, const v1::ChangeMasterKeyRequest* request) {
  auto caller = calls_.AuthoriseNow(*context, *request);
  if (!caller.ok()) return new RefusedWriter<v1::ChangeMasterKeyResponse>(caller.status());
  auto* change = new KeyChange(calls_, *context);
  boost::asio::post(worker_, [this, change] { change->Run(calls_.docket()); });
  return change;
}

}  // namespace klaim::services
