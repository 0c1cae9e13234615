// Two dockets, with the real programs: who stands in both, found by blind indexes; and one docket that becomes two.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "klaim/v1/exchange_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/registry_service.grpc.pb.h"
#include "testing/bounded_tests.h"
#include "testing/processes.h"
#include "testing/s3_store.h"
#include "testing/served_fixtures.h"
#include "testing/temporary_folder.h"
#include "tools/installation/authority.h"

namespace klaim::testing {
namespace {

// A docket in a folder, served by a daemon.
class Side {
 public:
  explicit Side(std::string folder, bool make = true, std::vector<std::string> flags = {})
      : folder_(std::move(folder)), flags_(std::move(flags)) {
    if (make) {
      EXPECT_EQ(RunProgram({Program("klaim"), "init", "--docket", folder_, "--name", "Union"}).exit_code, 0);
    }
    Serve();
  }

  void Serve() {
    daemon_ = std::make_unique<Daemon>(folder_, "", flags_);
    ASSERT_TRUE(daemon_->started()) << daemon_->output();
  }
  void Stop() { EXPECT_EQ(daemon_->Stop(), 0); }
  std::shared_ptr<grpc::Channel> channel() const { return daemon_->Connect("legal-team"); }

  std::string Klaim(std::vector<std::string> words, int exit_code = 0) const {
    words.insert(words.begin(), {Program("klaim"), "--quiet", "--addresses", folder_ + "/addresses.json"});
    const Finished finished = RunProgram(words);
    EXPECT_EQ(finished.exit_code, exit_code) << words[4] << " " << words[5] << ": " << finished.out;
    return finished.out;
  }
  boost::json::value Json(std::vector<std::string> words) const {
    words.insert(words.begin(), "--json");
    boost::system::error_code error;
    auto value = boost::json::parse(Klaim(words), error);
    EXPECT_FALSE(error) << words[1];
    return value;
  }

  v1::FileClaimResponse File(const v1::FileClaimRequest& filing,
                             grpc::StatusCode expected = grpc::StatusCode::OK) const {
    v1::FileClaimResponse response;
    grpc::ClientContext context;
    const grpc::Status status = v1::IntakeService::NewStub(channel())->FileClaim(&context, filing, &response);
    EXPECT_EQ(status.error_code(), expected) << status.error_message();
    return response;
  }
  uint64_t Register(const std::string& name, const std::string& licence) const {
    v1::RegisterRespondentRequest request;
    request.set_request_id(name);
    auto& respondent = *request.mutable_respondent();
    respondent.set_name(name);
    respondent.set_country("ID");
    respondent.set_kind(v1::RESPONDENT_KIND_RECRUITMENT_AGENCY);
    if (!licence.empty()) {
      auto& added = *respondent.add_licences();
      added.set_kind("SIP3MI");
      added.set_number(licence);
    }
    v1::RegisterRespondentResponse response;
    grpc::ClientContext context;
    EXPECT_TRUE(
        v1::RegistryService::NewStub(channel())->RegisterRespondent(&context, request, &response).ok());
    return response.respondent_id();
  }
  uint64_t Partner() const {
    const auto registered =
        Json({"organisation", "register", "--name", "Mitra", "--kind", "partner", "--country", "HK"});
    return std::stoull(std::string(registered.at("organisation_id").as_string()));
  }

 private:
  const std::string folder_;
  const std::vector<std::string> flags_;
  std::unique_ptr<Daemon> daemon_;
};

v1::FileClaimRequest FilingOf(const ServedFixtures& fixtures, const std::string& name, const std::string& nik,
                              const std::string& phone, const std::string& born) {
  v1::FileClaimRequest filing = fixtures.Filing(name);
  v1::Person& person = *filing.mutable_new_claimant()->mutable_person();
  person.Clear();
  person.mutable_name()->set_clear(name);
  if (!nik.empty()) person.mutable_national_id()->set_clear(nik);
  if (!phone.empty()) person.mutable_phone()->set_clear(phone);
  if (!born.empty()) person.mutable_birth_date()->set_clear(born);
  return filing;
}

void Consent(v1::FileClaimRequest& filing, uint64_t partner) {
  auto& consent = *filing.mutable_new_claimant()->add_consents();
  consent.set_purpose(v1::CONSENT_PURPOSE_SHARE_WITH_PARTNER);
  consent.set_recipient_id(partner);
  consent.mutable_given_on()->set_year(2026);
}

class ExchangeTest : public ::testing::Test {
 protected:
  ExchangeTest() : here_(folder_.path("here")), there_(folder_.path("there")) {
    partner_here_ = here_.Partner();
    partner_there_ = there_.Partner();
    fixtures_here_ = RegisterFixtures(here_.channel());
    fixtures_there_ = RegisterFixtures(there_.channel());
    exchange_here_ = Open(here_, partner_here_);
    exchange_there_ = Open(there_, partner_there_);
  }
  static std::string Open(const Side& side, uint64_t partner) {
    return std::string(
        side.Json({"exchange", "open", "--with", absl::StrCat(partner)}).at("exchange_id").as_string());
  }
  uint64_t FileHere(const std::string& name, const std::string& nik, const std::string& phone,
                    const std::string& born, bool consents = true) {
    auto filing = FilingOf(fixtures_here_, name, nik, phone, born);
    if (consents) Consent(filing, partner_here_);
    return here_.File(filing).claimant_id();
  }
  uint64_t FileThere(const std::string& name, const std::string& nik, const std::string& phone,
                     const std::string& born) {
    auto filing = FilingOf(fixtures_there_, name, nik, phone, born);
    Consent(filing, partner_there_);
    return there_.File(filing).claimant_id();
  }
  // Both sides offer, answer and compare.
  void Exchange() {
    const auto file = [&](const char* name) { return folder_.path(name); };
    here_.Klaim({"exchange", "offer", exchange_here_, "--to", file("here.blind")});
    there_.Klaim({"exchange", "offer", exchange_there_, "--to", file("there.blind")});
    here_.Klaim({"exchange", "answer", exchange_here_, file("there.blind"), "--to", file("there2.blind")});
    there_.Klaim({"exchange", "answer", exchange_there_, file("here.blind"), "--to", file("here2.blind")});
    here_.Klaim({"exchange", "compare", exchange_here_, "--answered", file("here2.blind"), "--theirs",
                 file("there2.blind")});
    there_.Klaim({"exchange", "compare", exchange_there_, "--answered", file("there2.blind"), "--theirs",
                  file("here2.blind")});
  }
  // Claimants or respondents of ours that match, with what they share.
  static std::map<uint64_t, std::string> Matches(const Side& side, const std::string& exchange,
                                                 const char* whose) {
    std::map<uint64_t, std::string> matches;
    const auto shown = side.Json({"exchange", "show", exchange});
    const auto* rows = shown.as_object().if_contains("matches");
    if (rows == nullptr) return matches;
    for (const auto& row : rows->as_array()) {
      const uint64_t id = std::stoull(std::string(row.at(whose).as_string()));
      if (id == 0) continue;
      for (const auto& fact : row.at("facts").as_array()) {
        absl::StrAppend(&matches[id], matches[id].empty() ? "" : " ",
                        std::string(fact.as_string()).substr(17));
      }
    }
    return matches;
  }

  TemporaryFolder folder_;
  Side here_;
  Side there_;
  uint64_t partner_here_ = 0;
  uint64_t partner_there_ = 0;
  ServedFixtures fixtures_here_;
  ServedFixtures fixtures_there_;
  std::string exchange_here_;
  std::string exchange_there_;
};

TEST_F(ExchangeTest, WhoStandsInBothIsFoundWithoutANameChangingHands) {
  const uint64_t siti = FileHere("Siti Aminah", "3578014107900001", "+6281200000001", "");
  const uint64_t budi = FileHere("Moh. Soekarno Putra", "", "+6281200000002", "1988-05-17");
  FileHere("Dewi Lestari", "3578014107900003", "+6281200000003", "");
  FileHere("Ani Wijaya", "3578014107900004", "", "", false);  // who consents to no sharing
  FileThere("SITI AMINAH", "3578014107900001", "+85255501", "");
  FileThere("Putra Muhammad Sukarno", "", "", "1988-05-17");
  FileThere("Ani Wijaya", "3578014107900004", "", "");
  FileThere("Rina", "3578014107900009", "+6281200000003", "");
  Exchange();
  const auto found = Matches(here_, exchange_here_, "claimant_id");
  EXPECT_EQ(found.size(), 3u) << "Siti, Budi, and the phone of Dewi";
  EXPECT_TRUE(absl::StrContains(found.at(siti), "NATIONAL_ID"));
  EXPECT_EQ(found.at(budi), "NAME_AND_BIRTH");
  EXPECT_EQ(Matches(there_, exchange_there_, "claimant_id").size(), 3u) << "the other side finds the same";

  // Many come in pages.
  v1::GetExchangeRequest ask;
  ask.set_exchange_id(std::stoull(exchange_here_));
  ask.mutable_page()->set_size(2);
  std::set<uint64_t> paged;
  do {
    v1::GetExchangeResponse page;
    grpc::ClientContext context;
    ASSERT_TRUE(v1::ExchangeService::NewStub(here_.channel())->GetExchange(&context, ask, &page).ok());
    ASSERT_GT(page.matches_size(), 0);
    ASSERT_LE(page.matches_size(), 2);
    for (const v1::ExchangeMatch& match : page.matches()) paged.insert(match.claimant_id());
    ask.mutable_page()->set_cursor(page.page().next_cursor());
  } while (!ask.page().cursor().empty());
  paged.erase(0);  // respondents
  EXPECT_EQ(paged.size(), found.size());

  // Each may ask the other about its reference; nobody else's reads.
  std::set<std::string> resolved;
  const std::string lines = there_.Klaim({"exchange", "show", exchange_there_});
  for (const absl::string_view line : absl::StrSplit(lines, '\n')) {
    const std::vector<std::string> words = absl::StrSplit(line, ' ', absl::SkipWhitespace());
    if (words.empty() || words.back().size() != 32) continue;
    const std::string whose = here_.Klaim({"exchange", "whose", exchange_here_, "--reference", words.back()});
    if (absl::StartsWith(whose, "claimant")) resolved.insert(whose);
    there_.Klaim({"exchange", "whose", exchange_there_, "--reference", words.back()}, 1);
  }
  EXPECT_EQ(resolved.size(), 3u);
  EXPECT_TRUE(resolved.contains(absl::StrCat("claimant ", siti, "\n")));

  // What was handed over holds neither names nor numbers, and each offer differs from any other docket's of the same people.
  for (const char* file : {"here.blind", "there.blind", "here2.blind", "there2.blind"}) {
    const std::string bytes = *tools::ReadFile(folder_.path(file));
    for (const char* told : {"Siti", "siti", "AMINAH", "3578014107900001", "81200000002", "1988"}) {
      EXPECT_FALSE(absl::StrContains(bytes, told)) << file << ": " << told;
    }
  }

  // Closed, the key is gone: nothing is answered, offered or resolved any more.
  here_.Klaim({"exchange", "close", exchange_here_, "--reason", "Done."});
  here_.Klaim({"exchange", "offer", exchange_here_, "--to", folder_.path("x.blind")}, 1);
  here_.Klaim({"exchange", "answer", exchange_here_, folder_.path("there.blind"), "--to", folder_.path("x")},
              1);
  const auto closed = here_.Json({"exchange", "show", exchange_here_});
  EXPECT_TRUE(closed.at("closed").as_bool());
  EXPECT_EQ(std::string(closed.at("claimants_offered").as_string()), "3");
}

TEST_F(ExchangeTest, ARespondentsNetworkGoesOnInTheOtherDocket) {
  const uint64_t samudra = here_.Register("PT Samudra Lintas Bahtera", "SIP3MI-45/2017");
  const uint64_t timur = here_.Register("PT Cakrawala Timur", "SIP3MI-99/2018");
  here_.Register("PT Lain Sekali", "SIP3MI-01/2011");
  const uint64_t same = there_.Register("P.T. Samoedra Lintas Bahtera Tbk", "");
  const uint64_t shell = there_.Register("CV Bintang", "sip3mi 99 2018");
  const uint64_t owner = there_.Register("Golden Tuna Fishery", "");
  there_.Klaim({"network", "link", absl::StrCat(same), absl::StrCat(owner), "--kind", "partner_of",
                "--evidence", "x"});
  there_.Klaim({"network", "link", absl::StrCat(shell), absl::StrCat(owner), "--kind", "partner_of",
                "--evidence", "x"});
  Exchange();
  const auto found = Matches(here_, exchange_here_, "respondent_id");
  EXPECT_EQ(found.at(samudra), "COMPANY_NAME");
  EXPECT_EQ(found.at(timur), "LICENCE");
  const auto shown = here_.Json({"exchange", "show", exchange_here_});
  bool joined = false;
  for (const auto& network : shown.at("networks").as_array()) {
    if (network.at("network_ids").as_array().size() != 2) continue;
    joined = true;
    EXPECT_EQ(network.at("respondent_ids").as_array().size(), 2u);
    EXPECT_EQ(network.at("their_size").as_int64(), 3) << "with the owner, of whom nothing was known here";
  }
  EXPECT_TRUE(joined) << "two agencies that nothing linked here are one network by what the partner knows";
}

class SplitTest : public ::testing::Test {
 protected:
  // Documents in the docket's folder, or below "one/" in a store.
  explicit SplitTest(bool in_store = false) {
    std::vector<std::string> flags;
    if (in_store) {
      store_ = std::make_unique<S3Store>(folder_.path("s3"));
      flags = {"--evidence-s3", store_->WritePlace(folder_.path("one.s3"), "one/")};
    }
    side_ = std::make_unique<Side>(folder_.path("one"), true, flags);
    fixtures_ = RegisterFixtures(side_->channel());
    std::ofstream(folder_.path("tw.json"))
        << R"({"code":"TW","title":"Taiwan","currency":"HKD","filing_deadline":{"year":2090,"month":12,"day":31},)"
        << R"("heads":[{"code":"excess_recruitment_fee","proof_standard":"PROOF_STANDARD_PLAUSIBLE",)"
        << R"("valuation_rule":"VALUATION_RULE_DOCUMENTED_AMOUNT","priority_tier":1}],)"
        << R"("grouping":{"dimensions":["GROUPING_DIMENSION_HEAD"],"least_size":1}})"
        << "\n";
    side_->Klaim({"programme", "open", folder_.path("tw.json")});
    taiwan_ = fixtures_;
    const auto listed = side_->Json({"programme", "list"});
    for (const auto& row : listed.at("programmes").as_array()) {
      const uint64_t id = std::stoull(std::string(row.at("programme_id").as_string()));
      if (id != fixtures_.programme) taiwan_.programme = id;
    }
    hong_kong_ = side_->File(FilingOf(fixtures_, "Siti Hongkong", "3578014107900001", "", ""));
    in_taiwan_ = side_->File(FilingOf(taiwan_, "Rina Taiwan", "3578014107900002", "", ""));
    in_both_ = side_->File(FilingOf(fixtures_, "Dewi Keduanya", "3578014107900003", "", ""));
    v1::FileClaimRequest second = taiwan_.Filing("second");
    second.set_claimant_id(in_both_.claimant_id());
    second.clear_new_case();
    second.mutable_new_case()->mutable_story()->mutable_text()->set_clear("Taiwan.");
    side_->File(second);
    std::ofstream(folder_.path("kontrak.pdf")) << "%PDF-1.7\nKontrak Rina\n";
    std::ofstream(folder_.path("slip.pdf")) << "%PDF-1.7\nSlip Siti\n";
    document_ = Add("kontrak.pdf", in_taiwan_.case_id());
    stays_ = Add("slip.pdf", hong_kong_.case_id());
  }
  std::string Add(const char* file, uint64_t case_id) {
    const auto added = side_->Json({"evidence", "add", folder_.path(file), "--case", absl::StrCat(case_id)});
    return std::string(added.at("document_id").as_string());
  }
  std::vector<std::string> SplitCommand() const {
    return {Program("klaim"),
            "docket",
            "split",
            "--docket",
            folder_.path("one"),
            "--into",
            folder_.path("two"),
            "--programme",
            absl::StrCat(taiwan_.programme),
            "--name",
            "Satu",
            "--new-name",
            "Dua"};
  }
  static std::string StatusOf(const Side& side, uint64_t claim_id) {
    return std::string(
        side.Json({"claim", "show", absl::StrCat(claim_id)}).at("claim").at("status").as_string());
  }

  TemporaryFolder folder_;
  std::unique_ptr<S3Store> store_;
  std::unique_ptr<Side> side_;
  ServedFixtures fixtures_;
  ServedFixtures taiwan_;
  v1::FileClaimResponse hong_kong_;
  v1::FileClaimResponse in_taiwan_;
  v1::FileClaimResponse in_both_;
  std::string document_;
  std::string stays_;
};

TEST_F(SplitTest, OneDocketBecomesTwoWhateverCutsItOff) {
  AllowMinutes(5, "it is begun again, and killed a little later, until it is quick enough");
  RunProgram(SplitCommand());  // refused: klaimd serves
  EXPECT_FALSE(std::filesystem::exists(folder_.path("two/data")));
  side_->Stop();
  // Killed at every stage, it goes on when it is repeated.
  Finished split;
  int cut_off = 0;
  for (int millis = 20;; millis += 20) {
    split = RunProgram(SplitCommand(), "", std::chrono::milliseconds(millis));
    if (split.exit_code != 137) break;
    ++cut_off;
    ASSERT_LT(millis, 60'000) << "never ends";
  }
  ASSERT_EQ(split.exit_code, 0) << split.out;
  EXPECT_GT(cut_off, 3);
  EXPECT_TRUE(absl::StrContains(split.out, "Split: programmes")) << split.out;
  EXPECT_FALSE(std::filesystem::exists(folder_.path("two/data.part")));

  side_->Serve();
  Side two(folder_.path("two"), false);
  // Each claim goes on in one of the two.
  EXPECT_EQ(StatusOf(*side_, in_taiwan_.claim_id()), "CLAIM_STATUS_HANDED_OVER");
  EXPECT_EQ(StatusOf(*side_, hong_kong_.claim_id()), "CLAIM_STATUS_FILED");
  EXPECT_EQ(StatusOf(two, in_taiwan_.claim_id()), "CLAIM_STATUS_FILED");
  EXPECT_EQ(StatusOf(two, hong_kong_.claim_id()), "CLAIM_STATUS_HANDED_OVER");
  side_->File(FilingOf(taiwan_, "Baru di satu", "", "", "1990-01-01"), grpc::StatusCode::FAILED_PRECONDITION);
  two.File(FilingOf(taiwan_, "Baru", "", "", "1990-01-01"));
  two.File(FilingOf(fixtures_, "Baru di dua", "", "", "1990-01-02"), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_TRUE(absl::StrContains(
      side_->Klaim({"claim", "withdraw", absl::StrCat(in_taiwan_.claim_id()), "--reason", "x"}, 1),
      "goes on in another docket"));
  two.Klaim({"claim", "withdraw", absl::StrCat(in_taiwan_.claim_id()), "--reason", "x"});

  // Who is in one alone can be read there alone; who is in both, in both.
  const auto name = [](const Side& side, uint64_t claimant_id) {
    return side.Klaim({"claimant", "show", absl::StrCat(claimant_id)});
  };
  EXPECT_TRUE(absl::StrContains(name(*side_, hong_kong_.claimant_id()), "Siti Hongkong"));
  EXPECT_FALSE(absl::StrContains(name(*side_, in_taiwan_.claimant_id()), "Rina"));
  EXPECT_TRUE(absl::StrContains(name(two, in_taiwan_.claimant_id()), "Rina Taiwan"));
  EXPECT_FALSE(absl::StrContains(name(two, hong_kong_.claimant_id()), "Siti"));
  EXPECT_TRUE(absl::StrContains(name(*side_, in_both_.claimant_id()), "Dewi Keduanya"));
  EXPECT_TRUE(absl::StrContains(name(two, in_both_.claimant_id()), "Dewi Keduanya"));

  // Documents went with their people.
  two.Klaim({"evidence", "get", document_, "--out", folder_.path("read.pdf")});
  EXPECT_EQ(*tools::ReadFile(folder_.path("read.pdf")), "%PDF-1.7\nKontrak Rina\n");
  side_->Klaim({"evidence", "get", document_, "--out", folder_.path("x.pdf")}, 1);
  side_->Klaim({"evidence", "get", stays_, "--out", folder_.path("y.pdf")});
  two.Klaim({"evidence", "get", stays_, "--out", folder_.path("z.pdf")}, 1);
  side_->Klaim({"evidence", "verify"});
  two.Klaim({"evidence", "verify"});

  // Both records are whole, and what was before the split is one tree.
  EXPECT_TRUE(absl::StrContains(side_->Klaim({"audit", "verify", "--english"}), "PROVEN WHOLE"));
  EXPECT_TRUE(absl::StrContains(two.Klaim({"audit", "verify", "--english"}), "PROVEN WHOLE"));
  // Repeating it changes nothing.
  side_->Stop();
  const Finished again = RunProgram(SplitCommand());
  EXPECT_EQ(again.exit_code, 0) << again.out;
}

class SplitInStoreTest : public SplitTest {
 protected:
  SplitInStoreTest() : SplitTest(true) {}
};

TEST_F(SplitInStoreTest, DocumentsOfBothNeverLieInOnePlace) {
  side_->Stop();
  const auto split = [&](const std::string& new_place) {
    std::vector<std::string> command = SplitCommand();
    command.insert(command.end(), {"--evidence-s3", folder_.path("one.s3"), "--new-evidence-s3", new_place});
    return RunProgram(command);
  };
  const Finished same = split(folder_.path("one.s3"));
  EXPECT_NE(same.exit_code, 0) << same.out;
  EXPECT_TRUE(absl::StrContains(same.out, "another bucket or prefix")) << same.out;
  EXPECT_EQ(store_->Documents("one/"), 2u) << "nothing is removed";
  const std::string place = store_->WritePlace(folder_.path("two.s3"), "two/");
  const Finished apart = split(place);
  ASSERT_EQ(apart.exit_code, 0) << apart.out;
  EXPECT_EQ(store_->Documents("one/"), 1u);
  EXPECT_EQ(store_->Documents("two/"), 1u);
  side_->Serve();
  const Side two(folder_.path("two"), false, {"--evidence-s3", place});
  two.Klaim({"evidence", "get", document_, "--out", folder_.path("read.pdf")});
  EXPECT_EQ(*tools::ReadFile(folder_.path("read.pdf")), "%PDF-1.7\nKontrak Rina\n");
  side_->Klaim({"evidence", "get", stays_, "--out", folder_.path("y.pdf")});
  side_->Klaim({"evidence", "verify"});
  two.Klaim({"evidence", "verify"});
}

}  // namespace
}  // namespace klaim::testing
