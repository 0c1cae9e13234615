#include "services/docket/vault/vault_rows_service.h"

#include <algorithm>
#include <chrono>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "engine/base/return_if_error.h"
#include "engine/privacy/vault.h"
#include "engine/time/steady.h"
#include "klaim/vault/v1/vault_rows_service.grpc.pb.h"
#include "proto/request_parser.h"
#include "services/common/wire_status.h"
#include "services/identity/certificates.h"
#include "services/identity/principal.h"

namespace klaim::services {
namespace {

namespace pb = vault::v1;

constexpr int kMaxRowsOfScan = 4'096;
constexpr size_t kMaxBytesOfScan = 4 << 20;  // and the row that goes past it
constexpr int kMaxRowNames = 4'096;
constexpr int kMaxRowsOfWrite = 10'000;
constexpr size_t kMaxNameBytes = 300;
constexpr int kMaxMessageBytes = 16 << 20;
// A row may be as large as it is: an earlier program wrote identities of a whole docket into one.
constexpr int kAnyAnswerBytes = -1;
constexpr char kIncarnation[] = "klaim-vault-incarnation";

std::string NewIncarnation() {
  std::string random(16, '\0');
  privacy::FillRandom(reinterpret_cast<uint8_t*>(random.data()), random.size());
  return absl::BytesToHexString(random);
}

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
    return Answer(context, *request, [&]() -> absl::Status {
      if (request->names_size() > kMaxRowNames) return absl::InvalidArgumentError("names: at most 4,096");
      for (const std::string& name : request->names()) {
        auto value = rows_.Get(name);
        if (absl::IsNotFound(value.status())) continue;
        if (!value.ok()) return value.status();
        pb::Row& row = *response->add_rows();
        row.set_name(name);
        if (!request->names_only()) row.set_value(*std::move(value));
      }
      return absl::OkStatus();
    });
  }

  grpc::ServerUnaryReactor* WriteRows(grpc::CallbackServerContext* context,
                                      const pb::WriteRowsRequest* request, pb::WriteRowsResponse*) override {
    return Answer(context, *request, [&]() -> absl::Status {
      if (request->rows_size() > kMaxRowsOfWrite) return absl::InvalidArgumentError("rows: at most 10,000");
      bool changes_generation = false;
      for (const pb::Row& row : request->rows()) {
        if (row.name().empty() || row.name().size() > kMaxNameBytes) {
          return absl::InvalidArgumentError("rows: a name has 1 to 300 bytes");
        }
        changes_generation |= row.name() == privacy::kGenerationRow;
      }
      if (changes_generation) {
        absl::WriterMutexLock lock(&generation_mutex_);
        return WriteUnderGeneration(*request);
      }
      absl::ReaderMutexLock lock(&generation_mutex_);
      return WriteUnderGeneration(*request);
    });
  }

  grpc::ServerUnaryReactor* ScanRows(grpc::CallbackServerContext* context, const pb::ScanRowsRequest* request,
                                     pb::ScanRowsResponse* response) override {
    return Answer(context, *request, [&]() -> absl::Status {
      if (request->last_name()) {
        auto last = rows_.Last(request->prefix());
        if (last.ok() && !last->empty()) response->add_rows()->set_name(*last);
        return last.status();
      }
      size_t bytes = 0;
      return rows_.Scan(
          request->from(), request->prefix(), [&](absl::string_view name, absl::string_view value) {
            response->set_more(response->rows_size() == kMaxRowsOfScan || bytes >= kMaxBytesOfScan);
            if (response->more()) return false;
            pb::Row& row = *response->add_rows();
            row.set_name(std::string(name));
            row.set_value(std::string(value));
            bytes += name.size() + value.size();
            return true;
          });
    });
  }

  grpc::ServerUnaryReactor* ForceOutOfFiles(grpc::CallbackServerContext* context,
                                            const pb::ForceOutOfFilesRequest* request,
                                            pb::ForceOutOfFilesResponse*) override {
    return Answer(context, *request, [&] { return rows_.ForceOutOfFiles(); });
  }

  grpc::ServerUnaryReactor* BackUpRows(grpc::CallbackServerContext* context,
                                       const pb::BackUpRowsRequest* request,
                                       pb::BackUpRowsResponse*) override {
    return Answer(context, *request, [&]() -> absl::Status {
      if (backup_folder_.empty()) {
        return absl::FailedPreconditionError("the vault's server was started without --backup");
      }
      return rows_.BackUp(backup_folder_, std::max(request->keep(), 1u));
    });
  }

 private:
  template <class Work>
  grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context,
                                   const google::protobuf::Message& request, Work work) {
    auto* reactor = context->DefaultReactor();
    absl::Status status = CheckNode(*context);
    // What couldn't be parsed arrives empty: nothing of it was written.
    if (status.ok() && proto::FaultOf(request).has_value())
      status = absl::InvalidArgumentError("the request can't be parsed");
    if (status.ok()) {
      context->AddTrailingMetadata(kIncarnation, incarnation_);
      status = CheckIncarnation(*context);
    }
    if (status.ok()) status = work();
    reactor->Finish(ToWire(status));
    return reactor;
  }

  absl::Status CheckIncarnation(const grpc::CallbackServerContext& context) const {
    const auto& metadata = context.client_metadata();
    const auto expected = metadata.find(kIncarnation);
    if (expected == metadata.end() || expected->second == grpc::string_ref(incarnation_)) {
      return absl::OkStatus();
    }
    return absl::AbortedError("this server was started anew since");
  }

  // While it writes, nobody changes the generation.
  absl::Status WriteUnderGeneration(const pb::WriteRowsRequest& request) {
    if (request.has_generation()) {
      const auto generation = rows_.Get(privacy::kGenerationRow);
      if (!generation.ok() && !absl::IsNotFound(generation.status())) return generation.status();
      if (generation.value_or("") != request.generation()) {
        return absl::AbortedError("the master key was changed since");
      }
    }
    return request.only_new() ? rows_.Add(RowsOf(request)) : rows_.Write(RowsOf(request), request.durable());
  }

  absl::Status CheckNode(const grpc::CallbackServerContext& context) const {
    const auto auth = context.auth_context();
    const auto pem = auth->FindPropertyValues("x509_pem_cert");
    revoked_.Refresh();
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
  const std::string incarnation_ = NewIncarnation();
  absl::Mutex generation_mutex_;  // held alone by who changes the generation, shared by all others who write
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
    RETURN_IF_ERROR(revoked_.Load());
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
  RemoteVaultRows(std::string address, std::shared_ptr<grpc::Channel> channel,
                  std::function<void(const absl::Status&)> on_failure, absl::Duration patience)
      : address_(std::move(address)),
        stub_(pb::VaultRowsService::NewStub(std::move(channel))),
        on_failure_(std::move(on_failure)),
        peer_deadline_(patience) {}

  absl::StatusOr<std::string> Get(const std::string& name) const override {
    pb::GetRowsRequest request;
    request.add_names(name);
    pb::GetRowsResponse response;
    RETURN_IF_ERROR(Ask(&Stub::GetRows, request, response));
    if (response.rows().empty()) return absl::NotFoundError("the vault has no such row");
    return std::move(*response.mutable_rows(0)->mutable_value());
  }

  absl::Status RequireAll(const std::vector<std::string>& names) const override {
    constexpr auto kAtOnce = static_cast<size_t>(kMaxRowNames);
    for (size_t done = 0; done < names.size(); done += kAtOnce) {
      pb::GetRowsRequest request;
      request.set_names_only(true);
      const size_t end = std::min(names.size(), done + kAtOnce);
      for (size_t i = done; i < end; ++i) request.add_names(names[i]);
      pb::GetRowsResponse response;
      RETURN_IF_ERROR(Ask(&Stub::GetRows, request, response));
      const int missing = request.names_size() - response.rows_size();
      if (missing != 0) return absl::NotFoundError(absl::StrCat("the vault lacks ", missing, " rows"));
    }
    return absl::OkStatus();
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
      RETURN_IF_ERROR(Ask(&Stub::ScanRows, request, response));
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
    RETURN_IF_ERROR(Ask(&Stub::ScanRows, request, response));
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

  void ExpectGeneration(const std::string& generation) override {
    absl::WriterMutexLock lock(&generation_mutex_);
    generation_ = generation;
  }

 private:
  using Stub = pb::VaultRowsService::Stub;

  absl::Status Send(const std::vector<privacy::VaultRow>& rows, pb::WriteRowsRequest& request) {
    const std::string* next_generation = nullptr;
    for (const privacy::VaultRow& changed : rows) {
      pb::Row& row = *request.add_rows();
      row.set_name(changed.name);
      if (changed.value.has_value()) row.set_value(*changed.value);
      if (changed.name == privacy::kGenerationRow) next_generation = &row.value();
    }
    if (next_generation == nullptr) {
      absl::ReaderMutexLock lock(&generation_mutex_);
      return SendUnder(generation_, request);
    }
    absl::WriterMutexLock lock(&generation_mutex_);
    absl::Status sent = SendUnder(generation_, request);
    if (sent.ok()) generation_ = *next_generation;
    return sent;
  }

  absl::Status SendUnder(const std::optional<std::string>& generation, pb::WriteRowsRequest& request) const {
    if (generation.has_value()) request.set_generation(*generation);
    pb::WriteRowsResponse response;
    return Ask(&Stub::WriteRows, request, response);
  }

  // Writing a row twice leaves it as writing it once does; so a call that was cut off is made again.
  template <class Request, class Response>
  absl::Status Ask(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                   const Request& request, Response& response,
                   absl::Duration more = absl::ZeroDuration()) const {
    const absl::Duration until = steady::Now() + peer_deadline_ + more;
    while (true) {
      grpc::ClientContext context;
      context.set_wait_for_ready(true);
      // gRPC turns it into a moment of the steady clock at once.
      context.set_deadline(absl::ToChronoTime(absl::Now() + (until - steady::Now())));
      if (const std::string known = incarnation(); !known.empty()) context.AddMetadata(kIncarnation, known);
      const grpc::Status status = (stub_.get()->*method)(&context, request, &response);
      if (absl::Status same = CheckIncarnation(context, status); !same.ok()) return Fail(same);
      if (status.ok()) return absl::OkStatus();
      if (status.error_code() == grpc::StatusCode::ABORTED) {
        return Fail(
            absl::AbortedError(absl::StrCat("klaim-vaultd at ", address_, ": ", status.error_message(),
                                            ": klaimd must open the vault anew")));
      }
      if (status.error_code() == grpc::StatusCode::UNAVAILABLE && steady::Now() < until) continue;
      if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
        return absl::UnavailableError(
            absl::StrCat("klaim-vaultd at ", address_, " didn't answer within ",
                         absl::FormatDuration(peer_deadline_ + more),
                         ": does it run, and does its certificate name that address?"));
      }
      return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                          absl::StrCat("klaim-vaultd at ", address_, ": ", status.error_message()));
    }
  }

  std::string incarnation() const {
    absl::MutexLock lock(&incarnation_mutex_);
    return incarnation_;
  }

  // The first answer says what all others must say.
  absl::Status CheckIncarnation(const grpc::ClientContext& context, const grpc::Status& status) const {
    const auto& metadata = context.GetServerTrailingMetadata();
    const auto found = metadata.find(kIncarnation);
    if (found == metadata.end()) {
      if (!status.ok()) return absl::OkStatus();
      return absl::AbortedError(absl::StrCat("klaim-vaultd at ", address_,
                                             " is older than this program: install the same release there"));
    }
    const std::string said(found->second.data(), found->second.size());
    absl::MutexLock lock(&incarnation_mutex_);
    if (incarnation_.empty()) incarnation_ = said;
    if (incarnation_ == said) return absl::OkStatus();
    return absl::AbortedError(
        absl::StrCat("klaim-vaultd at ", address_,
                     " was started anew, from a backup perhaps: klaimd must compare the vault with the log"));
  }

  absl::Status Fail(const absl::Status& status) const {
    on_failure_(status);
    return status;
  }

  const std::string address_;
  const std::unique_ptr<Stub> stub_;
  const std::function<void(const absl::Status&)> on_failure_;
  const absl::Duration peer_deadline_;
  mutable absl::Mutex incarnation_mutex_;
  mutable std::string incarnation_ ABSL_GUARDED_BY(incarnation_mutex_);  // empty before the first answer
  absl::Mutex generation_mutex_;  // held alone by who changes the generation, shared by all others who write
  std::optional<std::string> generation_ ABSL_GUARDED_BY(generation_mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<VaultRowsServer>> ServeVaultRows(std::unique_ptr<privacy::VaultRows> rows,
                                                                const std::string& address,
                                                                const NodeCredentials& credentials,
                                                                const std::string& revocation_list,
                                                                const std::string& backup_folder) {
  auto server = std::make_unique<Server>(std::move(rows), credentials, revocation_list, backup_folder);
  RETURN_IF_ERROR(server->Start(address, credentials));
  return server;
}

std::unique_ptr<privacy::VaultRows> ConnectVaultRows(const std::string& address,
                                                     const NodeCredentials& credentials,
                                                     std::function<void(const absl::Status&)> on_failure,
                                                     absl::Duration patience) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = credentials.certificate_authority;
  tls.pem_private_key = credentials.private_key;
  tls.pem_cert_chain = credentials.certificate;
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kAnyAnswerBytes);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 3'000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  return std::make_unique<RemoteVaultRows>(
      address, grpc::CreateCustomChannel(address, grpc::SslCredentials(tls), arguments),
      std::move(on_failure), patience);
}

}  // namespace klaim::services
