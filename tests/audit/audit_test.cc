// What an auditor does, with the real programs: verify, prove, check, travel in time, export; and what a log
// that was cut off, changed or forked meets. An outsider's verifier must accept what Klaim publishes.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "audit/audit_fixture.h"
#include "engine/domain/core/refusal.h"
#include "engine/merkle/checkpoint.h"
#include "engine/merkle/tree.h"
#include "google/protobuf/util/json_util.h"
#include "klaim/v1/audit_service.grpc.pb.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "klaim/v1/event_record.pb.h"
#include "klaim/v1/import_export_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/privacy_service.grpc.pb.h"
#include "proto/gzip.h"
#include "services/common/http_client.h"
#include "services/common/wire_status.h"
#include "testing/bounded_tests.h"
#include "testing/docket_people.h"
#include "testing/processes.h"
#include "testing/served_fixtures.h"
#include "testing/temporary_folder.h"
#include "tools/installation/authority.h"
#include "tools/klaim/audit/log_verifier.h"

namespace klaim::tools {
namespace {

using klaim::testing::DocketPeople;
using klaim::testing::Finished;
using klaim::testing::Program;
using klaim::testing::RunProgram;
using klaim::testing::TemporaryFolder;

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

TEST_F(AuditTest, WhatIsOfNowAloneIsNotAnsweredAsOfThen) {
  const auto filed = File("one");
  const auto later = File("two");
  const std::string then = absl::StrCat(filed.claim_id());
  const auto channel = daemon_->Connect("legal-team");
  const auto refused_field = [](const grpc::Status& status) {
    return absl::StrJoin(domain::FieldsOf(services::FromWire(status)), ",");
  };

  v1::ExportClaimantRequest export_request;
  export_request.set_claimant_id(filed.claimant_id());
  v1::ExportClaimantResponse exported;
  grpc::ClientContext exporting;
  exporting.AddMetadata("klaim-as-of", then);
  auto reader = v1::PrivacyService::NewStub(channel)->ExportClaimant(&exporting, export_request);
  EXPECT_FALSE(reader->Read(&exported));
  EXPECT_EQ(refused_field(reader->Finish()), "klaim-as-of");

  v1::StageImportRequest lines;
  lines.set_import_name("then");
  lines.add_lines();
  v1::StageImportResponse staged;
  grpc::ClientContext staging;
  staging.AddMetadata("klaim-as-of", then);
  EXPECT_EQ(refused_field(v1::ImportExportService::NewStub(channel)->StageImport(&staging, lines, &staged)),
            "klaim-as-of");

  // A claim that isn't, or wasn't then, isn't one that is waited for.
  v1::GetClaimCompensationRequest ask;
  v1::GetClaimCompensationResponse figures;
  auto compensation = v1::CompensationService::NewStub(channel);
  ask.set_claim_id(later.claim_id());
  grpc::ClientContext as_of_then;
  as_of_then.AddMetadata("klaim-as-of", then);
  EXPECT_EQ(compensation->GetClaimCompensation(&as_of_then, ask, &figures).error_code(),
            grpc::StatusCode::NOT_FOUND);
  ask.set_claim_id(later.claim_id() + 1'000'000);
  grpc::ClientContext now;
  EXPECT_EQ(compensation->GetClaimCompensation(&now, ask, &figures).error_code(),
            grpc::StatusCode::NOT_FOUND);
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
      v1::FileClaimRequest filing = fixtures_.Filing(absl::StrCat("many ", part, " ", i));
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

}  // namespace
}  // namespace klaim::tools
