#include "tools/klaim/client/filing/claim_sheet.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/rules.h"
#include "klaim/v1/case_events.pb.h"
#include "klaim/v1/claim_events.pb.h"
#include "klaim/v1/claimant_events.pb.h"
#include "klaim/v1/common.pb.h"
#include "klaim/v1/intake_service.pb.h"
#include "klaim/v1/registry_service.pb.h"
#include "services/common/personal_data.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

constexpr int kMaxHeads = 3;  // of a line

// Of a head, in Indonesian and in English; with its number behind.
constexpr std::pair<const char*, const char*> kHeadColumns[] = {
    {"pos", "head"},     {"jumlah", "amount"}, {"dari", "from"},    {"sampai", "until"},
    {"bulan", "months"}, {"upah", "wage"},     {"dibayar", "paid"}, {"bukti", "documented"}};

// Reads the cells of one line into a filing, and notes every problem.
class LineReader {
 public:
  LineReader(const SpreadsheetRow& row, const v1::Programme& programme, const RespondentNames& names,
             const SheetOptions& options, ClaimLine& line)
      : row_(row),
        programme_(programme),
        names_(names),
        options_(options),
        now_micros_(options.now_micros),
        line_(line) {}

  void Read() {
    line_.reference = Required("nomor", "reference");
    line_.filing.set_programme_id(programme_.programme_id());
    line_.filing.set_request_id(absl::StrCat(programme_.opened().code(), ":", options_.series,
                                             options_.series.empty() ? "" : ":", line_.reference));
    if (line_.filing.request_id().size() > 100) Problem("is too long");
    ReadClaimant(*line_.filing.mutable_new_claimant());
    ReadPlacement(*line_.filing.mutable_new_case()->mutable_placement());
    ReadRespondents();
    for (int i = 1; i <= kMaxHeads; ++i) ReadHead(i);
    if (line_.filing.heads().empty() && Text("pos_1", "head_1").empty())
      Problem("is empty: a claim needs a head");
    ReadAccount();
  }

 private:
  // The cell under either name; remembers the column for Problem().
  std::string Text(const std::string& indonesian, const std::string& english) {
    column_ = row_.columns->contains(english) ? english : indonesian;
    return row_.Cell(column_);
  }
  std::string Required(const std::string& indonesian, const std::string& english) {
    std::string text = Text(indonesian, english);
    if (text.empty()) Problem("is empty: fill it in");
    return text;
  }
  void Problem(absl::string_view what) { line_.problems.push_back({row_.line, column_, std::string(what)}); }
  void ProblemIfNot(const absl::Status& status) {
    if (status.ok()) return;
    // Refusals begin with the field; here the column says it.
    const std::string message(status.message());
    const size_t colon = message.find(": ");
    Problem(colon == std::string::npos ? message : message.substr(colon + 2));
  }

  // What a cell holds of personal data, if anything.
  void ReadPersonal(const char* indonesian, const char* english, const char* name,
                    v1::Protected* (v1::Person::*value)(), v1::Person& person) {
    if (const std::string text = Text(indonesian, english); !text.empty())
      TakePersonal(name, text, *(person.*value)());
  }
  void TakePersonal(const char* name, const std::string& text, v1::Protected& value) {
    auto taken = services::PersonalData(name, name, text, now_micros_);
    ProblemIfNot(taken.status());
    value.set_clear(taken.ok() ? *taken : text);
  }
  // Spreadsheets keep fifteen digits of a number and write noughts for the others.
  void AskWhetherRounded(const std::string& text) {
    constexpr size_t kKept = 15;
    const bool digits = std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
    if (digits && text.size() > kKept && text.find_first_not_of('0', kKept) == std::string::npos) {
      Problem(
          "ends in noughts behind fifteen digits, as a spreadsheet writes a number that it rounded: look at "
          "the paper, "
          "and write it with ' before it");
    }
  }

  void ReadClaimant(v1::NewClaimant& claimant) {
    v1::Person& person = *claimant.mutable_person();
    Required("nama", "name");
    ReadPersonal("nama", "name", "Person.name", &v1::Person::mutable_name, person);
    ReadPersonal("nik", "national_id", "Person.national_id", &v1::Person::mutable_national_id, person);
    if (const std::string text = Text("tanggal_lahir", "birth_date"); !text.empty()) {
      auto date = ParseDate(text);
      if (date.ok()) {
        TakePersonal("Person.birth_date", services::IsoDate(*date), *person.mutable_birth_date());
      } else {
        Problem(date.status().message());
      }
    }
    ReadPersonal("telepon", "phone", "Person.phone", &v1::Person::mutable_phone, person);
    ReadPersonal("desa", "village", "Person.village", &v1::Person::mutable_village, person);
    ReadPersonal("alamat", "address", "Person.address", &v1::Person::mutable_address, person);
    static const auto& capacities = *new std::map<std::string, v1::ClaimantCapacity>{
        {"", v1::CLAIMANT_CAPACITY_WORKER},          {"pekerja", v1::CLAIMANT_CAPACITY_WORKER},
        {"worker", v1::CLAIMANT_CAPACITY_WORKER},    {"istri", v1::CLAIMANT_CAPACITY_SPOUSE},
        {"suami", v1::CLAIMANT_CAPACITY_SPOUSE},     {"spouse", v1::CLAIMANT_CAPACITY_SPOUSE},
        {"orang_tua", v1::CLAIMANT_CAPACITY_PARENT}, {"parent", v1::CLAIMANT_CAPACITY_PARENT},
        {"anak", v1::CLAIMANT_CAPACITY_CHILD},       {"child", v1::CLAIMANT_CAPACITY_CHILD},
        {"ahli_waris", v1::CLAIMANT_CAPACITY_HEIR},  {"heir", v1::CLAIMANT_CAPACITY_HEIR},
        {"wali", v1::CLAIMANT_CAPACITY_GUARDIAN},    {"guardian", v1::CLAIMANT_CAPACITY_GUARDIAN}};
    claimant.set_capacity(OneOf(capacities, Text("selaku", "capacity")));
    static const auto& states = *new std::map<std::string, v1::WorkerStatus>{
        {"pulang", v1::WORKER_STATUS_RETURNED},       {"returned", v1::WORKER_STATUS_RETURNED},
        {"di_luar_negeri", v1::WORKER_STATUS_ABROAD}, {"abroad", v1::WORKER_STATUS_ABROAD},
        {"hilang", v1::WORKER_STATUS_MISSING},        {"missing", v1::WORKER_STATUS_MISSING},
        {"meninggal", v1::WORKER_STATUS_DECEASED},    {"deceased", v1::WORKER_STATUS_DECEASED}};
    claimant.set_worker_status(OneOf(states, Text("keadaan", "worker_status")));
    v1::PartialDate given_on;
    if (Required("tanggal_persetujuan", "consent_date").empty()) return;
    ReadDate("tanggal_persetujuan", "consent_date", given_on);
    auto* consent = claimant.add_consents();
    consent->set_purpose(v1::CONSENT_PURPOSE_PURSUE_CLAIM);
    *consent->mutable_given_on() = given_on;
  }

  template <class Value>
  Value OneOf(const std::map<std::string, Value>& values, const std::string& text) {
    const auto found = values.find(absl::AsciiStrToLower(text));
    if (found != values.end()) return found->second;
    std::vector<std::string> names;
    for (const auto& [name, value] : values) {
      if (!name.empty()) names.push_back(name);
    }
    Problem(absl::StrCat("must be one of ", absl::StrJoin(names, ", ")));
    return Value();
  }

  void ReadDate(const std::string& indonesian, const std::string& english, v1::PartialDate& out) {
    const std::string text = Text(indonesian, english);
    if (text.empty()) return;
    auto date = ParseDate(text);
    if (!date.ok()) return Problem(date.status().message());
    out = *date;
  }

  void ReadPlacement(v1::Placement& placement) {
    placement.set_job(Text("pekerjaan", "job"));
    placement.set_vessel(Text("kapal", "vessel"));
    placement.set_destination(Text("tujuan", "destination"));
    if (!placement.destination().empty()) ProblemIfNot(domain::CheckCountry("", placement.destination()));
    // The village is personal data; the regency is what claims are grouped by.
    const std::string village = Text("desa", "village");
    if (village.size() >= 5) placement.mutable_origin()->set_code(village.substr(0, 5));
    ReadDate("mulai_kerja", "began_on", *placement.mutable_began_on());
    ReadDate("selesai_kerja", "ended_on", *placement.mutable_ended_on());
    ProblemIfNot(domain::CheckOrder("", placement.began_on(), placement.ended_on()));
  }

  void ReadRespondents() {
    std::set<uint64_t> ids;
    const std::string respondents = Required("termohon", "respondents");
    const std::vector<std::string> parts = absl::StrSplit(respondents, '|', absl::SkipWhitespace());
    for (const std::string& part : parts) {
      const auto found = names_.find(FoldName(part));
      if (found == names_.end()) {
        Problem(
            absl::StrCat("no respondent is registered as \"", part, "\": register it, or correct the name"));
      } else if (found->second.size() > 1) {
        Problem(absl::StrCat("\"", part, "\" is the name of ", found->second.size(),
                             " respondents: give a licence number"));
      } else {
        ids.insert(found->second.front());
      }
    }
    for (uint64_t id : ids) line_.filing.add_respondent_ids(id);
  }

  int64_t Amount(const std::string& indonesian, const std::string& english) {
    const std::string text = Text(indonesian, english);
    if (text.empty()) return 0;
    auto amount = ParseMoney(text, programme_.opened().currency());
    if (!amount.ok()) Problem(amount.status().message());
    return amount.ok() ? *amount : 0;
  }

  void ReadHead(int number) {
    const auto indonesian = [&](const char* name) { return absl::StrCat(name, "_", number); };
    const std::string code = Text(indonesian("pos"), indonesian("head"));
    if (code.empty()) {
      // What is told of a head without its code would be lost.
      for (const auto& [of_head, english] : kHeadColumns) {
        if (!Text(indonesian(of_head), indonesian(english)).empty())
          Problem("is told, but not of which head: fill in pos");
      }
      return;
    }
    bool known = false;
    for (const auto& head : programme_.opened().heads()) known |= head.code() == code;
    if (!known)
      Problem(absl::StrCat("programme ", programme_.opened().code(), " has no head \"", code, "\""));
    v1::ClaimedHead& head = *line_.filing.add_heads();
    head.set_code(code);
    head.mutable_claimed()->set_currency(programme_.opened().currency());
    const size_t before = line_.problems.size();
    head.mutable_claimed()->set_minor_units(Amount(indonesian("jumlah"), indonesian("amount")));
    if (head.claimed().minor_units() == 0 && line_.problems.size() == before)
      Problem("must be more than zero");
    ReadDate(indonesian("dari"), indonesian("from"), *head.mutable_period_from());
    ReadDate(indonesian("sampai"), indonesian("until"), *head.mutable_period_until());
    if (const std::string months = Text(indonesian("bulan"), indonesian("months")); !months.empty()) {
      auto hundredths = domain::ParseHundredths(months, 600);
      if (!hundredths.ok()) Problem("must be a number of months, as in 6 or 6,5");
      if (hundredths.ok()) head.set_months_hundredths(*hundredths);
    }
    head.set_agreed_wage_minor(Amount(indonesian("upah"), indonesian("wage")));
    head.set_paid_minor(Amount(indonesian("dibayar"), indonesian("paid")));
    head.set_documented_minor(Amount(indonesian("bukti"), indonesian("documented")));
  }

  void ReadAccount() {
    const std::string number = Text("rekening", "account_number");
    if (number.empty()) {
      // What is told of an account without its number would be lost.
      for (const auto& [indonesian, english] :
           {std::pair("bic", "bank_bic"), std::pair("pemilik_rekening", "account_holder")}) {
        if (!Text(indonesian, english).empty())
          Problem("is told, but not the number of the account: fill in rekening, or leave both empty");
      }
      return;
    }
    TakePersonal("PayoutAccount.number", number, *line_.account.mutable_number());
    AskWhetherRounded(number);
    const std::string holder = Text("pemilik_rekening", "account_holder");
    TakePersonal("PayoutAccount.holder", holder.empty() ? Text("nama", "name") : holder,
                 *line_.account.mutable_holder());
    line_.account.set_bank_bic(Required("bic", "bank_bic"));
    if (!line_.account.bank_bic().empty()) ProblemIfNot(domain::CheckBic("bic", line_.account.bank_bic()));
    line_.account.set_currency(programme_.opened().currency());
  }

  const SpreadsheetRow& row_;
  const v1::Programme& programme_;
  const RespondentNames& names_;
  const SheetOptions& options_;
  const int64_t now_micros_;
  ClaimLine& line_;
  std::string column_;
};

// Each column in Indonesian and in English.
std::vector<std::pair<std::string, std::string>> ColumnNames() {
  std::vector<std::pair<std::string, std::string>> names = {{"nomor", "reference"},
                                                            {"nama", "name"},
                                                            {"nik", "national_id"},
                                                            {"tanggal_lahir", "birth_date"},
                                                            {"telepon", "phone"},
                                                            {"desa", "village"},
                                                            {"alamat", "address"},
                                                            {"selaku", "capacity"},
                                                            {"keadaan", "worker_status"},
                                                            {"tanggal_persetujuan", "consent_date"},
                                                            {"tujuan", "destination"},
                                                            {"pekerjaan", "job"},
                                                            {"kapal", "vessel"},
                                                            {"mulai_kerja", "began_on"},
                                                            {"selesai_kerja", "ended_on"},
                                                            {"termohon", "respondents"},
                                                            {"bic", "bank_bic"},
                                                            {"rekening", "account_number"},
                                                            {"pemilik_rekening", "account_holder"}};
  for (int i = 1; i <= kMaxHeads; ++i) {
    for (const auto& [indonesian, english] : kHeadColumns)
      names.emplace_back(absl::StrCat(indonesian, "_", i), absl::StrCat(english, "_", i));
  }
  return names;
}

}  // namespace

std::string FoldName(const std::string& name) {
  std::string folded;
  for (char c : name) {
    if (absl::ascii_isalnum(c) || (c & 0x80) != 0) folded += absl::ascii_tolower(c);
  }
  return folded;
}

absl::Status CheckClaimColumns(const Spreadsheet& sheet, const std::vector<std::string>& left_out) {
  std::vector<std::string> known;
  for (const auto& [indonesian, english] : ColumnNames()) {
    if (sheet.columns->contains(indonesian) && sheet.columns->contains(english)) {
      return absl::InvalidArgumentError(absl::StrCat("line 1: \"", indonesian, "\" and \"", english,
                                                     "\" are the same column in two languages: keep one"));
    }
    known.insert(known.end(), {indonesian, english});
  }
  return CheckColumns(sheet, known, left_out);
}

std::vector<ClaimLine> ReadClaims(const Spreadsheet& sheet, const v1::Programme& programme,
                                  const RespondentNames& names, const SheetOptions& options) {
  std::vector<ClaimLine> lines;
  lines.reserve(sheet.rows.size());
  std::map<std::string, size_t> first_lines;
  for (const SpreadsheetRow& row : sheet.rows) {
    ClaimLine& line = lines.emplace_back();
    line.row = &row;
    if (!row.problem.empty()) {
      line.reference = row.Cell("nomor");
      line.problems.push_back({row.line, "", row.problem});
      continue;
    }
    LineReader(row, programme, names, options, line).Read();
    const auto [first, fresh] = first_lines.emplace(line.reference, row.line);
    if (!fresh && !line.reference.empty()) {
      line.problems.push_back({row.line, "nomor", absl::StrCat("is the same as in line ", first->second)});
    }
  }
  return lines;
}

}  // namespace klaim::tools
