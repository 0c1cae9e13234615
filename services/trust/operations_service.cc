#include "services/trust/operations_service.h"

#include "absl/strings/str_cat.h"
#include "engine/domain/core/refusal.h"
#include "services/boundary/write_reactors.h"
#include "services/docket/damage.h"
#include "services/docket/vault/vault_check.h"

namespace klaim::services {
namespace {

constexpr uint32_t kDefaultKeep = 7;
constexpr uint32_t kMaxKeep = 1'000;

class BackupCall final : public ProgressWriter<v1::BackUpResponse> {
 public:
  BackupCall(CallPipeline& calls, grpc::CallbackServerContext& context)
      : ProgressWriter(calls.timers(), context) {}

  // A backup that was begun is ended, whether the caller waits for it or not.
  void Run(OpenDocket& docket, const BackupPlaces& places, uint32_t keep) {
    v1::BackUpResponse message;
    absl::Status status = services::BackUp(docket, places, keep, [&](const BackupProgress& progress) {
      message.set_what(progress.what);
      message.set_records(progress.records);
      message.set_documents(progress.documents);
      Tell(message);
    });
    message.set_done(status.ok());
    End(status, std::move(message));
  }
};

class VaultCheckCall final : public ProgressWriter<v1::VerifyVaultResponse> {
 public:
  VaultCheckCall(CallPipeline& calls, grpc::CallbackServerContext& context)
      : ProgressWriter(calls.timers(), context) {}

  void Run(const OpenDocket& docket, const std::atomic<bool>& stopping) {
    v1::VerifyVaultResponse report;
    absl::Status status = CheckVault(*docket.log, *docket.vault, report, [&] {
      Tell(report);
      return !gone() && !stopping;
    });
    End(status, std::move(report));
  }
};

// A backup of what is damaged would take the place of one that is whole. What the evidence has lost is never written over
// the backup's (backup.h), and read models aren't backed up.
absl::Status NothingIsDamaged(const Damages& damages) {
  for (const Damage& damage : damages.All()) {
    if (damage.part != DamagedPart::kLog && damage.part != DamagedPart::kVault) continue;
    return domain::Refuse(absl::StatusCode::kFailedPrecondition,
                          v1::REASON_PART_IS_DAMAGED_AND_IS_NOT_BACKED_UP, NameOf(damage.part), damage.holds);
  }
  return absl::OkStatus();
}

}  // namespace

OperationsService::OperationsService(CallPipeline& calls, BackupPlaces places)
    : calls_(calls), places_(std::move(places)) {
  Serve(&OperationsService::BackUp, &OperationsService::VerifyVault, &OperationsService::GetDamage);
}

grpc::ServerWriteReactor<v1::BackUpResponse>* OperationsService::BackUp(grpc::CallbackServerContext* context,
                                                                        const v1::BackUpRequest* request) {
  auto caller = calls_.AuthoriseNow(*context, *request);
  if (!caller.ok()) return new RefusedWriter<v1::BackUpResponse>(caller.status());
  if (request->keep() > kMaxKeep) {
    return new RefusedWriter<v1::BackUpResponse>(domain::InvalidField("keep", v1::REASON_MUST_BE_1_TO_1_000));
  }
  if (absl::Status whole = NothingIsDamaged(*calls_.docket().damages); !whole.ok()) {
    return new RefusedWriter<v1::BackUpResponse>(whole);
  }
  auto* call = new BackupCall(calls_, *context);
  const uint32_t keep = request->keep() == 0 ? kDefaultKeep : request->keep();
  backups_.Do(caller->actor, [this, call, keep] { call->Run(calls_.docket(), places_, keep); });
  return call;
}

grpc::ServerWriteReactor<v1::VerifyVaultResponse>* OperationsService::VerifyVault(
    grpc::CallbackServerContext* context, const v1::VerifyVaultRequest* request) {
  auto caller = calls_.Authorise(*context, *request);
  if (!caller.ok()) return new RefusedWriter<v1::VerifyVaultResponse>(caller.status());
  auto* call = new VaultCheckCall(calls_, *context);
  checks_.Do(caller->actor, [this, call] { call->Run(calls_.docket(), stopping_); });
  return call;
}

grpc::ServerUnaryReactor* OperationsService::GetDamage(grpc::CallbackServerContext* context,
                                                       const v1::GetDamageRequest* request,
                                                       v1::GetDamageResponse* response) {
  auto* reactor = context->DefaultReactor();
  auto caller = calls_.Authorise(*context, *request);
  if (!caller.ok()) return CallPipeline::Refuse(reactor, caller.status());
  const Damages& damages = *calls_.docket().damages;
  for (const Damage& each : damages.All()) {
    v1::Damage& damage = *response->add_damages();
    damage.set_part(NameOf(each.part));
    damage.set_file(each.file);
    damage.set_holds(each.holds);
    damage.set_what(each.what);
  }
  response->set_writes_stopped(damages.Count(DamagedPart::kLog) > 0);
  response->set_rounds(damages.rounds());
  reactor->Finish(grpc::Status::OK);
  return reactor;
}

}  // namespace klaim::services
