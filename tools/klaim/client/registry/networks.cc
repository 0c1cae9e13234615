// klaim network: which respondents are one, how they hang together at a time, and what the registers of agencies say of them.

#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"
#include "engine/merkle/hash.h"
#include "klaim/v1/claim_events.pb.h"
#include "klaim/v1/claimant_events.pb.h"
#include "klaim/v1/import_export_service.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/network_service.grpc.pb.h"
#include "klaim/v1/registry_service.grpc.pb.h"
#include "klaim/v1/respondent_events.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/filing/imports.h"
#include "tools/klaim/client/progress.h"
#include "tools/klaim/client/spreadsheet.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Networks = v1::NetworkService::Stub;
using Registry = v1::RegistryService::Stub;

absl::StatusOr<v1::LinkKind> ReadLinkKind(const std::string& text) {
  v1::LinkKind kind = v1::LINK_KIND_UNSPECIFIED;
  if (v1::LinkKind_Parse("LINK_KIND_" + absl::AsciiStrToUpper(text), &kind) && kind != 0) return kind;
  return absl::InvalidArgumentError(absl::StrCat(
      "--kind: \"", text,
      "\" is none of partner_of, successor_of, same_director, subsidiary_of, recruits_for, same_as, "
      "same_address"));
}

// "terbukti lain" licences are told as they were recorded.
std::string LicenceText(const v1::LicenceStatusRecorded& status) {
  return absl::StrCat(status.kind(), " ", status.number(), " ", EnumName(status.status()), " since ",
                      DateText(status.since()), " (", status.source(), ")");
}

std::string DescribeFields(const v1::RespondentLinkSuspected& suspected) {
  return absl::StrJoin(suspected.fields(), ", ", [](std::string* out, const v1::ComparedField& field) {
    absl::StrAppend(out, field.field(), " ", field.level(), " ", field.weight_centibits() >= 0 ? "+" : "",
                    field.weight_centibits() / 100);
  });
}

std::string Percent(uint32_t millionths) { return absl::StrCat(millionths / 10'000, " %"); }

std::string NetworkText(const v1::GetNetworkResponse& network) {
  Table members({"no", "name", "country", "named", "answers", "by link", "licence"});
  for (const auto& member : network.members()) {
    const std::string warnings = absl::StrJoin(member.licence_warnings(), "; ",
                                               [](std::string* out, const v1::LicenceStatusRecorded& status) {
                                                 absl::StrAppend(out, LicenceText(status));
                                               });
    members.Add({absl::StrCat(member.respondent().respondent_id()), member.respondent().registered().name(),
                 member.respondent().registered().country(), member.named() ? "yes" : "",
                 member.liable() ? "yes" : "no",
                 member.liable_by_link_id() == 0 ? "" : absl::StrCat(member.liable_by_link_id()), warnings});
  }
  Table links({"link", "who", "how", "whom", "from", "until", "evidence"});
  for (const auto& link : network.links()) {
    links.Add({absl::StrCat(link.link_id()), absl::StrCat(link.respondent_id()), EnumName(link.link().kind()),
               absl::StrCat(link.link().other_id()), DateText(link.link().valid_from()),
               DateText(link.link().valid_until()), link.link().evidence()});
  }
  std::string text =
      absl::StrCat(network.cut_off() ? "A part of a larger network: those nearest to who was named"
                                     : absl::StrCat("Network ", network.network_id()),
                   "\n", members.Text(), "\n", links.Text(), "\n");
  if (!network.liability_source().empty()) {
    absl::StrAppend(&text, "Who answers, answers jointly and severally: ", network.liability_source(), "\n");
  }
  for (const auto& change : network.lineage()) {
    absl::StrAppend(&text, TimeText(change.recorded_at_micros()), ": ",
                    change.split() ? "network " : "networks ", absl::StrJoin(change.before(), " and "),
                    change.split() ? " came apart into " : " became ", absl::StrJoin(change.after(), " and "),
                    " (link ", change.link_id(), ")\n");
  }
  return text;
}

struct ShowOptions {
  std::vector<uint64_t> respondents;
  uint64_t claim = 0;
  std::string on;
  std::string until;
  uint64_t programme = 0;
};

// Of a claim: its respondents, its programme, and the time that its heads are about.
absl::Status FillFromClaim(Connection& connection, uint64_t claim_id, v1::GetNetworkRequest& request) {
  v1::GetClaimRequest ask;
  v1::GetClaimResponse response;
  ask.set_claim_id(claim_id);
  RETURN_IF_ERROR(connection.Call(&v1::IntakeService::Stub::GetClaim, ask, response));
  const v1::ClaimFiled& filed = response.claim().filed();
  *request.mutable_respondent_ids() = filed.respondent_ids();
  request.set_programme_id(filed.programme_id());
  for (const v1::ClaimedHead& head : filed.heads()) {
    if (request.from().year() == 0) *request.mutable_from() = head.period_from();
    if (head.period_until().year() != 0) *request.mutable_until() = head.period_until();
  }
  return absl::OkStatus();
}

void AddShowNetwork(CLI::App& network, Connection& connection) {
  auto* show = network.add_subcommand("show", "Who hung together at a time, and who answers with whom");
  auto options = std::make_shared<ShowOptions>();
  auto* ids = show->add_option("RESPONDENT", options->respondents, "Numbers of respondents");
  show->add_option("--claim", options->claim,
                   "The respondents of this claim, at its time, by its programme's rule")
      ->excludes(ids);
  show->add_option("--on", options->on,
                   "On this day, in this month or year, day first (default: over all times)");
  show->add_option("--until", options->until, "From --on until this day");
  show->add_option("--programme", options->programme, "Who answers by this programme's rule");
  show->footer(
      "Examples:\n  klaim network show 9 --on 06-2023 --programme 3\n  klaim network show --claim 4711");
  OnCall(show, connection, [=, &connection]() -> absl::Status {
    v1::GetNetworkRequest request;
    request.mutable_respondent_ids()->Assign(options->respondents.begin(), options->respondents.end());
    request.set_programme_id(options->programme);
    if (options->claim != 0) {
      RETURN_IF_ERROR(FillFromClaim(connection, options->claim, request));
    }
    for (const auto& [name, text, date] : {std::tuple("--on", &options->on, request.mutable_from()),
                                           std::tuple("--until", &options->until, request.mutable_until())}) {
      if (text->empty()) continue;
      ASSIGN_OR_RETURN(auto parsed, DayOf(name, *text));
      *date = parsed;
    }
    v1::GetNetworkResponse response;
    absl::Status status = connection.Call(&Networks::GetNetwork, request, response);
    if (status.ok()) connection.Show(response, NetworkText(response));
    return status;
  });
}

void AddFindNetwork(CLI::App& network, Connection& connection) {
  auto* find = network.add_subcommand("find", "Who is registered under a name or number like this");
  auto request = std::make_shared<v1::FindRespondentsRequest>();
  auto name = std::make_shared<std::string>();
  auto licence = std::make_shared<std::string>();
  auto country = std::make_shared<std::string>();
  find->add_option("NAME", *name, "Name as it was heard or written")->required();
  find->add_option("--licence", *licence, "Number of a licence");
  find->add_option("--country", *country, "ISO country");
  find->footer("Example:\n  klaim network find \"PT Maju Djaja\" --licence 123/2019");
  OnCall(find, connection, [=, &connection] {
    request->mutable_sought()->set_name(*name);
    request->mutable_sought()->set_country(*country);
    if (!licence->empty()) request->mutable_sought()->add_licences()->set_number(*licence);
    v1::FindRespondentsResponse response;
    absl::Status status = connection.Call(&Networks::FindRespondents, *request, response);
    Table table({"no", "name", "country", "how", "one with", "why"});
    for (const auto& found : response.found()) {
      table.Add({absl::StrCat(found.respondent().respondent_id()), found.respondent().registered().name(),
                 found.respondent().registered().country(), EnumName(found.comparison().kind()),
                 Percent(found.comparison().probability_millionths()), DescribeFields(found.comparison())});
    }
    if (status.ok()) connection.Show(response, table.Text());
    return status;
  });
}

void AddSuspected(CLI::App& network, Connection& connection) {
  auto* suspected = network.add_subcommand("suspected", "Links that are suspected and wait for a decision");
  OnCall(suspected, connection, [&connection] {
    v1::ListSuspectedLinksRequest request;
    v1::ListSuspectedLinksResponse response;
    request.mutable_page()->set_size(1000);
    absl::Status status = connection.Call(&Networks::ListSuspectedLinks, request, response);
    Table table({"who", "whom", "how", "one with", "why"});
    for (const auto& link : response.links()) {
      table.Add({absl::StrCat(link.respondent_id()), absl::StrCat(link.suspected().other_id()),
                 EnumName(link.suspected().kind()), Percent(link.suspected().probability_millionths()),
                 DescribeFields(link.suspected())});
    }
    if (status.ok()) connection.Show(response, table.Text());
    return status;
  });
}

struct LinkOptions {
  uint64_t one = 0;
  uint64_t other = 0;
  std::string kind;
  std::string text;
  std::string from;
  std::string until;
};

void AddLinking(CLI::App& network, Connection& connection) {
  auto options = std::make_shared<LinkOptions>();
  const auto both = [options](CLI::App* command, const std::string& text_option, const std::string& what) {
    command->add_option("RESPONDENT", options->one, "The one")->required();
    command->add_option("OTHER", options->other, "The other")->required();
    command->add_option("--kind", options->kind, "How they hang together, as in recruits_for or same_as")
        ->required();
    command->add_option(text_option, options->text, what)->required();
  };
  auto* link = network.add_subcommand("link", "Links two respondents: \"9 recruits_for 11\"");
  both(link, "--evidence", "What shows it");
  link->add_option("--from", options->from, "First day, day first");
  link->add_option("--until", options->until, "Last day");
  link->footer(
      "Example:\n  klaim network link 12 9 --kind recruits_for --from 01-2021 --until 06-2023 --evidence "
      "\"letter of "
      "appointment\"");
  OnCall(link, connection, [=, &connection]() -> absl::Status {
    v1::LinkRespondentsRequest request;
    request.set_request_id(connection.RequestId());
    request.set_respondent_id(options->one);
    request.mutable_link()->set_other_id(options->other);
    ASSIGN_OR_RETURN(auto kind, ReadLinkKind(options->kind));
    request.mutable_link()->set_kind(kind);
    request.mutable_link()->set_evidence(options->text);
    for (const auto& [name, text, date] :
         {std::tuple("--from", &options->from, request.mutable_link()->mutable_valid_from()),
          std::tuple("--until", &options->until, request.mutable_link()->mutable_valid_until())}) {
      if (text->empty()) continue;
      ASSIGN_OR_RETURN(auto parsed, DayOf(name, *text));
      *date = parsed;
    }
    v1::LinkRespondentsResponse response;
    absl::Status status = connection.Call(&Registry::LinkRespondents, request, response);
    if (status.ok()) connection.Show(response, absl::StrCat("Link ", response.link_id(), " stands."));
    return status;
  });
  auto* refuse = network.add_subcommand("refuse", "Decides that a suspected link is not so");
  both(refuse, "--reason", "Why");
  OnCall(refuse, connection, [=, &connection]() -> absl::Status {
    v1::RefuseSuspectedLinkRequest request;
    request.set_request_id(connection.RequestId());
    request.set_respondent_id(options->one);
    request.set_other_id(options->other);
    ASSIGN_OR_RETURN(auto kind, ReadLinkKind(options->kind));
    request.set_kind(kind);
    request.set_reason(options->text);
    v1::RefuseSuspectedLinkResponse response;
    absl::Status status = connection.Call(&Networks::RefuseSuspectedLink, request, response);
    if (status.ok()) connection.Show(response, "It is not suspected again.");
    return status;
  });
}

struct AgencyRegister {
  std::string file;
  std::string source;
  std::vector<std::string> left_out;
  bool preview = false;
  bool detach = false;
};

void AddTexts(const std::string& cell, google::protobuf::RepeatedPtrField<std::string>& texts) {
  for (absl::string_view text : absl::StrSplit(cell, '|', absl::SkipWhitespace())) {
    *texts.Add() = std::string(absl::StripAsciiWhitespace(text));
  }
}

// What a line says names it: said again, it is the same, wherever it stands.
void NameByContent(const std::string& source, v1::AgencyRegisterLine& line) {
  const merkle::Hash hash = merkle::Sha256(line.SerializeAsString());
  line.set_request_id(absl::StrCat("register:", source.substr(0, 50), ":",
                                   merkle::ToHex(merkle::AsBytes(hash)).substr(0, 16)));
}

absl::StatusOr<v1::AgencyRegisterLine> ReadAgencyLine(const SpreadsheetRow& row, const std::string& source) {
  v1::AgencyRegisterLine line;
  v1::RespondentRegistered& sought = *line.mutable_sought();
  sought.set_name(row.Cell("name"));
  if (sought.name().empty()) return absl::InvalidArgumentError("column name: is empty: fill it in");
  sought.set_country(row.Cell("country"));
  AddTexts(row.Cell("former_names"), *sought.mutable_aliases());
  AddTexts(row.Cell("directors"), *sought.mutable_directors());
  AddTexts(row.Cell("addresses"), *sought.mutable_addresses());
  if (!row.Cell("licence_number").empty()) {
    v1::Licence& licence = *sought.add_licences();
    licence.set_kind(row.Cell("licence_kind"));
    licence.set_number(row.Cell("licence_number"));
    if (licence.kind().empty())
      return absl::InvalidArgumentError("column licence_kind: is empty: fill it in");
  }
  v1::RespondentDetailsAdded& details = *line.mutable_details();
  *details.mutable_aliases() = sought.aliases();
  *details.add_aliases() = sought.name();
  *details.mutable_licences() = sought.licences();
  *details.mutable_directors() = sought.directors();
  *details.mutable_addresses() = sought.addresses();
  details.set_source(source);
  if (row.Cell("status").empty()) {
    NameByContent(source, line);
    return line;
  }
  v1::LicenceStatusRecorded& status = *line.mutable_status();
  v1::LicenceStatus value;
  if (!v1::LicenceStatus_Parse("LICENCE_STATUS_" + absl::AsciiStrToUpper(row.Cell("status")), &value) ||
      value == 0) {
    return absl::InvalidArgumentError("column status: must be valid, suspended, revoked or expired");
  }
  if (sought.licences().empty())
    return absl::InvalidArgumentError("column licence_number: is empty: a status is a licence's");
  auto since = ParseDate(row.Cell("since"));
  if (!since.ok())
    return absl::InvalidArgumentError(absl::StrCat("column since: ", since.status().message()));
  status.set_kind(sought.licences(0).kind());
  status.set_number(sought.licences(0).number());
  status.set_status(value);
  *status.mutable_since() = *since;
  status.set_source(source);
  NameByContent(source, line);
  return line;
}

// How many lines of a register are about whom.
struct AgencyTally {
  uint64_t known = 0;
  uint64_t told = 0;  // something new
  uint64_t doubtful = 0;
  uint64_t unknown = 0;
  uint64_t refused = 0;
};

void NoteOutcome(const v1::ImportedLine& line, const v1::ImportOutcome& outcome, AgencyTally& tally) {
  const v1::FilingOutcome& became = outcome.outcome();
  if (became.has_filed()) {
    ++tally.known;
    tally.told += became.filed().receipt().recorded_before() ? 0 : 1;
  } else if (became.error().code() != static_cast<int>(absl::StatusCode::kNotFound)) {
    ++tally.refused;
    std::cout << "line " << line.number() << ": " << became.error().message() << "\n";
  } else if (outcome.respondent_id() == 0) {
    ++tally.unknown;
  } else {
    ++tally.doubtful;
    std::cout << "line " << line.number() << ", \"" << line.agency().sought().name()
              << "\" may be respondent " << outcome.respondent_id() << " ("
              << Percent(outcome.probability_millionths()) << "): link or correct it, then import again\n";
  }
}

// What an import would find; changes nothing.
absl::StatusOr<ImportResult> FindAgencies(Connection& connection,
                                          const std::vector<v1::ImportedLine>& lines) {
  ImportResult result;
  Progress progress("lines", lines.size(), connection.quiet());
  for (const v1::ImportedLine& line : lines) {
    progress.Set(result.outcomes.size());
    v1::FindRespondentsRequest find;
    v1::FindRespondentsResponse response;
    *find.mutable_sought() = line.agency().sought();
    RETURN_IF_ERROR(connection.Call(&Networks::FindRespondents, find, response));
    v1::ImportOutcome& outcome = result.outcomes[line.number()];
    const bool alike =
        !response.found().empty() && response.found(0).comparison().kind() == v1::LINK_KIND_SAME_AS;
    if (alike) {
      outcome.set_respondent_id(response.found(0).respondent().respondent_id());
      outcome.set_probability_millionths(response.found(0).comparison().probability_millionths());
    }
    if (alike && response.found(0).sure()) {
      outcome.mutable_outcome()->mutable_filed()->mutable_receipt()->set_recorded_before(true);
    } else {
      outcome.mutable_outcome()->mutable_error()->set_code(static_cast<int>(absl::StatusCode::kNotFound));
    }
  }
  return result;
}

absl::Status ImportAgencies(Connection& connection, const AgencyRegister& options) {
  ASSIGN_OR_RETURN(auto sheet, ReadSpreadsheet(options.file, Encoding::kUtf8));
  RETURN_IF_ERROR(CheckColumns(sheet,
                               {"name", "country", "former_names", "directors", "addresses", "licence_kind",
                                "licence_number", "status", "since"},
                               options.left_out));
  std::vector<v1::ImportedLine> lines;
  uint64_t wrong = 0;
  for (const SpreadsheetRow& row : sheet.rows) {
    auto line = row.problem.empty()
                    ? ReadAgencyLine(row, options.source)
                    : absl::StatusOr<v1::AgencyRegisterLine>(absl::InvalidArgumentError(row.problem));
    if (!line.ok()) {
      ++wrong;
      std::cout << "line " << row.line << ", " << line.status().message() << "\n";
      continue;
    }
    lines.emplace_back().set_number(static_cast<uint32_t>(row.line));
    *lines.back().mutable_agency() = *std::move(line);
  }
  ASSIGN_OR_RETURN(auto result, options.preview ? FindAgencies(connection, lines)
                                                : FileLines(connection, lines, "lines", !options.detach));
  if (!result.ended) {
    std::cout << "Job " << result.job_id << " takes it in. The same command again tells what came of it."
              << std::endl;
    return absl::OkStatus();
  }
  AgencyTally tally;
  for (const v1::ImportedLine& line : lines) NoteOutcome(line, result.outcomes[line.number()], tally);
  std::cout << CountText(tally.known) << " lines are about respondents, " << CountText(tally.told)
            << " told something new; " << CountText(tally.doubtful) << " doubtful, "
            << CountText(tally.unknown) << " about others, " << CountText(wrong) << " can't be read, "
            << CountText(tally.refused) << " refused." << std::endl;
  return absl::OkStatus();
}

void AddAgencies(CLI::App& network, Connection& connection) {
  auto* import = network.add_subcommand(
      "agencies",
      "Takes from a register of agencies (CSV) what it says of respondents: names, licences, suspensions");
  auto options = std::make_shared<AgencyRegister>();
  import
      ->add_option("FILE", options->file,
                   "Columns: name, country, former_names, directors, addresses (with |), licence_kind, "
                   "licence_number, "
                   "status (valid, suspended, revoked, expired), since")
      ->required()
      ->check(CLI::ExistingFile);
  import->add_option("--source", options->source, "Which register, of which day")->required();
  import->add_option("--leave-out", options->left_out,
                     "A column that is not to be taken in; can be given again");
  import->add_flag("--preview", options->preview, "Only tell what would be matched; change nothing");
  import->add_flag("--detach", options->detach,
                   "Don't wait: the daemon takes it in; the same command again shows what came of it");
  import->footer(
      "Example:\n  klaim network agencies p3mi.csv --source \"KP2MI, P3MI list of 01-11-2026\" --preview");
  OnCall(import, connection, [=, &connection] { return ImportAgencies(connection, *options); });
}

}  // namespace

void AddNetwork(CLI::App& app, Connection& connection) {
  auto* network =
      app.add_subcommand("network", "Respondents that are one, or hang together, and who answers for whom");
  network->require_subcommand(1);
  AddShowNetwork(*network, connection);
  AddFindNetwork(*network, connection);
  AddSuspected(*network, connection);
  AddLinking(*network, connection);
  AddAgencies(*network, connection);
}

}  // namespace klaim::tools
