#include "tools/klaim/admin/sample_docket.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "engine/base/return_if_error.h"
#include "services/common/csv_line.h"
#include "tools/klaim/admin/sample_persons.h"
#include "tools/klaim/client/spreadsheet.h"

namespace klaim::tools {
namespace {

struct ProgrammeShape {
  const char* code;
  const char* title;
  const char* currency;
  const char* destination;
  const char* job;
  int women_percent;
  int64_t wage;  // a month, in whole units of the currency
  const char* source;
  const char* heads_json;
  std::array<const char*, 3> heads;
};

const ProgrammeShape kProgrammes[] = {
    {"HK-FEES-2025",
     "Hong Kong: excess recruitment fees",
     "HKD",
     "HK",
     "domestic worker",
     97,
     4990,
     "Employment Ordinance Cap. 57 and Employment Agency Regulations (10 % of the first month's wage); "
     "minimum allowable wage HK$ 4,990 (2025); BP2MI Regulation 9/2020",
     R"([{"code":"excess_recruitment_fee","proof_standard":"PROOF_STANDARD_PLAUSIBLE","valuation_rule":"VALUATION_RULE_DOCUMENTED_AMOUNT","cap_minor":"2500000","priority_tier":1},{"code":"document_retention","proof_standard":"PROOF_STANDARD_PRESUMED_BY_GROUP","valuation_rule":"VALUATION_RULE_FIXED_SUM","fixed_sum_minor":"200000","priority_tier":2},{"code":"unpaid_wages","proof_standard":"PROOF_STANDARD_DOCUMENTED","valuation_rule":"VALUATION_RULE_MONTHS_TIMES_WAGE_LESS_PAID","priority_tier":1}])",
     {"excess_recruitment_fee", "document_retention", "unpaid_wages"}},
    {"TW-WAGES-2025",
     "Taiwan: illegal deductions and unpaid wages",
     "TWD",
     "TW",
     "factory worker",
     60,
     28590,
     "Basic wage NT$ 28,590 a month (2025)",
     R"([{"code":"unpaid_wages","proof_standard":"PROOF_STANDARD_DOCUMENTED","valuation_rule":"VALUATION_RULE_MONTHS_TIMES_WAGE_LESS_PAID","priority_tier":1},{"code":"illegal_deduction","proof_standard":"PROOF_STANDARD_DOCUMENTED","valuation_rule":"VALUATION_RULE_DOCUMENTED_AMOUNT","priority_tier":1},{"code":"excess_recruitment_fee","proof_standard":"PROOF_STANDARD_PLAUSIBLE","valuation_rule":"VALUATION_RULE_DOCUMENTED_AMOUNT","cap_minor":"9000000","priority_tier":2}])",
     {"unpaid_wages", "illegal_deduction", "excess_recruitment_fee"}},
    {"SA-WAGES-2025",
     "Saudi Arabia: unpaid wages of domestic workers",
     "SAR",
     "SA",
     "domestic worker",
     95,
     1500,
     "Agreed wages as in the contracts; sample figures",
     R"([{"code":"unpaid_wages","proof_standard":"PROOF_STANDARD_PLAUSIBLE","valuation_rule":"VALUATION_RULE_MONTHS_TIMES_WAGE_LESS_PAID","priority_tier":1},{"code":"document_retention","proof_standard":"PROOF_STANDARD_PRESUMED_BY_GROUP","valuation_rule":"VALUATION_RULE_FIXED_SUM","fixed_sum_minor":"100000","priority_tier":2},{"code":"repatriation_cost","proof_standard":"PROOF_STANDARD_DOCUMENTED","valuation_rule":"VALUATION_RULE_DOCUMENTED_AMOUNT","priority_tier":1}])",
     {"unpaid_wages", "document_retention", "repatriation_cost"}},
    {"MY-PLANT-2025",
     "Malaysia: plantations, underpaid and unpaid wages",
     "MYR",
     "MY",
     "plantation worker",
     25,
     1700,
     "Minimum wage RM 1,700 a month (2025)",
     R"([{"code":"unpaid_wages","proof_standard":"PROOF_STANDARD_PLAUSIBLE","valuation_rule":"VALUATION_RULE_MONTHS_TIMES_WAGE_LESS_PAID","priority_tier":1},{"code":"illegal_deduction","proof_standard":"PROOF_STANDARD_DOCUMENTED","valuation_rule":"VALUATION_RULE_DOCUMENTED_AMOUNT","priority_tier":1},{"code":"document_retention","proof_standard":"PROOF_STANDARD_PRESUMED_BY_GROUP","valuation_rule":"VALUATION_RULE_FIXED_SUM","fixed_sum_minor":"150000","priority_tier":2}])",
     {"unpaid_wages", "illegal_deduction", "document_retention"}},
    {"FISH-CREW-2025",
     "Fishing vessels under foreign flags: wages, allotments, deposits",
     "USD",
     "TW",
     "deckhand",
     0,
     450,
     "Perjanjian Kerja Laut; sample figures",
     R"([{"code":"unpaid_wages","proof_standard":"PROOF_STANDARD_PLAUSIBLE","valuation_rule":"VALUATION_RULE_MONTHS_TIMES_WAGE_LESS_PAID","priority_tier":1},{"code":"allotment_wages","proof_standard":"PROOF_STANDARD_PLAUSIBLE","valuation_rule":"VALUATION_RULE_MONTHS_TIMES_WAGE_LESS_PAID","priority_tier":1},{"code":"security_deposit","proof_standard":"PROOF_STANDARD_DOCUMENTED","valuation_rule":"VALUATION_RULE_DOCUMENTED_AMOUNT","priority_tier":2}])",
     {"unpaid_wages", "allotment_wages", "security_deposit"}},
};

struct RespondentShape {
  std::string code;
  std::string name;
  std::string kind;
  std::string country;
  std::string licence;
  size_t network;  // the true one
  size_t programme;
  bool at_home;
};

// "1.250.000"
std::string Thousands(int64_t amount) {
  std::string digits = absl::StrCat(amount);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<size_t>(at), ".");
  return digits;
}

class Writer {
 public:
  explicit Writer(const SampleOptions& options)
      : options_(options), dice_(options.seed * 0x9E3779B97F4A7C15 + 17) {}

  absl::Status Write(absl::FunctionRef<void(uint64_t)> progress) {
    RETURN_IF_ERROR(ReadAreas());
    std::error_code error;
    std::filesystem::create_directories(options_.folder, error);
    WriteProgrammes();
    WriteRespondents();
    Open("persons.csv") << "record_id,given_name,family_name,birth_date,address,locality,national_id,phone\n";
    Open("truth.csv") << "reference,programme,person,network,head_1\n";
    std::vector<std::ofstream*> sheets;
    for (const ProgrammeShape& programme : kProgrammes) {
      sheets.push_back(&Open(absl::StrCat("claims-", programme.code, ".csv")));
      *sheets.back()
          << "nomor;nama;nik;tanggal_lahir;telepon;desa;selaku;keadaan;tanggal_persetujuan;tujuan;pekerjaan;"
             "kapal;"
             "mulai_kerja;selesai_kerja;termohon;pos_1;jumlah_1;dari_1;bulan_1;upah_1;dibayar_1;bukti_1;"
             "pos_2;jumlah_2;bukti_2;bic;rekening\n";
    }
    for (uint64_t i = 0; i < options_.claims; ++i) {
      const size_t programme = static_cast<size_t>(dice_.Below(std::size(kProgrammes)));
      WriteClaim(i, programme, *sheets[programme]);
      progress(i + 1);
    }
    for (auto& [name, file] : files_) {
      file.close();
      if (!file)
        return absl::InternalError(
            absl::StrCat("can't write ", options_.folder, "/", name, ": is the disk full?"));
    }
    return absl::OkStatus();
  }

 private:
  std::ofstream& Open(const std::string& name) {
    std::ofstream& file = files_[name];
    if (!file.is_open()) file.open(options_.folder + "/" + name);
    return file;
  }

  absl::Status ReadAreas() {
    auto sheet = ReadSpreadsheet(options_.areas_file, Encoding::kUtf8);
    if (!sheet.ok()) {
      return absl::Status(
          sheet.status().code(),
          absl::StrCat(sheet.status().message(),
                       "; `npm ci` brings the official area codes, or name the file with --areas"));
    }
    for (const SpreadsheetRow& row : sheet->rows) {
      const std::string code = row.Cell("code");
      // Where most migrant workers come from: Java, Lampung, Lombok, Timor.
      const std::string province = code.substr(0, 2);
      if (province == "32" || province == "33" || province == "35" || province == "18" || province == "52" ||
          province == "53") {
        villages_.push_back(code);
      }
    }
    std::sort(villages_.begin(), villages_.end());
    if (villages_.empty()) return absl::DataLossError(options_.areas_file + " has no villages");
    people_ = std::make_unique<SamplePeople>(villages_, options_.claims, dice_);
    return absl::OkStatus();
  }

  void WriteProgrammes() {
    std::ofstream& file = Open("programmes.json");
    for (const ProgrammeShape& programme : kProgrammes) {
      file
          << absl::StrFormat(
                 R"({"code":"%s","title":"%s","currency":"%s","filing_deadline":{"year":2027,"month":12,"day":31},"heads":%s,"grouping":{"dimensions":["GROUPING_DIMENSION_RESPONDENT_NETWORK","GROUPING_DIMENSION_CORRIDOR_PROVINCE","GROUPING_DIMENSION_HEAD"],"least_size":3},"source":"%s","bank_charges_account":"expenses:bank charges"})",
                 programme.code, programme.title, programme.currency, programme.heads_json, programme.source)
          << "\n";
    }
  }

  // For each programme some networks: agencies at home, their partner abroad, and often a shell company of
  // the same director.
  void WriteRespondents() {
    std::ofstream& file = Open("respondents.csv");
    std::ofstream& links = Open("links.csv");
    file << "code,name,aliases,kind,country,licence_kind,licence_number\n";
    links << "one,other,kind,evidence\n";
    static constexpr const char* kFirst[] = {"Karya", "Bina",  "Citra", "Mitra", "Sumber",
                                             "Putra", "Tunas", "Jaya",  "Surya", "Indah"};
    static constexpr const char* kSecond[] = {"Abadi",  "Mandiri", "Sejahtera", "Utama",  "Sentosa",
                                              "Makmur", "Perkasa", "Lestari",   "Insani", "Persada"};
    static constexpr const char* kAbroad[] = {"Golden",  "Harmony", "Lucky", "Ocean",   "Bright",
                                              "Sunrise", "Fortune", "Pearl", "Eastern", "Royal"};
    const size_t networks_each = std::max<uint64_t>(2, std::min<uint64_t>(40, options_.claims / 250));
    size_t network = 0;
    const auto add = [&](const RespondentShape& shape, const std::string& alias) {
      respondents_.push_back(shape);
      file << services::CsvLine(
          {shape.code, shape.name, alias, shape.kind, shape.country,
           shape.at_home ? (shape.kind == "manning_agency" ? "SIUPPAK" : "SIP3MI") : "licence",
           shape.licence},
          ',');
    };
    for (size_t p = 0; p < std::size(kProgrammes); ++p) {
      const bool fishing = p + 1 == std::size(kProgrammes);
      for (size_t n = 0; n < networks_each; ++n, ++network) {
        const std::string home = absl::StrCat("H", network);
        const std::string shell = absl::StrCat("S", network);
        const std::string abroad = absl::StrCat("A", network);
        const std::string tag = absl::StrCat(network + 1);
        const std::string base = absl::StrCat(dice_.Pick(kFirst), " ", dice_.Pick(kSecond), " ", tag);
        add({home, "PT " + base, fishing ? "manning_agency" : "recruitment_agency", "ID",
             absl::StrCat("ID-", 1000 + network), network, p, true},
            "P.T. " + absl::AsciiStrToUpper(base));
        add({abroad,
             absl::StrCat(dice_.Pick(kAbroad), " ", dice_.Pick(kAbroad), " ", tag,
                          fishing ? " Fishery Co., Ltd." : " Employment Ltd."),
             fishing ? "vessel_owner" : "placement_agency", kProgrammes[p].destination,
             absl::StrCat(kProgrammes[p].destination, "-", 5000 + network), network, p, false},
            "");
        links << services::CsvLine({home, abroad, "partner_of", "cooperation agreement seen by the union"},
                                   ',');
        if (!dice_.Chance(40)) continue;
        add({shell, "PT " + base + " Baru", fishing ? "manning_agency" : "recruitment_agency", "ID",
             absl::StrCat("ID-", 3000 + network), network, p, true},
            "");
        links << services::CsvLine({shell, home, "same_director", "company register"}, ',');
      }
    }
  }

  void WriteClaim(uint64_t number, size_t p, std::ofstream& sheet) {
    const ProgrammeShape& programme = kProgrammes[p];
    const bool again = !persons_.empty() && dice_.Chance(options_.duplicates_percent);
    if (!again) {
      const bool woman = dice_.Chance(static_cast<uint64_t>(programme.women_percent));
      persons_.push_back(people_->Next(woman));
    }
    const SamplePerson person =
        again ? WrittenAgain(dice_.Pick(persons_), villages_, Damage::kImportable, dice_) : persons_.back();
    std::vector<const RespondentShape*> candidates;
    for (const RespondentShape& respondent : respondents_) {
      if (respondent.programme == p && respondent.at_home) candidates.push_back(&respondent);
    }
    const RespondentShape& home = *dice_.Pick(candidates);
    const RespondentShape* abroad = nullptr;
    for (const RespondentShape& respondent : respondents_) {
      if (respondent.network == home.network && !respondent.at_home) abroad = &respondent;
    }
    const int begin_year = 2018 + static_cast<int>(dice_.Below(7));
    const int months = 3 + static_cast<int>(dice_.Below(30));
    const std::string reference = absl::StrFormat("K-%07d", number + 1);
    const char* head = programme.heads[dice_.Below(3)];
    const bool by_wage =
        std::string_view(head) == "unpaid_wages" || std::string_view(head) == "allotment_wages";
    const int64_t paid =
        by_wage ? programme.wage * static_cast<int64_t>(dice_.Below(static_cast<uint64_t>(months))) : 0;
    const int64_t amount =
        by_wage ? programme.wage * months - paid : programme.wage * static_cast<int64_t>(1 + dice_.Below(4));
    const bool second = dice_.Chance(30) && std::string_view(head) != programme.heads[1];
    const int64_t second_amount = programme.wage;
    static constexpr const char* kBanks[] = {"BRINIDJA", "BMRIIDJA", "CENAIDJA", "BNINIDJA"};
    const bool has_account = dice_.Chance(80);
    sheet << services::CsvLine(
        {reference,
         person.name,
         person.nik,
         person.birth_date,
         person.phone,
         person.village,
         dice_.Chance(4) ? "ahli_waris" : "pekerja",
         dice_.Chance(70) ? "pulang" : "di_luar_negeri",
         absl::StrFormat("%02d-%02d-2026", 1 + dice_.Below(28), 1 + dice_.Below(10)),
         programme.destination,
         programme.job,
         std::string_view(programme.job) == "deckhand" ? absl::StrCat("Hai Fu ", 1 + dice_.Below(30)) : "",
         absl::StrFormat("%02d-%04d", 1 + dice_.Below(12), begin_year),
         absl::StrCat(begin_year + 1 + months / 12),
         absl::StrCat(home.name, abroad == nullptr ? "" : "|" + abroad->licence),
         head,
         Thousands(amount),
         absl::StrCat(begin_year),
         by_wage ? absl::StrCat(months) : "",
         by_wage ? Thousands(programme.wage) : "",
         by_wage ? Thousands(paid) : "",
         by_wage ? "" : Thousands(amount),
         second ? programme.heads[1] : "",
         second ? Thousands(second_amount) : "",
         second ? Thousands(second_amount) : "",
         has_account ? dice_.Pick(kBanks) : "",
         has_account ? absl::StrFormat("%010d", dice_.Below(10'000'000'000)) : ""},
        ';');
    const size_t space = person.name.find(' ');
    Open("persons.csv") << services::CsvLine(
        {reference, person.name.substr(0, space),
         space == std::string::npos ? "" : person.name.substr(space + 1), IsoDate(person.birth_date),
         person.address, person.village, person.nik, person.phone},
        ',');
    Open("truth.csv") << services::CsvLine(
        {reference, programme.code, absl::StrCat("P", person.number), absl::StrCat("N", home.network), head},
        ',');
  }

  const SampleOptions& options_;
  Dice dice_;
  std::map<std::string, std::ofstream> files_;
  std::vector<std::string> villages_;
  std::vector<RespondentShape> respondents_;
  std::vector<SamplePerson> persons_;
  std::unique_ptr<SamplePeople> people_;  // once there are villages
};

}  // namespace

absl::Status WriteSampleDocket(const SampleOptions& options, absl::FunctionRef<void(uint64_t)> progress) {
  return Writer(options).Write(progress);
}

}  // namespace klaim::tools
