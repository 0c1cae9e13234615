// What the commands of `klaim` share: the connection, how answers are shown, money and dates as readers write
// them.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/domain/money.h"
#include "google/protobuf/generated_enum_reflection.h"
#include "google/protobuf/message.h"
#include "grpcpp/grpcpp.h"
#include "klaim/v1/accounts_service.grpc.pb.h"
#include "klaim/v1/audit_service.grpc.pb.h"
#include "klaim/v1/casework_service.grpc.pb.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "klaim/v1/evidence_service.grpc.pb.h"
#include "klaim/v1/exchange_service.grpc.pb.h"
#include "klaim/v1/groups_service.grpc.pb.h"
#include "klaim/v1/import_export_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/linkage_service.grpc.pb.h"
#include "klaim/v1/mass_decision_service.grpc.pb.h"
#include "klaim/v1/network_service.grpc.pb.h"
#include "klaim/v1/privacy_service.grpc.pb.h"
#include "klaim/v1/reference_register_service.grpc.pb.h"
#include "klaim/v1/registry_service.grpc.pb.h"
#include "klaim/v1/review_service.grpc.pb.h"
#include "klaim/v1/treasury_service.grpc.pb.h"
#include "services/wire_status.h"

namespace klaim::tools {

// Options before the command, and the connection that they lead to, made when a command first needs it.
class Session {
 public:
  void AddOptions(CLI::App& app);

  absl::Status Connect();
  v1::AccountsService::Stub& accounts() { return *accounts_; }
  v1::SessionService::Stub& sessions() { return *sessions_; }
  v1::PrivacyService::Stub& privacy() { return *privacy_; }
  v1::EvidenceService::Stub& evidence() { return *evidence_; }
  v1::RegistryService::Stub& registry() { return *registry_; }
  v1::IntakeService::Stub& intake() { return *intake_; }
  v1::ReviewService::Stub& review() { return *review_; }
  v1::GroupsService::Stub& groups() { return *groups_; }
  v1::CompensationService::Stub& compensation() { return *compensation_; }
  v1::LinkageService::Stub& linkage() { return *linkage_; }
  v1::TreasuryService::Stub& treasury() { return *treasury_; }
  v1::CaseworkService::Stub& casework() { return *casework_; }
  v1::MassDecisionService::Stub& decisions() { return *decisions_; }
  v1::ImportExportService::Stub& imports_and_exports() { return *imports_and_exports_; }
  v1::NetworkService::Stub& networks() { return *networks_; }
  v1::ExchangeService::Stub& exchanges() { return *exchanges_; }
  v1::ReferenceRegisterService::Stub& registers() { return *registers_; }
  v1::AuditService::Stub& audit() { return *audit_; }

  // Calls a unary method with a deadline of a minute, and again for half a minute while it is asked to wait.
  template <class Stub, class Request, class Response>
  absl::Status Call(Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response& response) {
    absl::Status status;
    // Who asks faster than its share is told to wait; repeating a request changes nothing.
    for (int tries = 0; tries < kMostTries; ++tries) {
      if (tries > 0) std::this_thread::sleep_for(std::chrono::milliseconds(500));
      grpc::ClientContext context;
      AddMetadata(context);
      context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(1));
      status = services::FromWire((stub.*method)(&context, request, &response));
      if (!absl::IsResourceExhausted(status)) break;
    }
    if constexpr (requires { response.receipt(); }) {
      if (status.ok()) NoteRecorded(response.receipt().sequence());
    }
    return status;
  }

  // What goes with every call: the session's token, and what personal data is wanted for.
  void AddMetadata(grpc::ClientContext& context) const;

  // Queries are asked as of this record or moment from now on; empty for now.
  void AsOf(const std::string& when) { as_of_ = when; }

  // A page of the daemon's HTTP listener, at most so long.
  absl::StatusOr<std::string> Get(const std::string& path, size_t most_bytes) const;
  // The file with the log's public key in the daemon's own folder.
  const std::string& log_key_file() const { return log_key_file_; }

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // The file with the session's token; empty where a certificate is used.
  const std::string& session_file() const { return session_file_; }

  // The command had this recorded.
  void NoteRecorded(uint64_t sequence) { last_recorded_ = std::max(last_recorded_, sequence); }
  // Waits until what the command had recorded is visible, so that the next command sees it.
  void WaitUntilVisible();

  // --request-id, or a random one.
  std::string RequestId() const;

  bool json() const { return json_; }
  bool quiet() const { return quiet_; }
  // Prints a message as JSON on one line.
  static void PrintJson(const google::protobuf::Message& message);
  // With --json the message, else the text.
  void Show(const google::protobuf::Message& message, const std::string& text) const;

 private:
  static constexpr int kMostTries = 60;

  std::string addresses_;
  std::string person_;
  std::string request_id_;
  std::string session_file_;
  std::string token_;
  std::string purpose_;
  std::string as_of_;
  std::string http_;
  std::string authority_file_;
  std::string certificate_file_;
  std::string key_file_;
  std::string log_key_file_;
  bool json_ = false;
  bool quiet_ = false;
  uint64_t last_recorded_ = 0;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::AccountsService::Stub> accounts_;
  std::unique_ptr<v1::SessionService::Stub> sessions_;
  std::unique_ptr<v1::PrivacyService::Stub> privacy_;
  std::unique_ptr<v1::EvidenceService::Stub> evidence_;
  std::unique_ptr<v1::RegistryService::Stub> registry_;
  std::unique_ptr<v1::IntakeService::Stub> intake_;
  std::unique_ptr<v1::ReviewService::Stub> review_;
  std::unique_ptr<v1::GroupsService::Stub> groups_;
  std::unique_ptr<v1::CompensationService::Stub> compensation_;
  std::unique_ptr<v1::LinkageService::Stub> linkage_;
  std::unique_ptr<v1::TreasuryService::Stub> treasury_;
  std::unique_ptr<v1::CaseworkService::Stub> casework_;
  std::unique_ptr<v1::MassDecisionService::Stub> decisions_;
  std::unique_ptr<v1::ImportExportService::Stub> imports_and_exports_;
  std::unique_ptr<v1::NetworkService::Stub> networks_;
  std::unique_ptr<v1::ExchangeService::Stub> exchanges_;
  std::unique_ptr<v1::ReferenceRegisterService::Stub> registers_;
  std::unique_ptr<v1::AuditService::Stub> audit_;
};

// A command: what it does when it was named on the command line. Errors are printed and end the program with
// 1; where a command examines something, those that say nothing against it (all but DATA_LOSS) with `trouble`.
using Action = std::function<absl::Status()>;
void OnCall(CLI::App* command, Session& session, Action action, bool connects = true, int trouble = 1);

// A line from standard input without showing it when that is a terminal: for passwords, which are never
// arguments.
std::string AskSecretly(const std::string& prompt);

// A table for people: columns as wide as their widest cell, numbers to the right.
class Table {
 public:
  explicit Table(std::vector<std::string> header) { rows_.push_back(std::move(header)); }
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  std::string Text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

// A line that tells how far long work is and how long it is likely to need still, on standard error when it is a terminal;
// the last line stays.
class Progress {
 public:
  Progress(std::string what, uint64_t total, bool quiet);
  ~Progress();
  void Set(uint64_t done);

 private:
  const std::string what_;
  const uint64_t total_;
  const bool shown_;
  const int64_t began_millis_;
  uint64_t done_ = 0;
  int64_t last_shown_millis_ = 0;
};

// Money as readers write it, and as it is read (engine/domain/money.h).
using domain::MoneyText;
using domain::ParseMoney;
// "12.345".
std::string CountText(uint64_t count);
// "24-11-2026 15:04 UTC".
std::string TimeText(int64_t micros);
// "31-12-2025", "12-2025" or "2025".
std::string DateText(const v1::PartialDate& date);
// Day first, "31-12-2025", "12-2025", "2025", with - / or ., or ISO "2025-12-31".
absl::StatusOr<v1::PartialDate> ParseDate(const std::string& text);

// The same for an option, whose name is told when it is wrong.
absl::StatusOr<v1::PartialDate> DayOf(const std::string& option, const std::string& text);
absl::StatusOr<int64_t> AmountOf(const std::string& option, const std::string& text,
                                 const std::string& currency);

// "filed", "under_review".
// What a value of an enumeration is called: "no_record" for REGISTER_RESULT_NO_RECORD.
std::string EnumName(const google::protobuf::EnumDescriptor& type, int value);
template <class Enum>
std::string EnumName(Enum value) {
  return EnumName(*google::protobuf::GetEnumDescriptor<Enum>(), value);
}
// "claim_filed".
std::string EventName(const v1::EventRecord& event);

// All of them; they are done when `app` parses.
void AddCommands(CLI::App& app, Session& session);
// The subcommands, each in its own file.
void AddDocket(CLI::App& app, Session& session);
void AddSplit(CLI::App& docket, Session& session);  // below AddDocket's
void AddDoctor(CLI::App& app, Session& session);
void AddInit(CLI::App& app, Session& session);
void AddOrganisation(CLI::App& app, Session& session);
void AddProgramme(CLI::App& app, Session& session);
void AddRespondent(CLI::App& app, Session& session);
void AddClaim(CLI::App& app, Session& session);
void AddReview(CLI::App& claim, Session& session);  // below AddClaim's
void AddNetwork(CLI::App& app, Session& session);
void AddExchange(CLI::App& app, Session& session);
void AddRegister(CLI::App& app, Session& session);
void AddImport(CLI::App& app, Session& session);
void AddLink(CLI::App& app, Session& session);
void AddGroups(CLI::App& app, Session& session);
void AddSettlement(CLI::App& app, Session& session);
void AddPayment(CLI::App& app, Session& session);
void AddTreasury(CLI::App& app, Session& session);
void AddRules(CLI::App& programme, Session& session);  // below AddProgramme's
void AddReferenceTable(CLI::App& app, Session& session);
void AddBulk(CLI::App& app, Session& session);
void AddJob(CLI::App& app, Session& session);
void AddSample(CLI::App& app, Session& session);
void AddCase(CLI::App& app, Session& session);
void AddLedger(CLI::App& app, Session& session);
void AddStatement(CLI::App& app, Session& session);
void AddDuplicates(CLI::App& app, Session& session);
void AddFamily(CLI::App& app, Session& session);
void AddDoubleClaims(CLI::App& app, Session& session);
void AddLog(CLI::App& app, Session& session);
void AddStatus(CLI::App& app, Session& session);
void AddGenerate(CLI::App& app, Session& session);
void AddAccount(CLI::App& app, Session& session);
void AddAdministrator(CLI::App& account, Session& session);
void AddClaimant(CLI::App& app, Session& session);
void AddVault(CLI::App& app, Session& session);
void AddAudit(CLI::App& app, Session& session);
void AddBackup(CLI::App& app, Session& session);
void AddEvidence(CLI::App& app, Session& session);
void AddWitness(CLI::App& app, Session& session);

}  // namespace klaim::tools
