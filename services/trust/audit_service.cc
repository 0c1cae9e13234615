#include "services/trust/audit_service.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/record/encoded_record.h"
#include "projections/claims/claims_query.h"
#include "projections/money/compensation.h"
#include "projections/money/compensation_query.h"
#include "services/boundary/write_reactors.h"
#include "services/common/limits.h"
#include "services/money/compensation_service.h"

namespace klaim::services {
namespace {

// Streams the log, one bounded message after the other.
class LogReader final : public grpc::ServerWriteReactor<v1::ReadLogResponse> {
 public:
  LogReader(CallPipeline& calls, grpc::CallbackServerContext& context, std::string who,
            const v1::ReadLogRequest& request)
      : calls_(calls),
        context_(context),
        who_(std::move(who)),
        docket_(calls.docket()),
        request_(request),
        peer_deadline_(calls.timers(), context) {
    next_ = request.from_sequence();
    GoOn();
  }

  void OnWriteDone(bool ok) override {
    peer_deadline_.Rest();
    if (!ok) return Finish(grpc::Status::CANCELLED);
    GoOn();
  }
  // Who follows may go while nothing new comes.
  void OnCancel() override {
    if (following_->exchange(Following::kGone) == Following::kWaiting) Finish(grpc::Status::CANCELLED);
  }
  void OnDone() override { delete this; }

 private:
  enum class Following { kReading, kWaiting, kGone };

  void GoOn() {
    calls_.turns().Do(who_, [this] { Next(); });
  }

  void Next() {
    response_.Clear();
    // An auditor may have lost the right while following, or while nothing new came.
    absl::Status status = calls_.StillAllowed(context_, request_);
    if (status.ok()) status = request_.only_stream() ? FillFromStream() : Fill();
    if (!status.ok()) return Finish(ToWire(status));
    if (!response_.records().empty()) {
      peer_deadline_.Expect();
      return StartWrite(&response_);
    }
    if (!request_.follow() || request_.only_stream()) return Finish(grpc::Status::OK);
    // From when it waits a cancelled call may take this away at any time: nothing of it is touched then.
    const auto following = following_;
    projections::Projector& projector = *docket_.projector;
    const uint64_t next = next_;
    Following before = Following::kReading;
    if (!following->compare_exchange_strong(before, Following::kWaiting))
      return Finish(grpc::Status::CANCELLED);
    projector.WhenVisible(next, [this, following](bool visible) {
      Following waited = Following::kWaiting;
      if (!following->compare_exchange_strong(waited, Following::kReading)) return;  // this is gone
      if (visible) return GoOn();
      Finish(
          ToWire(domain::Refuse(absl::StatusCode::kUnavailable, v1::REASON_KLAIMD_IS_STOPPING_FOLLOW_AGAIN)));
    });
  }

  absl::Status Fill() {
    response_.set_first_sequence(next_);
    size_t bytes_so_far = 0;
    return docket_.log->Read(next_, [&](uint64_t sequence, absl::string_view bytes) {
      response_.add_records(bytes.data(), bytes.size());
      bytes_so_far += bytes.size();
      next_ = sequence + 1;
      return static_cast<size_t>(response_.records_size()) < kMaxLogMessageRecords &&
             bytes_so_far < kMaxLogMessageBytes;
    });
  }

  // Where the stream's records stand is few bytes; they themselves are read as far as a message holds them.
  absl::Status FindStream() {
    if (std::exchange(stream_found_, true)) return absl::OkStatus();
    return docket_.log->ReadStream(request_.stream(), [&](uint64_t sequence, absl::string_view) {
      if (sequence >= request_.from_sequence()) stream_.push_back(sequence);
      return true;
    });
  }

  absl::Status FillFromStream() {
    absl::Status status = FindStream();
    if (status.ok() && !stream_.empty()) response_.set_first_sequence(stream_.front());
    for (size_t bytes_so_far = 0; status.ok() && !stream_.empty() && bytes_so_far < kMaxLogMessageBytes &&
                                  static_cast<size_t>(response_.records_size()) < kMaxLogMessageRecords;
         stream_.pop_front()) {
      status = docket_.log->Read(stream_.front(), [&](uint64_t, absl::string_view bytes) {
        response_.add_records(bytes.data(), bytes.size());
        bytes_so_far += bytes.size();
        return false;
      });
    }
    return status;
  }

  CallPipeline& calls_;
  grpc::CallbackServerContext& context_;
  const std::string who_;
  OpenDocket& docket_;
  const v1::ReadLogRequest request_;
  PeerDeadline peer_deadline_;
  v1::ReadLogResponse response_;
  uint64_t next_ = 0;
  bool stream_found_ = false;
  std::deque<uint64_t> stream_;  // the sequences that are still to be sent of one stream
  // Outlives this, whom a cancelled call takes away.
  const std::shared_ptr<std::atomic<Following>> following_ =
      std::make_shared<std::atomic<Following>>(Following::kReading);
};

// Events after which a replay tells how far it is.
constexpr uint64_t kReplayStep = 20'000;

// Folds the log anew into a scratch folder.
class Replayer final : public ProgressWriter<v1::ReplayAsOfResponse> {
 public:
  Replayer(CallPipeline& calls, grpc::CallbackServerContext& context, uint64_t end)
      : ProgressWriter(calls.timers(), context), docket_(calls.docket()), end_(end) {
    While([&calls, &context] {
      return calls.StillAllowed(context, v1::ReplayAsOfRequest::default_instance());
    });
  }

  void Run() {
    if (gone()) return End(absl::CancelledError("nobody waits for the replay"));
    const std::string scratch = docket_.folder.projections() + "-as-of";
    std::error_code ignored;
    std::filesystem::remove_all(scratch, ignored);
    v1::ReplayAsOfResponse result;
    absl::Status status = Fold(scratch, result);
    std::filesystem::remove_all(scratch, ignored);
    End(status, status.ok() ? std::optional(std::move(result)) : std::nullopt);
  }

 private:
  absl::Status Fold(const std::string& scratch, v1::ReplayAsOfResponse& result) {
    ASSIGN_OR_RETURN(auto projector, projections::Projector::Open(scratch, *docket_.log));
    uint64_t told = 0;
    absl::Status folded = projector->FoldWhile(end_, [&](uint64_t so_far) {
      if (so_far < told + kReplayStep && so_far < end_) return !gone();
      told = so_far;
      v1::ReplayAsOfResponse progress;
      progress.set_folded(so_far);
      progress.set_total(end_);
      Tell(progress);
      return !gone();
    });
    if (!folded.ok()) return folded;
    result.set_folded(end_);
    result.set_total(end_);
    const projections::ReadModels models(*projector);
    absl::Status filled = models.claims().FillStatistics(*result.mutable_statistics());
    if (!filled.ok()) return filled;
    filled = models.compensation()
                 .FiguresOfAll(v1::COMPENSATION_SUBJECT_PROGRAMME)
                 .ForEach([&](const v1::CompensationFigures& figures) {
                   *result.add_figures() = figures;
                   return absl::OkStatus();
                 });
    if (!filled.ok()) return filled;
    ASSIGN_OR_RETURN(auto hashes, projector->ContentHashes());
    for (const auto& [name, hash] : hashes) (*result.mutable_read_model_hashes())[name] = hash;
    return absl::OkStatus();
  }

  OpenDocket& docket_;
  const uint64_t end_;
};

absl::Status FillRoot(const log::LogReader& log, uint64_t size, std::string* root) {
  auto hash = log.Root(size);
  if (hash.ok()) *root = std::string(merkle::AsBytes(*hash));
  return hash.status();
}

}  // namespace

AuditService::AuditService(CallPipeline& calls) : calls_(calls) {
  Serve(&AuditService::GetTreeHead, &AuditService::GetInclusionProof, &AuditService::GetConsistencyProof,
        &AuditService::GetReadModelHashes, &AuditService::ReadLog, &AuditService::ReplayAsOf);
}

grpc::ServerWriteReactor<v1::ReadLogResponse>* AuditService::ReadLog(grpc::CallbackServerContext* context,
                                                                     const v1::ReadLogRequest* request) {
  auto principal = calls_.Authorise(*context, *request);
  if (!principal.ok()) return new RefusedWriter<v1::ReadLogResponse>(principal.status());
  return new LogReader(calls_, *context, principal->actor, *request);
}

grpc::ServerUnaryReactor* AuditService::GetTreeHead(grpc::CallbackServerContext* context,
                                                    const v1::GetTreeHeadRequest* request,
                                                    v1::GetTreeHeadResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](const Caller& caller) {
    const log::LogReader& log = calls_.LogFor(caller);
    response->set_size(request->size() == 0 ? log.next_sequence() : request->size());
    return FillRoot(log, response->size(), response->mutable_root());
  });
}

grpc::ServerUnaryReactor* AuditService::GetInclusionProof(grpc::CallbackServerContext* context,
                                                          const v1::GetInclusionProofRequest* request,
                                                          v1::GetInclusionProofResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](const Caller& caller) {
    const log::LogReader& log = calls_.LogFor(caller);
    response->set_size(request->size() == 0 ? log.next_sequence() : request->size());
    if (request->sequence() >= response->size()) {
      return domain::InvalidField("sequence", v1::REASON_TREE_OF_HAS_NO_SUCH_RECORD, response->size());
    }
    RETURN_IF_ERROR(FillRoot(log, response->size(), response->mutable_root()));
    ASSIGN_OR_RETURN(auto path, log.InclusionProof(request->sequence(), response->size()));
    for (const merkle::Hash& hash : path) response->add_path(hash.data(), hash.size());
    return log.Read(request->sequence(), [&](uint64_t, absl::string_view bytes) {
      response->set_record(bytes.data(), bytes.size());
      return false;
    });
  });
}

grpc::ServerUnaryReactor* AuditService::GetConsistencyProof(grpc::CallbackServerContext* context,
                                                            const v1::GetConsistencyProofRequest* request,
                                                            v1::GetConsistencyProofResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](const Caller& caller) {
    const log::LogReader& log = calls_.LogFor(caller);
    response->set_to_size(request->to_size() == 0 ? log.next_sequence() : request->to_size());
    ASSIGN_OR_RETURN(auto path, log.ConsistencyProof(request->from_size(), response->to_size()));
    for (const merkle::Hash& hash : path) response->add_path(hash.data(), hash.size());
    absl::Status status = FillRoot(log, request->from_size(), response->mutable_from_root());
    return status.ok() ? FillRoot(log, response->to_size(), response->mutable_to_root()) : status;
  });
}

grpc::ServerUnaryReactor* AuditService::GetReadModelHashes(grpc::CallbackServerContext* context,
                                                           const v1::GetReadModelHashesRequest* request,
                                                           v1::GetReadModelHashesResponse* response) {
  auto* reactor = context->DefaultReactor();
  auto caller = calls_.Authorise(*context, *request);
  if (!caller.ok()) return CallPipeline::Refuse(reactor, caller.status());
  hashing_.Do(caller->actor, [this, reactor, response] {
    auto hashes = calls_.docket().projector->HashesNow();
    if (hashes.ok()) {
      response->set_size(hashes->next_sequence);
      for (const auto& [name, hash] : hashes->hashes) (*response->mutable_read_model_hashes())[name] = hash;
    }
    reactor->Finish(ToWire(hashes.status()));
  });
  return reactor;
}

grpc::ServerWriteReactor<v1::ReplayAsOfResponse>* AuditService::ReplayAsOf(
    grpc::CallbackServerContext* context, const v1::ReplayAsOfRequest* request) {
  using Refused = RefusedWriter<v1::ReplayAsOfResponse>;
  auto principal = calls_.Authorise(*context, *request);
  if (!principal.ok()) return new Refused(principal.status());
  // Up to the log's end at the most; the first record is always there.
  absl::StatusOr<uint64_t> end = std::min(request->sequence(), calls_.docket().log->next_sequence() - 1) + 1;
  if (request->has_moment_micros()) end = calls_.time_travel().SizeAt(request->moment_micros());
  if (!end.ok()) return new Refused(end.status());
  auto* replayer = new Replayer(calls_, *context, *end);
  replays_.Do(principal->actor, [replayer] { replayer->Run(); });
  return replayer;
}

}  // namespace klaim::services
