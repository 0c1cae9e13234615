// The doors of the daemon: how many connections there may be and whose, what one may cost, and who is at the other end of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "klaim/v1/accounts_service.grpc.pb.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "services/common/acceptor.h"
#include "services/common/connection_limits.h"
#include "services/web/http2_frames.h"
#include "testing/docket_people.h"
#include "testing/processes.h"
#include "testing/served_fixtures.h"
#include "testing/temporary_folder.h"
#include "tools/installation/authority.h"

namespace klaim::services {
namespace {

namespace ssl = boost::asio::ssl;
using boost::asio::ip::tcp;
using klaim::testing::Daemon;
using klaim::testing::DocketPeople;
using klaim::testing::TemporaryFolder;
using ::testing::ElementsAre;

TEST(ConnectionLimits, WhoTakesTooManyLosesTheirOwnThatWasIdleLongest) {
  ConnectionLimits limits({.all = 100, .strangers = 6, .of_one = 3});
  std::vector<std::string> closed;
  const auto enter = [&](const std::string& address, const std::string& name) {
    return limits.Enter(address, [&closed, name] { closed.push_back(name); });
  };
  std::vector<std::unique_ptr<ConnectionLimits::Seat>> seats;
  for (const char* name : {"a1", "a2", "a3"}) seats.push_back(enter("192.0.2.1", name));
  EXPECT_THAT(closed, ElementsAre());
  seats[0]->Used();
  seats.push_back(enter("192.0.2.1", "a4"));
  EXPECT_THAT(closed, ElementsAre("a2")) << "the one that was idle longest";
  seats.erase(seats.begin() + 1);
  for (const char* name : {"b1", "b2", "c1"})
    seats.push_back(enter(name == std::string("c1") ? "192.0.2.3" : "192.0.2.2", name));
  EXPECT_THAT(closed, ElementsAre("a2"));
  seats.push_back(enter("192.0.2.4", "d1"));
  EXPECT_THAT(closed, ElementsAre("a2", "a3")) << "of the address that has most of the strangers' seats";
  // An account's are its own, whatever strangers do.
  seats.back()->BelongsTo("sari@12");
  for (int i = 0; i < 20; ++i) seats.push_back(enter("192.0.2.1", "a"));
  EXPECT_THAT(closed, ::testing::Not(::testing::Contains("d1")));
}

TEST(ConnectionLimits, WhoIsKnownHasSoManyToo) {
  ConnectionLimits limits({.all = 100, .strangers = 50, .of_one = 2});
  std::vector<std::string> closed;
  std::vector<std::unique_ptr<ConnectionLimits::Seat>> seats;
  for (const char* name : {"first", "second", "third"}) {
    seats.push_back(
        limits.Enter(absl::StrCat("192.0.2.", seats.size()), [&closed, name] { closed.push_back(name); }));
    seats.back()->BelongsTo("sari@12");
  }
  EXPECT_THAT(closed, ElementsAre("first"));
  seats.clear();
  EXPECT_EQ(limits.count(), 0u);
}

TEST(ConnectionLimits, WhatIsUnderWayIsCountedOverAllConnectionsOfOne) {
  ConnectionBounds bounds;
  bounds.calls_of_account = 5;
  bounds.calls_of_address = 3;
  bounds.bytes_of_address = 100;
  bounds.bytes_of_strangers = 150;
  ConnectionLimits limits(bounds);
  const auto enter = [&](const std::string& address) { return limits.Enter(address, [] {}); };
  auto one = enter("192.0.2.1");
  auto two = enter("192.0.2.1");
  EXPECT_TRUE(one->Carries(2, 60));
  EXPECT_TRUE(two->Carries(1, 40));
  EXPECT_FALSE(two->Carries(2, 40)) << "four calls of one address";
  EXPECT_TRUE(two->Carries(1, 40)) << "whoever brings less may go on";
  EXPECT_FALSE(two->Carries(1, 41)) << "101 bytes of one address";
  two.reset();
  auto other = enter("192.0.2.2");
  EXPECT_TRUE(other->Carries(1, 90));
  EXPECT_FALSE(other->Carries(1, 91)) << "151 bytes of strangers";
  auto known = enter("192.0.2.3");
  known->BelongsTo("sari@12");
  EXPECT_TRUE(known->Carries(5, 1'000)) << "an account's are its own";
  auto later = enter("192.0.2.4");
  later->BelongsTo("sari@12");
  EXPECT_FALSE(later->Carries(1, 0)) << "six calls of one account";
  known.reset();
  EXPECT_TRUE(later->Carries(2, 0)) << "what is over isn't counted any more";
}

std::string Frame(uint8_t type, uint8_t flags, uint32_t stream, const std::string& payload) {
  std::string frame;
  for (int shift = 16; shift >= 0; shift -= 8)
    frame.push_back(static_cast<char>(payload.size() >> shift & 0xff));
  frame.push_back(static_cast<char>(type));
  frame.push_back(static_cast<char>(flags));
  for (int shift = 24; shift >= 0; shift -= 8) frame.push_back(static_cast<char>(stream >> shift & 0xff));
  return frame + payload;
}
std::string Reset(uint32_t stream, char code = 8) { return Frame(3, 0, stream, std::string(3, '\0') + code); }

constexpr char kPreface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr FrameBounds kNoMoreLater{5, 0, 7, 0, 1'000};

TEST(Http2Frames, ResetsOfEitherSideAreCountedHoweverTheBytesCome) {
  for (size_t step : {size_t{1}, size_t{7}, size_t{100'000}}) {
    ConnectionCost cost(kNoMoreLater);
    FrameCounter client(FrameCounter::Side::kClient, cost);
    FrameCounter server(FrameCounter::Side::kServer, cost);
    const auto all = [&](FrameCounter& counter, const std::string& bytes) {
      for (size_t at = 0; at < bytes.size(); at += step) {
        if (!counter.Count(absl::string_view(bytes).substr(at, step))) return false;
      }
      return true;
    };
    EXPECT_TRUE(all(client, kPreface + Frame(4, 0, 0, "") + Frame(1, 4, 1, "headers") +
                                Frame(0, 1, 1, std::string(300, 'x'))));
    EXPECT_TRUE(all(client, Reset(1) + Reset(3) + Reset(5)));
    EXPECT_TRUE(all(server, Reset(7, 0) + Reset(9, 0) + Reset(11, 0))) << "an early answer is no fault";
    EXPECT_TRUE(all(server, Reset(7, 1) + Reset(9, 1)));
    EXPECT_FALSE(all(client, Reset(13))) << "five are allowed, by both together";
  }
}

TEST(Http2Frames, WhatAsksForNothingIsCounted) {
  for (const std::string& idle : {Frame(6, 0, 0, "12345678"), Frame(4, 0, 0, ""), Frame(2, 0, 1, "12345"),
                                  Frame(0, 0, 1, ""), Frame(9, 0, 1, ""), Frame(0x7f, 0, 0, "unknown")}) {
    ConnectionCost cost(kNoMoreLater);
    FrameCounter client(FrameCounter::Side::kClient, cost);
    ASSERT_TRUE(client.Count(kPreface));
    for (int i = 0; i < 7; ++i) EXPECT_TRUE(client.Count(idle));
    EXPECT_FALSE(client.Count(idle));
    FrameCounter server(FrameCounter::Side::kServer, cost);
    EXPECT_TRUE(server.Count(idle)) << "what the server says is its own affair";
  }
  ConnectionCost cost(kNoMoreLater);
  FrameCounter client(FrameCounter::Side::kClient, cost);
  ASSERT_TRUE(client.Count(kPreface));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(client.Count(Frame(6, 1, 0, "12345678"))) << "answers to pings";
}

TEST(Http2Frames, AHeaderBlockThatNeverEndsIsCutOff) {
  ConnectionCost cost(kNoMoreLater);
  FrameCounter client(FrameCounter::Side::kClient, cost);
  ASSERT_TRUE(client.Count(kPreface + Frame(1, 0, 1, std::string(400, 'h'))));
  EXPECT_TRUE(client.Count(Frame(9, 0, 1, std::string(400, 'h'))));
  EXPECT_FALSE(client.Count(Frame(9, 0, 1, std::string(400, 'h'))));
}

TEST(Http2Frames, CallsUnderWayAreCountedAndThoseThatStall) {
  FrameBounds bounds;
  bounds.streams = 3;
  ConnectionCost cost(bounds);
  FrameCounter client(FrameCounter::Side::kClient, cost);
  FrameCounter server(FrameCounter::Side::kServer, cost);
  ASSERT_TRUE(client.Count(kPreface));
  EXPECT_FALSE(cost.asked);
  ASSERT_TRUE(client.Count(Frame(1, 5, 1, "h") + Frame(1, 4, 3, "h") + Frame(1, 5, 5, "h")));
  EXPECT_TRUE(cost.asked);
  EXPECT_EQ(cost.streams.size(), 3u);
  const auto later = ConnectionCost::Clock::now() + std::chrono::seconds(1);
  EXPECT_TRUE(cost.HasStalled(later)) << "the second call's request has no end yet";
  ASSERT_TRUE(client.Count(Frame(0, 0, 3, std::string(100, 'x')) + Frame(0, 1, 3, "x")));
  EXPECT_EQ(cost.bytes, 101u);
  EXPECT_FALSE(cost.HasStalled(later)) << "who waits for an answer hasn't stalled";
  ASSERT_TRUE(server.Count(Frame(1, 4, 3, "h") + Frame(1, 5, 3, "trailers"))) << "both sides have ended it";
  EXPECT_EQ(cost.bytes, 0u);
  ASSERT_TRUE(client.Count(Reset(5)));
  EXPECT_EQ(cost.streams.size(), 1u);
  ASSERT_TRUE(client.Count(Frame(1, 5, 7, "h") + Frame(1, 5, 9, "h")));
  EXPECT_FALSE(client.Count(Frame(1, 5, 11, "h"))) << "a fourth at once, whatever it was told";
}

class DoorsTest : public ::testing::Test {
 protected:
  DoorsTest() : people_(folder_.path()) {
    daemon_ = std::make_unique<Daemon>(folder_.path());
    EXPECT_TRUE(daemon_->started()) << daemon_->output();
    fixtures_ = klaim::testing::RegisterFixtures(daemon_->Connect("legal-team"));
  }

  tcp::endpoint Door() const {
    const std::pair<std::string, std::string> address = absl::StrSplit(daemon_->address(), ':');
    return {boost::asio::ip::make_address(address.first), static_cast<uint16_t>(std::stoi(address.second))};
  }

  // The most that the daemon has held, MiB.
  size_t Memory() const {
    const std::string status = *tools::ReadFile(absl::StrCat("/proc/", daemon_->process(), "/status"));
    return std::stoul(status.substr(status.find("VmHWM:") + 6)) >> 10;
  }

  grpc::Status File(v1::IntakeService::Stub& intake, const std::string& request_id) const {
    v1::FileClaimResponse response;
    grpc::ClientContext context;
    return intake.FileClaim(&context, fixtures_.Filing(request_id), &response);
  }

  TemporaryFolder folder_;
  DocketPeople people_;
  std::unique_ptr<Daemon> daemon_;
  klaim::testing::ServedFixtures fixtures_;
};

// A stranger's connection that speaks HTTP/2 by hand.
class Stranger {
 public:
  explicit Stranger(const tcp::endpoint& door) : stream_(context_, tls_) {
    SSL_set_alpn_protos(stream_.native_handle(), reinterpret_cast<const unsigned char*>("\x02h2"), 3);
    stream_.lowest_layer().connect(door);
    stream_.handshake(ssl::stream_base::client);
  }
  // False once the other side has closed.
  bool Send(const std::string& bytes) {
    boost::system::error_code error;
    boost::asio::write(stream_, boost::asio::buffer(bytes), error);
    return !error;
  }

 private:
  boost::asio::io_context context_;
  ssl::context tls_{ssl::context::tls_client};
  ssl::stream<tcp::socket> stream_;
};

TEST_F(DoorsTest, WhoGivesUpCallsAsFastAsTheyBeginIsShutOutAndNobodyElse) {
  auto intake = v1::IntakeService::NewStub(daemon_->Connect("legal-team"));
  ASSERT_TRUE(File(*intake, "before").ok());
  const size_t before = Memory();
  // :method POST, :scheme http, :path /, a literal :authority.
  const std::string headers("\x83\x86\x84\x41\x01x", 6);
  for (int attack = 0; attack < 4; ++attack) {
    Stranger stranger(Door());
    ASSERT_TRUE(stranger.Send(kPreface + Frame(4, 0, 0, "")));
    uint32_t stream = 1;
    bool open = true;
    for (int burst = 0; burst < 10'000 && open; ++burst) {
      std::string bytes;
      for (int i = 0; i < 100; ++i, stream += 2) bytes += Frame(1, 4, stream, headers) + Reset(stream);
      open = stranger.Send(bytes);
    }
    EXPECT_FALSE(open) << "a million resets were taken";
    EXPECT_TRUE(File(*intake, absl::StrCat("meanwhile ", attack)).ok());
  }
  EXPECT_LT(Memory(), before + 300);
  EXPECT_TRUE(absl::StrContains(daemon_->output(), "connections to gRPC's port are being closed"));
}

TEST_F(DoorsTest, ACallWithTooMuchMetadataFailsAlone) {
  const auto channel = daemon_->Connect("legal-team");
  auto intake = v1::IntakeService::NewStub(channel);
  ASSERT_TRUE(File(*intake, "open the connection").ok());
  std::vector<grpc::Status> others(25);
  std::vector<std::thread> callers;
  for (size_t i = 0; i < others.size(); ++i)
    callers.emplace_back([&, i] { others[i] = File(*intake, absl::StrCat("other ", i)); });
  grpc::ClientContext context;
  context.AddMetadata("klaim-purpose", std::string(20 << 10, 'x'));
  v1::FileClaimResponse response;
  const grpc::Status refused = intake->FileClaim(&context, fixtures_.Filing("too much"), &response);
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << refused.error_message();
  for (const grpc::Status& other : others) EXPECT_TRUE(other.ok()) << other.error_message();
}

TEST_F(DoorsTest, WhatIsCompressedIsOpenedAsFarAsARequestMayBeLong) {
  auto intake = v1::IntakeService::NewStub(daemon_->Connect("legal-team"));
  v1::FileClaimRequest filing = fixtures_.Filing("from a weak network");
  const auto file = [&] {
    v1::FileClaimResponse response;
    grpc::ClientContext context;
    context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
    return intake->FileClaim(&context, filing, &response);
  };
  filing.mutable_new_case()->mutable_story()->mutable_text()->set_clear(std::string(1'500, 'a'));
  const grpc::Status filed = file();
  EXPECT_TRUE(filed.ok()) << filed.error_message();
  const size_t before = Memory();
  filing.set_request_id("a bomb");
  filing.mutable_new_case()->mutable_story()->mutable_text()->set_clear(std::string(200 << 20, 'a'));
  const grpc::Status refused = file();
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << refused.error_message();
  EXPECT_TRUE(absl::StrContains(refused.error_message(), "uncompressed")) << refused.error_message();
  EXPECT_LT(Memory(), before + 100);
}

TEST_F(DoorsTest, ManyWhoHoldConnectionsKeepNobodyOut) {
  std::vector<std::unique_ptr<Stranger>> idle;
  for (int i = 0; i < 300; ++i) idle.push_back(std::make_unique<Stranger>(Door()));
  auto intake = v1::IntakeService::NewStub(daemon_->Connect("legal-team"));
  EXPECT_TRUE(File(*intake, "with a certificate").ok());
  auto sessions = v1::SessionService::NewStub(daemon_->Connect(""));
  v1::SignInRequest request;
  request.set_name("nobody");
  request.set_password("x");
  v1::SignInResponse response;
  grpc::ClientContext context;
  EXPECT_EQ(sessions->SignIn(&context, request, &response).error_code(), grpc::StatusCode::UNAUTHENTICATED)
      << "a stranger is listened to";
}

TEST_F(DoorsTest, WhoIsAtTheOtherEndIsToldConnectionByConnection) {
  people_.Open(people_.RegisterOrganisation("Mitra"), "mitra", "partner");
  // Many connections that come and go, of people who may and of those who may not: a number that is given again says
  // nothing of who had it before.
  for (int round = 0; round < 30; ++round) {
    auto theirs = v1::CompensationService::NewStub(daemon_->Connect("mitra"));
    auto ours = v1::CompensationService::NewStub(daemon_->Connect("legal-team"));
    v1::GetStatisticsRequest request;
    v1::GetStatisticsResponse response;
    grpc::ClientContext one;
    grpc::ClientContext two;
    grpc::ClientContext three;
    EXPECT_EQ(theirs->GetStatistics(&one, request, &response).error_code(),
              grpc::StatusCode::PERMISSION_DENIED);
    EXPECT_TRUE(ours->GetStatistics(&two, request, &response).ok());
    EXPECT_EQ(v1::CompensationService::NewStub(daemon_->Connect(""))
                  ->GetStatistics(&three, request, &response)
                  .error_code(),
              grpc::StatusCode::UNAUTHENTICATED);
  }
}

TEST(OpenFiles, TooFewAreSaidAtTheStart) {
  TemporaryFolder folder;
  DocketPeople people(folder.path());
  const std::string wrapper = folder.path("few");
  ASSERT_TRUE(tools::WriteFile(wrapper, "#!/bin/sh\nulimit -n 64\nexec \"$@\"\n", 0700).ok());
  Daemon daemon(folder.path(), wrapper);
  EXPECT_FALSE(daemon.started());
  EXPECT_TRUE(absl::StrContains(daemon.output(), "klaimd may open 64 files, and needs")) << daemon.output();
}

}  // namespace
}  // namespace klaim::services
