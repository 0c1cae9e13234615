#include "services/vault_rows_service.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "klaim/vault/v1/vault_rows_service.grpc.pb.h"
#include "services/certificates.h"
#include "services/open_docket.h"
#include "services/principal.h"
#include "services/wire_status.h"

namespace klaim::services {
namespace {

namespace pb = vault::v1;

constexpr size_t kMaxRowsOfScan = 4'096;
constexpr int kMaxNames = 1'000;
constexpr int kMaxRowsOfWrite = 10'000;
constexpr size_t kMaxNameBytes = 300;
constexpr int kMaxMessageBytes = 16 << 20;

std::vector<privacy::VaultRow> RowsOf(const pb::WriteRowsRequest& request) {
  std::vector<privacy::VaultRow> rows;
  for (const pb::Row& row : request.rows()) {
    rows.push_back({row.name(), row.has_value() ? std::optional(row.value()) : std::nullopt});
  }
  return rows;
}

class Service final : public pb::VaultRowsService::CallbackService {
 public:
  Service(privacy::VaultRows& rows, RevocationList& revoked, std::string backup_folder)
      : rows_(rows), revoked_(revoked), backup_folder_(std::move(backup_folder)) {}

  grpc::ServerUnaryReactor* GetRows(grpc::CallbackServerContext* context, const pb::GetRowsRequest* request,
                                    pb::GetRowsResponse* response) override {
    return Answer(context, [&]() -> absl::Status {
      if (request->names_size() > kMaxNames) return absl::InvalidArgumentError("names: at most 1,000");
      for (const std::string& name : request->names()) {
        auto value = rows_.Get(name);
        if (absl::IsNotFound(value.status())) continue;
        if (!value.ok()) return value.status();
        pb::Row& row = *response->add_rows();
        row.set_name(name);
        row.set_value(*std::move(value));
      }
      return absl::OkStatus();
    });
  }

  grpc::ServerUnaryReactor* WriteRows(grpc::CallbackServerContext* context,
                                      const pb::WriteRowsRequest* request, pb::WriteRowsResponse*) override {
    return Answer(context, [&]() -> absl::Status {
      if (request->rows_size() > kMaxRowsOfWrite) return absl::InvalidArgumentError("rows: at most 10,000");
      for (const pb::Row& row : request->rows()) {
        if (row.name().empty() || row.name().size() > kMaxNameBytes) {
          return absl::InvalidArgumentError("rows: a name has 1 to 300 bytes");
        }
      }
      return request->only_new() ? rows_.Add(RowsOf(*request))
                                 : rows_.Write(RowsOf(*request), request->durable());
    });
  }

  grpc::ServerUnaryReactor* ScanRows(grpc::CallbackServerContext* context, const pb::ScanRowsRequest* request,
                                     pb::ScanRowsResponse* response) override {
    return Answer(context, [&]() -> absl::Status {
      if (request->last_name()) {
        auto last = rows_.Last(request->prefix());
        if (last.ok() && !last->empty()) response->add_rows()->set_name(*last);
        return last.status();
      }
      return rows_.Scan(request->from(), request->prefix(),
                        [&](absl::string_view name, absl::string_view value) {
                          response->set_more(static_cast<size_t>(response->rows_size()) == kMaxRowsOfScan);
                          if (response->more()) return false;
                          pb::Row& row = *response->add_rows();
                          row.set_name(std::string(name));
                          row.set_value(std::string(value));
                          return true;
                        });
    });
  }

  grpc::ServerUnaryReactor* ForceOutOfFiles(grpc::CallbackServerContext* context,
                                            const pb::ForceOutOfFilesRequest*,
                                            pb::ForceOutOfFilesResponse*) override {
    return Answer(context, [&] { return rows_.ForceOutOfFiles(); });
  }

  grpc::ServerUnaryReactor* BackUpRows(grpc::CallbackServerContext* context,
                                       const pb::BackUpRowsRequest* request,
                                       pb::BackUpRowsResponse*) override {
    return Answer(context, [&]() -> absl::Status {
      if (backup_folder_.empty()) {
        return absl::FailedPreconditionError("the vault's server was started without --backup");
      }
      return rows_.BackUp(backup_folder_, std::max(request->keep(), 1u));
    });
  }

 private:
  template <class Work>
  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context, Work work) {
    auto* reactor = context->DefaultReactor();
    absl::Status status = CheckNode(*context);
    if (status.ok()) status = work();
    reactor->Finish(ToWire(status));
    return reactor;
  }

  absl::Status CheckNode(const grpc::CallbackServerContext& context) const {
    const auto auth = context.auth_context();
    const auto pem = auth->FindPropertyValues("x509_pem_cert");
    revoked_.Refresh(SystemClockMicros());
    if (pem.empty() || revoked_.Contains(SerialOfCertificate({pem[0].data(), pem[0].size()}))) {
      return absl::PermissionDeniedError("this node's certificate is revoked");
    }
    for (const grpc::string_ref& uri : auth->FindPropertyValues("peer_uri")) {
      if (IsNodeUri({uri.data(), uri.size()})) return absl::OkStatus();
    }
    return absl::PermissionDeniedError("only the docket's nodes have to do with its vault's rows");
  }

  privacy::VaultRows& rows_;
  RevocationList& revoked_;
  const std::string backup_folder_;
};

class Server final : public VaultRowsServer {
 public:
  Server(std::unique_ptr<privacy::VaultRows> rows, const NodeCredentials& credentials,
         const std::string& revocation_list, const std::string& backup_folder)
      : rows_(std::move(rows)),
        revoked_(revocation_list, credentials.certificate_authority),
        service_(*rows_, revoked_, backup_folder) {}
  ~Server() override {
    if (server_ == nullptr) return;
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(3));
    server_->Wait();
  }

  absl::Status Start(const std::string& address, const NodeCredentials& credentials) {
    if (absl::Status status = revoked_.Load(); !status.ok()) return status;
    grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    tls.pem_root_certs = credentials.certificate_authority;
    tls.pem_key_cert_pairs.push_back({credentials.private_key, credentials.certificate});
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, grpc::SslServerCredentials(tls), &port_);
    builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    if (server_ != nullptr && port_ != 0) return absl::OkStatus();
    return absl::UnavailableError(absl::StrCat("can't listen on ", address, ": is the port taken?"));
  }

  int port() const override { return port_; }

 private:
  const std::unique_ptr<privacy::VaultRows> rows_;
  RevocationList revoked_;
  Service service_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

class RemoteVaultRows final : public privacy::VaultRows {
 public:
  RemoteVaultRows(std::string address, std::shared_ptr<grpc::Channel> channel, absl::Duration patience)
      : address_(std::move(address)),
        stub_(pb::VaultRowsService::NewStub(std::move(channel))),
        patience_(patience) {}

  absl::StatusOr<std::string> Get(const std::string& name) const override {
    pb::GetRowsRequest request;
    request.add_names(name);
    pb::GetRowsResponse response;
    if (absl::Status status = Ask(&Stub::GetRows, request, response); !status.ok()) return status;
    if (response.rows().empty()) return absl::NotFoundError("the vault has no such row");
    return std::move(*response.mutable_rows(0)->mutable_value());
  }

  absl::Status Write(const std::vector<privacy::VaultRow>& rows, bool durable) override {
    pb::WriteRowsRequest request;
    request.set_durable(durable);
    return Send(rows, request);
  }

  absl::Status Add(const std::vector<privacy::VaultRow>& rows) override {
    pb::WriteRowsRequest request;
    request.set_only_new(true);
    return Send(rows, request);
  }

  absl::Status Scan(const std::string& from, const std::string& prefix, Visitor visit) const override {
    pb::ScanRowsRequest request;
    request.set_from(from);
    request.set_prefix(prefix);
    while (true) {
      pb::ScanRowsResponse response;
      if (absl::Status status = Ask(&Stub::ScanRows, request, response); !status.ok()) return status;
      for (const pb::Row& row : response.rows()) {
        if (!visit(row.name(), row.value())) return absl::OkStatus();
      }
      if (!response.more()) return absl::OkStatus();
      request.set_from(absl::StrCat(response.rows().rbegin()->name(), absl::string_view("\0", 1)));
    }
  }

  absl::StatusOr<std::string> Last(const std::string& prefix) const override {
    pb::ScanRowsRequest request;
    request.set_prefix(prefix);
    request.set_last_name(true);
    pb::ScanRowsResponse response;
    if (absl::Status status = Ask(&Stub::ScanRows, request, response); !status.ok()) return status;
    return response.rows().empty() ? "" : response.rows(0).name();
  }

  absl::Status ForceOutOfFiles() override {
    pb::ForceOutOfFilesResponse response;
    return Ask(&Stub::ForceOutOfFiles, pb::ForceOutOfFilesRequest(), response, absl::Hours(1));
  }

  absl::Status BackUp(const std::string&, uint32_t keep) const override {
    pb::BackUpRowsRequest request;
    request.set_keep(keep);
    pb::BackUpRowsResponse response;
    return Ask(&Stub::BackUpRows, request, response, absl::Hours(1));
  }

  bool shared() const override { return true; }

 private:
  using Stub = pb::VaultRowsService::Stub;

  absl::Status Send(const std::vector<privacy::VaultRow>& rows, pb::WriteRowsRequest& request) const {
    for (const privacy::VaultRow& changed : rows) {
      pb::Row& row = *request.add_rows();
      row.set_name(changed.name);
      if (changed.value.has_value()) row.set_value(*changed.value);
    }
    pb::WriteRowsResponse response;
    return Ask(&Stub::WriteRows, request, response);
  }

  // Writing a row twice leaves it as writing it once does; so a call that was cut off is made again.
  template <class Request, class Response>
  absl::Status Ask(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                   const Request& request, Response& response,
                   absl::Duration more = absl::ZeroDuration()) const {
    const auto deadline = absl::ToChronoTime(absl::Now() + patience_ + more);
    while (true) {
      grpc::ClientContext context;
      context.set_wait_for_ready(true);
      context.set_deadline(deadline);
      const grpc::Status status = (stub_.get()->*method)(&context, request, &response);
      if (status.ok()) return absl::OkStatus();
      if (status.error_code() == grpc::StatusCode::UNAVAILABLE && std::chrono::system_clock::now() < deadline)
        continue;
      if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
        return absl::UnavailableError(absl::StrCat(
            "klaim-vaultd at ", address_, " didn't answer within ", absl::FormatDuration(patience_ + more),
            ": does it run, and does its certificate name that address?"));
      }
      return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                          absl::StrCat("klaim-vaultd at ", address_, ": ", status.error_message()));
    }
  }

  const std::string address_;
  const std::unique_ptr<Stub> stub_;
  const absl::Duration patience_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<VaultRowsServer>> ServeVaultRows(std::unique_ptr<privacy::VaultRows> rows,
                                                                const std::string& address,
                                                                const NodeCredentials& credentials,
                                                                const std::string& revocation_list,
                                                                const std::string& backup_folder) {
  auto server = std::make_unique<Server>(std::move(rows), credentials, revocation_list, backup_folder);
  if (absl::Status status = server->Start(address, credentials); !status.ok()) return status;
  return server;
}

std::unique_ptr<privacy::VaultRows> ConnectVaultRows(const std::string& address,
                                                     const NodeCredentials& credentials,
                                                     absl::Duration patience) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = credentials.certificate_authority;
  tls.pem_private_key = credentials.private_key;
  tls.pem_cert_chain = credentials.certificate;
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxMessageBytes);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 3'000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  return std::make_unique<RemoteVaultRows>(
      address, grpc::CreateCustomChannel(address, grpc::SslCredentials(tls), arguments), patience);
}

}  // namespace klaim::services
