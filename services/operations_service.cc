#include "services/operations_service.h"

#include <boost/asio/post.hpp>

#include "engine/domain/refusal.h"
#include "services/write_reactors.h"

namespace klaim::services {
namespace {

constexpr uint32_t kDefaultKeep = 7;
constexpr uint32_t kMostKeep = 1'000;

class BackupCall final : public ThreadedWriter<v1::BackUpResponse> {
 public:
  void OnDone() override { delete this; }

  // A backup that was begun is ended, whether the caller waits for it or not.
  void Run(OpenDocket& docket, const BackupPlaces& places, uint32_t keep) {
    v1::BackUpResponse message;
    absl::Status status = services::BackUp(docket, places, keep, [&](const BackupProgress& progress) {
      message.set_what(progress.what);
      message.set_records(progress.records);
      message.set_documents(progress.documents);
      Send(message);
    });
    if (status.ok()) {
      message.set_done(true);
      Send(message);
    }
    End(status);
  }
};

}  // namespace

grpc::ServerWriteReactor<v1::BackUpResponse>* OperationsService::BackUp(grpc::CallbackServerContext* context,
                                                                        const v1::BackUpRequest* request) {
  auto caller = calls_.Authorise(*context, *request);
  if (!caller.ok()) return new RefusedWriter<v1::BackUpResponse>(caller.status());
  if (request->keep() > kMostKeep) {
    return new RefusedWriter<v1::BackUpResponse>(domain::InvalidField("keep", "must be 1 to 1,000"));
  }
  auto* call = new BackupCall;
  const uint32_t keep = request->keep() == 0 ? kDefaultKeep : request->keep();
  boost::asio::post(worker_, [this, call, keep] { call->Run(calls_.docket(), places_, keep); });
  return call;
}

}  // namespace klaim::services
