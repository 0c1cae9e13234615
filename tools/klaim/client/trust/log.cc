// klaim log, klaim audit replay, klaim status: what was recorded, how it stood, and how it stands.

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "engine/merkle/hash.h"
#include "klaim/v1/audit_service.grpc.pb.h"
#include "klaim/v1/claim_events.pb.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "klaim/v1/event_record.pb.h"
#include "klaim/v1/registry_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/progress.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"
#include "tools/klaim/client/trust/replay.h"

namespace klaim::tools {
namespace {

using Audit = v1::AuditService::Stub;

void AddRead(CLI::App& log, Connection& connection) {
  auto* read = log.add_subcommand("read", "Reads the log");
  auto request = std::make_shared<v1::ReadLogRequest>();
  auto from = std::make_shared<uint64_t>(0);
  auto stream = std::make_shared<int64_t>(-1);
  auto count = std::make_shared<uint64_t>(50);
  auto follow = std::make_shared<bool>(false);
  read->add_option("--from", *from, "First sequence")->capture_default_str();
  read->add_option("--stream", *stream, "Only the history of this claim, case, claimant, group, ...");
  read->add_option("--count", *count, "How many records; 0 for all")->capture_default_str();
  read->add_flag("--follow", *follow, "Wait for new records at the end");
  read->footer(
      "Examples:\n  klaim log read --from 100 --count 20\n  klaim log read --stream 4711\n  klaim --json log "
      "read --count 0");
  OnCall(read, connection, [=, &connection] {
    request->set_from_sequence(*from);
    request->set_follow(*follow);
    if (*stream >= 0) {
      request->set_only_stream(true);
      request->set_stream(static_cast<uint64_t>(*stream));
    }
    grpc::ClientContext context;
    connection.AddMetadata(context);
    auto reader = connection.StubOf<v1::AuditService::Stub>().ReadLog(&context, *request);
    v1::ReadLogResponse response;
    uint64_t shown = 0;
    bool enough = false;
    while (!enough && reader->Read(&response)) {
      for (const std::string& bytes : response.records()) {
        v1::EventRecord event;
        if (!event.ParseFromString(bytes)) return absl::DataLossError("a record can't be read");
        if (connection.json()) {
          Connection::PrintJson(event);
        } else {
          std::cout << event.sequence() << "  " << TimeText(event.recorded_at_micros()) << "  "
                    << EventName(event) << "  of " << event.stream() << "  by " << event.actor() << std::endl;
        }
        enough = *count != 0 && ++shown >= *count;
        if (enough) break;
      }
    }
    if (enough) context.TryCancel();
    absl::Status status = services::FromWire(reader->Finish());
    return enough && absl::IsCancelled(status) ? absl::OkStatus() : status;
  });
}

std::string StatisticsText(const v1::GetStatisticsResponse& statistics) {
  std::string text = absl::StrCat(
      CountText(statistics.events()), " events: ", CountText(statistics.claimants()), " claimants, ",
      CountText(statistics.cases()), " cases, ", CountText(statistics.claims()), " claims\n");
  Table table({"programme", "status", "claims"});
  for (const auto& count : statistics.counts()) {
    table.Add({absl::StrCat(count.programme_id()), EnumName(static_cast<v1::ClaimStatus>(count.status())),
               CountText(count.claims())});
  }
  return text + table.Text();
}

std::string FiguresText(const google::protobuf::RepeatedPtrField<v1::CompensationFigures>& all, Table& table,
                        const std::string& name) {
  for (const auto& f : all) {
    const auto money = [&](int64_t amount) { return MoneyText(amount, f.currency()); };
    table.Add({name, money(f.claimed_minor()), money(f.determined_minor()), money(f.promised_minor()),
               money(f.received_minor()), money(f.allocated_minor()), money(f.paid_minor()),
               money(f.returned_minor()), money(f.outstanding_minor())});
  }
  return table.Text();
}

Table MoneyTable() {
  return Table({"programme", "claimed", "determined", "promised", "received", "allocated", "paid", "returned",
                "outstanding"});
}

}  // namespace

void AddReplay(CLI::App& audit, Connection& connection) {
  auto* replay =
      audit.add_subcommand("replay", "Folds the log anew up to a point, and shows how things stood then");
  auto sequence = std::make_shared<int64_t>(-1);
  auto moment = std::make_shared<std::string>();
  auto* by_sequence = replay->add_option("--at", *sequence, "The last sequence to fold");
  replay->add_option("--moment", *moment, "A moment, as in 2026-11-24T15:04:05Z")->excludes(by_sequence);
  replay->footer(
      "Examples:\n  klaim audit replay --at 5000\n  klaim audit replay --moment 2026-11-24T15:04:05Z");
  OnCall(replay, connection, [=, &connection]() -> absl::Status {
    v1::ReplayAsOfRequest request;
    if (!moment->empty()) {
      absl::Time time;
      std::string error;
      if (!absl::ParseTime(absl::RFC3339_full, *moment, &time, &error)) {
        return absl::InvalidArgumentError("--moment must be as in 2026-11-24T15:04:05Z: " + error);
      }
      request.set_moment_micros(absl::ToUnixMicros(time));
    } else if (*sequence >= 0) {
      request.set_sequence(static_cast<uint64_t>(*sequence));
    } else {
      return absl::InvalidArgumentError("say up to when: --at SEQUENCE or --moment TIME");
    }
    grpc::ClientContext context;
    connection.AddMetadata(context);
    auto reader = connection.StubOf<v1::AuditService::Stub>().ReplayAsOf(&context, request);
    v1::ReplayAsOfResponse message;
    v1::ReplayAsOfResponse last;
    std::unique_ptr<Progress> progress;
    while (reader->Read(&message)) {
      if (progress == nullptr)
        progress = std::make_unique<Progress>("events folded", message.total(), connection.quiet());
      progress->Set(message.folded());
      last = message;
    }
    progress.reset();
    RETURN_IF_ERROR(services::FromWire(reader->Finish()));
    Table table = MoneyTable();
    std::string text = StatisticsText(last.statistics()) + "\n" + FiguresText(last.figures(), table, "all");
    for (const auto& [name, hash] : std::map<std::string, std::string>(last.read_model_hashes().begin(),
                                                                       last.read_model_hashes().end())) {
      absl::StrAppend(&text, "\n", name, " ", merkle::ToHex(hash));
    }
    connection.Show(last, text);
    return absl::OkStatus();
  });
}

void AddLog(CLI::App& app, Connection& connection) {
  auto* log = app.add_subcommand("log", "The log: read it (verify, prove and replay it: klaim audit)");
  log->require_subcommand(1);
  AddRead(*log, connection);
}

void AddStatus(CLI::App& app, Connection& connection) {
  auto* status_command =
      app.add_subcommand("status", "How the docket stands: claims by status, money by programme");
  auto at_least = std::make_shared<uint64_t>(0);
  status_command->add_option("--at-least", *at_least, "Wait until this sequence is counted");
  OnCall(status_command, connection, [=, &connection] {
    v1::GetStatisticsRequest request;
    v1::GetStatisticsResponse statistics;
    request.set_at_least_sequence(*at_least);
    absl::Status status = connection.Call(&v1::CompensationService::Stub::GetStatistics, request, statistics);
    if (!status.ok()) return status;
    v1::ListProgrammesRequest ask;
    v1::ListProgrammesResponse programmes;
    ask.mutable_page()->set_size(1000);
    status = connection.Call(&v1::RegistryService::Stub::ListProgrammes, ask, programmes);
    Table table = MoneyTable();
    std::string text;
    for (const auto& programme : programmes.programmes()) {
      v1::GetCompensationRequest figures_request;
      v1::GetCompensationResponse figures;
      figures_request.set_subject(v1::COMPENSATION_SUBJECT_PROGRAMME);
      figures_request.set_subject_id(programme.programme_id());
      if (!status.ok()) return status;
      status = connection.Call(&v1::CompensationService::Stub::GetCompensation, figures_request, figures);
      text = FiguresText(figures.figures(), table, programme.opened().code());
    }
    if (status.ok())
      connection.Show(statistics, StatisticsText(statistics) + (text.empty() ? "" : "\n\n" + text));
    return status;
  });
}

}  // namespace klaim::tools
