// Spreadsheets as organisations keep them: what is read, and what is said of what can't be.

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "engine/domain/core/money.h"
#include "tools/klaim/client/filing/claim_sheet.h"

namespace klaim::tools {
namespace {

v1::Programme Programme() {
  v1::Programme programme;
  programme.set_programme_id(7);
  programme.mutable_opened()->set_code("ID");
  programme.mutable_opened()->set_currency("IDR");
  programme.mutable_opened()->add_heads()->set_code("unpaid_wages");
  return programme;
}

constexpr int64_t kNow = 1'801'800'000'000'000;  // 5 February 2027 in Jakarta

const RespondentNames kNames = {
    {FoldName("PT Karya"), {9}}, {FoldName("HK-5001"), {10}}, {FoldName("PT Kembar"), {11, 12}}};

constexpr char kHeader[] =
    "nomor;nama;nik;tanggal_lahir;telepon;desa;keadaan;tanggal_persetujuan;tujuan;termohon;pos_1;jumlah_1;"
    "bulan_1;upah_1\n";

std::vector<ClaimLine> Read(const std::string& text, Encoding encoding, Spreadsheet& sheet) {
  auto parsed = ParseSpreadsheet(text, encoding);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  sheet = *std::move(parsed);
  for (auto& row : sheet.rows) row.columns = sheet.columns.get();
  return ReadClaims(sheet, Programme(), kNames, {.series = "", .now_micros = kNow});
}

TEST(Import, ReadsALineAsIndonesiansWriteIt) {
  Spreadsheet sheet;
  const auto lines = Read(std::string("\xEF\xBB\xBF") + kHeader +
                              "A-1;\"Siti \"\"Ani\"\" "
                              "Aminah\";3302015705800001;17-05-1980;0812-3456-7890;33.02.01.2001;pulang;3/1/"
                              "2026;HK;pt karya | HK-5001;unpaid_wages;Rp 1.250.000,00;6,5;Rp 4.000.000\n",
                          Encoding::kUtf8, sheet);
  ASSERT_EQ(lines.size(), 1u);
  for (const auto& problem : lines[0].problems) ADD_FAILURE() << problem.column << " " << problem.what;
  const auto& filing = lines[0].filing;
  EXPECT_EQ(filing.request_id(), "ID:A-1");
  EXPECT_EQ(filing.new_claimant().person().name().clear(), "Siti \"Ani\" Aminah");
  EXPECT_EQ(filing.new_claimant().person().birth_date().clear(), "1980-05-17");
  EXPECT_EQ(filing.new_claimant().person().phone().clear(), "+6281234567890");
  EXPECT_EQ(filing.new_claimant().consents(0).given_on().month(), 1u) << "day first";
  EXPECT_EQ(filing.new_case().placement().origin().code(), "33.02");
  EXPECT_EQ(filing.heads(0).claimed().minor_units(), 125'000'000);
  EXPECT_EQ(filing.heads(0).months_hundredths(), 650u);
  EXPECT_EQ(filing.heads(0).agreed_wage_minor(), 400'000'000);
  EXPECT_EQ(std::vector<uint64_t>(filing.respondent_ids().begin(), filing.respondent_ids().end()),
            (std::vector<uint64_t>{9, 10}));
}

TEST(Import, SaysLineAndColumnOfEachProblem) {
  struct Case {
    const char* line;
    const char* column;
    const char* what;
  };
  const Case kCases[] = {
      {"A;;;;;;pulang;2026;HK;PT Karya;unpaid_wages;1.000;;", "nama", "empty"},
      {"A;Siti;123;;;;pulang;2026;HK;PT Karya;unpaid_wages;1.000;;", "nik", "16 digits"},
      {"A;Siti;;31-02-1980;;;pulang;2026;HK;PT Karya;unpaid_wages;1.000;;", "tanggal_lahir", "doesn't exist"},
      {"A;Siti;;05/17/1980;;;pulang;2026;HK;PT Karya;unpaid_wages;1.000;;", "tanggal_lahir", "day first"},
      {"A;Siti;;;12;;pulang;2026;HK;PT Karya;unpaid_wages;1.000;;", "telepon", "no telephone number"},
      {"A;Siti;;;;desa baru;pulang;2026;HK;PT Karya;unpaid_wages;1.000;;", "desa", "Kemendagri"},
      {"A;Siti;;;;;sakit;2026;HK;PT Karya;unpaid_wages;1.000;;", "keadaan", "must be one of"},
      {"A;Siti;;;;;pulang;;HK;PT Karya;unpaid_wages;1.000;;", "tanggal_persetujuan", "empty"},
      {"A;Siti;;;;;pulang;2026;Hongkong;PT Karya;unpaid_wages;1.000;;", "tujuan", "ISO 3166"},
      {"A;Siti;;;;;pulang;2026;HK;PT Lain;unpaid_wages;1.000;;", "termohon", "no respondent"},
      {"A;Siti;;;;;pulang;2026;HK;PT Kembar;unpaid_wages;1.000;;", "termohon", "2 respondents"},
      {"A;Siti;;;;;pulang;2026;HK;PT Karya;lembur;1.000;;", "pos_1", "no head"},
      {"A;Siti;;;;;pulang;2026;HK;PT Karya;unpaid_wages;1.000,000.00;;", "jumlah_1", "1.250.000"},
      {"A;Siti;;;;;pulang;2026;HK;PT Karya;unpaid_wages;1,250;;", "jumlah_1", "decimals"},
      {"A;Siti;;;;;pulang;2026;HK;PT Karya;unpaid_wages;-5;;", "jumlah_1", "must be an amount"},
      {"A;Siti;;;;;pulang;2026;HK;PT Karya;unpaid_wages;0;;", "jumlah_1", "more than zero"},
      {"A;Siti;;;;;pulang;2026;HK;PT Karya;unpaid_wages;99.999.999.999.999.999;;", "jumlah_1", "larger"},
      {"A;Siti;;;;;pulang;2026;HK;PT Karya;unpaid_wages;1.000;enam;", "bulan_1", "number of months"},
      {"A;Siti;;;;;pulang;2026;HK;PT Karya;unpaid_wages;1.000", "", "has 12 cells where the header has 14"},
      {"A;\"Siti;;;;;pulang;2026;HK;PT Karya;unpaid_wages;1.000;;", "", "never closed"},
      {"A;Ng\xE1;;;;;pulang;2026;HK;PT Karya;unpaid_wages;1.000;;", "", "windows-1252"},
  };
  for (const Case& test : kCases) {
    Spreadsheet sheet;
    const auto lines = Read(std::string(kHeader) + test.line + "\n", Encoding::kUtf8, sheet);
    ASSERT_EQ(lines.size(), 1u) << test.line;
    ASSERT_EQ(lines[0].problems.size(), 1u)
        << test.line << (lines[0].problems.size() > 1 ? lines[0].problems[1].what : "");
    EXPECT_EQ(lines[0].problems[0].line, 2u);
    EXPECT_EQ(lines[0].problems[0].column, test.column) << test.line;
    EXPECT_TRUE(absl::StrContains(lines[0].problems[0].what, test.what)) << lines[0].problems[0].what;
  }
}

TEST(Import, ReadsWindows1252WhenToldSoAndOtherDelimiters) {
  Spreadsheet sheet;
  std::string text = std::string(kHeader) + "A;Ng\xE1;;;;;pulang;2026;HK;PT Karya;unpaid_wages;1.000;;\n";
  auto lines = Read(text, Encoding::kWindows1252, sheet);
  EXPECT_TRUE(lines[0].problems.empty());
  EXPECT_EQ(lines[0].filing.new_claimant().person().name().clear(), "Ng\xC3\xA1");
  for (char delimiter : {',', '\t'}) {
    std::string other = std::string(kHeader) + "A;Siti;;;;;pulang;2026;HK;PT Karya;unpaid_wages;1.000;;\r\n";
    std::replace(other.begin(), other.end(), ';', delimiter);
    lines = Read(other, Encoding::kUtf8, sheet);
    EXPECT_EQ(sheet.delimiter, delimiter);
    EXPECT_TRUE(lines[0].problems.empty());
  }
}

TEST(Import, AReferenceThatStandsTwiceIsAProblemOfTheLaterLine) {
  Spreadsheet sheet;
  const std::string line = "A;Siti;;;;;pulang;2026;HK;PT Karya;unpaid_wages;1.000;;\n";
  const auto lines = Read(kHeader + line + line, Encoding::kUtf8, sheet);
  EXPECT_TRUE(lines[0].problems.empty());
  ASSERT_EQ(lines[1].problems.size(), 1u);
  EXPECT_TRUE(absl::StrContains(lines[1].problems[0].what, "same as in line 2"));
}

TEST(Money, IsReadAndWrittenAsReadersDo) {
  EXPECT_EQ(*domain::ParseMoney("Rp 1.250.000,00", "IDR"), 125'000'000);
  EXPECT_EQ(*domain::ParseMoney("Rp1.250.000,5", "IDR"), 125'000'050);
  EXPECT_EQ(*domain::ParseMoney("HK$ 4990", "HKD"), 499'000);
  EXPECT_EQ(*domain::ParseMoney("500", "JPY"), 500);
  EXPECT_FALSE(domain::ParseMoney("500,50", "JPY").ok());
  for (const char* bad : {"", "1.25", "12.50", "1.2345.678", "1,2,3", "abc", "1e6", "--1"})
    EXPECT_FALSE(domain::ParseMoney(bad, "IDR").ok()) << bad;
  EXPECT_EQ(domain::MoneyText(125'000'000, "IDR"), "Rp 1.250.000,00");
  EXPECT_EQ(domain::MoneyText(-5, "HKD"), "HKD -0,05");
  EXPECT_EQ(domain::MoneyText(1'234'567, "JPY"), "JPY 1.234.567");
}

}  // namespace
}  // namespace klaim::tools
