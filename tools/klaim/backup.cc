// klaim backup, klaim restore: a docket's log, vault and evidence, kept apart and put together again.

#include <filesystem>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "engine/evidence/evidence_store.h"
#include "engine/log/data_folder.h"
#include "engine/log/rocksdb_event_log.h"
#include "engine/merkle/checkpoint.h"
#include "engine/privacy/vault.h"
#include "engine/record/encoded_record.h"
#include "engine/storage/database_backup.h"
#include "klaim/v1/operations_service.grpc.pb.h"
#include "tools/authority.h"
#include "tools/docket_files.h"
#include "tools/klaim/session.h"

namespace klaim::tools {
namespace {

namespace fs = std::filesystem;

struct RestoreOptions {
  std::string log;
  std::string vault;
  std::string evidence;
  std::string docket;
  std::string vkey;
  std::string checkpoint;
  std::string master_key;
};

absl::Status Copy(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::create_directories(fs::path(to).parent_path(), error);
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing, error);
  return error ? absl::InternalError(absl::StrCat("copying ", from, ": ", error.message()))
               : absl::OkStatus();
}

// The log must be an extension of what it said of itself when it was backed up, or of a later checkpoint that
// somebody kept.
absl::Status CheckLog(const RestoreOptions& options, const log::EventLog& log) {
  const std::string key_file = options.vkey.empty() ? options.log + "/log.vkey" : options.vkey;
  auto key_text = ReadFile(key_file);
  if (!key_text.ok()) return key_text.status();
  auto key = merkle::VerifierKey::Parse(*key_text);
  if (!key.ok()) return key.status();
  for (const std::string& file : {options.log + "/checkpoint", options.checkpoint}) {
    if (file.empty()) continue;
    auto text = ReadFile(file);
    if (!text.ok()) return text.status();
    auto note = merkle::SignedNote::Parse(*text);
    if (!note.ok()) return note.status();
    auto checkpoint = merkle::OpenCheckpoint(*note, *key);
    if (!checkpoint.ok()) return checkpoint.status();
    if (checkpoint->size > log.next_sequence()) {
      return absl::DataLossError(absl::StrCat("the backup has ", log.next_sequence(),
                                              " records, the checkpoint in ", file, " says ",
                                              checkpoint->size, ": take a newer backup"));
    }
    auto root = log.Root(checkpoint->size);
    if (!root.ok()) return root.status();
    if (*root != checkpoint->root) {
      return absl::DataLossError(absl::StrCat("the backup is not that of the checkpoint in ", file));
    }
  }
  // The tree is what the records say, not only what the files of the tree say.
  std::vector<merkle::Hash> leaves;
  absl::Status read = log.Read(0, [&](uint64_t sequence, absl::string_view bytes) {
    leaves.push_back(record::EntryHash(sequence, bytes));
    return true;
  });
  if (!read.ok()) return read;
  auto root = log.Root(log.next_sequence());
  if (!root.ok()) return root.status();
  if (merkle::RootOfHashes(leaves) != *root) return absl::DataLossError("a record of the backup was changed");
  return absl::OkStatus();
}

// Every document of the log is there, but those of erased persons; returns how many.
absl::StatusOr<uint64_t> CheckEvidence(const log::EventLog& log, const evidence::EvidenceStore& store) {
  std::map<uint64_t, v1::DocumentReceived> documents;
  std::set<uint64_t> erased;
  v1::EventRecord event;
  absl::Status read = log.Read(0, [&](uint64_t sequence, absl::string_view bytes) {
    if (!record::DecodeRecord(sequence, bytes, event).ok()) return false;
    if (event.has_document_received()) documents[sequence] = event.document_received();
    if (event.has_claimant_erased()) erased.insert(event.stream());
    return true;
  });
  if (!read.ok()) return read;
  uint64_t whole = 0;
  for (const auto& [document_id, received] : documents) {
    if (erased.contains(received.claimant_id())) continue;
    auto hash = store.HashStored(received.blob_id());
    if (!hash.ok() || merkle::AsBytes(*hash) != absl::string_view(received.stored_sha256())) {
      return absl::DataLossError(
          absl::StrCat("document ", document_id, " is missing from the backup, or damaged"));
    }
    ++whole;
  }
  return whole;
}

absl::Status Restore(const RestoreOptions& options) {
  const DocketFiles files{options.docket};
  if (fs::exists(files.data()))
    return absl::AlreadyExistsError(absl::StrCat(files.data(), " is there already"));
  auto format = ReadFile(options.log + "/FORMAT");
  if (!format.ok()) return format.status();
  fs::create_directories(files.data());
  if (absl::Status status = WriteFile(files.data() + "/FORMAT", *format, 0644); !status.ok()) return status;
  auto made = storage::Restore(options.log + "/records", files.data() + "/log");
  if (!made.ok()) return made.status();
  {
    auto folder = log::DataFolder::Open(files.data());
    if (!folder.ok()) return folder.status();
    auto log = log::RocksDbEventLog::Open(folder->log());
    if (!log.ok()) return log.status();
    if (absl::Status status = CheckLog(options, **log); !status.ok()) return status;
    // What a cluster's node backed up is restored as a docket of its own.
    if (absl::Status status = (*log)->SetPosition(""); !status.ok()) return status;
    std::cout << CountText((*log)->next_sequence())
              << " records, each as the signed checkpoint says; backed up " << TimeText(*made * 1'000'000)
              << std::endl;
    if (!options.evidence.empty()) {
      if (absl::Status status = Copy(options.evidence, folder->evidence()); !status.ok()) return status;
      auto store = evidence::EvidenceStore::Open(folder->evidence());
      if (!store.ok()) return store.status();
      auto whole = CheckEvidence(**log, **store);
      if (!whole.ok()) return whole.status();
      std::cout << CountText(*whole) << " documents, each byte for byte as received" << std::endl;
    }
  }
  if (!options.vault.empty()) {
    auto vault_made = storage::Restore(options.vault, files.data() + "/vault");
    if (!vault_made.ok()) return vault_made.status();
    if (!options.master_key.empty()) {
      auto key = privacy::ReadMasterKey(options.master_key);
      if (!key.ok()) return key.status();
      auto vault = privacy::Vault::Open(files.data() + "/vault", *key);
      if (!vault.ok()) return vault.status();
      if (absl::Status status = Copy(options.master_key, files.master_key()); !status.ok()) return status;
      fs::permissions(files.master_key(), fs::perms::owner_read | fs::perms::owner_write);
      std::cout << "The vault opens with the master key" << std::endl;
    }
  }
  if (absl::Status status = Copy(options.log + "/checkpoint", files.checkpoint()); !status.ok())
    return status;
  if (absl::Status status = Copy(options.log + "/log.vkey", files.log_verifier_key()); !status.ok())
    return status;
  std::cout << "Restored into " << options.docket << ".";
  std::string missing;
  for (const std::string& file : {files.master_key(), files.log_key(), files.authority_certificate(),
                                  files.revocation_list(), files.server_certificate(), files.server_key()}) {
    if (!fs::exists(file)) absl::StrAppend(&missing, "\n  ", file);
  }
  if (!missing.empty()) std::cout << " Bring back, from where you keep them apart:" << missing;
  std::cout << "\nNext: klaimd --docket " << options.docket
            << "; what was erased since the backup is erased again" << std::endl;
  return absl::OkStatus();
}

void AddRestore(CLI::App& app, Session& session) {
  auto options = std::make_shared<RestoreOptions>();
  auto* restore =
      app.add_subcommand("restore", "Puts a docket together from its backups, and checks every record");
  restore->add_option("--log", options->log, "Backup of the log")->required();
  restore->add_option("--vault", options->vault, "Backup of the vault; without it nobody's name can be read");
  restore->add_option("--evidence", options->evidence, "Backup of the evidence");
  restore->add_option("--docket", options->docket, "Folder to restore into")->required();
  restore->add_option("--vkey", options->vkey,
                      "The log's public key from another hand (default: that in the backup)");
  restore->add_option("--checkpoint", options->checkpoint,
                      "A later checkpoint that the log must have reached");
  restore->add_option("--master-key", options->master_key, "The master key, to try the vault with");
  restore->footer(
      "Example:\n  klaim restore --log /backup/log --vault /safe/vault --evidence /backup/evidence --docket "
      "/srv/klaim "
      "--master-key /safe/master.key");
  OnCall(
      restore, session,
      [=] {
        absl::Status status = Restore(*options);
        std::error_code ignored;
        // What can't be trusted is not left behind to be used.
        if (!status.ok() && !absl::IsAlreadyExists(status))
          fs::remove_all(DocketFiles{options->docket}.data(), ignored);
        return status;
      },
      false);
}

}  // namespace

void AddBackup(CLI::App& app, Session& session) {
  auto* backup =
      app.add_subcommand("backup", "Backs the docket up, while it serves, to the places klaimd has for it");
  auto keep = std::make_shared<uint32_t>(7);
  backup->add_option("--keep", *keep, "How many backups to keep")->capture_default_str();
  backup->footer(
      "Example:\n  klaimd --docket /srv/klaim --backup-log /backup/log --backup-vault /safe/vault "
      "--backup-evidence "
      "/backup/evidence\n  klaim --as administrator backup\n"
      "After an erasure, `--keep 1` takes what was erased out of the vault's backups at once.");
  OnCall(backup, session, [=, &session] {
    v1::BackUpRequest request;
    request.set_keep(*keep);
    grpc::ClientContext context;
    session.AddMetadata(context);
    auto stub = v1::OperationsService::NewStub(session.channel());
    auto reader = stub->BackUp(&context, request);
    v1::BackUpResponse message;
    while (reader->Read(&message)) {
      if (!message.done() && !session.json() && !session.quiet())
        std::cout << message.what() << " backed up" << std::endl;
    }
    absl::Status status = services::FromWire(reader->Finish());
    if (status.ok()) {
      session.Show(message, absl::StrCat(CountText(message.records()), " records, ",
                                         CountText(message.documents()), " documents"));
    }
    return status;
  });
  AddRestore(app, session);
}

}  // namespace klaim::tools
