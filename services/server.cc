#include "services/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>

#include <chrono>

#include "absl/strings/str_cat.h"
#include "services/audit_service.h"
#include "services/calls.h"
#include "services/compensation_service.h"
#include "services/groups_service.h"
#include "services/intake_service.h"
#include "services/limits.h"
#include "services/registry_service.h"
#include "services/review_service.h"

namespace klaim::services {
namespace {

class GrpcServer final : public Server {
 public:
  explicit GrpcServer(OpenDocket& docket) : calls_(docket) {}
  ~GrpcServer() override { Stop(); }

  absl::Status Start(const ServerOptions& options) {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    tls.pem_root_certs = options.certificate_authority;
    tls.pem_key_cert_pairs.push_back({options.private_key, options.certificate});
    grpc::ServerBuilder builder;
    builder.AddListeningPort(options.address, grpc::SslServerCredentials(tls), &port_);
    builder.SetMaxReceiveMessageSize(kMaxRequestBytes);
    // Two daemons on one port would share its calls between two dockets.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    // Answers of one batch leave together rather than with a system call each.
    builder.AddChannelArgument(GRPC_ARG_OPTIMIZATION_TARGET, "throughput");
    builder.RegisterService(&registry_);
    builder.RegisterService(&intake_);
    builder.RegisterService(&review_);
    builder.RegisterService(&groups_);
    builder.RegisterService(&compensation_);
    builder.RegisterService(&audit_);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port_ == 0) {
      return absl::UnavailableError(absl::StrCat("can't listen on ", options.address,
                                                 ": is the port taken, and is the "
                                                 "certificate one of this docket's authority?"));
    }
    return absl::OkStatus();
  }

  int port() const override { return port_; }

  void Stop() override {
    if (server_ == nullptr) return;
    server_->GetHealthCheckService()->Shutdown();
    server_->Shutdown(std::chrono::system_clock::now() + absl::ToChronoSeconds(kStoppingGrace));
    server_->Wait();
    server_.reset();
  }

 private:
  Calls calls_;
  RegistryService registry_{calls_};
  IntakeService intake_{calls_};
  ReviewService review_{calls_};
  GroupsService groups_{calls_};
  CompensationService compensation_{calls_};
  AuditService audit_{calls_};
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> StartServer(OpenDocket& docket, const ServerOptions& options) {
  auto server = std::make_unique<GrpcServer>(docket);
  if (absl::Status status = server->Start(options); !status.ok()) return status;
  return server;
}

}  // namespace klaim::services
