// klaim backup, klaim restore: a docket's log, vault and evidence, kept apart and put together again.

#include "services/docket/backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/types/span.h"
#include "engine/base/return_if_error.h"
#include "engine/evidence/evidence_store.h"
#include "engine/log/data_folder.h"
#include "engine/log/rocksdb_event_log.h"
#include "engine/merkle/checkpoint.h"
#include "engine/privacy/vault.h"
#include "engine/record/byte_order.h"
#include "engine/record/encoded_record.h"
#include "engine/storage/database_backup.h"
#include "engine/storage/durable_file.h"
#include "klaim/v1/document_events.pb.h"
#include "klaim/v1/event_record.pb.h"
#include "klaim/v1/operations_service.grpc.pb.h"
#include "tools/installation/authority.h"
#include "tools/installation/docket_files.h"
#include "tools/klaim/admin/commands.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxNamed = 10;
constexpr size_t kKeysAtOnce = 4'096;

struct RestoreOptions {
  std::string log;
  std::string vault;
  std::string evidence;
  std::string docket;
  std::string vkey;
  std::string checkpoint;
  std::string master_key;
  bool accept_lost_keys = false;
};

absl::Status Copy(const std::string& from, const std::string& to) {
  std::error_code error;
  fs::create_directories(fs::path(to).parent_path(), error);
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing, error);
  return error ? absl::InternalError(absl::StrCat("copying ", from, ": ", error.message()))
               : absl::OkStatus();
}

// "12, 15, 17, ..."
std::string Numbers(absl::Span<const uint64_t> numbers) {
  return absl::StrCat(absl::StrJoin(numbers.subspan(0, kMaxNamed), ", "),
                      numbers.size() > kMaxNamed ? ", ..." : "");
}

void SayDamaged(const char* whose, const storage::Restored& restored) {
  for (const std::string& damaged : restored.damaged) {
    std::cout << "Damaged, and so not used, of the " << whose << ": " << damaged << std::endl;
  }
}

// What goes with a backup of the log: its notes, or, beside one that was made before there were any, files.
absl::StatusOr<storage::BackupNotes> NotesOf(const storage::Restored& restored, const std::string& folder) {
  storage::BackupNotes notes = restored.notes;
  for (const char* name : {services::kCheckpointNote, services::kVerifierKeyNote, services::kFormatNote}) {
    if (notes.contains(name)) continue;
    if (!restored.notes.empty())
      return absl::DataLossError(absl::StrCat("the backup in ", folder, " has no ", name));
    ASSIGN_OR_RETURN(auto text, ReadFile(absl::StrCat(folder, "/", name)));
    notes[name] = std::move(text);
  }
  return notes;
}

// The log must be an extension of what it said of itself when it was backed up, or of a later checkpoint that
// somebody kept.
absl::Status CheckLog(const RestoreOptions& options, const storage::BackupNotes& notes,
                      const log::LogReader& log) {
  ASSIGN_OR_RETURN(auto key_text, options.vkey.empty()
                                      ? absl::StatusOr<std::string>(notes.at(services::kVerifierKeyNote))
                                      : ReadFile(options.vkey));
  ASSIGN_OR_RETURN(auto key, merkle::VerifierKey::Parse(key_text));
  std::vector<std::pair<std::string, std::string>> texts = {
      {"the checkpoint in the backup", notes.at(services::kCheckpointNote)}};
  if (!options.checkpoint.empty()) {
    ASSIGN_OR_RETURN(auto text, ReadFile(options.checkpoint));
    texts.emplace_back(absl::StrCat("the checkpoint in ", options.checkpoint), std::move(text));
  }
  for (const auto& [where, text] : texts) {
    ASSIGN_OR_RETURN(auto note, merkle::SignedNote::Parse(text));
    ASSIGN_OR_RETURN(auto checkpoint, merkle::OpenCheckpoint(note, key));
    if (checkpoint.size > log.next_sequence()) {
      return absl::DataLossError(absl::StrCat("the backup has ", log.next_sequence(), " records, ", where,
                                              " says ", checkpoint.size, ": take a newer backup"));
    }
    ASSIGN_OR_RETURN(auto root, log.Root(checkpoint.size));
    if (root != checkpoint.root) {
      return absl::DataLossError(absl::StrCat("the backup is not that of ", where));
    }
  }
  // The tree is what the records say, not only what the files of the tree say.
  std::vector<merkle::Hash> leaves;
  absl::Status read = log.Read(0, [&](uint64_t sequence, absl::string_view bytes) {
    leaves.push_back(record::EntryHash(sequence, bytes));
    return true;
  });
  if (!read.ok()) return read;
  ASSIGN_OR_RETURN(auto root, log.Root(log.next_sequence()));
  if (merkle::RootOfHashes(leaves) != root) return absl::DataLossError("a record of the backup was changed");
  return absl::OkStatus();
}

// What the log names that stands beside it.
struct Named {
  struct Key {
    uint64_t key_id = 0;
    uint64_t owner_id = 0;  // claimant or reference register
    bool of_register = false;
  };
  struct Document {
    uint64_t document_id = 0;
    uint64_t claimant_id = 0;
    evidence::BlobId blob;
    std::string stored_sha256;
  };
  std::vector<Key> keys;
  std::vector<Document> documents;
  absl::flat_hash_set<uint64_t> gone;  // claimants who were erased, reference registers that were withdrawn
};

absl::StatusOr<Named> ReadNamed(const log::LogReader& log) {
  Named named;
  absl::Status status;
  v1::EventRecord event;
  absl::Status read = log.Read(0, [&](uint64_t sequence, absl::string_view bytes) {
    status = record::DecodeRecord(sequence, bytes, event);
    if (!status.ok()) return false;
    if (event.has_claimant_registered())
      named.keys.push_back({event.claimant_registered().key_id(), event.stream(), false});
    if (event.has_reference_register_published())
      named.keys.push_back({event.reference_register_published().key_id(), event.stream(), true});
    if (event.has_claimant_erased() || event.has_reference_register_withdrawn())
      named.gone.insert(event.stream());
    if (event.has_document_received()) {
      const v1::DocumentReceived& received = event.document_received();
      named.documents.push_back(
          {event.stream(), received.claimant_id(), received.blob_id(), received.stored_sha256()});
    }
    return true;
  });
  if (!read.ok()) return read;
  if (!status.ok()) return status;
  return named;
}

// Numbers of data keys by what the rows of a vault say (engine/privacy/vault.h).
struct KeysThere {
  absl::flat_hash_set<uint64_t> usable;
  absl::flat_hash_set<uint64_t> destroyed;
};

// Reads every row, so that damage to any is met.
absl::StatusOr<KeysThere> ReadKeys(const privacy::VaultRows& rows) {
  constexpr size_t kKeyNameBytes = 1 + 8;
  KeysThere there;
  absl::Status read = rows.Scan("", "", [&](absl::string_view name, absl::string_view) {
    if (name.size() != kKeyNameBytes) return true;
    if (name[0] == 'k') there.usable.insert(record::LoadBig64(name.data() + 1));
    if (name[0] == 'e') there.destroyed.insert(record::LoadBig64(name.data() + 1));
    return true;
  });
  if (!read.ok()) return read;
  return there;
}

absl::Status OpenEveryKey(std::unique_ptr<privacy::VaultRows> rows, const std::string& path,
                          const std::string& master_key) {
  ASSIGN_OR_RETURN(auto key, privacy::ReadMasterKey(master_key));
  ASSIGN_OR_RETURN(auto identities, privacy::IdentityIndex::Begin(path));
  // No key is made: the number of one that is missing could be given to it.
  ASSIGN_OR_RETURN(auto vault, privacy::Vault::Open(std::move(rows), std::move(identities), key, std::nullopt,
                                                    [](const absl::Status&) {}));
  for (uint64_t from = 0;;) {
    ASSIGN_OR_RETURN(auto keys, vault->OpenFrom(from, kKeysAtOnce));
    if (!keys.damaged.empty()) {
      return absl::DataLossError(absl::StrCat("data keys of the vault are damaged: ", Numbers(keys.damaged),
                                              ". Take another backup of the vault"));
    }
    if (keys.last_key_id == 0) return absl::OkStatus();
    from = keys.last_key_id + 1;
  }
}

// The vault has, or destroyed, every data key that the log names, and opens with the master key if that is given. Answers the
// claimants who can't be read with it.
absl::StatusOr<absl::flat_hash_set<uint64_t>> CheckVault(const RestoreOptions& options,
                                                         const std::string& path, const Named& named) {
  ASSIGN_OR_RETURN(auto rows, privacy::OpenVaultRows(path));
  ASSIGN_OR_RETURN(auto there, ReadKeys(*rows));
  if (!options.master_key.empty()) {
    RETURN_IF_ERROR(OpenEveryKey(std::move(rows), path, options.master_key));
  }
  absl::flat_hash_set<uint64_t> unreadable;
  std::vector<uint64_t> claimants;
  std::vector<uint64_t> registers;
  for (const Named::Key& key : named.keys) {
    if (there.usable.contains(key.key_id)) continue;
    if (!key.of_register) unreadable.insert(key.owner_id);
    if (there.destroyed.contains(key.key_id) || named.gone.contains(key.owner_id)) continue;
    (key.of_register ? registers : claimants).push_back(key.owner_id);
  }
  if (claimants.empty() && registers.empty()) return unreadable;
  std::string lost;
  if (!claimants.empty())
    absl::StrAppend(&lost, "of ", claimants.size(), " claimants (", Numbers(claimants), ")");
  if (!registers.empty()) {
    absl::StrAppend(&lost, lost.empty() ? "" : " and ", "of ", registers.size(), " reference registers (",
                    Numbers(registers), ")");
  }
  const std::string lacks = absl::StrCat("the backup of the vault lacks the data keys ", lost,
                                         " that stand in the log: it is older than the log, or damaged");
  if (!options.accept_lost_keys) {
    return absl::DataLossError(
        absl::StrCat(lacks,
                     ". Take a newer backup of the vault; if there is none, --accept-lost-keys restores all "
                     "but what those people told, which stays sealed for ever"));
  }
  std::cout << "Accepted: " << lacks << ". klaimd needs --accept-lost-keys to serve it" << std::endl;
  return unreadable;
}

// Every document of the log is there, but those of erased persons, which are removed; returns how many.
absl::StatusOr<uint64_t> CheckEvidence(const RestoreOptions& options, const Named& named,
                                       const absl::flat_hash_set<uint64_t>& unreadable,
                                       evidence::EvidenceStore& store) {
  uint64_t whole = 0;
  std::vector<uint64_t> lacking;
  for (const Named::Document& document : named.documents) {
    if (named.gone.contains(document.claimant_id)) {
      RETURN_IF_ERROR(store.Remove(document.blob));
      continue;
    }
    auto hash = store.HashStored(document.blob);
    if (hash.ok() && merkle::AsBytes(*hash) == document.stored_sha256) {
      ++whole;
      continue;
    }
    // Erased after the log was backed up, as the vault's backup, made after the evidence's, shows.
    if (absl::IsNotFound(hash.status()) && unreadable.contains(document.claimant_id)) continue;
    lacking.push_back(document.document_id);
  }
  if (lacking.empty()) return whole;
  return absl::DataLossError(absl::StrCat(
      lacking.size(), " documents (", Numbers(lacking), ") are missing from the backup, or damaged",
      options.vault.empty() ? ": if their people were erased meanwhile, --vault shows it" : ""));
}

absl::Status RestoreBesideLog(const RestoreOptions& options, const log::DataFolder& folder,
                              const Named& named) {
  absl::flat_hash_set<uint64_t> unreadable;
  if (!options.vault.empty()) {
    ASSIGN_OR_RETURN(auto made, storage::Restore(options.vault, folder.vault()));
    SayDamaged("vault's backups", made);
    ASSIGN_OR_RETURN(unreadable, CheckVault(options, folder.vault(), named));
    std::cout << "The vault is whole" << (options.master_key.empty() ? "" : " and opens with the master key")
              << "; backed up " << TimeText(made.made_at_seconds * 1'000'000) << std::endl;
  }
  if (options.evidence.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(Copy(options.evidence, folder.evidence()));
  ASSIGN_OR_RETURN(auto store, evidence::EvidenceStore::Open(folder.evidence()));
  ASSIGN_OR_RETURN(auto whole, CheckEvidence(options, named, unreadable, *store));
  std::cout << CountText(whole) << " documents, each byte for byte as received" << std::endl;
  return absl::OkStatus();
}

// The log and what must fit it, in the data folder; answers what goes with the log.
absl::StatusOr<storage::BackupNotes> RestoreData(const RestoreOptions& options, const std::string& data) {
  ASSIGN_OR_RETURN(auto made, storage::Restore(options.log + "/records", data + "/log"));
  SayDamaged("log's backups", made);
  ASSIGN_OR_RETURN(auto notes, NotesOf(made, options.log));
  absl::Status status = WriteFile(data + "/FORMAT", notes.at(services::kFormatNote), 0644);
  if (!status.ok()) return status;
  ASSIGN_OR_RETURN(auto folder, log::DataFolder::Open(data));
  ASSIGN_OR_RETURN(auto log, log::RocksDbEventLog::Open(folder.log()));
  status = CheckLog(options, notes, *log);
  // What a cluster's node backed up is restored as a docket of its own.
  if (status.ok()) status = log->SetPosition("");
  if (!status.ok()) return status;
  std::cout << CountText(log->next_sequence()) << " records, each as the signed checkpoint says; backed up "
            << TimeText(made.made_at_seconds * 1'000'000) << std::endl;
  ASSIGN_OR_RETURN(auto named, ReadNamed(*log));
  status = RestoreBesideLog(options, folder, named);
  if (!status.ok()) return status;
  return notes;
}

// All that was written below a folder is durable when this returns.
absl::Status SyncAll(const std::string& folder) {
  const int file = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = file >= 0 && syncfs(file) == 0;
  if (file >= 0) close(file);
  return synced ? absl::OkStatus() : absl::InternalError(absl::StrCat("can't sync ", folder));
}

absl::Status Restore(const RestoreOptions& options) {
  const DocketFiles files{options.docket};
  if (fs::exists(files.data()))
    return absl::AlreadyExistsError(absl::StrCat(files.data(), " is there already"));
  std::error_code error;
  fs::create_directories(files.data(), error);
  if (error) return absl::InternalError(absl::StrCat("can't make ", files.data(), ": ", error.message()));
  ASSIGN_OR_RETURN(auto notes, RestoreData(options, files.data()));
  absl::Status status = WriteFile(files.checkpoint(), notes.at(services::kCheckpointNote), 0644);
  if (status.ok()) {
    status = WriteFile(files.log_verifier_key(), notes.at(services::kVerifierKeyNote), 0644);
  }
  if (status.ok() && !options.vault.empty() && !options.master_key.empty()) {
    status = Copy(options.master_key, files.master_key());
    if (status.ok()) fs::permissions(files.master_key(), fs::perms::owner_read | fs::perms::owner_write);
  }
  if (status.ok()) status = SyncAll(files.root);
  if (!status.ok()) return status;
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

void AddRestore(CLI::App& app, Connection& connection) {
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
  restore->add_flag("--accept-lost-keys", options->accept_lost_keys,
                    "Restore also where the vault lacks keys of people in the log, as an old backup does: "
                    "what they told stays sealed for ever");
  restore->footer(
      "Example:\n  klaim restore --log /backup/log --vault /safe/vault --evidence /backup/evidence --docket "
      "/srv/klaim "
      "--master-key /safe/master.key");
  OnCall(
      restore, connection,
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

void AddBackup(CLI::App& app, Connection& connection) {
  auto* backup =
      app.add_subcommand("backup", "Backs the docket up, while it serves, to the places klaimd has for it");
  auto keep = std::make_shared<uint32_t>(7);
  backup->add_option("--keep", *keep, "How many backups to keep")->capture_default_str();
  backup->footer(
      "Example:\n  klaimd --docket /srv/klaim --backup-log /backup/log --backup-vault /safe/vault "
      "--backup-evidence "
      "/backup/evidence\n  klaim --as administrator backup\n"
      "After an erasure, `--keep 1` takes what was erased out of the vault's backups at once.");
  OnCall(backup, connection, [=, &connection] {
    v1::BackUpRequest request;
    request.set_keep(*keep);
    grpc::ClientContext context;
    connection.AddMetadata(context);
    auto stub = v1::OperationsService::NewStub(connection.channel());
    auto reader = stub->BackUp(&context, request);
    v1::BackUpResponse message;
    while (reader->Read(&message)) {
      if (!message.done() && !connection.json() && !connection.quiet())
        std::cout << message.what() << " backed up" << std::endl;
    }
    absl::Status status = services::FromWire(reader->Finish());
    if (status.ok()) {
      connection.Show(message, absl::StrCat(CountText(message.records()), " records, ",
                                            CountText(message.documents()), " documents"));
    }
    return status;
  });
  AddRestore(app, connection);
}

}  // namespace klaim::tools
