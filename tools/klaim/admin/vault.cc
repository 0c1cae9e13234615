// klaim vault: the master key that opens all data keys, and whether they are all there.

#include "engine/privacy/vault.h"

#include <stdlib.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/log/rocksdb_event_log.h"
#include "engine/privacy/master_key.h"
#include "klaim/v1/operations_service.grpc.pb.h"
#include "klaim/v1/privacy_service.grpc.pb.h"
#include "services/docket/vault/vault_check.h"
#include "tools/installation/docket_files.h"
#include "tools/klaim/admin/commands.h"
#include "tools/klaim/client/progress.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

struct VerifyVault {
  std::string docket;
  privacy::MasterKeySource master_key;
  privacy::MasterKeySource next_master_key;
};

// A folder of its own that goes with the object.
class OwnFolder {
 public:
  OwnFolder() {
    std::string name = std::filesystem::temp_directory_path() / "klaim-vault-XXXXXX";
    path_ = mkdtemp(name.data()) == nullptr ? "" : name;
  }
  ~OwnFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Of a docket's folder, whether klaimd serves it or not: nothing is written there.
absl::Status VerifyBeside(const VerifyVault& verify, const Connection& connection,
                          v1::VerifyVaultResponse& report) {
  const DocketFiles files{verify.docket};
  privacy::MasterKeySource source = verify.master_key;
  if (source.place.empty()) source.place = files.master_key();
  ASSIGN_OR_RETURN(auto master_key, privacy::ReadMasterKey(source));
  // There while the key is being changed.
  privacy::MasterKeySource next_source = verify.next_master_key;
  if (next_source.place.empty()) next_source.place = source.place + ".next";
  std::optional<privacy::SecretKey> next_master_key;
  if (auto next = privacy::ReadMasterKey(next_source); next.ok()) next_master_key = *next;
  const OwnFolder scratch;
  if (scratch.path().empty()) return absl::InternalError("can't make a folder for temporary files");
  // The log first: whoever stands in it then has a key in the vault that is opened after it.
  ASSIGN_OR_RETURN(auto log, log::RocksDbEventLog::OpenBeside(files.data() + "/log", scratch.path()));
  ASSIGN_OR_RETURN(auto rows, privacy::OpenVaultRowsToRead(files.data() + "/vault"));
  ASSIGN_OR_RETURN(auto vault, privacy::Vault::OpenToCheck(std::move(rows), master_key, next_master_key));
  Progress progress("records", log->next_sequence(), connection.quiet());
  return services::CheckVault(*log, *vault, report, [&] {
    progress.Set(report.records());
    return true;
  });
}

absl::Status VerifyServed(Connection& connection, v1::VerifyVaultResponse& report) {
  RETURN_IF_ERROR(connection.Connect());
  grpc::ClientContext context;
  connection.AddMetadata(context);
  auto stub = v1::OperationsService::NewStub(connection.channel());
  auto reader = stub->VerifyVault(&context, v1::VerifyVaultRequest());
  std::unique_ptr<Progress> progress;
  while (reader->Read(&report)) {
    if (progress == nullptr)
      progress = std::make_unique<Progress>("records", report.total_records(), connection.quiet());
    progress->Set(report.records());
  }
  return services::FromWire(reader->Finish());
}

std::string TextOf(const v1::VerifyVaultResponse& report) {
  std::string text;
  for (const v1::VaultFault& fault : report.faults()) {
    if (fault.key_id() != 0) absl::StrAppend(&text, "data key ", fault.key_id());
    if (fault.owner_id() != 0) absl::StrAppend(&text, " of ", fault.owner_id());
    absl::StrAppend(&text, fault.key_id() == 0 ? "" : ": ", fault.what(), "\n");
  }
  return absl::StrCat(text, CountText(report.rows()), " rows; of the keys that ", CountText(report.records()),
                      " records name, ", CountText(report.keys()), " open and ",
                      CountText(report.destroyed()), " were destroyed; ",
                      CountText(static_cast<uint64_t>(report.faults_size())), " faults");
}

absl::Status Run(const VerifyVault& verify, Connection& connection) {
  v1::VerifyVaultResponse report;
  absl::Status status =
      verify.docket.empty() ? VerifyServed(connection, report) : VerifyBeside(verify, connection, report);
  // What was found before it had to end is told too.
  if (status.ok() || !report.faults().empty()) connection.Show(report, TextOf(report));
  if (!status.ok()) return status;
  if (report.faults().empty()) return absl::OkStatus();
  return absl::DataLossError(
      "the vault is damaged: what those keys opened can be read again only with a backup of the vault that "
      "has "
      "them (docs/operations.md, Damage)");
}

void AddVerify(CLI::App& vault, Connection& connection) {
  auto options = std::make_shared<VerifyVault>();
  auto* verify = vault.add_subcommand(
      "verify",
      "Checks that every row of the vault is whole, and that every claimant's key is there or was destroyed; "
      "ends with 1 if not, and says which numbers");
  verify->add_option(
      "--docket", options->docket,
      "Folder that `klaim init` made, instead of the daemon: served or not, nothing is written");
  verify->add_option("--master-key", options->master_key.place,
                     "With --docket: file of the master key (default: the docket's master.key)");
  verify->add_option("--master-key-token", options->master_key.token,
                     "PKCS#11 URI of the token's key that encrypts it");
  verify->add_option("--next-master-key", options->next_master_key.place,
                     "The next one, where a change was cut off (default: the file with .next at the end)");
  verify->add_option("--next-master-key-token", options->next_master_key.token, "The same for its token");
  verify->footer(
      "Examples:\n  klaim --as auditor vault verify\n  klaim vault verify --docket /srv/klaim --master-key "
      "/safe/master.key");
  OnCall(
      verify, connection, [=, &connection] { return Run(*options, connection); }, false);
}

}  // namespace

void AddVault(CLI::App& app, Connection& connection) {
  auto* vault = app.add_subcommand("vault", "The vault: its master key, and whether every key is there");
  vault->require_subcommand(1);
  auto* make = vault->add_subcommand("new-master-key", "Makes a master key in a file that only you can read");
  auto source = std::make_shared<privacy::MasterKeySource>();
  make->add_option("--file", source->place, "File to make")->required();
  make->add_option("--token", source->token,
                   "PKCS#11 URI of the AES key of a token, under which the file is to be encrypted");
  make->footer(
      "Examples:\n  klaim vault new-master-key --file /srv/klaim/master.key.next\n  klaim vault "
      "change-master-key\n"
      "  klaim vault new-master-key --file next.key --token \"pkcs11:token=klaim;object=master?"
      "module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=/etc/klaim/pin\"");
  OnCall(
      make, connection,
      [=] {
        absl::Status status = privacy::CreateMasterKey(*source);
        if (status.ok()) std::cout << source->place << std::endl;
        return status;
      },
      false);
  auto* change = vault->add_subcommand("change-master-key",
                                       "Wraps every data key under the next master key, while klaimd serves");
  OnCall(change, connection, [&connection] {
    grpc::ClientContext context;
    connection.AddMetadata(context);
    auto reader =
        connection.StubOf<v1::PrivacyService::Stub>().ChangeMasterKey(&context, v1::ChangeMasterKeyRequest());
    v1::ChangeMasterKeyResponse progress;
    uint64_t rows = 0;
    bool done = false;
    {
      Progress shown("Wrapping keys", 0, connection.quiet());
      while (reader->Read(&progress)) {
        if (!progress.done()) shown.Set(rows = progress.rows());
        done |= progress.done();
      }
    }
    absl::Status status = services::FromWire(reader->Finish());
    if (status.ok() && done) {
      connection.Show(progress,
                      absl::StrCat("Changed: ", CountText(rows),
                                   " keys are wrapped under the new master key. Back it up, apart from the "
                                   "data, and destroy copies of the one before."));
    }
    return status;
  });
  AddVerify(*vault, connection);
}

}  // namespace klaim::tools
