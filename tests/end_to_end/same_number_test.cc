// Sheets number their lines from 1. What has the same number is the same only if it says the same: nobody's claim is lost behind
// another's, and no account becomes somebody else's.

#include <gtest/gtest.h>

#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "testing/bounded_tests.h"
#include "testing/klaim_program.h"
#include "tools/installation/authority.h"

namespace klaim::testing {
namespace {

constexpr char kHead[] =
    "nomor;nama;nik;tanggal_lahir;keadaan;tanggal_persetujuan;tujuan;termohon;pos_1;jumlah_1;bic;rekening;"
    "pemilik_rekening\n";

class SameNumberTest : public KlaimProgram {
 protected:
  SameNumberTest() {
    AllowMinutes(2, "imports are jobs, some of several people");
    std::ofstream(folder_.path("programmes.json"))
        << R"({"code":"HK","title":"Hong Kong","currency":"HKD","filing_deadline":{"year":2099,"month":12,"day":31},"heads":[{"code":"excess_recruitment_fee","proof_standard":"PROOF_STANDARD_PLAUSIBLE","valuation_rule":"VALUATION_RULE_DOCUMENTED_AMOUNT","priority_tier":1,"most_claimed_minor":"10000000"}],"grouping":{"dimensions":["GROUPING_DIMENSION_HEAD"],"least_size":1}})";
    Must({"programme", "open", folder_.path("programmes.json")});
    std::ofstream(folder_.path("agency.csv"))
        << "code,name,kind,country\nK1,PT Karya Lestari,recruitment_agency,ID\n";
    Must({"respondent", "import", folder_.path("agency.csv")});
  }

  static std::string Line(const std::string& number, const std::string& name, const std::string& nik,
                          const std::string& amount, const std::string& account = ";;") {
    return absl::StrCat(number, ";", name, ";", nik,
                        ";05-02-1985;pulang;01-11-2025;HK;PT Karya Lestari;excess_recruitment_fee;", amount,
                        ";", account, "\n");
  }
  std::string Sheet(const std::string& name, const std::string& lines) {
    std::ofstream(folder_.path(name)) << kHead << lines;
    return folder_.path(name);
  }
  boost::json::value Import(const std::string& sheet, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"--json"};
    if (!more.empty() && more[0] == "--as") {
      words.insert(words.end(), more.begin(), more.begin() + 2);
      more.erase(more.begin(), more.begin() + 2);
    }
    words.insert(words.end(), {"import", sheet, "--programme", "HK"});
    words.insert(words.end(), more.begin(), more.end());
    const Finished finished = Klaim(words);
    boost::system::error_code error;
    auto value = boost::json::parse(finished.out.substr(finished.out.find('{')), error);
    EXPECT_FALSE(error) << finished.out;
    return value;
  }
  static void ExpectImported(const boost::json::value& outcome, int64_t filed, int64_t before,
                             int64_t waiting) {
    EXPECT_EQ(outcome.at("filed").as_int64(), filed) << boost::json::serialize(outcome);
    EXPECT_EQ(outcome.at("filed_before").as_int64(), before) << boost::json::serialize(outcome);
    EXPECT_EQ(outcome.at("waiting").as_int64(), waiting) << boost::json::serialize(outcome);
  }
  size_t Claims() { return Json({"claim", "list", "--size", "1000"}).at("claims").as_array().size(); }
  std::string Report(const std::string& sheet) { return *tools::ReadFile(sheet + ".report.csv"); }
  // Which claimants have an account that is theirs.
  std::string Everything() { return Klaim({"--purpose", "uji", "claimant", "show", FirstClaimant()}).out; }
  std::string FirstClaimant() {
    return Text(Json({"claim", "list"}).at("claims").at(0).at("filed").at("claimant_id"));
  }
};

TEST_F(SameNumberTest, TheSecondBranchsFirstLineIsNobodyElses) {
  const std::string one = Sheet("one.csv", Line("78", "Painah Cabang Satu", "3302014502850001", "1.000"));
  const std::string two = Sheet(
      "two.csv", Line("78", "Ngatini Cabang Dua", "3302014502850002", "1.000", "BRINIDJA;5550001;Ngatini"));
  ExpectImported(Import(one), 1, 0, 0);
  ExpectImported(Import(two), 0, 0, 1);
  EXPECT_EQ(Claims(), 1u);
  EXPECT_TRUE(absl::StrContains(Report(two), "new_claimant.person.name")) << Report(two);
  EXPECT_FALSE(absl::StrContains(Everything(), "5550001")) << "her account didn't become the other one's";
  // Named apart, it is filed, with its account, and once.
  for (int round = 0; round < 2; ++round)
    ExpectImported(Import(two, {"--series", "dua"}), round == 0, round, 0);
  EXPECT_EQ(Claims(), 2u);
  EXPECT_FALSE(absl::StrContains(Everything(), "5550001"));
}

TEST_F(SameNumberTest, ACorrectedLineIsToldAndAnUnchangedOneIsTheSame) {
  const std::string sheet =
      Sheet("first.csv", Line("77", "Tumini Satu", "", "1.000") + Line("79", "Warsini", "", "2.000"));
  ExpectImported(Import(sheet), 2, 0, 0);
  const std::string corrected =
      Sheet("corrected.csv", Line("77", "Tumini Satu", "", "1.500", "BRINIDJA;00998877;Tumini") +
                                 Line("79", "Warsini", "", "2.000"));
  ExpectImported(Import(corrected), 0, 1, 1);
  EXPECT_TRUE(absl::StrContains(Report(corrected), "heads[0]")) << Report(corrected);
  EXPECT_EQ(Claims(), 2u);
  EXPECT_FALSE(absl::StrContains(Everything(), "00998877")) << "nothing that follows it happened";
}

TEST_F(SameNumberTest, AColleaguesImportOfTheSameSheetFilesNothingTwice) {
  const std::string sheet =
      Sheet("sheet.csv", Line("1", "Painah", "3302014502850001", "1.000") + Line("2", "Sumiati", "", "750"));
  Must({"--as", "administrator", "account", "confirm",
        Text(Json({"account", "open", "--organisation", "0", "--name", "wati", "--role", "intake"})
                 .at("account_id"))});
  Must({"organisation", "certificate", "issue", "--docket", folder_.path(), "--organisation", "0", "--name",
        "wati"});
  ExpectImported(Import(sheet), 2, 0, 0);
  ExpectImported(Import(sheet, {"--as", "wati"}), 0, 2, 0);
  EXPECT_EQ(Claims(), 2u);
}

TEST_F(SameNumberTest, AnotherCurrencyIsNeverTakenByItsDigits) {
  const std::string sheet =
      Sheet("money.csv", Line("1", "Painah", "", "Rp 1.250.000,00") + Line("2", "Warni", "", "NT$ 5.000") +
                             Line("3", "Tarni", "", "1,250") + Line("4", "Sumiati", "", "HK$ 750") +
                             Line("5", "Kasmi", "", "999.999.999"));
  ExpectImported(Import(sheet), 1, 0, 4);
  const std::string report = Report(sheet);
  for (const char* said : {"IDR", "TWD", "two ways", "at most"})
    EXPECT_TRUE(absl::StrContains(report, said)) << said << report;
}

TEST_F(SameNumberTest, AColumnThatIsNotKnownIsToldAndNotLeftAlone) {
  std::ofstream(folder_.path("misnamed.csv"))
      << "nomor;nama;no hp;tanggal_lahr;keadaan;tanggal_persetujuan;tujuan;termohon;pos_1;jumlah_1\n"
         "1;Wahyuni;0812345678;01-02-1990;pulang;01-11-2025;HK;PT Karya "
         "Lestari;excess_recruitment_fee;1.000\n";
  const Finished refused = Klaim({"import", folder_.path("misnamed.csv"), "--programme", "HK"});
  EXPECT_NE(refused.exit_code, 0);
  EXPECT_TRUE(absl::StrContains(refused.out, "tanggal_lahr")) << refused.out;
  EXPECT_TRUE(absl::StrContains(refused.out, "tanggal_lahir")) << refused.out;
  EXPECT_TRUE(absl::StrContains(refused.out, "no hp")) << refused.out;
  EXPECT_EQ(Claims(), 0u);
}

TEST_F(SameNumberTest, RespondentsAreCorrectedByALineAndNotPassedOver) {
  std::ofstream(folder_.path("wrong.csv")) << "code,name,alias,kind,country,licence_kind,licence_nr\n"
                                              "Z1,PT Uji Kolom,PT UK,recruitment_agency,ID,SIP3MI,ID-9\n";
  const Finished wrong = Klaim({"respondent", "import", folder_.path("wrong.csv")});
  EXPECT_NE(wrong.exit_code, 0);
  for (const char* said : {"alias", "aliases", "licence_nr", "licence_number"})
    EXPECT_TRUE(absl::StrContains(wrong.out, said)) << said << ": " << wrong.out;
  const auto import = [&](const std::string& name) {
    std::ofstream(folder_.path("agencies.csv"))
        << "code,name,aliases,kind,country,licence_kind,licence_number\nZ1," << name
        << ",PT UK,recruitment_agency,ID,SIP3MI,ID-9\n";
    return Klaim({"respondent", "import", folder_.path("agencies.csv")});
  };
  EXPECT_EQ(import("PT Uji Kolom").exit_code, 0);
  const Finished corrected = import("PT Uji Kolom Benar");
  EXPECT_EQ(corrected.exit_code, 0) << corrected.out;
  EXPECT_TRUE(absl::StrContains(corrected.out, "PT Uji Kolom Benar")) << corrected.out;
  EXPECT_TRUE(absl::StrContains(Klaim({"--json", "respondent", "list"}).out, "PT Uji Kolom Benar"));
}

}  // namespace
}  // namespace klaim::testing
