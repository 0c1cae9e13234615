// Filing and querying over gRPC with mutual TLS, against calls that do nothing. Client and server share this
// process and its two cores, for the floor and for the figure alike.

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "absl/strings/str_cat.h"
#include "engine/privacy/master_key.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "klaim/v1/groups_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "services/principal.h"
#include "services/server.h"
#include "tools/authority.h"
#include "tools/benchmark/echo.grpc.pb.h"
#include "tools/benchmark/figures.h"
#include "tools/benchmark/workload.h"

namespace klaim::benchmark {
namespace {

constexpr int kInFlight = 64;

class IdleServer final : public EchoService::CallbackService {
 public:
  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context, const EchoRequest*,
                                 EchoResponse*) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  grpc::ServerBidiReactor<EchoRequest, EchoResponse>* EchoStream(grpc::CallbackServerContext*) override {
    class Reactor final : public grpc::ServerBidiReactor<EchoRequest, EchoResponse> {
     public:
      Reactor() { StartRead(&request_); }
      void OnReadDone(bool ok) override { ok ? StartWrite(&response_) : Finish(grpc::Status::OK); }
      void OnWriteDone(bool) override { StartRead(&request_); }
      void OnDone() override { delete this; }

     private:
      EchoRequest request_;
      EchoResponse response_;
    };
    return new Reactor;
  }
};

struct Pki {
  std::string authority, server_certificate, server_key, client_certificate, client_key;

  Pki() {
    const std::string folder = FreshFolder("pki");
    std::filesystem::create_directories(folder);
    tools::CertificateRequest server;
    server.common_name = "klaimd";
    server.hosts = {"localhost", "127.0.0.1"};
    tools::CertificateRequest client;
    client.common_name = "bench";
    client.uri = *services::PrincipalUri(0, {"lawyer", "treasurer", "auditor"}, "bench");
    if (!tools::CreateAuthority(folder, "authority of the benchmark").ok() ||
        !tools::IssueCertificate(folder, server, folder + "/s.crt", folder + "/s.key").ok() ||
        !tools::IssueCertificate(folder, client, folder + "/c.crt", folder + "/c.key").ok()) {
      std::exit(1);
    }
    authority = *tools::ReadFile(folder + "/ca.crt");
    server_certificate = *tools::ReadFile(folder + "/s.crt");
    server_key = *tools::ReadFile(folder + "/s.key");
    client_certificate = *tools::ReadFile(folder + "/c.crt");
    client_key = *tools::ReadFile(folder + "/c.key");
  }

  std::shared_ptr<grpc::Channel> Connect(int port) const {
    return grpc::CreateChannel(absl::StrCat("127.0.0.1:", port),
                               grpc::SslCredentials({authority, client_key, client_certificate}));
  }
};

// Keeps `kInFlight` unary calls under way until `count` are answered; calls a second.
template <class Request, class Response, class Call>
double UnaryCallsASecond(uint64_t count, Call call, const std::function<Request(uint64_t)>& make) {
  struct Slot {
    std::unique_ptr<grpc::ClientContext> context;
    Request request;
    Response response;
  };
  std::vector<Slot> slots(kInFlight);
  std::atomic<uint64_t> started = 0;
  std::atomic<uint64_t> failed = 0;
  uint64_t finished = 0;
  std::mutex mutex;
  std::condition_variable done;
  std::function<void(Slot&)> next = [&](Slot& slot) {
    const uint64_t number = started.fetch_add(1);
    if (number >= count) return;
    slot.context = std::make_unique<grpc::ClientContext>();
    slot.request = make(number);
    call(*slot.context, slot.request, slot.response, [&](const grpc::Status& status) {
      if (!status.ok() && failed.fetch_add(1) == 0)
        std::fprintf(stderr, "benchmark: %s\n", status.error_message().c_str());
      next(slot);
      std::lock_guard lock(mutex);
      if (++finished == count) done.notify_one();
    });
  };
  const auto begin = std::chrono::steady_clock::now();
  for (Slot& slot : slots) next(slot);
  std::unique_lock lock(mutex);
  done.wait(lock, [&] { return finished == count; });
  return static_cast<double>(count) / SecondsSince(begin);
}

// Files over one stream, `filings_a_message` to a message with a window of messages; claims a second.
double StreamClaimsASecond(v1::IntakeService::Stub& stub, uint64_t count, int filings_a_message,
                           const std::function<v1::FileClaimRequest(uint64_t)>& make) {
  std::vector<v1::FileClaimsRequest> messages;
  for (uint64_t i = 0; i < count;) {
    auto& message = messages.emplace_back();
    for (int k = 0; k < filings_a_message && i < count; ++k, ++i) *message.add_filings() = make(i);
  }
  grpc::ClientContext context;
  auto stream = stub.FileClaims(&context);
  std::atomic<int> ahead = 0;
  uint64_t answered = 0;
  uint64_t failed = 0;
  const auto begin = std::chrono::steady_clock::now();
  std::thread sender([&] {
    for (const auto& message : messages) {
      int now = ahead.load();
      while (now >= 8) {
        ahead.wait(now);
        now = ahead.load();
      }
      ++ahead;
      if (!stream->Write(message)) return;
    }
    stream->WritesDone();
  });
  v1::FileClaimsResponse response;
  while (stream->Read(&response)) {
    answered += static_cast<uint64_t>(response.outcomes_size());
    for (const auto& outcome : response.outcomes()) {
      if (!outcome.has_filed() && failed++ == 0)
        std::fprintf(stderr, "benchmark: %s\n", outcome.error().message().c_str());
    }
    --ahead;
    ahead.notify_one();
  }
  sender.join();
  const double seconds = SecondsSince(begin);
  const grpc::Status status = stream->Finish();
  if (!status.ok() || answered != count)
    std::fprintf(stderr, "benchmark: stream answered %d: %s\n", static_cast<int>(answered),
                 status.error_message().c_str());
  return static_cast<double>(answered - failed) / seconds;
}

// The largest of the times but the worst hundredth, in milliseconds, of calls made one after the other.
template <class Call>
double P99Milliseconds(int calls, Call call) {
  std::vector<double> times;
  for (int i = 0; i < calls; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    call();
    times.push_back(SecondsSince(begin) * 1000);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  std::sort(times.begin(), times.end());
  return times[times.size() * 99 / 100];
}

double EchoFloor(const Pki& pki, uint64_t calls) {
  IdleServer echo;
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = pki.authority;
  tls.pem_key_cert_pairs.push_back({pki.server_key, pki.server_certificate});
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port);
  builder.RegisterService(&echo);
  auto server = builder.BuildAndStart();
  auto stub = EchoService::NewStub(pki.Connect(port));
  const auto run = [&] {
    return UnaryCallsASecond<EchoRequest, EchoResponse>(
        calls,
        [&](auto& context, auto& request, auto& response, auto then) {
          stub->async()->Echo(&context, &request, &response, then);
        },
        [](uint64_t) { return EchoRequest(); });
  };
  run();  // connects and warms up
  return MedianOfThree(run);
}

}  // namespace

void MeasureServices(bool quick) {
  const Pki pki;
  const uint64_t calls = quick ? 20'000 : 60'000;
  const double echo = EchoFloor(pki, calls);
  const std::string folder = FreshFolder("services");
  std::filesystem::create_directories(folder);
  if (!privacy::CreateMasterKey(folder + "/master.key").ok()) std::exit(1);
  auto docket = services::Open(folder + "/data", folder + "/master.key", [](const absl::Status& status) {
    std::fprintf(stderr, "benchmark: %s\n", status.ToString().c_str());
    std::exit(1);
  });
  if (!docket.ok()) std::exit(1);
  BenchDocket frame;
  Furnish(*(*docket)->sequencer, frame);
  services::ServerOptions options;
  options.certificate_authority = pki.authority;
  options.certificate = pki.server_certificate;
  options.private_key = pki.server_key;
  auto server = services::StartServer(**docket, options);
  if (!server.ok()) std::exit(1);
  const auto channel = pki.Connect((*server)->port());
  auto intake = v1::IntakeService::NewStub(channel);
  uint64_t number = 0;
  const double unary = MedianOfThree([&] {
    const uint64_t base = number;
    number += calls / 2;
    return UnaryCallsASecond<v1::FileClaimRequest, v1::FileClaimResponse>(
        calls / 2,
        [&](auto& context, auto& request, auto& response, auto then) {
          intake->async()->FileClaim(&context, &request, &response, then);
        },
        [&](uint64_t i) { return WholeFiling(frame, base + i); });
  });
  Print("grpc_unary_whole_filings_64_in_flight", unary, "claims/s", "grpc_unary_mtls_echo_64_in_flight",
        echo);
  const uint64_t streamed = quick ? 50'000 : 200'000;
  const double whole = MedianOfThree([&] {
    const uint64_t base = number;
    number += streamed / 2;
    return StreamClaimsASecond(*intake, streamed / 2, 256,
                               [&](uint64_t i) { return WholeFiling(frame, base + i); });
  });
  Print("grpc_stream_whole_filings", whole, "claims/s", "target", 100'000);
  grpc::ClientContext context;
  v1::FileClaimResponse first;
  v1::FileClaimRequest request = WholeFiling(frame, number++);
  if (!intake->FileClaim(&context, request, &first).ok()) std::exit(1);
  const double known = MedianOfThree([&] {
    const uint64_t base = number;
    number += streamed;
    return StreamClaimsASecond(*intake, streamed, 256, [&](uint64_t i) {
      return FilingFor(frame, base + i, first.claimant_id(), first.case_id());
    });
  });
  Print("grpc_stream_claims_for_known_cases", known, "claims/s", "target", 100'000);
  (*docket)->projector->WaitVisible((*docket)->log->next_sequence() - 1, absl::Seconds(60));

  // Queries while claims are filed, at about half of what one stream can.
  std::atomic<bool> stop = false;
  std::thread load([&] {
    while (!stop) {
      const uint64_t base = number;
      number += 200;
      const auto begin = std::chrono::steady_clock::now();
      StreamClaimsASecond(*intake, 200, 50, [&](uint64_t i) { return WholeFiling(frame, base + i); });
      std::this_thread::sleep_for(std::chrono::steady_clock::now() - begin);
    }
  });
  const auto query_channel = grpc::CreateCustomChannel(
      absl::StrCat("127.0.0.1:", (*server)->port()),
      grpc::SslCredentials({pki.authority, pki.client_key, pki.client_certificate}), [] {
        grpc::ChannelArguments arguments;
        arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
        return arguments;
      }());
  auto groups = v1::GroupsService::NewStub(query_channel);
  auto compensation = v1::CompensationService::NewStub(query_channel);
  const int queries = quick ? 500 : 2'000;
  const double page = P99Milliseconds(queries, [&] {
    grpc::ClientContext c;
    v1::ListProposalsRequest ask;
    v1::ListProposalsResponse answer;
    ask.mutable_page()->set_size(20);
    if (!groups->ListProposals(&c, ask, &answer).ok()) std::exit(1);
  });
  Print("query_p99_page_of_groups_while_filing", page, "ms", "target", 5);
  const double claim = P99Milliseconds(queries, [&] {
    grpc::ClientContext c;
    v1::GetClaimCompensationRequest ask;
    v1::GetClaimCompensationResponse answer;
    ask.set_claim_id(first.claim_id());
    if (!compensation->GetClaimCompensation(&c, ask, &answer).ok()) std::exit(1);
  });
  Print("query_p99_compensation_of_claim_while_filing", claim, "ms", "target", 5);
  stop = true;
  load.join();
  (*server)->Stop();
  (*docket)->sequencer->Stop();
  (*docket)->projector->Stop();
}

}  // namespace klaim::benchmark
