// FileClaims: bulk filing over one stream. Messages go into the sequencer's queue with a window, so that one
// connection can fill whole batches; outcomes go back in the order of the filings.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <optional>

#include "absl/synchronization/mutex.h"
#include "klaim/v1/intake_service.pb.h"
#include "services/boundary/call_pipeline.h"

namespace klaim::services {

// Lives until the stream is done and every filing that was taken is answered.
class FilingStream final : public grpc::ServerBidiReactor<v1::FileClaimsRequest, v1::FileClaimsResponse>,
                           public std::enable_shared_from_this<FilingStream> {
 public:
  // For a caller who has opened it in the filing room (services/boundary/filing_room.h).
  static FilingStream* Start(CallPipeline& calls, grpc::CallbackServerContext& context, Caller caller);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone() override;
  void OnCancel() override;

 private:
  // One message with its outcomes.
  struct Part {
    google::protobuf::Arena arena;
    v1::FileClaimsRequest& request = *google::protobuf::Arena::CreateMessage<v1::FileClaimsRequest>(&arena);
    v1::FileClaimsResponse& response =
        *google::protobuf::Arena::CreateMessage<v1::FileClaimsResponse>(&arena);
    std::optional<FilingRoom::Place> place;  // until it is answered
    std::atomic<int> unanswered = 0;
    bool answered = false;
  };

  FilingStream(CallPipeline& calls, grpc::CallbackServerContext& context, Caller caller)
      : calls_(calls),
        context_(context),
        caller_(std::move(caller)),
        peer_deadline_(calls.timers(), context) {}

  static size_t Filings(const Part& part) { return static_cast<size_t>(part.request.filings_size()); }

  void Read();
  void AwaitRoom(const std::shared_ptr<Part>& part);
  void Take(const std::shared_ptr<Part>& part);
  void File(const std::shared_ptr<Part>& part);
  void Submit(const std::shared_ptr<Part>& part, int index);
  void Answered(Part& part);
  void Advance() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  CallPipeline& calls_;
  grpc::CallbackServerContext& context_;
  const Caller caller_;
  PeerDeadline peer_deadline_;
  std::shared_ptr<FilingStream> self_;
  std::shared_ptr<Part> incoming_;  // being read

  absl::Mutex mutex_;
  std::deque<std::shared_ptr<Part>> parts_ ABSL_GUARDED_BY(mutex_);
  bool reading_ ABSL_GUARDED_BY(mutex_) = true;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool read_all_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
};

// Why one was refused.
void FillError(const absl::Status& status, v1::FilingError& error);

// The outcome of one filing, but for whether somebody who looks the same is registered (CallPipeline::WhenDuplicateKnown).
void FillFiled(const sequencer::Outcome& outcome, const v1::FileClaimRequest& request,
               v1::FileClaimResponse& filed);

}  // namespace klaim::services
