#include "services/server/server.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include <chrono>
#include <filesystem>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/base/return_if_error.h"
#include "services/common/limits.h"
#include "services/identity/credentials.h"
#include "services/intake/intake_services.h"
#include "services/jobs/long_work.h"
#include "services/linkage/linkage_services.h"
#include "services/linkage/person_linker.h"
#include "services/money/money_services.h"
#include "services/registry/registry_services.h"
#include "services/server/call_metrics.h"
#include "services/server/grpc_listener.h"
#include "services/trust/trust_services.h"

namespace klaim::services {
namespace {

class GrpcServer final : public Server {
 public:
  GrpcServer(OpenDocket& docket, const ServerOptions& options, AreaNames areas,
             std::unique_ptr<storage::PrivateScratch> scratch, std::unique_ptr<linkage::PersonIndex> persons)
      : docket_(docket),
        calls_(docket, WithAuthority(options)),
        credentials_(*docket.vault),
        provider_(options.providers),
        scratch_(std::move(scratch)),
        search_index_(std::move(areas), *scratch_),
        linker_(docket_, std::move(persons), respondent_linker_, search_index_),
        long_work_(LongWork::Begin(calls_, linker_, respondent_linker_, options.backups.checkpoint_file)) {
    Take(IntakeServices(calls_, options.clamd_socket));
    Take(MoneyServices(calls_));
    Take(LinkageServices(calls_, search_index_));
    Take(RegistryServices(calls_, respondent_linker_));
    Take(TrustServices(calls_, credentials_, provider_, options.backups));
  }
  ~GrpcServer() override { Stop(); }

  absl::Status Start(const ServerOptions& options) {
    grpc::EnableDefaultHealthCheckService(true);
    RETURN_IF_ERROR(calls_.Start());
    grpc::ServerBuilder builder;
    builder.SetMaxReceiveMessageSize(kMaxRequestBytes);
    // What is compressed is opened by the parser, which bounds it (proto/request_parser.h).
    builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
    builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
    // Answers of one batch leave together rather than with a system call each.
    builder.AddChannelArgument(GRPC_ARG_OPTIMIZATION_TARGET, "throughput");
    SetLimits(builder);
    builder.experimental().SetInterceptorCreators(CallMetrics());
    for (const auto& service : long_work_->services()) builder.RegisterService(service.get());
    for (const auto& service : services_) builder.RegisterService(service.get());
    server_ = builder.BuildAndStart();
    if (server_ == nullptr) return absl::InternalError("gRPC's server can't be started");
    return Listen(options);
  }

  int port() const override { return listener_->port(); }
  CallPipeline& calls() override { return calls_; }
  std::shared_ptr<grpc::Channel> InProcessChannel() override {
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);  // answers are ours
    return server_->InProcessChannel(arguments);
  }

  void Stop() override {
    if (server_ == nullptr) return;
    if (listener_ != nullptr) listener_->Close();
    server_->GetHealthCheckService()->Shutdown();
    server_->Shutdown(std::chrono::system_clock::now() + absl::ToChronoSeconds(kStoppingGrace));
    server_->Wait();
    listener_.reset();
    server_.reset();
  }

 private:
  void Take(GrpcServices room) {
    for (auto& service : room) services_.push_back(std::move(service));
  }

  // People have no certificate: whoever shows one must have a good one, and who shows none can only sign in.
  absl::Status Listen(const ServerOptions& options) {
    const std::pair<std::string, std::string> address = absl::StrSplit(options.address, ':');
    GrpcListenerOptions listening;
    listening.address = address.first;
    if (!absl::SimpleAtoi(address.second, &listening.port)) {
      return absl::InvalidArgumentError(absl::StrCat(options.address, " is no IP address with a port"));
    }
    listening.certificate_authority = options.certificate_authority;
    listening.certificate = options.certificate;
    listening.private_key = options.private_key;
    ASSIGN_OR_RETURN(listener_, StartGrpcListener(*server_, calls_.peers(), listening));
    return absl::OkStatus();
  }

  static CallOptions WithAuthority(const ServerOptions& options) {
    CallOptions calls = options.calls;
    calls.certificate_authority = options.certificate_authority;
    return calls;
  }

  static void SetLimits(grpc::ServerBuilder& builder) {
    grpc::ResourceQuota quota("klaimd");
    quota.Resize(kMaxServerMemoryBytes);
    builder.SetResourceQuota(quota);
    builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreamsOfConnection);
    builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytesTaken);
    // A stream may be so far ahead of what was read of it, and no further: gRPC would else let it grow.
    builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kMaxStreamAheadBytes);
    const auto millis = [](absl::Duration time) { return static_cast<int>(absl::ToInt64Milliseconds(time)); };
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, millis(kMaxConnectionIdle));
    builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, millis(kMaxConnectionAge));
    // A peer that vanished without a word is noticed within a minute and a half.
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
    builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 30'000);
  }

  OpenDocket& docket_;
  CallPipeline calls_;
  CredentialStore credentials_;
  ProviderSignIn provider_;
  RespondentLinker respondent_linker_{docket_};
  std::unique_ptr<storage::PrivateScratch> scratch_;
  PersonSearch search_index_;
  PersonLinker linker_;
  std::unique_ptr<LongWork> long_work_;
  GrpcServices services_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<GrpcListener> listener_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> StartServer(OpenDocket& docket, const ServerOptions& options) {
  ASSIGN_OR_RETURN(auto areas, AreaNames::Read(options.areas_file));
  std::error_code ignored;  // what an earlier process left there can't be read any more
  std::filesystem::remove_all(docket.folder.scratch(), ignored);
  ASSIGN_OR_RETURN(auto scratch, storage::PrivateScratch::Begin(docket.folder.scratch() + "/linkage"));
  ASSIGN_OR_RETURN(auto persons, linkage::PersonIndex::Begin(*scratch));
  auto server =
      std::make_unique<GrpcServer>(docket, options, std::move(areas), std::move(scratch), std::move(persons));
  RETURN_IF_ERROR(server->Start(options));
  return server;
}

}  // namespace klaim::services
