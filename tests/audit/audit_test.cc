// What an auditor does, with the real programs: verify, prove, check, travel in time, export; and what a log
// that was cut off, changed or forked meets. An outsider's verifier must accept what Klaim publishes.

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio.hpp>
#include <boost/beast.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "engine/merkle/checkpoint.h"
#include "engine/merkle/tree.h"
#include "google/protobuf/util/json_util.h"
#include "klaim/v1/audit_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "proto/gzip.h"
#include "services/http_client.h"
#include "testing/bounded_tests.h"
#include "testing/docket_people.h"
#include "testing/processes.h"
#include "testing/served_furniture.h"
#include "testing/temporary_folder.h"
#include "tools/authority.h"
#include "tools/klaim/log_verifier.h"
#include "tools/klaim/witness.h"

namespace klaim::tools {
namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using klaim::testing::Daemon;
using klaim::testing::DocketPeople;
using klaim::testing::Finished;
using klaim::testing::Program;
using klaim::testing::RunProgram;
using klaim::testing::TemporaryFolder;

class AuditTest : public ::testing::Test {
 protected:
  AuditTest() : people_(folder_.path()) {
    Serve();
    furniture_ = klaim::testing::Furnish(daemon_->Connect("legal-team"));
  }

  void Serve() {
    daemon_.reset();
    daemon_ = std::make_unique<Daemon>(folder_.path());
    ASSERT_TRUE(daemon_->started()) << daemon_->output();
  }

  v1::FileClaimResponse File(const std::string& request_id) {
    auto intake = v1::IntakeService::NewStub(daemon_->Connect("legal-team"));
    v1::FileClaimResponse response;
    grpc::ClientContext context;
    const grpc::Status status = intake->FileClaim(&context, furniture_.Filing(request_id), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  void FileMany(int count) {
    for (int i = 0; i < count; ++i) File(absl::StrCat("claim ", i));
  }

  std::string Export(const std::string& name) {
    people_.Klaim({"audit", "export", folder_.path(name)});
    return folder_.path(name);
  }

  services::HttpAnswer Get(const std::string& path, const std::string& person = "",
                           const std::string& accept_encoding = "") {
    services::HttpRequest request;
    request.accept_encoding = accept_encoding;
    request.url = absl::StrCat("https://", daemon_->http(), path);
    request.ca_file = folder_.path("authority/ca.crt");
    if (!person.empty()) {
      request.certificate_file = folder_.path("people/" + person + ".crt");
      request.key_file = folder_.path("people/" + person + ".key");
    }
    auto answer = services::Fetch(request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    return answer.ok() ? *answer : services::HttpAnswer();
  }

  std::string vkey() const { return folder_.path("log.vkey"); }

  TemporaryFolder folder_;
  DocketPeople people_;
  std::unique_ptr<Daemon> daemon_;
  klaim::testing::ServedFurniture furniture_;
};

struct CutOff {};

// Verifies an exported folder, cut off once so many events are folded; how often folding told how far it was, and the first of that.
struct Verified {
  bool proven = false;
  int told = 0;
  uint64_t first_told = 0;
};
Verified VerifyIn(const std::string& folder, const std::string& vkey, const std::string& work,
                  uint64_t cut_off_at) {
  Verified verified;
  VerifyOptions options;
  options.folder = folder;
  options.log_key = *merkle::VerifierKey::Parse(*ReadFile(vkey));
  options.scratch = work;
  options.progress = [&](const char* what, uint64_t done, uint64_t) {
    if (!absl::StartsWith(what, "events folded")) return;
    if (verified.told++ == 0) verified.first_told = done;
    if (done >= cut_off_at) throw CutOff();
  };
  try {
    auto report = VerifyLog(options);
    EXPECT_TRUE(report.ok()) << report.status();
    verified.proven = report.ok() && report->proven;
  } catch (const CutOff&) {
  }
  return verified;
}

TEST_F(AuditTest, ADamagedFileOfTheLogIsNamedToWhoVerifiesAndInTheJournal) {
  FileMany(300);
  daemon_->Stop();
  Serve();  // the start puts what was filed into a table file
  daemon_->Stop();
  std::filesystem::path largest;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path("data/log"))) {
    if (entry.path().extension() != ".sst") continue;
    if (largest.empty() || entry.file_size() > std::filesystem::file_size(largest)) largest = entry.path();
  }
  ASSERT_FALSE(largest.empty());
  {
    const auto middle = static_cast<std::streamoff>(std::filesystem::file_size(largest) / 2);
    std::fstream file(largest, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(middle);
    const char byte = static_cast<char>(file.get());
    file.seekp(middle);
    file.put(static_cast<char>(byte ^ 0x40));
  }
  Serve();
  const std::string told = people_.Klaim({"audit", "verify"}, 1);
  EXPECT_TRUE(absl::StrContains(told, "of the log can't be read")) << told;
  EXPECT_TRUE(absl::StrContains(told, largest.filename().string())) << told;
  EXPECT_TRUE(absl::StrContains(daemon_->output(), "of the log can't be read")) << daemon_->output();
}

TEST_F(AuditTest, AVerificationThatWasCutOffGoesOnForThatLogAlone) {
  FileMany(1'000);  // more events than are folded at once
  const std::string first = Export("first");
  File("later");
  const std::string second = Export("second");
  const std::string work = folder_.path("work");
  const Verified cut = VerifyIn(first, vkey(), work, 1);
  EXPECT_FALSE(cut.proven);
  EXPECT_EQ(cut.told, 1);
  // A log that goes on from that one goes on with its fold.
  const Verified resumed = VerifyIn(second, vkey(), work, ~uint64_t{0});
  EXPECT_TRUE(resumed.proven);
  EXPECT_GT(resumed.first_told, cut.first_told) << "what was folded before is not folded again";
  EXPECT_FALSE(std::filesystem::exists(work)) << "nothing is left at the end";
  // What was folded whole isn't folded again; another log's fold is, whatever it says of itself.
  VerifyIn(second, vkey(), work, 1);
  const Verified whole = VerifyIn(second, vkey(), work, ~uint64_t{0});
  EXPECT_TRUE(whole.proven);
  EXPECT_EQ(whole.told, 0);
  VerifyIn(second, vkey(), work, 1);
  ASSERT_TRUE(std::filesystem::exists(work + "/log"));
  const std::string note = *ReadFile(work + "/log");
  const std::string other = absl::StrCat(note.substr(0, note.find(' ')), " ", std::string(64, 'a'));
  ASSERT_TRUE(WriteFile(work + "/log", other, 0644).ok());
  const Verified anew = VerifyIn(second, vkey(), work, ~uint64_t{0});
  EXPECT_TRUE(anew.proven);
  EXPECT_GT(anew.told, 0);
}

TEST_F(AuditTest, AStreamComesInMessagesOfBoundedSizeToo) {
  constexpr int kNotes = 700;
  const auto filed = File("one");
  auto intake = v1::IntakeService::NewStub(daemon_->Connect("legal-team"));
  for (int i = 0; i < kNotes; ++i) {
    v1::AddCaseNoteRequest request;
    request.set_request_id(absl::StrCat("note ", i));
    request.set_case_id(filed.case_id());
    request.mutable_note()->mutable_text()->set_clear(std::string(1'900, 'x'));
    v1::AddCaseNoteResponse response;
    grpc::ClientContext context;
    const grpc::Status status = intake->AddCaseNote(&context, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  v1::ReadLogRequest request;
  request.set_only_stream(true);
  request.set_stream(filed.case_id());
  grpc::ClientContext context;
  auto audit = v1::AuditService::NewStub(daemon_->Connect("legal-team"));
  auto reader = audit->ReadLog(&context, request);
  v1::ReadLogResponse response;
  uint64_t next_version = 0;
  while (reader->Read(&response)) {
    EXPECT_LE(response.ByteSizeLong(), 1'100'000u);
    v1::EventRecord event;
    for (const std::string& bytes : response.records()) {
      ASSERT_TRUE(event.ParseFromString(bytes));
      EXPECT_EQ(event.stream(), filed.case_id());
      EXPECT_EQ(event.stream_version(), next_version++);
    }
  }
  const grpc::Status ended = reader->Finish();
  EXPECT_TRUE(ended.ok()) << ended.error_message();
  EXPECT_GT(next_version, uint64_t{kNotes});
}

TEST_F(AuditTest, TheWholeLogIsVerifiedOnlineAndFromAFolder) {
  FileMany(300);
  const std::string page = people_.Klaim({"audit", "verify", "--english"});
  EXPECT_TRUE(absl::StrContains(page, "PROVEN WHOLE")) << page;
  EXPECT_TRUE(absl::StrContains(page, "equal those that the server uses")) << page;
  EXPECT_TRUE(absl::StrContains(people_.Klaim({"audit", "verify"}), "TERBUKTI UTUH"));
  const std::string first = Export("first");
  FileMany(0);
  File("later");
  const std::string second = Export("second");
  const std::string grown = people_.Klaim({"audit", "verify", "--folder", second, "--vkey", vkey(),
                                           "--earlier", first + "/checkpoint", "--english"});
  EXPECT_TRUE(absl::StrContains(grown, "continues the earlier record")) << grown;
  const std::string json = people_.Klaim({"--json", "audit", "verify", "--folder", second, "--vkey", vkey()});
  EXPECT_TRUE(absl::StrContains(json, R"("proven":true)")) << json;
  EXPECT_TRUE(absl::StrContains(json, R"("equal_to_server":true)")) << json;
  // The other way round, the end is missing.
  const std::string cut = people_.Klaim(
      {"audit", "verify", "--folder", first, "--vkey", vkey(), "--earlier", second + "/checkpoint"}, 1);
  EXPECT_TRUE(absl::StrContains(cut, "TIDAK TERBUKTI")) << cut;
  people_.Klaim({"--as", "call-centre", "audit", "verify"}, 2);
}

TEST_F(AuditTest, EveryChangedByteOfAnExportIsFound) {
  FileMany(120);
  const std::string exported = Export("export");
  const auto verify = [&](const std::string& folder) {
    return RunProgram({Program("klaim"), "audit", "verify", "--folder", folder, "--vkey", vkey()});
  };
  ASSERT_EQ(verify(exported).exit_code, 0);
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(exported)) {
    if (entry.is_regular_file() && entry.path().filename() != "vkey") files.push_back(entry.path());
  }
  ASSERT_GT(files.size(), 4u);
  for (const std::string& file : files) {
    const std::string bytes = *ReadFile(file);
    for (size_t at : {size_t{3}, bytes.size() / 2, bytes.size() - 2}) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(changed[at] ^ 4);
      std::ofstream(file, std::ios::binary) << changed;
      const Finished found = verify(exported);
      // Level 1 and above, and what is beyond the log itself, needs no check: the entries tell.
      const bool matters = absl::StrContains(file, "/tile/0/") || absl::StrContains(file, "/entries/") ||
                           absl::EndsWith(file, "/checkpoint");
      EXPECT_TRUE(!matters || found.exit_code != 0) << file << " at " << at << "\n" << found.out;
    }
    std::ofstream(file, std::ios::binary) << bytes;
  }
  EXPECT_EQ(verify(exported).exit_code, 0);
}

TEST_F(AuditTest, AnOutsidersVerifierAcceptsWhatIsPublished) {
  testing::AllowMinutes(5, "Go compiles its own library first");
  FileMany(300);
  const auto filed = File("the one");
  const std::string exported = Export("export");
  people_.Klaim(
      {"audit", "prove", "--claim", absl::StrCat(filed.claim_id()), "--out", folder_.path("proof")});
  setenv("GO111MODULE", "off", 1);
  setenv("GOPATH", "/usr/share/gocode", 1);
  setenv("GOFLAGS", "", 1);
  setenv("GOCACHE", folder_.path("go-cache").c_str(), 1);
  const Finished built = RunProgram({"/usr/bin/env", "go", "build", "-o", folder_.path("outsider"),
                                     std::string(KLAIM_SOURCE) + "/tests/audit/outsider.go"});
  ASSERT_EQ(built.exit_code, 0) << built.out;
  const Finished accepted = RunProgram({folder_.path("outsider"), exported, folder_.path("proof")});
  EXPECT_EQ(accepted.exit_code, 0) << accepted.out;
  EXPECT_TRUE(absl::StrContains(accepted.out, "ACCEPTED")) << accepted.out;
  std::ofstream(folder_.path("proof"), std::ios::app) << " ";
  EXPECT_NE(RunProgram({folder_.path("outsider"), exported, folder_.path("proof")}).exit_code, 0);
}

TEST_F(AuditTest, ABundleAndAReceiptAreCheckedWithoutAnyServer) {
  const auto filed = File("one");
  const std::string claim = absl::StrCat(filed.claim_id());
  const std::string bundle = folder_.path("one.tlog-proof");
  people_.Klaim({"audit", "prove", "--claim", claim, "--out", bundle, "--leaf", folder_.path("leaf"),
                 "--path", folder_.path("path")});
  people_.Klaim({"audit", "prove", "--claim", "0", "--out", folder_.path("x")}, 1);
  std::string receipt;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  ASSERT_TRUE(google::protobuf::util::MessageToJsonString(filed, &receipt, options).ok());
  std::ofstream(folder_.path("receipt.json")) << receipt;
  daemon_->Stop();
  const auto check = [&](const std::vector<std::string>& more) {
    std::vector<std::string> command = {Program("klaim"), "audit", "check",    bundle,
                                        "--vkey",         vkey(),  "--english"};
    command.insert(command.end(), more.begin(), more.end());
    return RunProgram(command);
  };
  const Finished good = check({"--receipt", folder_.path("receipt.json")});
  EXPECT_EQ(good.exit_code, 0) << good.out;
  EXPECT_TRUE(absl::StrContains(good.out, "Claim filed")) << good.out;
  EXPECT_TRUE(absl::StrContains(good.out, "The receipt is that of this event")) << good.out;
  EXPECT_EQ(merkle::LeafHash(*ReadFile(folder_.path("leaf"))),
            merkle::HashFromBytes(filed.receipt().leaf_hash()));
  EXPECT_EQ(ReadFile(folder_.path("path"))->size() % 45, 0u) << "Base64 of 32 bytes and a newline each";
  // Another receipt, another record, another key: all are refused, and each says whether it is false or can't be compared.
  std::ofstream(folder_.path("receipt.json")) << absl::StrReplaceAll(
      receipt, {{absl::Base64Escape(filed.receipt().leaf_hash()), std::string(43, 'A') + "="}});
  const Finished false_one = check({"--receipt", folder_.path("receipt.json")});
  EXPECT_EQ(false_one.exit_code, 1) << false_one.out;
  EXPECT_TRUE(absl::StrContains(false_one.out, "what was recorded is not what was filed")) << false_one.out;
  EXPECT_FALSE(absl::StrContains(false_one.out, "malformed")) << false_one.out;
  const std::string text = *ReadFile(bundle);
  std::ofstream(bundle) << absl::StrReplaceAll(
      text, {{absl::StrCat("index ", claim), absl::StrCat("index ", filed.case_id())}});
  EXPECT_NE(check({}).exit_code, 0);
  std::ofstream(bundle) << text;
  const auto other = *merkle::SigningKey::Generate("klaim.invalid/other", merkle::KeyType::kEd25519);
  std::ofstream(folder_.path("other.vkey")) << other.verifier().Text();
  EXPECT_NE(RunProgram({Program("klaim"), "audit", "check", bundle, "--vkey", folder_.path("other.vkey")})
                .exit_code,
            0);
  EXPECT_EQ(check({}).exit_code, 0);
}

TEST_F(AuditTest, AReceiptOfAnyProtoJsonIsReadAndWhatIsMalformedIsNotCalledFalse) {
  const auto filed = File("one");
  const auto another = File("another");
  const std::string bundle = folder_.path("one.tlog-proof");
  people_.Klaim({"audit", "prove", "--claim", absl::StrCat(filed.claim_id()), "--out", bundle});
  const auto check = [&](const std::string& receipt) {
    std::ofstream(folder_.path("receipt.json")) << receipt;
    return RunProgram({Program("klaim"), "audit", "check", bundle, "--vkey", vkey(), "--english", "--receipt",
                       folder_.path("receipt.json")});
  };
  const auto json_of = [](const google::protobuf::Message& message) {
    std::string json;
    EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &json).ok());
    return json;
  };
  const uint64_t sequence = filed.receipt().sequence();
  const std::string& hash = filed.receipt().leaf_hash();
  for (const std::string& good : std::vector<std::string>{
           json_of(filed), json_of(filed.receipt()),
           absl::StrCat(R"({"sequence": )", sequence, R"(, "leafHash": ")", absl::WebSafeBase64Escape(hash),
                        R"("})"),
           absl::StrCat(R"({"receipt": {"sequence": )", sequence, R"(, "leaf_hash": ")",
                        absl::Base64Escape(hash), R"("}, "of another program": true})")}) {
    const Finished found = check(good);
    EXPECT_EQ(found.exit_code, 0) << good << "\n" << found.out;
    EXPECT_TRUE(absl::StrContains(found.out, "The receipt is that of this event")) << found.out;
  }
  for (const auto& [bad, named] : std::vector<std::pair<std::string, std::string>>{
           {absl::StrCat(R"({"sequence": ")", sequence, R"(", "leaf_hsh": ")", absl::Base64Escape(hash),
                         R"("})"),
            "leaf_hsh"},
           {absl::StrCat(R"({"sequence": ")", sequence, R"("})"), "leaf_hash"},
           {R"({"receipt": {"sequence": "many"}})", "malformed"},
           {"no JSON", "malformed"},
           {json_of(another), absl::StrCat("of record ", another.receipt().sequence())}}) {
    const Finished found = check(bad);
    EXPECT_EQ(found.exit_code, 2) << bad << "\n" << found.out;
    EXPECT_TRUE(absl::StrContains(found.out, named)) << bad << "\n" << found.out;
    EXPECT_FALSE(absl::StrContains(found.out, "not what was filed")) << bad << "\n" << found.out;
  }
}

TEST_F(AuditTest, CheckpointAndHashesAreForEveryoneEntriesForAuditors) {
  FileMany(100);
  people_.Klaim({"audit", "verify"});  // waits until a checkpoint of all is out
  EXPECT_EQ(Get("/healthz").body, "ok\n");
  EXPECT_TRUE(absl::StrContains(Get("/metrics").body, "klaim_log_events"));
  const services::HttpAnswer checkpoint = Get("/checkpoint");
  EXPECT_EQ(checkpoint.content_type, "text/plain; charset=utf-8");
  const auto note = merkle::SignedNote::Parse(checkpoint.body);
  ASSERT_TRUE(note.ok());
  EXPECT_TRUE(merkle::OpenCheckpoint(*note, *merkle::VerifierKey::Parse(Get("/vkey").body)).ok());
  EXPECT_EQ(Get("/tile/0/000").body.size(), 8'192u);
  EXPECT_EQ(Get("/tile/1/000.p/1").body.size(), 32u);
  for (const char* path :
       {"/tile/0/999", "/tile/0/000.p/256", "/tile/9/000", "/x", "/tile/0/../../etc/passwd", "/large/7",
        "/index.html", "/assets/../../etc/passwd"}) {
    EXPECT_TRUE(Get(path, "auditor").code == 404 || Get(path, "auditor").code == 401) << path;
  }
  EXPECT_EQ(Get("/tile/entries/000").code, 401);
  EXPECT_EQ(Get("/tile/entries/000", "call-centre").code, 403);
  const services::HttpAnswer plain = Get("/tile/entries/000", "auditor");
  EXPECT_EQ(plain.code, 200);
  EXPECT_EQ(plain.content_encoding, "");
  EXPECT_EQ(Get("/tile/entries/000", "auditor", "gzip;q=0, identity").body, plain.body);
  const services::HttpAnswer packed = Get("/tile/entries/000", "auditor", "gzip, identity");
  EXPECT_EQ(packed.content_encoding, "gzip");
  EXPECT_LT(packed.body.size(), plain.body.size());
  EXPECT_EQ(proto::Gunzip(packed.body, 64 << 20).value_or(""), plain.body);
}

TEST_F(AuditTest, QueriesCanBeAskedAsOfThen) {
  const auto filed = File("one");
  const std::string claim = absl::StrCat(filed.claim_id());
  people_.Klaim({"claim", "refuse", claim, "--reason-code", "no_proof", "--reasons", "nothing shows it"});
  EXPECT_TRUE(absl::StrContains(people_.Klaim({"claim", "show", claim}), "ineligible"));
  EXPECT_TRUE(absl::StrContains(people_.Klaim({"--as-of", claim, "claim", "show", claim}), "filed"));
  people_.Klaim({"--as-of", absl::StrCat(filed.case_id()), "claim", "show", claim}, 1);
  EXPECT_TRUE(absl::StrContains(people_.Klaim({"--as-of", claim, "status"}), "filed"));
  EXPECT_FALSE(absl::StrContains(people_.Klaim({"--as-of", claim, "status"}), "ineligible"));
  people_.Klaim({"--as-of", "2001-01-01T00:00:00Z", "status"}, 1);
  people_.Klaim({"--as-of", claim, "--as", "call-centre", "claim", "show", claim}, 1);
  const std::string diff = people_.Klaim({"audit", "diff", "--from", claim, "--to",
                                          absl::StrCat(filed.claim_id() + 2), "--claim", claim, "--english"});
  EXPECT_TRUE(absl::StrContains(diff, "Eligibility decided")) << diff;
  EXPECT_TRUE(absl::StrContains(diff, "legal-team@0")) << diff;
  const std::string life = people_.Klaim({"audit", "explain", claim});
  for (const char* text : {"Klaim diajukan", "Kelayakan klaim diputuskan", "HKD 15.000,00", "bukti: no. "}) {
    EXPECT_TRUE(absl::StrContains(life, text)) << text << "\n" << life;
  }
}

TEST_F(AuditTest, ALogThatLostItsEndOrIsAnothersIsNotServed) {
  daemon_->Stop();
  std::filesystem::copy(folder_.path("data/log"), folder_.path("old-log"),
                        std::filesystem::copy_options::recursive);
  Serve();
  FileMany(5);
  people_.Klaim({"audit", "verify"});
  daemon_->Stop();
  const auto start = [&] { return RunProgram({Program("klaimd"), "--docket", folder_.path()}); };
  std::filesystem::rename(folder_.path("data/log"), folder_.path("new-log"));
  std::filesystem::copy(folder_.path("old-log"), folder_.path("data/log"),
                        std::filesystem::copy_options::recursive);
  std::filesystem::remove_all(folder_.path("data/projections"));
  const Finished cut = start();
  EXPECT_EQ(cut.exit_code, 1);
  EXPECT_TRUE(absl::StrContains(cut.out, "its end is missing")) << cut.out;
  TemporaryFolder other;
  DocketPeople others(other.path());
  std::filesystem::copy(other.path("log.key"), folder_.path("log.key"),
                        std::filesystem::copy_options::overwrite_existing);
  const Finished foreign = start();
  EXPECT_EQ(foreign.exit_code, 1);
  EXPECT_TRUE(absl::StrContains(foreign.out, "can't be trusted")) << foreign.out;
}

TEST_F(AuditTest, ARecordTooLongForABundleIsNamedByItsHash) {
  // A group of many claims is one record of more than 65,535 bytes.
  auto intake = v1::IntakeService::NewStub(daemon_->Connect("legal-team"));
  grpc::ClientContext context;
  auto stream = intake->FileClaims(&context);
  uint64_t claimant = 0;
  uint64_t claim_case = 0;
  uint64_t last = 0;
  const auto first = File("first");
  claimant = first.claimant_id();
  claim_case = first.case_id();
  for (int part = 0; part < 30; ++part) {
    v1::FileClaimsRequest request;
    for (int i = 0; i < 1'000; ++i) {
      v1::FileClaimRequest filing = furniture_.Filing(absl::StrCat("many ", part, " ", i));
      filing.set_claimant_id(claimant);
      filing.set_case_id(claim_case);
      *request.add_filings() = filing;
    }
    ASSERT_TRUE(stream->Write(request));
    v1::FileClaimsResponse response;
    ASSERT_TRUE(stream->Read(&response));
    ASSERT_TRUE(response.outcomes(999).has_filed()) << response.outcomes(999).error().message();
    last = response.outcomes(999).filed().receipt().sequence();
  }
  stream->WritesDone();
  ASSERT_TRUE(stream->Finish().ok());
  people_.Klaim({"status", "--at-least", absl::StrCat(last)});
  const std::string said = people_.Klaim({"groups", "proposals"});
  const size_t at = said.find('\n') + 1;
  people_.Klaim({"groups", "certify", said.substr(at, said.find(' ', at) - at), "--name", "All of them"});
  const std::string exported = Export("export");
  EXPECT_TRUE(std::filesystem::exists(exported + "/large"));
  const std::string page = people_.Klaim({"audit", "verify", "--folder", exported, "--vkey", vkey()});
  EXPECT_TRUE(absl::StrContains(page, "TERBUKTI UTUH")) << page;
  for (const auto& entry : std::filesystem::directory_iterator(exported + "/large")) {
    const std::string sequence = entry.path().filename();
    EXPECT_EQ(Get("/large/" + sequence, "auditor").body, *ReadFile(entry.path()));
    people_.Klaim({"audit", "prove", "--record", sequence, "--out", folder_.path("large.proof")});
    EXPECT_TRUE(absl::StrContains(
        people_.Klaim({"audit", "check", folder_.path("large.proof"), "--vkey", vkey()}), "TERBUKTI"));
    std::ofstream(entry.path(), std::ios::app) << "x";
  }
  people_.Klaim({"audit", "verify", "--folder", exported, "--vkey", vkey()}, 1);
}

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
    int out[2];
    EXPECT_EQ(pipe(out), 0);
    process_ = fork();
    if (process_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);  // nothing outlives the test
      dup2(out[1], STDOUT_FILENO);
      execl(Program("klaim").c_str(), "klaim", "witness", "serve", "--log", log_vkey.c_str(), "--key",
            (folder + "/witness.key").c_str(), "--state", (folder + "/state").c_str(), nullptr);
      _exit(127);
    }
    close(out[1]);
    std::string said;
    char c = 0;
    while (read(out[0], &c, 1) == 1 && c != '\n') said += c;
    close(out[0]);
    port_ = said.substr(said.rfind(':') + 1);
  }
  ~WitnessProcess() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  std::string url() const { return "http://127.0.0.1:" + port_; }
  tcp::endpoint endpoint() const {
    return {boost::asio::ip::make_address("127.0.0.1"), static_cast<uint16_t>(std::stoul(port_))};
  }
  std::string vkey_file() const { return folder_ + "/witness.vkey"; }

 private:
  const std::string folder_;
  pid_t process_ = -1;
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

TEST_F(AuditTest, AWitnessCosignsAndRefusesAFork) {
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
  const absl::Time asked_by = absl::Now() + absl::Seconds(30);
  while (!absl::StrContains(daemon_->output(), "witnesses:") && absl::Now() < asked_by) usleep(20'000);
  EXPECT_TRUE(absl::StrContains(daemon_->output(), "witnesses:"))
      << "it asked, and says that nobody answered";
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
  const absl::Time until = absl::Now() + absl::Seconds(30);
  const auto kept = [&] {
    return Kept(folder_.path("witness"), "fork") + Kept(folder_.path("witness"), "unproven");
  };
  while (kept() == 0 && absl::Now() < until) usleep(50'000);
  EXPECT_GE(kept(), 1u) << "what the log signed is kept as evidence";
  EXPECT_TRUE(absl::StrContains(daemon_->output(), "refused the checkpoint")) << daemon_->output();
  EXPECT_EQ(Get("/checkpoint").code, 503) << "the fork is never published";
}

TEST_F(AuditTest, AWitnessThatIsNamedLaterCosignsWhatWasPublishedBefore) {
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

TEST_F(AuditTest, AWitnessThatAsksForTimeIsLeftAloneMeanwhile) {
  BusyWitness busy;
  const auto key = *merkle::SigningKey::Generate("busy.example.org/witness", merkle::KeyType::kCosignature);
  NameWitness(folder_.path(), 0, busy.url(), key.verifier().Text());
  Serve();
  for (const char* name : {"one", "two", "three"}) {
    File(name);
    people_.Klaim({"audit", "verify", "--no-fold"});  // a checkpoint of it is out
  }
  EXPECT_EQ(busy.asked(), 1);
  EXPECT_TRUE(absl::StrContains(daemon_->output(), "busy.example.org/witness refused")) << daemon_->output();
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
