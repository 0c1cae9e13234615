#include "tools/benchmark/served.h"

#include <grpcpp/grpcpp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <boost/process/io.hpp>
#include <boost/process/pipe.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "engine/privacy/master_key.h"
#include "services/docket/docket_opening.h"
#include "services/identity/principal.h"
#include "services/server/server.h"
#include "services/web/http_listener.h"
#include "spdlog/sinks/stdout_color_sinks.h"
#include "spdlog/spdlog.h"
#include "tools/benchmark/echo.grpc.pb.h"
#include "tools/benchmark/figures.h"
#include "tools/installation/authority.h"

namespace klaim::benchmark {
namespace {

std::string Text(const std::string& folder, const std::string& file) {
  auto text = tools::ReadFile(absl::StrCat(folder, "/", file));
  Need(text.status());
  return *text;
}

void MakeCertificates(const std::string& folder) {
  tools::CertificateRequest server;
  server.common_name = "klaimd";
  server.hosts = {"localhost", "127.0.0.1"};
  Need(tools::CreateAuthority(folder, "authority of the benchmark"));
  Need(tools::IssueCertificate(folder, server, folder + "/server.crt", folder + "/server.key"));
  std::vector<std::string> names = {"bench", "administrator", "second-administrator"};
  for (int filer = 0; filer < kFilers; ++filer) names.push_back(Filer(filer));
  for (const std::string& name : names) {
    tools::CertificateRequest client;
    client.common_name = name;
    client.uri = *services::PrincipalUri(0, name);
    Need(tools::IssueCertificate(folder, client, absl::StrCat(folder, "/", name, ".crt"),
                                 absl::StrCat(folder, "/", name, ".key")));
  }
}

// Tells the benchmark where the server is, and serves until the benchmark is done.
void ServeUntilInputEnds(int port, int http_port, uint64_t page_account, const Fixtures& fixtures) {
  std::cout << port << " " << http_port << " " << page_account << " " << fixtures.programme_id << " "
            << fixtures.first_respondent << " " << fixtures.respondents << std::endl;
  while (std::cin.get() != EOF) continue;
}

class IdleService final : public EchoService::CallbackService {
 public:
  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context, const EchoRequest*,
                                 EchoResponse*) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

int ServeEcho(const std::string& folder) {
  IdleService echo;
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = Text(folder, "ca.crt");
  tls.pem_key_cert_pairs.push_back({Text(folder, "server.key"), Text(folder, "server.crt")});
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port);
  builder.RegisterService(&echo);
  auto server = builder.BuildAndStart();
  ServeUntilInputEnds(port, 0, 0, {});
  server->Shutdown();
  return 0;
}

uint64_t OpenAccount(sequencer::Sequencer& sequencer, const std::string& name, v1::Role role) {
  v1::OpenAccountRequest request;
  request.set_request_id(name);
  request.set_name(name);
  request.add_roles(role);
  return RunNow(sequencer, name, [&](domain::Docket& d, const domain::Context&, domain::Decision& out) {
    return domain::OpenFirstAccount(request, d, out);
  });
}

std::unique_ptr<services::CheckpointPublisher> Publish(const std::string& folder, const log::LogReader& log) {
  auto key = merkle::SigningKey::Generate("klaim.invalid/benchmark", merkle::KeyType::kEd25519);
  Need(key.status());
  auto publisher =
      services::CheckpointPublisher::Start(log, {*std::move(key), folder + "/checkpoint", {}}, Need);
  Need(publisher.status());
  return *std::move(publisher);
}

int ServeDocket(const std::string& folder, bool grown) {
  if (!grown) Need(privacy::CreateMasterKey(folder + "/master.key"));
  auto docket = services::Open(folder + "/data", folder + "/master.key", Need);
  Need(docket.status());
  Fixtures fixtures;
  if (!grown) Furnish(*(*docket)->sequencer, fixtures);
  services::ServerOptions options;
  options.certificate_authority = Text(folder, "ca.crt");
  options.certificate = Text(folder, "server.crt");
  options.private_key = Text(folder, "server.key");
  options.calls.revocation_list = folder + "/revoked.crl";
  options.calls.calls_a_second = options.calls.filings_a_second = 1e9;  // it measures what is without limits
  auto server = services::StartServer(**docket, options);
  Need(server.status());
  OpenAccount(*(*docket)->sequencer, "administrator", v1::ROLE_ADMINISTRATOR);
  OpenAccount(*(*docket)->sequencer, "second-administrator", v1::ROLE_ADMINISTRATOR);
  for (int filer = 0; filer < kFilers; ++filer)
    OpenAccount(*(*docket)->sequencer, Filer(filer), v1::ROLE_LAWYER);
  const uint64_t page = OpenAccount(*(*docket)->sequencer, "page", v1::ROLE_LAWYER);
  (*docket)->projector->WaitVisible(page, absl::Seconds(10));
  auto checkpoints = Publish(folder, *(*docket)->log);
  auto http = services::StartHttpListener(
      (*server)->calls(), *checkpoints, (*server)->InProcessChannel(),
      {"127.0.0.1", 0, options.certificate_authority, options.certificate, options.private_key, ""});
  Need(http.status());
  ServeUntilInputEnds((*server)->port(), (*http)->port(), page, fixtures);
  http->reset();
  (*server)->Stop();
  (*docket)->sequencer->Stop();
  (*docket)->projector->Stop();
  return 0;
}

}  // namespace

void NeedAnswer(const grpc::Status& status, const std::string& what) {
  if (!status.ok()) Need(absl::UnknownError(absl::StrCat(what, ": ", status.error_message())));
}

int Serve(const std::string& what, const std::string& folder) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // also while it is stopped
  signal(SIGPIPE, SIG_IGN);
  // The benchmark reads its output for where the server is, and no further.
  spdlog::set_default_logger(spdlog::stderr_color_mt("served"));
  return what == "echo" ? ServeEcho(folder) : ServeDocket(folder, what == "grown");
}

Served::Served(const std::string& what, const std::string& folder)
    : folder_(folder.empty() ? FreshFolder(what) : folder) {
  std::filesystem::create_directories(folder_);
  MakeCertificates(folder_);
  boost::process::ipstream told;
  server_ = boost::process::child("/proc/self/exe", "--serve", what, "--folder", folder_,
                                  boost::process::std_in<stop_, boost::process::std_out> told);
  if (!(told >> port_ >> http_port_ >> page_account_ >> fixtures_.programme_id >>
        fixtures_.first_respondent >> fixtures_.respondents)) {
    std::fprintf(stderr, "benchmark: the %s server didn't start\n", what.c_str());
    std::exit(1);
  }
}

Served::~Served() {
  try {
    stop_.close();
    stop_.pipe().close();
    server_.wait();
    if (server_.exit_code() != 0)
      Need(absl::AbortedError(absl::StrCat("the server ended early, by ", server_.native_exit_code())));
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "benchmark: %s\n", failure.what());
  }
}

std::string Served::authority() const { return Text(folder_, "ca.crt"); }

std::shared_ptr<grpc::Channel> Served::Connect(const std::string& certificate) const {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = authority();
  if (!certificate.empty()) {
    tls.pem_private_key = Text(folder_, certificate + ".key");
    tls.pem_cert_chain = Text(folder_, certificate + ".crt");
  }
  return grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", port_), grpc::SslCredentials(tls), arguments);
}

std::string Filer(int number) { return absl::StrCat("filer-", number); }

double Served::ProcessorSeconds() const {
  clockid_t clock{};
  timespec used{};
  if (clock_getcpuclockid(server_.id(), &clock) != 0 || clock_gettime(clock, &used) != 0) return 0;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

double Served::ResidentMebibytes() const { return benchmark::ResidentMebibytes(server_.id()); }

}  // namespace klaim::benchmark
