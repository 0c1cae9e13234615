// klaim programme revise and try, klaim reference-table: what claims are worth, as data with versions and sources.

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "engine/domain/registry/exchange_rate.h"
#include "klaim/v1/mass_decision_service.grpc.pb.h"
#include "klaim/v1/registry_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/json_message.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Registry = v1::RegistryService::Stub;

std::string ValueText(const v1::ReferenceTablePublished& table, const v1::ReferenceLine& line) {
  switch (table.kind()) {
    case v1::REFERENCE_TABLE_KIND_MONTHLY_WAGE:
      return MoneyText(line.value(), table.currency());
    case v1::REFERENCE_TABLE_KIND_EXCHANGE_RATE:
      return domain::RateText(table, line);
    default:
      return "closed";
  }
}

absl::StatusOr<std::string> CurrencyOfProgramme(Connection& connection, uint64_t programme_id) {
  v1::ListProgrammesRequest request;
  request.mutable_page()->set_size(1000);
  v1::ListProgrammesResponse response;
  RETURN_IF_ERROR(connection.Call(&Registry::ListProgrammes, request, response));
  for (const auto& row : response.programmes()) {
    if (row.programme_id() == programme_id) return row.opened().currency();
  }
  return absl::NotFoundError(absl::StrCat("programme: none has the number ", programme_id));
}

absl::Status Try(Connection& connection, uint64_t programme_id, const std::string& file) {
  v1::ReviseProgrammeRequest rules;
  RETURN_IF_ERROR(ReadJsonMessage(file, rules));
  ASSIGN_OR_RETURN(auto currency, CurrencyOfProgramme(connection, programme_id));
  v1::PreviewRevaluationRequest request;
  request.set_programme_id(programme_id);
  *request.mutable_heads() = rules.heads();
  grpc::ClientContext context;
  connection.AddMetadata(context);
  auto reader = connection.StubOf<v1::MassDecisionService::Stub>().PreviewRevaluation(&context, request);
  v1::PreviewRevaluationResponse part;
  v1::PreviewRevaluationResponse all;
  while (reader->Read(&part)) {
    all.mutable_claims()->MergeFrom(part.claims());
    part.clear_claims();
    if (part.last()) all.MergeFrom(part);
  }
  RETURN_IF_ERROR(services::FromWire(reader->Finish()));
  Table table({"claim", "now", "by these rules", "problem"});
  for (const auto& claim : all.claims()) {
    table.Add({absl::StrCat(claim.claim_id()), MoneyText(claim.valued_minor(), currency),
               MoneyText(claim.revalued_minor(), currency), claim.problem()});
  }
  connection.Show(all,
                  absl::StrCat(table.Text(), CountText(all.changed()), " of ", CountText(all.valued()),
                               " values would change: from ", MoneyText(all.valued_minor(), currency), " to ",
                               MoneyText(all.revalued_minor(), currency), ". Nothing was recorded.\n"));
  return absl::OkStatus();
}

}  // namespace

void AddRules(CLI::App& programme, Connection& connection) {
  auto id = std::make_shared<uint64_t>(0);
  auto file = std::make_shared<std::string>();
  const std::string help = "JSON file: {\"heads\":[...],\"source\":\"...\",\"reason\":\"...\"}";
  auto* attempt =
      programme.add_subcommand("try", "Shows what other rules would do to each value; records nothing");
  attempt->add_option("PROGRAMME", *id, "Number of the programme")->required();
  attempt->add_option("FILE", *file, help)->required();
  OnCall(attempt, connection, [=, &connection] { return Try(connection, *id, *file); });
  auto* revise =
      programme.add_subcommand("revise", "Revises the rules of a programme's heads: a new version");
  revise->add_option("PROGRAMME", *id, "Number of the programme")->required();
  revise->add_option("FILE", *file, help)->required();
  revise->footer(
      "Example:\n  klaim programme try 11 rules.json\n  klaim programme revise 11 rules.json\n"
      "  klaim bulk value --group 3012\nWhat was valued before stays, until it is valued anew.");
  OnCall(revise, connection, [=, &connection]() -> absl::Status {
    v1::ReviseProgrammeRequest request;
    RETURN_IF_ERROR(ReadJsonMessage(*file, request));
    request.set_request_id(connection.RequestId());
    request.set_programme_id(*id);
    v1::ReviseProgrammeResponse response;
    absl::Status status = connection.Call(&Registry::ReviseProgramme, request, response);
    if (status.ok())
      connection.Show(response, "Revised. What was valued before stays, until it is valued anew.");
    return status;
  });
}

void AddReferenceTable(CLI::App& app, Connection& connection) {
  auto* tables =
      app.add_subcommand("reference-table", "Minimum wages and exchange rates by date, with their source");
  tables->require_subcommand(1);
  auto id = std::make_shared<uint64_t>(0);
  auto file = std::make_shared<std::string>();
  auto* publish = tables->add_subcommand("publish", "Publishes a table");
  publish->add_option("FILE", *file, "JSON file (ReferenceTablePublished)")->required();
  publish->footer(
      "Example of a file:\n  "
      "{\"code\":\"HK-MAW\",\"kind\":\"REFERENCE_TABLE_KIND_MONTHLY_WAGE\",\"currency\":\"HKD\",\n"
      "   "
      "\"lines\":[{\"valid_from\":{\"year\":2024,\"month\":9,\"day\":28},\"value\":\"499000\",\"source\":"
      "\"Labour Department\"}]}\n"
      "Exchange rates as banks quote them, in millionths: 1 USD = 16.350,25 IDR, and 100 JPY = 10.871 IDR:\n "
      " "
      "{\"code\":\"USD-IDR\",\"kind\":\"REFERENCE_TABLE_KIND_EXCHANGE_RATE\",\"currency\":\"USD\","
      "\"into_currency\":\"IDR\",\"quoted_for\":1,\n"
      "   \"lines\":[{\"valid_from\":{\"year\":2026,\"month\":9,\"day\":1},\"value\":\"16350250000\","
      "\"source\":\"JISDOR\"}]}\n  "
      "{\"code\":\"JPY-IDR\",\"kind\":\"REFERENCE_TABLE_KIND_EXCHANGE_RATE\",\"currency\":\"JPY\","
      "\"into_currency\":\"IDR\",\"quoted_for\":100,\n"
      "   \"lines\":[{\"valid_from\":{\"year\":2026,\"month\":9,\"day\":1},\"value\":\"10871000000\","
      "\"source\":\"Bank Indonesia\"}]}\n"
      "A table serves in both directions.\n"
      "Days on which banks are closed:\n  "
      "{\"code\":\"HK-BANK-DAYS\",\"kind\":\"REFERENCE_TABLE_KIND_BANK_HOLIDAYS\",\"country\":\"HK\",\n"
      "   "
      "\"lines\":[{\"valid_from\":{\"year\":2027,\"month\":2,\"day\":6},\"value\":\"1\",\"source\":\"General "
      "Holidays Ordinance\"}]}");
  OnCall(publish, connection, [=, &connection]() -> absl::Status {
    v1::PublishReferenceTableRequest request;
    RETURN_IF_ERROR(ReadJsonMessage(*file, *request.mutable_table()));
    request.set_request_id(connection.RequestId());
    v1::PublishReferenceTableResponse response;
    absl::Status status = connection.Call(&Registry::PublishReferenceTable, request, response);
    if (status.ok())
      connection.Show(response,
                      absl::StrCat("Reference table ", response.reference_table_id(), " published."));
    return status;
  });
  auto* extend = tables->add_subcommand("extend", "Adds lines behind the last one");
  extend->add_option("TABLE", *id, "Number of the table")->required();
  extend->add_option("FILE", *file, "JSON file: {\"lines\":[...]}")->required();
  OnCall(extend, connection, [=, &connection]() -> absl::Status {
    v1::ExtendReferenceTableRequest request;
    RETURN_IF_ERROR(ReadJsonMessage(*file, request));
    request.set_request_id(connection.RequestId());
    request.set_reference_table_id(*id);
    v1::ExtendReferenceTableResponse response;
    absl::Status status = connection.Call(&Registry::ExtendReferenceTable, request, response);
    if (status.ok()) connection.Show(response, "Added.");
    return status;
  });
  auto* show = tables->add_subcommand("show", "Shows a table");
  show->add_option("TABLE", *id, "Number of the table")->required();
  OnCall(show, connection, [=, &connection] {
    v1::GetReferenceTableRequest request;
    request.set_reference_table_id(*id);
    v1::GetReferenceTableResponse response;
    absl::Status status = connection.Call(&Registry::GetReferenceTable, request, response);
    Table table({"from", "value", "source"});
    for (const auto& line : response.table().lines()) {
      table.Add({DateText(line.valid_from()), ValueText(response.table(), line), line.source()});
    }
    if (status.ok()) connection.Show(response, absl::StrCat(response.table().code(), "\n", table.Text()));
    return status;
  });
}

}  // namespace klaim::tools
