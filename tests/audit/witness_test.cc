// A witness of the log, as partners and auditors run one: what it cosigns, what it refuses and keeps, and how the daemon bears it.

#include "tools/klaim/audit/witness.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "audit/audit_fixture.h"
#include "engine/merkle/checkpoint.h"
#include "engine/merkle/tree.h"
#include "services/common/http_client.h"
#include "testing/processes.h"
#include "testing/serving_program.h"
#include "testing/temporary_folder.h"
#include "tools/installation/authority.h"

namespace klaim::tools {
namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using klaim::testing::Finished;
using klaim::testing::Program;
using klaim::testing::RunProgram;
using klaim::testing::TemporaryFolder;

// A witness as a process of its own.
class WitnessProcess {
 public:
  WitnessProcess(const std::string& folder, const std::string& log_vkey) : folder_(folder) {
    std::filesystem::create_directories(folder);
    if (!std::filesystem::exists(folder + "/witness.key")) {
      const Finished made = RunProgram({Program("klaim"), "witness", "new-key", "--name",
                                        "mitra.example.org/witness", "--key", folder + "/witness.key"});
      std::ofstream(folder + "/witness.vkey") << made.out;
    }
    serving_.emplace(std::vector<std::string>{Program("klaim"), "witness", "serve", "--log", log_vkey,
                                              "--key", folder + "/witness.key", "--state",
                                              folder + "/state"});
    port_ = serving_->said().substr(serving_->said().rfind(':') + 1);
  }
  std::string url() const { return "http://127.0.0.1:" + port_; }
  tcp::endpoint endpoint() const {
    return {boost::asio::ip::make_address("127.0.0.1"), static_cast<uint16_t>(std::stoul(port_))};
  }
  std::string vkey_file() const { return folder_ + "/witness.vkey"; }

 private:
  const std::string folder_;
  std::optional<klaim::testing::ServingProgram> serving_;
  std::string port_;
};

// Writes a docket's witnesses.json.
void NameWitness(const std::string& docket, int needed, const std::string& url, absl::string_view vkey) {
  std::ofstream(docket + "/witnesses.json")
      << R"({"needed":)" << needed << R"(,"witnesses":[{"url":")" << url << R"(","vkey":")"
      << absl::StripAsciiWhitespace(vkey) << R"("}]})";
}

// How many files a witness keeps of a kind, "fork" or "unproven", beside its state.
size_t Kept(const std::string& folder, const std::string& kind) {
  size_t kept = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    kept += absl::StartsWith(entry.path().filename().string(), "state." + kind + "-") ? 1 : 0;
  }
  return kept;
}

class WitnessTest : public AuditTest {
 protected:
  void WaitUntilSaid(const std::string& what) {
    const absl::Time until = absl::Now() + absl::Seconds(30);
    while (!absl::StrContains(daemon_->output(), what) && absl::Now() < until) usleep(20'000);
    EXPECT_TRUE(absl::StrContains(daemon_->output(), what)) << daemon_->output();
  }
};

TEST_F(WitnessTest, AWitnessCosignsAndRefusesAFork) {
  auto witness = std::make_unique<WitnessProcess>(folder_.path("witness"), vkey());
  const auto require = [&] {
    NameWitness(folder_.path(), 1, witness->url(), *ReadFile(witness->vkey_file()));
  };
  require();
  File("one");
  Serve();
  const std::string page = people_.Klaim({"audit", "verify", "--english", "--witness", witness->vkey_file()});
  EXPECT_TRUE(absl::StrContains(page, "Witnessed by mitra.example.org/witness")) << page;
  // Without the witness nothing new is published.
  const std::string published = Get("/checkpoint").body;
  witness.reset();
  File("two");
  WaitUntilSaid("witnesses:");  // it asked, and says that nobody answered
  EXPECT_EQ(Get("/checkpoint").body, published);
  daemon_->Stop();
  // A fork: the log goes on from an older copy, with its key, and without what it published.
  std::filesystem::copy(folder_.path("data"), folder_.path("data-two"),
                        std::filesystem::copy_options::recursive);
  witness = std::make_unique<WitnessProcess>(folder_.path("witness"), vkey());
  require();
  Serve();
  File("three");
  people_.Klaim({"audit", "verify", "--witness", witness->vkey_file()});
  daemon_->Stop();
  std::filesystem::remove_all(folder_.path("data"));
  std::filesystem::rename(folder_.path("data-two"), folder_.path("data"));
  std::filesystem::remove(folder_.path("checkpoint"));
  Serve();
  for (int i = 0; i < 5; ++i) File(absl::StrCat("another past ", i));
  // The witness keeps what it was sent before it answers, and the daemon tells of the answer.
  WaitUntilSaid("refused the checkpoint");
  EXPECT_GE(Kept(folder_.path("witness"), "fork") + Kept(folder_.path("witness"), "unproven"), 1u)
      << "what the log signed is kept as evidence";
  EXPECT_EQ(Get("/checkpoint").code, 503) << "the fork is never published";
}

TEST_F(WitnessTest, AWitnessThatIsNamedLaterCosignsWhatWasPublishedBefore) {
  File("one");
  people_.Klaim({"audit", "verify"});
  daemon_->Stop();
  const std::string before = *ReadFile(folder_.path("checkpoint"));
  WitnessProcess witness(folder_.path("witness"), vkey());
  NameWitness(folder_.path(), 1, witness.url(), *ReadFile(witness.vkey_file()));
  Serve();
  std::string published;
  for (const absl::Time until = absl::Now() + absl::Seconds(30); absl::Now() < until; usleep(50'000)) {
    published = Get("/checkpoint").body;
    if (absl::StrContains(published, "mitra.example.org/witness")) break;
  }
  EXPECT_TRUE(absl::StrContains(published, "mitra.example.org/witness")) << published;
  const auto text_of = [](const std::string& note) { return note.substr(0, note.find("\n\n")); };
  EXPECT_EQ(text_of(published), text_of(before)) << "nothing was recorded meanwhile";
}

// A witness that asks for an hour, and counts how often it is asked.
class BusyWitness {
 public:
  BusyWitness() : acceptor_(context_, tcp::endpoint(boost::asio::ip::make_address("127.0.0.1"), 0)) {
    Accept();
    thread_ = std::thread([this] { context_.run(); });
  }
  ~BusyWitness() {
    context_.stop();
    thread_.join();
  }
  std::string url() const { return absl::StrCat("http://127.0.0.1:", acceptor_.local_endpoint().port()); }
  int asked() const { return asked_; }

 private:
  void Accept() {
    acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
      boost::beast::flat_buffer buffer;
      http::request<http::string_body> request;
      if (!error) http::read(socket, buffer, request, error);
      if (!error) {
        ++asked_;
        http::response<http::string_body> answer(http::status::too_many_requests, 11);
        answer.set(http::field::retry_after, "3600");
        answer.keep_alive(false);
        answer.prepare_payload();
        http::write(socket, answer, error);
      }
      Accept();
    });
  }

  boost::asio::io_context context_{1};
  tcp::acceptor acceptor_;
  std::atomic<int> asked_ = 0;
  std::thread thread_;
};

TEST_F(WitnessTest, AWitnessThatAsksForTimeIsLeftAloneMeanwhile) {
  BusyWitness busy;
  const auto key = *merkle::SigningKey::Generate("busy.example.org/witness", merkle::KeyType::kCosignature);
  NameWitness(folder_.path(), 0, busy.url(), key.verifier().Text());
  Serve();
  for (const char* name : {"one", "two", "three"}) {
    File(name);
    people_.Klaim({"audit", "verify", "--no-fold"});  // a checkpoint of it is out
  }
  EXPECT_EQ(busy.asked(), 1);
  WaitUntilSaid("busy.example.org/witness refused");
}

TEST(WitnessServing, StandsIdleConnectionsAndKeepsTheOthers) {
  TemporaryFolder folder;
  const auto log = *merkle::SigningKey::Generate("example.org/log", merkle::KeyType::kEd25519);
  std::ofstream(folder.path("log.vkey")) << log.verifier().Text();
  WitnessProcess witness(folder.path("witness"), folder.path("log.vkey"));
  boost::asio::io_context context;
  const auto connected = [&] {
    tcp::socket socket(context);
    socket.connect(witness.endpoint());
    return socket;
  };
  std::vector<tcp::socket> idle;
  for (int i = 0; i < 3; ++i) idle.push_back(connected());
  const auto answers = [&] {
    services::HttpRequest request;
    request.url = witness.url() + "/healthz";
    request.plain = true;
    request.timeout = absl::Seconds(5);
    auto answer = services::Fetch(request);
    return answer.ok() && answer->body == "ok\n";
  };
  EXPECT_TRUE(answers()) << "three who say nothing keep nobody waiting";
  // One connection serves for many requests.
  tcp::socket kept = connected();
  boost::beast::flat_buffer buffer;
  for (int i = 0; i < 3; ++i) {
    boost::system::error_code error;
    http::request<http::empty_body> ask(http::verb::get, "/healthz", 11);
    ask.set(http::field::host, "127.0.0.1");
    http::write(kept, ask, error);
    http::response<http::string_body> answer;
    if (!error) http::read(kept, buffer, answer, error);
    ASSERT_FALSE(error) << error.message();
    EXPECT_TRUE(answer.keep_alive());
    EXPECT_EQ(answer.body(), "ok\n");
  }
  // Of one address's many, the one that is idle longest goes first.
  for (int i = 0; i < 8; ++i) idle.push_back(connected());
  char byte = 0;
  boost::system::error_code error;
  idle[0].read_some(boost::asio::buffer(&byte, 1), error);
  EXPECT_EQ(error, boost::asio::error::eof);
  EXPECT_TRUE(answers());
}

// The rules of c2sp.org/tlog-witness, status by status.
TEST(WitnessRules, AreThoseOfTheSpecification) {
  TemporaryFolder folder;
  const auto log = *merkle::SigningKey::Generate("example.org/log", merkle::KeyType::kEd25519);
  const auto key = *merkle::SigningKey::Generate("example.org/witness", merkle::KeyType::kCosignature);
  auto witness = *Witness::Open(folder.path("state"), log.verifier(), key);
  std::vector<merkle::Hash> leaves;
  for (int i = 0; i < 20; ++i) leaves.push_back(merkle::LeafHash(absl::StrCat(i)));
  const auto reader = [&](uint32_t, uint64_t first,
                          uint64_t count) -> absl::StatusOr<std::vector<merkle::Hash>> {
    return std::vector<merkle::Hash>(leaves.begin() + static_cast<std::ptrdiff_t>(first),
                                     leaves.begin() + static_cast<std::ptrdiff_t>(first + count));
  };
  const auto signed_note = [&](uint64_t size, const merkle::Hash& root, const merkle::SigningKey& signer,
                               const std::string& origin) {
    merkle::SignedNote note;
    note.text = merkle::Checkpoint{origin, size, root, ""}.Text();
    note.Sign(signer);
    return note.Format();
  };
  const auto request = [&](uint64_t old_size, uint64_t size, bool with_proof,
                           const merkle::SigningKey& signer, const std::string& origin) {
    std::string body = absl::StrCat("old ", old_size, "\n");
    if (with_proof) {
      const auto path = merkle::ConsistencyProof(old_size, size, reader);
      for (const merkle::Hash& hash : *path) absl::StrAppend(&body, merkle::HashText(hash), "\n");
    }
    return absl::StrCat(body, "\n", signed_note(size, *merkle::RootAt(size, reader), signer, origin));
  };
  const auto asked = [&](uint64_t old_size, uint64_t size, bool with_proof) {
    return witness->AddCheckpoint(request(old_size, size, with_proof, log, "example.org/log"), 1'700'000'000);
  };
  // A proof that is none.
  const auto with_junk = [&](uint64_t old_size, uint64_t size, const std::string& junk) {
    return witness->AddCheckpoint(
        absl::StrCat("old ", old_size, "\n", merkle::HashText(merkle::LeafHash(junk)), "\n\n",
                     signed_note(size, *merkle::RootAt(size, reader), log, "example.org/log")),
        1);
  };
  const std::string log_hash = merkle::ToHex(merkle::AsBytes(merkle::Sha256("example.org/log")));
  const auto other = *merkle::SigningKey::Generate("example.org/log", merkle::KeyType::kEd25519);
  EXPECT_EQ(witness->AddCheckpoint("nonsense", 1).status, 400);
  EXPECT_EQ(witness->AddCheckpoint(request(0, 5, false, log, "example.org/other"), 1).status, 404);
  EXPECT_EQ(witness->AddCheckpoint(request(0, 5, false, other, "example.org/log"), 1).status, 403);
  EXPECT_EQ(asked(9, 5, false).status, 400);
  EXPECT_EQ(witness->LastCheckpoint(log_hash).status, 404);
  // A log without records has one root; from nothing there is nothing to prove.
  const std::string no_root = signed_note(0, leaves[0], log, "example.org/log");
  EXPECT_EQ(witness->AddCheckpoint(absl::StrCat("old 0\n\n", no_root), 1).status, 422);
  EXPECT_EQ(asked(0, 0, false).status, 200);
  EXPECT_EQ(with_junk(0, 5, "junk").status, 422);
  const WitnessAnswer first = asked(0, 5, false);
  EXPECT_EQ(first.status, 200);
  EXPECT_TRUE(absl::StartsWith(first.body, "\xE2\x80\x94 example.org/witness ")) << first.body;
  const WitnessAnswer conflict = asked(0, 7, false);
  EXPECT_EQ(conflict.status, 409);
  EXPECT_EQ(conflict.content_type, "text/x.tlog.size");
  EXPECT_EQ(conflict.body, "5\n");
  // Anybody can send a log's own checkpoint without its proof: that is no fork, and nothing of before is lost.
  EXPECT_EQ(asked(5, 7, false).status, 422);
  EXPECT_EQ(Kept(folder.path(), "fork"), 0u);
  EXPECT_EQ(Kept(folder.path(), "unproven"), 1u);
  // Its memory outlives it, and is shown with the log's signature and its own.
  witness = *Witness::Open(folder.path("state"), log.verifier(), key);
  EXPECT_EQ(asked(5, 7, true).status, 200);
  EXPECT_EQ(asked(7, 7, false).status, 200);
  EXPECT_EQ(with_junk(7, 7, "junk").status, 422) << "between equal sizes there is nothing to prove";
  const auto last = merkle::SignedNote::Parse(witness->LastCheckpoint(log_hash).body);
  ASSERT_TRUE(last.ok());
  EXPECT_TRUE(merkle::OpenCheckpoint(*last, log.verifier()).ok());
  EXPECT_EQ(*merkle::VerifyCosignature(*last, key.verifier()), 1'700'000'000u);
  EXPECT_EQ(witness->LastCheckpoint(std::string(64, '0')).status, 404);
  // Another root of the same size, and a proof of another past, are forks: each is kept in a file of its own.
  const merkle::Hash kept = leaves[2];
  leaves[2] = merkle::LeafHash("another past");
  EXPECT_EQ(asked(7, 7, false).status, 422);
  EXPECT_EQ(Kept(folder.path(), "fork"), 1u);
  EXPECT_EQ(asked(7, 12, true).status, 422);
  EXPECT_EQ(Kept(folder.path(), "fork"), 2u);
  // The genuine one with junk, twice: no fork is called, and what was kept stays as it is.
  leaves[2] = kept;
  const auto files = [&] {
    std::map<std::string, std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
      found[entry.path().filename().string()] = *ReadFile(entry.path().string());
    }
    return found;
  };
  EXPECT_EQ(with_junk(7, 12, "junk").status, 422);
  const auto before = files();
  EXPECT_EQ(with_junk(7, 12, "other junk").status, 422);
  EXPECT_EQ(files(), before);
  EXPECT_EQ(Kept(folder.path(), "fork"), 2u);
  EXPECT_EQ(Kept(folder.path(), "unproven"), 2u);
  EXPECT_EQ(asked(7, 12, true).status, 200) << "nobody's junk keeps the log from its witness";
}

}  // namespace
}  // namespace klaim::tools
