// Filing and querying over gRPC with mutual TLS, against calls that do nothing.

#include <grpcpp/grpcpp.h>
#include <sys/resource.h>

#include <atomic>
#include <optional>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "klaim/v1/groups_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "tools/benchmark/echo.grpc.pb.h"
#include "tools/benchmark/figures.h"
#include "tools/benchmark/served.h"
#include "tools/benchmark/workload.h"

namespace klaim::benchmark {
namespace {

constexpr int kInFlight = 64;

// Processor seconds used so far by the client (this process) and the server, user and system.
double ProcessorSeconds(const Served& served) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6 +
         served.ProcessorSeconds();
}

// What calls cost: how many are answered in a second, and what each takes of the processors, both sides and
// all threads.
struct Cost {
  double calls_a_second;
  double processor_micros_a_call;
};

// The median of three runs, by rate.
Cost MedianCost(const std::function<Cost()>& once) {
  std::vector<Cost> costs = {once(), once(), once()};
  std::sort(costs.begin(), costs.end(),
            [](const Cost& a, const Cost& b) { return a.calls_a_second < b.calls_a_second; });
  return costs[1];
}

// Keeps `kInFlight` unary calls under way until all requests are answered; calls a second.
template <class Request, class Response, class Call>
Cost UnaryCalls(const Served& served, const std::vector<Request>& requests, Call call) {
  struct Slot {
    std::optional<grpc::ClientContext> context;
    Response response;
  };
  std::vector<Slot> slots(kInFlight);
  std::atomic<uint64_t> started = 0;
  absl::BlockingCounter unanswered(static_cast<int>(requests.size()));
  std::function<void(Slot&)> next = [&](Slot& slot) {
    const uint64_t number = started.fetch_add(1);
    if (number >= requests.size()) return;
    slot.context.emplace();
    call(*slot.context, requests[number], slot.response, [&](const grpc::Status& status) {
      NeedAnswer(status, "a call");
      next(slot);
      unanswered.DecrementCount();
    });
  };
  const double processor = ProcessorSeconds(served);
  const auto begin = std::chrono::steady_clock::now();
  for (Slot& slot : slots) next(slot);
  unanswered.Wait();
  const auto count = static_cast<double>(requests.size());
  return {count / SecondsSince(begin), (ProcessorSeconds(served) - processor) / count * 1e6};
}

// A docket's server, and what is filed into it.
class Filing {
 public:
  Filing() : intake_(v1::IntakeService::NewStub(served_.Connect())) {
    grpc::ClientContext context;
    NeedAnswer(intake_->FileClaim(&context, NextWhole(), &first_), "filing");
  }

  const Served& served() const { return served_; }
  v1::IntakeService::Stub& intake() { return *intake_; }
  // A new claimant and case with every filing.
  v1::FileClaimRequest NextWhole() { return WholeFiling(served_.fixtures(), number_++); }
  // One more claim for the claimant and case filed first.
  v1::FileClaimRequest NextKnown() {
    return FilingFor(served_.fixtures(), number_++, first_.claimant_id(), first_.case_id());
  }
  uint64_t known_claim() const { return first_.claim_id(); }

 private:
  const Served served_{"docket"};
  std::unique_ptr<v1::IntakeService::Stub> intake_;
  v1::FileClaimResponse first_;
  std::atomic<uint64_t> number_ = 0;
};

using NextFiling = v1::FileClaimRequest (Filing::*)();

// Files over one stream, `filings_a_message` to a message with a window of messages; claims a second.
Cost StreamClaims(Filing& filing, uint64_t count, int filings_a_message, NextFiling next) {
  std::vector<v1::FileClaimsRequest> messages;
  for (uint64_t i = 0; i < count;) {
    auto& message = messages.emplace_back();
    for (int k = 0; k < filings_a_message && i < count; ++k, ++i) *message.add_filings() = (filing.*next)();
  }
  grpc::ClientContext context;
  auto stream = filing.intake().FileClaims(&context);
  std::atomic<int> ahead = 0;
  uint64_t answered = 0;
  const double processor = ProcessorSeconds(filing.served());
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
      if (!outcome.has_filed()) NeedAnswer({grpc::StatusCode::INTERNAL, outcome.error().message()}, "filing");
    }
    --ahead;
    ahead.notify_one();
  }
  sender.join();
  const double seconds = SecondsSince(begin);
  const double used = ProcessorSeconds(filing.served()) - processor;
  NeedAnswer(stream->Finish(), "filing");
  if (answered != count) Need(absl::InternalError("the stream ended before all filings were answered"));
  const auto filed = static_cast<double>(answered);
  return {filed / seconds, used / filed * 1e6};
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
  return Percentile99(std::move(times));
}

Cost EchoFloor(uint64_t calls) {
  const Served echo("echo");
  auto stub = EchoService::NewStub(echo.Connect());
  const auto run = [&] {
    return UnaryCalls<EchoRequest, EchoResponse>(
        echo, std::vector<EchoRequest>(calls),
        [&](auto& context, const auto& request, auto& response, auto then) {
          stub->async()->Echo(&context, &request, &response, then);
        });
  };
  run();  // connects and warms up
  return MedianCost(run);
}

}  // namespace

void MeasureUnary(bool quick) {
  const uint64_t calls = quick ? 1'000 : 60'000;
  const Cost echo = EchoFloor(calls);
  Filing filing;
  const auto measure = [&](const std::string& name, NextFiling next) {
    const Cost cost = MedianCost([&] {
      std::vector<v1::FileClaimRequest> filings;
      for (uint64_t i = 0; i < calls / 2; ++i) filings.push_back((filing.*next)());
      return UnaryCalls<v1::FileClaimRequest, v1::FileClaimResponse>(
          filing.served(), filings, [&](auto& context, const auto& request, auto& response, auto then) {
            filing.intake().async()->FileClaim(&context, &request, &response, then);
          });
    });
    Print(name, cost.calls_a_second, "claims/s", "grpc_unary_mtls_echo_64_in_flight", echo.calls_a_second,
          0.6);
    Print(name + "_processor", cost.processor_micros_a_call, "us/claim", "the_same_of_an_echo",
          echo.processor_micros_a_call);
  };
  measure("grpc_unary_whole_filings_64_in_flight", &Filing::NextWhole);
  measure("grpc_unary_claims_for_known_cases_64_in_flight", &Filing::NextKnown);
}

void MeasureStream(bool quick) {
  Filing filing;
  const uint64_t claims = quick ? 2'000 : 200'000;
  const auto measure = [&](const std::string& name, uint64_t count, NextFiling next) {
    const Cost cost = MedianCost([&] { return StreamClaims(filing, count, 256, next); });
    Print(name, cost.calls_a_second, "claims/s", "target", 100'000);
    Print(name + "_processor", cost.processor_micros_a_call, "us/claim");
  };
  measure("grpc_stream_whole_filings", claims / 2, &Filing::NextWhole);
  measure("grpc_stream_claims_for_known_cases", claims, &Filing::NextKnown);
}

void MeasureQueries(bool quick) {
  Filing filing;
  StreamClaims(filing, quick ? 1'000 : 200'000, 256, &Filing::NextWhole);
  // Claims are filed meanwhile, at about half of what one stream can.
  std::atomic<bool> stop = false;
  std::atomic<uint64_t> filed = 0;
  const auto filing_begin = std::chrono::steady_clock::now();
  std::thread load([&] {
    while (!stop) {
      const auto begin = std::chrono::steady_clock::now();
      StreamClaims(filing, 200, 50, &Filing::NextWhole);
      filed += 200;
      std::this_thread::sleep_for(std::chrono::steady_clock::now() - begin);
    }
  });
  auto groups = v1::GroupsService::NewStub(filing.served().Connect());
  auto compensation = v1::CompensationService::NewStub(filing.served().Connect());
  const int queries = quick ? 50 : 2'000;
  const double page = P99Milliseconds(queries, [&] {
    grpc::ClientContext c;
    v1::ListProposalsRequest ask;
    v1::ListProposalsResponse answer;
    ask.mutable_page()->set_size(20);
    NeedAnswer(groups->ListProposals(&c, ask, &answer), "proposals");
  });
  Print("query_p99_page_of_groups_while_filing", page, "ms", "target", 5);
  const double claim = P99Milliseconds(queries, [&] {
    grpc::ClientContext c;
    v1::GetClaimCompensationRequest ask;
    v1::GetClaimCompensationResponse answer;
    ask.set_claim_id(filing.known_claim());
    NeedAnswer(compensation->GetClaimCompensation(&c, ask, &answer), "compensation");
  });
  Print("query_p99_compensation_of_claim_while_filing", claim, "ms", "target", 5);
  stop = true;
  load.join();
  Print("filed_meanwhile", static_cast<double>(filed) / SecondsSince(filing_begin), "claims/s");
}

}  // namespace klaim::benchmark
