// What the console's page waits for: a call through the HTTP listener's gateway beside the same call by gRPC, and the first page
// of a list as the docket grows.

#include <boost/asio/connect.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <memory>
#include <optional>
#include <thread>

#include "absl/strings/str_cat.h"
#include "klaim/v1/accounts_service.grpc.pb.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "tools/benchmark/figures.h"
#include "tools/benchmark/served.h"
#include "tools/benchmark/workload.h"

namespace klaim::benchmark {
namespace {

namespace http = boost::beast::http;
namespace ssl = boost::asio::ssl;

constexpr uint64_t kFilingsAMessage = 256;
constexpr int kMessagesAhead = 8;

std::unique_ptr<grpc::ClientContext> With(const std::string& token) {
  auto context = std::make_unique<grpc::ClientContext>();
  if (!token.empty()) context->AddMetadata("authorization", "Bearer " + token);
  return context;
}

// Somebody who signed in as a page does, with a password of their own.
std::string SignIn(const Served& served) {
  auto accounts = v1::AccountsService::NewStub(served.Connect("administrator"));
  v1::RecoverAccountRequest recover;
  v1::RecoverAccountResponse recovered;
  recover.set_request_id("recover");
  recover.set_account_id(served.page_account());
  recover.set_reason("first password");
  NeedAnswer(accounts->RecoverAccount(With("").get(), recover, &recovered), "recover");
  // The page's person reads names, so that another administrator confirms.
  v1::ConfirmAccountChangeRequest confirm;
  v1::ConfirmAccountChangeResponse confirmed;
  confirm.set_request_id("confirm");
  confirm.set_account_id(served.page_account());
  confirm.set_proposal(recovered.receipt().sequence());
  auto second = v1::AccountsService::NewStub(served.Connect("second-administrator"));
  NeedAnswer(second->ConfirmAccountChange(With("").get(), confirm, &confirmed), "confirm");
  auto sessions = v1::SessionService::NewStub(served.Connect(""));
  v1::SignInRequest sign_in;
  v1::SignInResponse signed_in;
  sign_in.set_name("page");
  sign_in.set_password(recovered.first_password());
  NeedAnswer(sessions->SignIn(With("").get(), sign_in, &signed_in), "sign in");
  v1::ChangePasswordRequest change;
  v1::ChangePasswordResponse changed;
  change.set_old_password(recovered.first_password());
  change.set_new_password("a password of the benchmark's own");
  NeedAnswer(sessions->ChangePassword(With(signed_in.session().token()).get(), change, &changed), "password");
  return signed_in.session().token();
}

// A browser's connection: HTTP/1.1 over TLS, kept open.
class PageConnection {
 public:
  PageConnection(const Served& served, const std::string& token) : tls_(ssl::context::tls_client) {
    tls_.add_certificate_authority(boost::asio::buffer(served.authority()));
    tls_.set_verify_mode(ssl::verify_peer);
    stream_.emplace(context_, tls_);
    auto& socket = boost::beast::get_lowest_layer(*stream_).socket();
    socket.connect({boost::asio::ip::make_address("127.0.0.1"), static_cast<uint16_t>(served.http_port())});
    socket.set_option(boost::asio::ip::tcp::no_delay(true));
    stream_->handshake(ssl::stream_base::client);
    request_.method(http::verb::post);
    request_.set(http::field::host, absl::StrCat("127.0.0.1:", served.http_port()));
    request_.set(http::field::origin, absl::StrCat("https://127.0.0.1:", served.http_port()));
    request_.set(http::field::cookie, "__Host-klaim=" + token);
    request_.set(http::field::content_type, "application/proto");
  }

  template <class Request, class Response>
  void Call(const char* method, const Request& request, Response& response) {
    request_.target(absl::StrCat("/klaim.v1.", method));
    request_.body() = request.SerializeAsString();
    request_.prepare_payload();
    http::write(*stream_, request_);
    http::response_parser<http::string_body> answer;
    answer.body_limit(64 << 20);
    http::read(*stream_, buffer_, answer);
    if (answer.get().result_int() == 200 && response.ParseFromString(answer.get().body())) return;
    std::fprintf(stderr, "benchmark: %s: %u %s\n", method, answer.get().result_int(),
                 answer.get().body().c_str());
    std::exit(1);
  }

 private:
  boost::asio::io_context context_;
  ssl::context tls_;
  std::optional<boost::beast::ssl_stream<boost::beast::tcp_stream>> stream_;
  http::request<http::string_body> request_;
  boost::beast::flat_buffer buffer_;
};

// What a call takes: alone, at the median; and how many a second come back with eight callers, and what each takes of the server.
struct CallCost {
  double alone_micros;
  double calls_a_second;
  double server_micros;
};

// `caller` makes what one caller calls by, over a connection of its own.
CallCost Measure(const Served& served, int calls, const std::function<std::function<void()>()>& caller) {
  constexpr int kCallers = 8;
  CallCost cost{};
  const std::function<void()> alone = caller();
  std::vector<double> times;
  for (int i = 0; i < calls; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    alone();
    times.push_back(SecondsSince(begin) * 1e6);
  }
  cost.alone_micros = Median(times);
  std::vector<std::function<void()>> callers;
  for (int i = 0; i < kCallers; ++i) {
    callers.push_back(caller());
    callers.back()();  // connects
  }
  const double processor = served.ProcessorSeconds();
  const auto begin = std::chrono::steady_clock::now();
  std::vector<std::thread> threads;
  for (auto& call : callers) {
    threads.emplace_back([&call, calls] {
      for (int i = 0; i < calls; ++i) call();
    });
  }
  for (std::thread& thread : threads) thread.join();
  const double all = static_cast<double>(calls) * kCallers;
  cost.calls_a_second = all / SecondsSince(begin);
  cost.server_micros = (served.ProcessorSeconds() - processor) / all * 1e6;
  return cost;
}

void FileWhole(v1::IntakeService::Stub& intake, const Fixtures& fixtures, uint64_t from, uint64_t until) {
  grpc::ClientContext context;
  auto stream = intake.FileClaims(&context);
  v1::FileClaimsResponse answer;
  uint64_t ahead = 0;
  const auto take = [&] {
    if (!stream->Read(&answer)) NeedAnswer(stream->Finish(), "filing");
    for (const v1::FilingOutcome& outcome : answer.outcomes()) {
      if (!outcome.has_filed()) NeedAnswer({grpc::StatusCode::INTERNAL, outcome.error().message()}, "filing");
    }
    ahead -= static_cast<uint64_t>(answer.outcomes_size());
  };
  for (uint64_t at = from; at < until;) {
    v1::FileClaimsRequest message;
    for (uint64_t i = 0; i < kFilingsAMessage && at < until; ++i)
      *message.add_filings() = WholeFiling(fixtures, at++);
    ahead += static_cast<uint64_t>(message.filings_size());
    stream->Write(message);
    while (ahead > kFilingsAMessage * kMessagesAhead) take();
  }
  stream->WritesDone();
  while (ahead > 0) take();
  NeedAnswer(stream->Finish(), "filing");
}

void MeasureGateway(const Served& served, const std::string& token, bool quick) {
  const int calls = quick ? 50 : 2'000;
  const auto compare = [&](const std::string& name, const char* method, const auto& request, auto answer,
                           auto stub, auto direct) {
    using Response = decltype(answer);
    const CallCost by_grpc = Measure(served, calls, [&]() -> std::function<void()> {
      auto own = std::shared_ptr(stub(served.Connect("")));
      return [&, own] {
        Response response;
        NeedAnswer(((*own).*direct)(With(token).get(), request, &response), method);
      };
    });
    const CallCost by_gateway = Measure(served, calls, [&]() -> std::function<void()> {
      auto own = std::make_shared<PageConnection>(served, token);
      return [&, own] {
        Response response;
        own->Call(method, request, response);
      };
    });
    Print("gateway_" + name + "_alone", by_gateway.alone_micros, "us", "the_same_by_grpc",
          by_grpc.alone_micros, 1.3);
    Print("gateway_" + name + "_with_8_callers", by_gateway.calls_a_second, "calls/s", "the_same_by_grpc",
          by_grpc.calls_a_second, 0.7);
    Print("gateway_" + name + "_processor_of_the_server", by_gateway.server_micros, "us/call",
          "the_same_by_grpc", by_grpc.server_micros, 1.3);
  };
  compare(
      "own_account", "SessionService/GetOwnAccount", v1::GetOwnAccountRequest(), v1::GetOwnAccountResponse(),
      [](auto channel) { return v1::SessionService::NewStub(channel); },
      &v1::SessionService::Stub::GetOwnAccount);
  v1::ListClaimsRequest list;
  list.mutable_page()->set_size(50);
  compare(
      "50_claims", "IntakeService/ListClaims", list, v1::ListClaimsResponse(),
      [](auto channel) { return v1::IntakeService::NewStub(channel); }, &v1::IntakeService::Stub::ListClaims);
}

// The list as the page asks for it, 200 claims at once.
void MeasureLists(const Served& served, const std::string& token, uint64_t claims, bool quick) {
  PageConnection page(served, token);
  const auto measure = [&](const std::string& name, const v1::ListClaimsRequest& request) {
    std::vector<double> times;
    for (int i = 0; i < (quick ? 20 : 200); ++i) {
      v1::ListClaimsResponse response;
      const auto begin = std::chrono::steady_clock::now();
      page.Call("IntakeService/ListClaims", request, response);
      times.push_back(SecondsSince(begin) * 1000);
    }
    Print(absl::StrCat(name, "_of_", claims, "_p99"), Percentile99(std::move(times)), "ms", "target", 100);
  };
  v1::ListClaimsRequest request;
  request.mutable_page()->set_size(200);
  measure("first_200_claims", request);
  request.set_newest_first(true);
  measure("latest_200_claims", request);
  request.set_programme_id(served.fixtures().programme_id);
  request.set_status(v1::CLAIM_STATUS_FILED);
  measure("latest_200_claims_of_a_status", request);
}

}  // namespace

void MeasureConsole(bool quick) {
  const Served served("docket");
  const std::string token = SignIn(served);
  auto intake = v1::IntakeService::NewStub(served.Connect());
  uint64_t claims = 0;
  for (uint64_t size :
       quick ? std::vector<uint64_t>{200, 1'000} : std::vector<uint64_t>{10'000, 100'000, 1'000'000}) {
    FileWhole(*intake, served.fixtures(), claims, size);
    if (claims == 0) MeasureGateway(served, token, quick);
    claims = size;
    MeasureLists(served, token, claims, quick);
  }
}

}  // namespace klaim::benchmark
