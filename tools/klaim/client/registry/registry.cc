// klaim programme, klaim respondent: the frame in which claims are filed.

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/registry/respondent.h"
#include "engine/merkle/hash.h"
#include "google/rpc/error_details.pb.h"
#include "klaim/v1/network_service.grpc.pb.h"
#include "klaim/v1/registry_service.grpc.pb.h"
#include "klaim/v1/respondent_events.pb.h"
#include "services/common/system_clock.h"
#include "tools/installation/authority.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/json_message.h"
#include "tools/klaim/client/progress.h"
#include "tools/klaim/client/registry/respondent_list.h"
#include "tools/klaim/client/spreadsheet.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

absl::Status OpenProgrammes(Connection& connection, const std::string& file) {
  ASSIGN_OR_RETURN(auto text, ReadFile(file));
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipWhitespace())) {
    v1::OpenProgrammeRequest request;
    RETURN_IF_ERROR(ParseJsonMessage(file, std::string(line), *request.mutable_programme()));
    request.set_request_id("programme:" + request.programme().code());
    v1::OpenProgrammeResponse response;
    RETURN_IF_ERROR(connection.Call(&v1::RegistryService::Stub::OpenProgramme, request, response));
    connection.Show(response, absl::StrCat("Programme ", request.programme().code(), " is number ",
                                           response.programme_id(), "."));
  }
  return absl::OkStatus();
}

absl::StatusOr<int> EnumOf(const google::protobuf::EnumDescriptor* type, absl::string_view prefix,
                           const std::string& name) {
  std::string full = absl::StrCat(prefix, name);
  for (char& c : full) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const auto* value = type->FindValueByName(full);
  if (value == nullptr) return absl::InvalidArgumentError(absl::StrCat("\"", name, "\" is not known"));
  return value->number();
}

absl::Status At(const std::string& file, size_t line, const std::string& column, const absl::Status& status) {
  if (status.ok()) return status;
  return absl::Status(status.code(),
                      absl::StrCat(file, ", line ", line, ", ", column, ": ", status.message()));
}

void AddEach(const std::string& cell, google::protobuf::RepeatedPtrField<std::string>& texts) {
  for (absl::string_view text : absl::StrSplit(cell, '|', absl::SkipWhitespace()))
    *texts.Add() = std::string(absl::StripAsciiWhitespace(text));
}

absl::StatusOr<v1::RespondentRegistered> ReadRespondent(const std::string& file, const SpreadsheetRow& row) {
  v1::RespondentRegistered respondent;
  if (!row.problem.empty())
    return absl::InvalidArgumentError(absl::StrCat(file, ", line ", row.line, ": ", row.problem));
  for (const char* column : {"code", "name"}) {
    if (row.Cell(column).empty())
      return At(file, row.line, column, absl::InvalidArgumentError("is empty: fill it in"));
  }
  respondent.set_name(row.Cell("name"));
  respondent.set_country(row.Cell("country"));
  auto kind = EnumOf(v1::RespondentKind_descriptor(), "RESPONDENT_KIND_", row.Cell("kind"));
  if (!kind.ok()) return At(file, row.line, "kind", kind.status());
  respondent.set_kind(static_cast<v1::RespondentKind>(*kind));
  AddEach(row.Cell("aliases"), *respondent.mutable_aliases());
  AddEach(row.Cell("directors"), *respondent.mutable_directors());
  AddEach(row.Cell("addresses"), *respondent.mutable_addresses());
  if (!row.Cell("licence_number").empty()) {
    auto* licence = respondent.add_licences();
    licence->set_kind(row.Cell("licence_kind"));
    licence->set_number(row.Cell("licence_number"));
  }
  return respondent;
}

// The record whose name was taken; 0 when that isn't told.
uint64_t TakenBy(const absl::Status& status) {
  google::rpc::ResourceInfo resource;
  const auto payload = status.GetPayload(domain::kResourceInfoUrl);
  uint64_t sequence = 0;
  return payload.has_value() && resource.ParseFromString(std::string(*payload)) &&
                 absl::SimpleAtoi(resource.resource_name(), &sequence)
             ? sequence
             : 0;
}

// Respondents as they are registered, by number; read once, and only when a line was registered with other content.
class KnownRespondents {
 public:
  explicit KnownRespondents(Connection& connection) : connection_(connection) {}

  absl::StatusOr<v1::RespondentRegistered> Of(uint64_t respondent_id) {
    if (known_.empty()) {
      absl::Status read = ForEachRespondent(connection_, [&](const v1::Respondent& respondent) {
        known_[respondent.respondent_id()] = respondent.registered();
      });
      if (!read.ok()) return read;
    }
    const auto found = known_.find(respondent_id);
    if (found != known_.end()) return found->second;
    return absl::NotFoundError(absl::StrCat("there is no respondent ", respondent_id));
  }

 private:
  Connection& connection_;
  std::map<uint64_t, v1::RespondentRegistered> known_;
};

// A line whose code was registered with other content: what is new of it is added; what can't be changed is told. A name is never
// taken away from who was sued under it: the other one is added.
absl::Status CorrectRespondent(Connection& connection, const std::string& file, const SpreadsheetRow& row,
                               const v1::RespondentRegistered& now, uint64_t respondent_id,
                               KnownRespondents& registered) {
  ASSIGN_OR_RETURN(auto known, registered.Of(respondent_id));
  v1::AddRespondentDetailsRequest request;
  request.set_respondent_id(respondent_id);
  v1::RespondentDetailsAdded& details = *request.mutable_details();
  *details.mutable_aliases() = now.aliases();
  if (now.name() != known.name()) *details.add_aliases() = now.name();
  *details.mutable_licences() = now.licences();
  *details.mutable_directors() = now.directors();
  *details.mutable_addresses() = now.addresses();
  details.set_source(
      absl::StrCat("corrected line ", row.line, " of ", std::filesystem::path(file).filename().string()));
  // The same correction has the same name, whoever makes it again.
  request.set_request_id(
      absl::StrCat("respondent:", row.Cell("code"), ":",
                   merkle::ToHex(merkle::AsBytes(merkle::Sha256(now.SerializeAsString()))).substr(0, 16)));
  v1::AddRespondentDetailsResponse response;
  absl::Status added = connection.Call(&v1::NetworkService::Stub::AddRespondentDetails, request, response);
  std::vector<std::string> told;
  if (added.ok() && !response.receipt().recorded_before()) told.push_back("what is new was added");
  if (added.ok() && now.name() != known.name())
    told.push_back(absl::StrCat("\"", now.name(), "\" is another name of \"", known.name(), "\" now"));
  if (now.kind() != known.kind()) told.push_back(absl::StrCat("its kind stays ", EnumName(known.kind())));
  if (now.country() != known.country()) told.push_back(absl::StrCat("its country stays ", known.country()));
  if (!added.ok() && !absl::IsFailedPrecondition(added)) return At(file, row.line, "respondent", added);
  if (told.empty()) return absl::OkStatus();
  std::cerr << file << ", line " << row.line << ": respondent " << respondent_id
            << " was registered with other content: " << absl::StrJoin(told, "; ") << "." << std::endl;
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> TakeRespondent(Connection& connection, const std::string& file,
                                        const SpreadsheetRow& row, KnownRespondents& registered) {
  ASSIGN_OR_RETURN(auto respondent, ReadRespondent(file, row));
  v1::RegisterRespondentRequest request;
  v1::RegisterRespondentResponse response;
  request.set_request_id("respondent:" + row.Cell("code"));
  *request.mutable_respondent() = respondent;
  absl::Status status = connection.Call(&v1::RegistryService::Stub::RegisterRespondent, request, response);
  if (status.ok()) return response.respondent_id();
  const uint64_t earlier = absl::IsAlreadyExists(status) ? TakenBy(status) : 0;
  if (earlier == 0) return At(file, row.line, "respondent", status);
  RETURN_IF_ERROR(CorrectRespondent(connection, file, row, respondent, earlier, registered));
  return earlier;
}

absl::Status ImportLinks(Connection& connection, const std::string& file,
                         std::map<std::string, uint64_t>& numbers) {
  ASSIGN_OR_RETURN(auto links, ReadSpreadsheet(file, Encoding::kUtf8));
  RETURN_IF_ERROR(CheckColumns(links, {"one", "kind", "other", "evidence", "from", "until"}, {}));
  for (const auto& row : links.rows) {
    v1::LinkRespondentsRequest request;
    request.set_request_id(
        absl::StrCat("link:", row.Cell("one"), ":", row.Cell("kind"), ":", row.Cell("other")));
    for (const char* column : {"one", "other"}) {
      if (!numbers.contains(row.Cell(column)))
        return At(file, row.line, column, absl::InvalidArgumentError("is no code of the respondents' file"));
    }
    request.set_respondent_id(numbers[row.Cell("one")]);
    request.mutable_link()->set_other_id(numbers[row.Cell("other")]);
    auto kind = EnumOf(v1::LinkKind_descriptor(), "LINK_KIND_", row.Cell("kind"));
    if (!kind.ok()) return At(file, row.line, "kind", kind.status());
    request.mutable_link()->set_kind(static_cast<v1::LinkKind>(*kind));
    request.mutable_link()->set_evidence(row.Cell("evidence"));
    for (const char* column : {"from", "until"}) {
      if (row.Cell(column).empty()) continue;
      auto date = ParseDate(row.Cell(column));
      if (!date.ok()) return At(file, row.line, column, date.status());
      *(column[0] == 'f' ? request.mutable_link()->mutable_valid_from()
                         : request.mutable_link()->mutable_valid_until()) = *date;
    }
    v1::LinkRespondentsResponse response;
    absl::Status status = connection.Call(&v1::RegistryService::Stub::LinkRespondents, request, response);
    if (!status.ok()) return At(file, row.line, "link", status);
  }
  return absl::OkStatus();
}

absl::Status ImportRespondents(Connection& connection, const std::string& file, const std::string& links_file,
                               const std::vector<std::string>& left_out) {
  ASSIGN_OR_RETURN(auto sheet, ReadSpreadsheet(file, Encoding::kUtf8));
  RETURN_IF_ERROR(CheckColumns(sheet,
                               {"code", "name", "aliases", "kind", "country", "licence_kind",
                                "licence_number", "directors", "addresses"},
                               left_out));
  std::map<std::string, uint64_t> numbers;  // by code
  KnownRespondents registered(connection);
  Progress progress("respondents", sheet.rows.size(), connection.quiet());
  for (const auto& row : sheet.rows) {
    ASSIGN_OR_RETURN(auto number, TakeRespondent(connection, file, row, registered));
    if (!numbers.emplace(row.Cell("code"), number).second)
      return At(file, row.line, "code", absl::InvalidArgumentError("stands twice"));
    progress.Set(numbers.size());
  }
  if (absl::Status linked =
          links_file.empty() ? absl::OkStatus() : ImportLinks(connection, links_file, numbers);
      !linked.ok()) {
    return linked;
  }
  if (!connection.quiet())
    std::cerr << CountText(numbers.size()) << " respondents are registered." << std::endl;
  return absl::OkStatus();
}

// What is the matter with its licences now; nothing when all hold.
std::string LicenceNow(const v1::Respondent& row) {
  const int64_t today = domain::DayOf(services::SystemClockMicros());
  std::vector<std::string> texts;
  for (const v1::LicenceStatusRecorded& status :
       domain::LicenceWarnings(row.licence_statuses(), today, today)) {
    texts.push_back(absl::StrCat(EnumName(status.status()), " ", DateText(status.since())));
  }
  return absl::StrJoin(texts, "; ");
}

}  // namespace

void AddProgramme(CLI::App& app, Connection& connection) {
  auto* programme =
      app.add_subcommand("programme", "Programmes: what is claimed, how it is proven, valued and grouped");
  programme->require_subcommand(1);
  auto* open = programme->add_subcommand("open", "Opens programmes for filing");
  auto file = std::make_shared<std::string>();
  open->add_option("FILE", *file, "A JSON object (ProgrammeOpened) a line")
      ->required()
      ->check(CLI::ExistingFile);
  open->footer("Example:\n  klaim programme open sample/programmes.json");
  OnCall(open, connection, [=, &connection] { return OpenProgrammes(connection, *file); });
  auto* close = programme->add_subcommand("close", "Stops a programme from taking claims");
  auto request = std::make_shared<v1::CloseProgrammeRequest>();
  auto id = std::make_shared<uint64_t>(0);
  auto reason = std::make_shared<std::string>();
  close->add_option("PROGRAMME", *id, "Number of the programme")->required();
  close->add_option("--reason", *reason, "Why")->required();
  OnCall(close, connection, [=, &connection] {
    request->set_request_id(connection.RequestId());
    request->set_programme_id(*id);
    request->set_reason(*reason);
    v1::CloseProgrammeResponse response;
    absl::Status status = connection.Call(&v1::RegistryService::Stub::CloseProgramme, *request, response);
    if (status.ok()) connection.Show(response, "The programme is closed.");
    return status;
  });
  AddRules(*programme, connection);
  auto* list = programme->add_subcommand("list", "Lists programmes");
  OnCall(list, connection, [&connection] {
    v1::ListProgrammesRequest ask;
    v1::ListProgrammesResponse response;
    ask.mutable_page()->set_size(1000);
    absl::Status status = connection.Call(&v1::RegistryService::Stub::ListProgrammes, ask, response);
    Table table({"no", "code", "title", "currency", "file until", "open"});
    for (const auto& row : response.programmes()) {
      table.Add({absl::StrCat(row.programme_id()), row.opened().code(), row.opened().title(),
                 row.opened().currency(), DateText(row.opened().filing_deadline()),
                 row.closed() ? "no" : "yes"});
    }
    if (status.ok()) connection.Show(response, table.Text());
    return status;
  });
}

void AddRespondent(CLI::App& app, Connection& connection) {
  auto* respondent =
      app.add_subcommand("respondent", "Agencies, employers and others who are claimed against");
  respondent->require_subcommand(1);
  auto* import = respondent->add_subcommand("import", "Registers respondents and their links from CSV files");
  auto file = std::make_shared<std::string>();
  auto links = std::make_shared<std::string>();
  auto left_out = std::make_shared<std::vector<std::string>>();
  import
      ->add_option("FILE", *file,
                   "Columns: code, name, aliases, directors, addresses (with |), kind, country, "
                   "licence_kind, licence_number")
      ->required()
      ->check(CLI::ExistingFile);
  import->add_option("--links", *links, "Columns: one, other, kind, evidence, from, until")
      ->check(CLI::ExistingFile);
  import->add_option("--leave-out", *left_out, "A column that is not to be taken in; can be given again");
  import->footer(
      "Example:\n  klaim respondent import sample/respondents.csv --links sample/links.csv\n"
      "The same file again, corrected, adds what is new, and says what can't be changed.");
  OnCall(import, connection,
         [=, &connection] { return ImportRespondents(connection, *file, *links, *left_out); });
  auto* list = respondent->add_subcommand("list", "Lists respondents with their networks");
  auto network = std::make_shared<uint64_t>(0);
  list->add_option("--network", *network, "Only those of this network");
  OnCall(list, connection, [=, &connection] {
    v1::ListRespondentsRequest ask;
    v1::ListRespondentsResponse response;
    ask.set_network_id(*network);
    ask.mutable_page()->set_size(1000);
    absl::Status status = connection.Call(&v1::RegistryService::Stub::ListRespondents, ask, response);
    Table table({"no", "name", "kind", "country", "network", "in network", "links", "licence"});
    for (const auto& row : response.respondents()) {
      table.Add({absl::StrCat(row.respondent_id()), row.registered().name(),
                 EnumName(row.registered().kind()), row.registered().country(),
                 absl::StrCat(row.network_id()), absl::StrCat(row.network_size()),
                 absl::StrCat(row.links_size()), LicenceNow(row)});
    }
    if (status.ok()) connection.Show(response, table.Text());
    return status;
  });
  auto* unlink = respondent->add_subcommand("unlink", "Undoes a link");
  auto request = std::make_shared<v1::UnlinkRespondentsRequest>();
  auto id = std::make_shared<uint64_t>(0);
  auto link = std::make_shared<uint64_t>(0);
  auto reason = std::make_shared<std::string>();
  unlink->add_option("RESPONDENT", *id, "Number of the respondent that the link begins at")->required();
  unlink->add_option("LINK", *link, "Number of the link")->required();
  unlink->add_option("--reason", *reason, "Why")->required();
  OnCall(unlink, connection, [=, &connection] {
    request->set_request_id(connection.RequestId());
    request->set_respondent_id(*id);
    request->set_link_id(*link);
    request->set_reason(*reason);
    v1::UnlinkRespondentsResponse response;
    absl::Status status = connection.Call(&v1::RegistryService::Stub::UnlinkRespondents, *request, response);
    if (status.ok()) connection.Show(response, "The link is undone.");
    return status;
  });
}

}  // namespace klaim::tools
