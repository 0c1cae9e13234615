// klaim register: lists that others kept (deployments, payrolls, flights, crews), and what they say of claims.

#include <iostream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "engine/domain/registry/reference_register.h"
#include "klaim/v1/claim_events.pb.h"
#include "klaim/v1/claimant_events.pb.h"
#include "klaim/v1/common.pb.h"
#include "klaim/v1/import_export_service.pb.h"
#include "klaim/v1/reference_register_events.pb.h"
#include "klaim/v1/reference_register_service.grpc.pb.h"
#include "openssl/sha.h"
#include "services/common/nearest_name.h"
#include "services/common/personal_data.h"
#include "tools/installation/authority.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/filing/imports.h"
#include "tools/klaim/client/filing/jobs.h"
#include "tools/klaim/client/spreadsheet.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Registers = v1::ReferenceRegisterService::Stub;

struct LinesOptions {
  std::string file;
  std::string code;
  std::string kind;
  std::string source;
  std::string as_of;
  std::string currency;
  std::vector<std::string> columns;
  std::vector<std::string> left_out;
  bool preview = false;
  bool skip_lines = false;
};

// How the file's columns are called: "name=Nama Lengkap".
absl::StatusOr<std::map<std::string, std::string>> ReadMapping(const std::vector<std::string>& columns) {
  std::map<std::string, std::string> names;
  for (const char* field : {"name", "national_id", "birth_date", "phone", "respondent", "vessel",
                            "destination", "from", "until", "paid"}) {
    names[field] = field;
  }
  for (const std::string& column : columns) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(column, absl::MaxSplits('=', 1));
    if (!names.contains(parts.first) || parts.second.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--column: \"", column, "\" must be FIELD=COLUMN, with FIELD one of ",
          absl::StrJoin(names, ", ",
                        [](std::string* out, const auto& name) { absl::StrAppend(out, name.first); })));
    }
    names[parts.first] = absl::AsciiStrToLower(parts.second);
  }
  return names;
}

// Each column that was named is there, and each that is there was named, or is to be left out.
absl::Status CheckMapping(const LinesOptions& options, const std::map<std::string, std::string>& names,
                          const Spreadsheet& sheet) {
  std::vector<std::string> known;
  for (const auto& [field, column] : names) {
    known.push_back(column);
    if (field == column || sheet.columns->contains(column)) continue;
    const std::string nearest = services::NearestName(column, sheet.header);
    return absl::InvalidArgumentError(
        absl::StrCat("--column ", field, "=", column, ": the file has no such column",
                     nearest.empty() ? absl::StrCat("; it has ", absl::StrJoin(sheet.header, ", "))
                                     : absl::StrCat(": is ", nearest, " meant?")));
  }
  return CheckColumns(sheet, known, options.left_out);
}

// One line, or what is wrong in which column.
absl::StatusOr<v1::RegisterLine> ReadLine(const SpreadsheetRow& row,
                                          const std::map<std::string, std::string>& names,
                                          const std::string& currency) {
  if (!row.problem.empty()) return absl::InvalidArgumentError(row.problem);
  const auto cell = [&](const char* field) { return row.Cell(names.at(field)); };
  const auto wrong = [&](const char* field, absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat("column ", names.at(field), ": ", what));
  };
  v1::RegisterLine line;
  line.set_number(static_cast<uint32_t>(row.line));
  const auto put = [&](const char* field, v1::Protected* (v1::Person::*value)()) {
    if (const std::string text = cell(field); !text.empty())
      (line.mutable_person()->*value)()->set_clear(text);
  };
  put("name", &v1::Person::mutable_name);
  put("national_id", &v1::Person::mutable_national_id);
  put("phone", &v1::Person::mutable_phone);
  if (!line.has_person()) return wrong("name", "is empty: a line must say whom it is about");
  if (const std::string text = cell("birth_date"); !text.empty()) {
    auto date = ParseDate(text);
    if (!date.ok()) return wrong("birth_date", date.status().message());
    line.mutable_person()->mutable_birth_date()->set_clear(services::IsoDate(*date));
  }
  line.set_respondent(cell("respondent"));
  line.set_vessel(cell("vessel"));
  line.set_destination(cell("destination"));
  for (const char* field : {"from", "until"}) {
    const std::string text = cell(field);
    if (text.empty()) continue;
    auto date = ParseDate(text);
    if (!date.ok()) return wrong(field, date.status().message());
    *(field[0] == 'f' ? line.mutable_from() : line.mutable_until()) = *date;
  }
  if (const std::string text = cell("paid"); !text.empty()) {
    if (currency.empty()) return wrong("paid", "is an amount: say in which --currency");
    auto amount = ParseMoney(text, currency);
    if (!amount.ok()) return wrong("paid", amount.status().message());
    line.set_paid_minor(*amount);
    line.set_currency(currency);
  }
  return line;
}

absl::Status ReadLines(const LinesOptions& options, std::vector<v1::RegisterLine>& lines) {
  ASSIGN_OR_RETURN(auto names, ReadMapping(options.columns));
  ASSIGN_OR_RETURN(auto sheet, ReadSpreadsheet(options.file, Encoding::kUtf8));
  RETURN_IF_ERROR(CheckMapping(options, names, sheet));
  size_t problems = 0;
  for (const SpreadsheetRow& row : sheet.rows) {
    auto line = ReadLine(row, names, options.currency);
    if (line.ok()) {
      lines.push_back(*std::move(line));
    } else if (++problems <= 200) {
      std::cerr << "line " << row.line << ", " << line.status().message() << "\n";
    }
  }
  std::cerr << CountText(lines.size()) << " lines can be taken, " << CountText(problems) << " can't."
            << std::endl;
  if (lines.empty()) return absl::InvalidArgumentError("no line can be taken: look at --column");
  // Whoever stands in such a line would be found to have no record.
  if (problems > 0 && !options.preview && !options.skip_lines)
    return absl::InvalidArgumentError(
        "mend those lines, or say --skip-lines to take the register in without them");
  return absl::OkStatus();
}

absl::Status ImportLines(Connection& connection, const LinesOptions& options) {
  std::vector<v1::RegisterLine> lines;
  if (absl::Status read = ReadLines(options, lines); !read.ok() || options.preview) return read;
  v1::PublishReferenceRegisterRequest publish;
  v1::PublishReferenceRegisterResponse published;
  publish.set_request_id("register:" + options.code);
  v1::ReferenceRegisterPublished& reference = *publish.mutable_register_();
  reference.set_code(options.code);
  v1::RegisterKind kind = v1::REGISTER_KIND_UNSPECIFIED;
  (void)v1::RegisterKind_Parse("REGISTER_KIND_" + absl::AsciiStrToUpper(options.kind), &kind);
  reference.set_kind(kind);
  reference.set_source(options.source);
  ASSIGN_OR_RETURN(auto as_of, DayOf("--as-of", options.as_of));
  *reference.mutable_as_of() = as_of;
  ASSIGN_OR_RETURN(auto text, ReadFile(options.file));
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  reference.set_file_sha256(digest);
  RETURN_IF_ERROR(connection.Call(&Registers::PublishReferenceRegister, publish, published));
  std::vector<v1::ImportedLine> parts;
  for (size_t begin = 0; begin < lines.size(); begin += domain::kMaxRegisterLines) {
    v1::ImportedLine& part = parts.emplace_back();
    part.set_number(lines[begin].number());
    v1::AddRegisterLinesRequest& add = *part.mutable_register_lines();
    add.set_request_id(absl::StrCat("register:", options.code, ":", lines[begin].number()));
    add.set_reference_register_id(published.reference_register_id());
    const size_t end = std::min(begin + domain::kMaxRegisterLines, lines.size());
    for (size_t i = begin; i < end; ++i) *add.add_lines() = lines[i];
  }
  ASSIGN_OR_RETURN(auto imported, FileLines(connection, std::move(parts), "parts", true));
  for (const auto& [number, outcome] : imported.outcomes) {
    if (outcome.outcome().has_filed()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("from line ", number, " on: ", outcome.outcome().error().message()));
  }
  connection.Show(published,
                  absl::StrCat("Register ", options.code, " is number ", published.reference_register_id(),
                               ", with ", CountText(lines.size()), " lines."));
  return absl::OkStatus();
}

void AddImportOf(CLI::App& reg, Connection& connection) {
  auto* import = reg.add_subcommand("import", "Takes a register in from a CSV file");
  auto options = std::make_shared<LinesOptions>();
  import->add_option("FILE", options->file, "The list, with a header")->required()->check(CLI::ExistingFile);
  import->add_option("--code", options->code, "Short code")->required();
  import->add_option("--kind", options->kind, "deployment, payroll, flight or crew")
      ->required()
      ->check(CLI::IsMember({"deployment", "payroll", "flight", "crew"}));
  import->add_option("--source", options->source, "Who kept it, and how it came here")->required();
  import->add_option("--as-of", options->as_of, "As of which day it was drawn up, day first")->required();
  import->add_option(
      "--column", options->columns,
      "FIELD=COLUMN where the file names it otherwise; fields: name, national_id, birth_date, phone, "
      "respondent, vessel, destination, from, until, paid");
  import->add_option("--currency", options->currency, "ISO currency of what was paid");
  import->add_option("--leave-out", options->left_out,
                     "A column that is not to be taken in; can be given again");
  import->add_flag("--skip-lines", options->skip_lines,
                   "Take the register in without lines that can't be read");
  import->add_flag("--preview", options->preview, "Only tell what can't be taken; record nothing");
  import->footer(
      "Example:\n  klaim register import crew.csv --code CREW-PEMALANG-2023 --kind crew --as-of 31-12-2023 "
      "\\\n"
      "    --source \"harbour master, letter 12/2024\" --column name=Nama --column vessel=Kapal --column "
      "from=Naik");
  OnCall(import, connection, [=, &connection] { return ImportLines(connection, *options); });
}

void AddMatch(CLI::App& reg, Connection& connection) {
  auto* match = reg.add_subcommand("match", "Compares claims with a register: a job");
  auto id = std::make_shared<uint64_t>(0);
  auto programme = std::make_shared<uint64_t>(0);
  auto group = std::make_shared<uint64_t>(0);
  auto claims = std::make_shared<std::vector<uint64_t>>();
  match->add_option("REGISTER", *id, "Number of the register")->required();
  match->add_option("--programme", *programme, "All claims of this programme");
  match->add_option("--group", *group, "The members of this group");
  match->add_option("--claim", *claims, "These claims");
  auto detach = std::make_shared<bool>(false);
  match->add_flag("--detach", *detach, "Don't wait for the end");
  match->footer("Example:\n  klaim register match 4031 --group 3875");
  OnCall(match, connection, [=, &connection] {
    v1::StartRegisterMatchingRequest request;
    v1::StartRegisterMatchingResponse response;
    request.set_request_id(connection.RequestId());
    request.set_reference_register_id(*id);
    request.set_programme_id(*programme);
    request.set_group_id(*group);
    request.mutable_claim_ids()->Assign(claims->begin(), claims->end());
    absl::Status status = connection.Call(&Registers::StartRegisterMatching, request, response);
    return status.ok() ? ShowUntilEnded(connection, response.job_id(), *detach) : status;
  });
}

std::string FactsText(const v1::ClaimRegisterChecked& checked) {
  return absl::StrJoin(checked.facts(), "; ", [](std::string* out, const v1::ComparedFact& fact) {
    absl::StrAppend(out, EnumName(fact.fact()),
                    fact.agrees() ? " agrees: " : " contradicts: ", fact.claimed(), " / ", fact.registered());
  });
}

void AddChecks(CLI::App& reg, Connection& connection) {
  auto* checks = reg.add_subcommand("checks", "What registers say of a claim, with the lines that show it");
  auto claim = std::make_shared<uint64_t>(0);
  checks->add_option("CLAIM", *claim, "Number of the claim")->required();
  OnCall(checks, connection, [=, &connection] {
    v1::GetRegisterChecksRequest request;
    v1::GetRegisterChecksResponse response;
    request.set_claim_id(*claim);
    absl::Status status = connection.Call(&Registers::GetRegisterChecks, request, response);
    std::string text;
    for (const auto& check : response.checks()) {
      absl::StrAppend(&text, check.register_code(), ": ", EnumName(check.checked().result()),
                      check.checked().line_numbers().empty()
                          ? ""
                          : absl::StrCat(", line ", absl::StrJoin(check.checked().line_numbers(), ", ")),
                      "\n  ", FactsText(check.checked()), "\n");
      if (!check.checked().proven_heads().empty())
        absl::StrAppend(&text, "  proves ", absl::StrJoin(check.checked().proven_heads(), ", "), "\n");
      for (const auto& line : check.lines()) {
        absl::StrAppend(&text, "  line ", line.number(), ": ", line.person().name().clear(), ", ",
                        line.respondent(), ", ", line.vessel(), ", ", DateText(line.from()), " to ",
                        DateText(line.until()), "\n");
      }
    }
    if (status.ok()) connection.Show(response, text.empty() ? "No register was asked about it." : text);
    return status;
  });
}

}  // namespace

void AddRegister(CLI::App& app, Connection& connection) {
  auto* reg =
      app.add_subcommand("register", "Reference registers: lists that others kept, matched against claims");
  reg->require_subcommand(1);
  AddImportOf(*reg, connection);
  AddMatch(*reg, connection);
  AddChecks(*reg, connection);
  auto* list = reg->add_subcommand("list", "Lists registers, and what they say of claims");
  OnCall(list, connection, [&connection] {
    v1::ListReferenceRegistersRequest request;
    v1::ListReferenceRegistersResponse response;
    request.mutable_page()->set_size(1000);
    absl::Status status = connection.Call(&Registers::ListReferenceRegisters, request, response);
    Table table({"no", "code", "as of", "lines", "confirmed", "contradicted", "no record", ""});
    for (const auto& row : response.registers()) {
      table.Add({absl::StrCat(row.reference_register_id()), row.published().code(),
                 DateText(row.published().as_of()), CountText(row.lines()), CountText(row.confirmed()),
                 CountText(row.contradicted()), CountText(row.no_record()),
                 row.withdrawn() ? "withdrawn" : ""});
    }
    if (status.ok()) connection.Show(response, table.Text());
    return status;
  });
  auto* withdraw =
      reg->add_subcommand("withdraw", "Destroys a register's key: nobody can read its lines any more");
  auto id = std::make_shared<uint64_t>(0);
  auto reason = std::make_shared<std::string>();
  withdraw->add_option("REGISTER", *id, "Number of the register")->required();
  withdraw->add_option("--reason", *reason, "Why")->required();
  OnCall(withdraw, connection, [=, &connection] {
    v1::WithdrawReferenceRegisterRequest request;
    v1::WithdrawReferenceRegisterResponse response;
    request.set_request_id(connection.RequestId());
    request.set_reference_register_id(*id);
    request.set_reason(*reason);
    absl::Status status = connection.Call(&Registers::WithdrawReferenceRegister, request, response);
    if (status.ok()) connection.Show(response, "The register is withdrawn; what was decided by it stays.");
    return status;
  });
}

}  // namespace klaim::tools
