// klaim audit: verify a whole log, prove one record, replay, compare two moments, explain a claim, export.

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "engine/record/encoded_record.h"
#include "engine/time/steady.h"
#include "klaim/v1/audit_service.grpc.pb.h"
#include "klaim/v1/common.pb.h"
#include "klaim/v1/event_record.pb.h"
#include "klaim/v1/import_export_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "services/common/log_exporter.h"
#include "tools/installation/authority.h"
#include "tools/klaim/audit/commands.h"
#include "tools/klaim/audit/exported_log.h"
#include "tools/klaim/audit/log_verifier.h"
#include "tools/klaim/client/event_words.h"
#include "tools/klaim/client/json_message.h"
#include "tools/klaim/client/progress.h"
#include "tools/klaim/client/text.h"
#include "tools/klaim/client/trust/exports.h"
#include "tools/klaim/client/trust/replay.h"

namespace klaim::tools {
namespace {

using Audit = v1::AuditService::Stub;

// The exit status of an examination: 0 for proven, 1 for what is false, and this for what couldn't be examined, which says nothing
// against the record: a file is missing or malformed, the key is another's, the daemon doesn't answer.
constexpr int kNotExamined = 2;
constexpr char kExitStatus[] =
    "Ends with 0 when it is proven, with 1 when something is false, with 2 when it could not be examined.";

absl::StatusOr<merkle::VerifierKey> ReadKey(const std::string& file) {
  ASSIGN_OR_RETURN(auto text, ReadFile(file));
  return merkle::VerifierKey::Parse(text);
}

// The checkpoint that is out, once it has at least `size` records.
absl::StatusOr<std::string> WaitForCheckpoint(Connection& connection, uint64_t size) {
  const absl::Duration until = steady::Now() + absl::Minutes(1);
  while (true) {
    auto text = connection.Get("/checkpoint", 64 << 10);
    auto note = text.ok() ? merkle::SignedNote::Parse(*text) : text.status();
    auto checkpoint = note.ok() ? merkle::Checkpoint::Parse(note->text) : note.status();
    if (checkpoint.ok() && checkpoint->size >= size) return *text;
    if (steady::Now() > until) {
      return checkpoint.ok() ? absl::UnavailableError(absl::StrCat(
                                   "the checkpoint that is out has ", checkpoint->size, " records, not yet ",
                                   size, ": are the witnesses that klaimd waits for there?"))
                             : checkpoint.status();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

// Reads the served log into a folder, record by record, up to a checkpoint, with what the server's read models hold: nothing is
// recorded by that, so that whoever verifies changes nothing.
absl::Status ReadServedLog(Connection& connection, const std::string& folder) {
  v1::GetReadModelHashesResponse models;
  absl::Status status = connection.Call(&Audit::GetReadModelHashes, v1::GetReadModelHashesRequest(), models);
  if (!status.ok()) return status;
  v1::GetTreeHeadResponse head;
  status = connection.Call(&Audit::GetTreeHead, v1::GetTreeHeadRequest(), head);
  if (!status.ok()) return status;
  ASSIGN_OR_RETURN(auto checkpoint, WaitForCheckpoint(connection, std::max(models.size(), head.size())));
  ASSIGN_OR_RETURN(auto vkey, connection.Get("/vkey", 1 << 10));
  const uint64_t size = merkle::Checkpoint::Parse(merkle::SignedNote::Parse(checkpoint)->text)->size;
  services::LogExporter exporter(folder, true);
  {
    Progress progress("records", size, connection.quiet());
    grpc::ClientContext context;
    connection.AddMetadata(context);
    auto reader = connection.StubOf<v1::AuditService::Stub>().ReadLog(&context, v1::ReadLogRequest());
    v1::ReadLogResponse response;
    bool more = true;
    while (status.ok() && exporter.size() < size && (more = reader->Read(&response))) {
      for (const std::string& record : response.records()) {
        if (!status.ok() || exporter.size() == size) break;
        status = exporter.Add(record);
      }
      progress.Set(exporter.size());
    }
    // What the daemon itself ended with would be hidden by it.
    if (more) context.TryCancel();
    const absl::Status ended = services::FromWire(reader->Finish());
    if (exporter.size() < size && status.ok()) {
      status =
          ended.ok() ? absl::DataLossError(absl::StrCat("the log ended at record ", exporter.size())) : ended;
    }
  }
  if (status.ok()) status = exporter.Finish(checkpoint);
  if (status.ok()) status = WriteFile(folder + "/vkey", vkey, 0644);
  if (!status.ok()) return status;
  return WriteFile(folder + "/read-models.json",
                   services::ReadModelsJson(
                       models.size(), std::map<std::string, std::string>(models.read_model_hashes().begin(),
                                                                         models.read_model_hashes().end())),
                   0644);
}

// Has the daemon write the log into files, as a job, and fetches them; those of an earlier job when it is named.
absl::Status Export(Connection& connection, const std::string& folder, bool without_entries, bool detach,
                    uint64_t job_id) {
  using Exports = v1::ImportExportService::Stub;
  ASSIGN_OR_RETURN(auto vkey, connection.Get("/vkey", 1 << 10));
  if (job_id == 0) {
    v1::StartLogExportRequest request;
    v1::StartLogExportResponse response;
    request.set_request_id(connection.RequestId());
    request.set_without_entries(without_entries);
    RETURN_IF_ERROR(connection.Call(&Exports::StartLogExport, request, response));
    job_id = response.job_id();
  }
  if (detach) return ShowUntilEnded(connection, job_id, true);
  absl::Status status =
      FetchExport<v1::ReadLogExportRequest>(connection, job_id, "records", &Exports::ReadLogExport,
                                            [&](const std::string& file) { return folder + "/" + file; });
  return status.ok() ? WriteFile(folder + "/vkey", vkey, 0644) : status;
}

// A folder for what is only needed meanwhile; goes with the object.
class Scratch {
 public:
  Scratch() {
    std::string name = std::filesystem::temp_directory_path() / "klaim-audit-XXXXXX";
    path_ = mkdtemp(name.data()) == nullptr ? "" : name;
  }
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Verify {
  std::string folder;
  std::string vkey;
  std::string earlier;
  std::vector<std::string> witnesses;
  std::string work;
  bool no_fold = false;
  bool english = false;
};

absl::Status Run(const Verify& verify, Connection& connection) {
  Scratch scratch;
  VerifyOptions options;
  options.folder = verify.folder;
  options.scratch = verify.work.empty() ? scratch.path() + "/work" : verify.work;
  options.fold = !verify.no_fold;
  std::string vkey = verify.vkey;
  if (verify.folder.empty()) {
    RETURN_IF_ERROR(connection.Connect());
    options.folder = scratch.path() + "/log";
    RETURN_IF_ERROR(ReadServedLog(connection, options.folder));
    if (vkey.empty()) vkey = connection.log_key_file();
  }
  if (vkey.empty()) {
    return absl::InvalidArgumentError(
        "--vkey: name the file with the log's public key, which you had from another hand than the folder");
  }
  ASSIGN_OR_RETURN(options.log_key, ReadKey(vkey));
  for (const std::string& file : verify.witnesses) {
    ASSIGN_OR_RETURN(auto witness, ReadKey(file));
    options.witnesses.push_back(std::move(witness));
  }
  if (!verify.earlier.empty()) {
    ASSIGN_OR_RETURN(auto earlier, ReadFile(verify.earlier));
    options.earlier = std::move(earlier);
  }
  std::unique_ptr<Progress> progress;
  std::string doing;
  options.progress = [&](const char* what, uint64_t done, uint64_t total) {
    if (doing != what) progress = std::make_unique<Progress>(doing = what, total, connection.quiet());
    progress->Set(done);
  };
  auto report = VerifyLog(options);
  progress.reset();
  if (!report.ok()) return report.status();
  std::cout << (connection.json() ? report->Json() + "\n"
                                  : report->Page(verify.english ? Language::kEnglish : Language::kIndonesian))
            << std::flush;
  return report->proven ? absl::OkStatus()
                        : absl::DataLossError("the log is not proven: " + report->faults.front());
}

void AddVerify(CLI::App& audit, Connection& connection) {
  auto verify = std::make_shared<Verify>();
  auto* command = audit.add_subcommand(
      "verify", "Checks the whole log: every leaf, the tree, the signature, every stream, every read model");
  command->add_option("--folder", verify->folder, "An exported folder, instead of the daemon's log");
  command->add_option("--vkey", verify->vkey,
                      "File with the log's public key (default: the daemon's own folder)");
  command->add_option("--earlier", verify->earlier, "A checkpoint from before, that the log must extend");
  command->add_option("--witness", verify->witnesses,
                      "File with a witness's public key, whose cosignature must be there");
  command->add_option(
      "--work", verify->work,
      "Folder for read models while they are computed anew; kept when it is cut off, so that the next "
      "attempt goes on from there, and removed at the end");
  command->add_flag("--no-fold", verify->no_fold, "Don't compare the read models");
  command->add_flag("--english", verify->english, "In English instead of Indonesian");
  command->footer(
      "Examples:\n  klaim audit verify --english\n"
      "  klaim audit verify --folder export-2026 --vkey log.vkey --earlier checkpoint-2025 --work "
      "verification-2026\n" +
      std::string(kExitStatus));
  OnCall(
      command, connection, [=, &connection] { return Run(*verify, connection); }, false, kNotExamined);
}

void AddExport(CLI::App& audit, Connection& connection) {
  auto folder = std::make_shared<std::string>();
  auto without = std::make_shared<bool>(false);
  auto job = std::make_shared<uint64_t>(0);
  auto* command = audit.add_subcommand(
      "export", "Writes checkpoint, vkey, tiles and entries (c2sp.org/tlog-tiles) into a folder");
  command->add_option("DIR", *folder, "Folder to make")->required();
  command->add_flag("--without-entries", *without, "Hashes alone, which tell nothing: for anybody");
  auto detach = std::make_shared<bool>(false);
  command->add_flag("--detach", *detach, "Don't wait: the daemon writes it, and --job fetches it later");
  command->add_option("--job", *job, "Fetch again what this job wrote, within seven days");
  command->footer(
      "Example:\n  klaim audit export export-2026\n  klaim audit verify --folder export-2026 --vkey "
      "log.vkey");
  OnCall(command, connection, [=, &connection]() -> absl::Status {
    if (*job == 0 && std::filesystem::exists(*folder) && !std::filesystem::is_empty(*folder)) {
      return absl::AlreadyExistsError(absl::StrCat(*folder, " is not empty"));
    }
    absl::Status status = Export(connection, *folder, *without, *detach, *job);
    if (status.ok() && !connection.json()) std::cout << *folder << std::endl;
    return status;
  });
}

// A record's proof under a checkpoint, checked here as whoever gets it will check it.
absl::StatusOr<merkle::LogProof> Prove(Connection& connection, uint64_t sequence,
                                       const std::string& checkpoint_text) {
  ASSIGN_OR_RETURN(auto note, merkle::SignedNote::Parse(checkpoint_text));
  ASSIGN_OR_RETURN(auto checkpoint, merkle::Checkpoint::Parse(note.text));
  v1::GetInclusionProofRequest request;
  v1::GetInclusionProofResponse response;
  request.set_sequence(sequence);
  request.set_size(checkpoint.size);
  RETURN_IF_ERROR(connection.Call(&Audit::GetInclusionProof, request, response));
  merkle::LogProof proof;
  proof.extra = response.record();
  proof.index = sequence;
  for (const std::string& hash : response.path()) {
    if (hash.size() != sizeof(merkle::Hash))
      return absl::DataLossError("the proof has a hash that isn't one");
    proof.path.push_back(merkle::HashFromBytes(hash));
  }
  proof.checkpoint = checkpoint_text;
  if (!merkle::VerifyInclusion(record::EntryHash(sequence, proof.extra), sequence, checkpoint.size,
                               proof.path, checkpoint.root)) {
    return absl::DataLossError(absl::StrCat("record ", sequence, " is NOT under the signed checkpoint"));
  }
  return proof;
}

struct ProveOptions {
  std::optional<uint64_t> claim;
  std::optional<uint64_t> record;
  std::string out;
  std::string leaf;
  std::string path;
};

void AddProve(CLI::App& audit, Connection& connection) {
  auto options = std::make_shared<ProveOptions>();
  auto* command = audit.add_subcommand(
      "prove", "Writes a record, its inclusion proof and the checkpoint into one file (c2sp.org/tlog-proof)");
  auto* which = command->add_option_group("which");
  which->add_option("--claim", options->claim, "The filing of this claim");
  which->add_option("--record", options->record, "This record");
  which->require_option(1);
  command->add_option("--out", options->out, "File to write (default: NUMBER.tlog-proof)");
  command->add_option("--leaf", options->leaf, "Also the leaf's bytes into this file");
  command->add_option("--path", options->path, "Also the hashes into this file, Base64, one a line");
  command->footer(
      "Example:\n  klaim audit prove --claim 4711\n  klaim audit check 4711.tlog-proof --vkey log.vkey");
  OnCall(command, connection, [=, &connection]() -> absl::Status {
    const uint64_t sequence = options->claim.has_value() ? *options->claim : *options->record;
    ASSIGN_OR_RETURN(auto checkpoint, WaitForCheckpoint(connection, sequence + 1));
    ASSIGN_OR_RETURN(auto proof, Prove(connection, sequence, checkpoint));
    v1::EventRecord event;
    if (!event.ParseFromString(proof.extra)) return absl::DataLossError("the record can't be read");
    if (options->claim.has_value() && !event.has_claim_filed()) {
      return absl::NotFoundError(absl::StrCat("--claim: no claim has the number ", sequence));
    }
    const std::string out = options->out.empty() ? absl::StrCat(sequence, ".tlog-proof") : options->out;
    absl::Status status = WriteFile(out, proof.Format(), 0600);
    if (status.ok() && !options->leaf.empty()) {
      std::string kept;
      status = WriteFile(options->leaf, std::string(record::LogEntry(sequence, proof.extra, kept)), 0600);
    }
    if (status.ok() && !options->path.empty()) {
      std::string lines;
      for (const merkle::Hash& hash : proof.path) absl::StrAppend(&lines, merkle::HashText(hash), "\n");
      status = WriteFile(options->path, lines, 0644);
    }
    if (status.ok()) {
      std::cout << out << ": record " << sequence << ", shown by " << proof.path.size()
                << " hashes under the signed checkpoint" << std::endl;
    }
    return status;
  });
}

struct CheckOptions {
  std::string bundle;
  std::string vkey;
  std::string receipt;
  std::vector<std::string> witnesses;
  bool english = false;
};

// A receipt as a program keeps it: the JSON of v1.Receipt, or of an answer that holds one. DATA_LOSS only where the record is
// another than the receipt's; what can't be compared says nothing against the record.
absl::Status CompareReceipt(const std::string& file, uint64_t index, const merkle::Hash& leaf) {
  v1::Receipt receipt;
  if (absl::Status read = ReadReceipt(file, receipt); !read.ok())
    return absl::Status(read.code(), absl::StrCat("--receipt: ", read.message()));
  if (receipt.sequence() != index) {
    return absl::FailedPreconditionError(absl::StrCat("--receipt: ", file, " is of record ",
                                                      receipt.sequence(), ", the proof of record ", index,
                                                      ": compare it with the proof of its own record"));
  }
  if (receipt.leaf_hash() != merkle::AsBytes(leaf)) {
    return absl::DataLossError(
        "the receipt is NOT that of this record: what was recorded is not what was filed");
  }
  return absl::OkStatus();
}

absl::Status Check(const CheckOptions& options) {
  ASSIGN_OR_RETURN(auto key, ReadKey(options.vkey));
  ASSIGN_OR_RETURN(auto text, ReadFile(options.bundle));
  ASSIGN_OR_RETURN(auto proof, merkle::LogProof::Parse(text));
  ASSIGN_OR_RETURN(auto note, merkle::SignedNote::Parse(proof.checkpoint));
  ASSIGN_OR_RETURN(auto checkpoint, merkle::OpenCheckpoint(note, key));
  const merkle::Hash leaf = record::EntryHash(proof.index, proof.extra);
  if (!merkle::VerifyInclusion(leaf, proof.index, checkpoint.size, proof.path, checkpoint.root)) {
    return absl::DataLossError(absl::StrCat("record ", proof.index, " is NOT under the signed checkpoint"));
  }
  v1::EventRecord event;
  RETURN_IF_ERROR(record::DecodeRecord(proof.index, proof.extra, event));
  if (!options.receipt.empty()) {
    RETURN_IF_ERROR(CompareReceipt(options.receipt, proof.index, leaf));
  }
  const Language language = options.english ? Language::kEnglish : Language::kIndonesian;
  const auto in = [&](const char* indonesian, const char* english) {
    return options.english ? english : indonesian;
  };
  std::string witnessed;
  for (const std::string& file : options.witnesses) {
    ASSIGN_OR_RETURN(auto witness, ReadKey(file));
    ASSIGN_OR_RETURN(auto time_seconds, merkle::VerifyCosignature(note, witness));
    absl::StrAppend(&witnessed, in("Disaksikan oleh ", "Witnessed by "), witness.name, ", ",
                    TimeText(static_cast<int64_t>(time_seconds) * 1'000'000), "\n");
  }
  std::cout << in("TERBUKTI: peristiwa ini ada dalam catatan ", "PROVEN: this event stands in the record ")
            << checkpoint.origin << in(", nomor ", ", number ") << proof.index << in(" dari ", " of ")
            << CountText(checkpoint.size) << ".\n"
            << witnessed;
  if (!options.receipt.empty()) {
    std::cout << in("Tanda terima cocok dengan peristiwa ini.\n", "The receipt is that of this event.\n");
  }
  std::cout << "\n"
            << TimeText(event.recorded_at_micros()) << "  " << EventSentence(event, language) << "  ("
            << event.actor() << ")\n";
  for (const std::string& line : EventDetails(event, language)) std::cout << "  " << line << "\n";
  std::cout << std::flush;
  return absl::OkStatus();
}

void AddCheck(CLI::App& audit, Connection& connection) {
  auto options = std::make_shared<CheckOptions>();
  auto* command = audit.add_subcommand("check", "Checks what `audit prove` wrote, without any server");
  command->add_option("BUNDLE", options->bundle, "The file")->required();
  command->add_option("--vkey", options->vkey, "File with the log's public key")->required();
  command->add_option("--receipt", options->receipt, "A receipt (JSON) that must be that of this record");
  command->add_option("--witness", options->witnesses,
                      "File with a witness's public key, whose cosignature must be there");
  command->add_flag("--english", options->english, "In English instead of Indonesian");
  command->footer("Example:\n  klaim audit check 4711.tlog-proof --vkey log.vkey --receipt receipt.json\n" +
                  std::string(kExitStatus));
  OnCall(
      command, connection, [=] { return Check(*options); }, false, kNotExamined);
}

// All records of a stream.
absl::StatusOr<std::vector<v1::EventRecord>> ReadStream(Connection& connection, uint64_t stream) {
  v1::ReadLogRequest request;
  request.set_only_stream(true);
  request.set_stream(stream);
  grpc::ClientContext context;
  connection.AddMetadata(context);
  auto reader = connection.StubOf<v1::AuditService::Stub>().ReadLog(&context, request);
  v1::ReadLogResponse response;
  std::vector<v1::EventRecord> events;
  while (reader->Read(&response)) {
    for (const std::string& bytes : response.records()) {
      if (!events.emplace_back().ParseFromString(bytes)) return absl::DataLossError("a record can't be read");
    }
  }
  RETURN_IF_ERROR(services::FromWire(reader->Finish()));
  return events;
}

void AddExplain(CLI::App& audit, Connection& connection) {
  auto claim = std::make_shared<uint64_t>(0);
  auto english = std::make_shared<bool>(false);
  auto* command = audit.add_subcommand(
      "explain", "A claim's life in plain words, each line with its event and its proof");
  command->add_option("CLAIM", *claim, "Number of the claim")->required();
  command->add_flag("--english", *english, "In English instead of Indonesian");
  OnCall(command, connection, [=, &connection]() -> absl::Status {
    ASSIGN_OR_RETURN(auto events, ReadStream(connection, *claim));
    if (events.empty() || !events.front().has_claim_filed()) {
      return absl::NotFoundError(absl::StrCat("CLAIM: no claim has the number ", *claim));
    }
    ASSIGN_OR_RETURN(auto checkpoint, WaitForCheckpoint(connection, events.back().sequence() + 1));
    const Language language = *english ? Language::kEnglish : Language::kIndonesian;
    for (const v1::EventRecord& event : events) {
      ASSIGN_OR_RETURN(auto proof, Prove(connection, event.sequence(), checkpoint));
      std::cout << TimeText(event.recorded_at_micros()) << "  " << EventSentence(event, language) << "  ("
                << event.actor() << ")\n";
      for (const std::string& line : EventDetails(event, language)) std::cout << "    " << line << "\n";
      std::cout << "    " << (*english ? "proof" : "bukti") << ": no. " << event.sequence() << ", "
                << merkle::ToHex(merkle::AsBytes(record::EntryHash(event.sequence(), proof.extra))) << ", "
                << proof.path.size() << (*english ? " hashes" : " sidik") << "\n";
    }
    const auto signed_by = merkle::Checkpoint::Parse(merkle::SignedNote::Parse(checkpoint)->text);
    std::cout << (*english ? "All under the signed root " : "Semua di bawah akar yang ditandatangani ")
              << merkle::ToHex(merkle::AsBytes(signed_by->root)) << " (" << signed_by->size << ")"
              << std::endl;
    return absl::OkStatus();
  });
}

struct DiffOptions {
  uint64_t from = 0;
  uint64_t to = 0;
  uint64_t claim = 0;
  uint64_t group = 0;
  uint64_t settlement = 0;
  bool english = false;
};

// Where a claim stood, with its amounts.
absl::StatusOr<std::string> ClaimThen(Connection& connection, uint64_t claim, uint64_t sequence) {
  if (sequence < claim) return std::string("-");
  connection.AsOf(absl::StrCat(sequence));
  v1::GetClaimRequest request;
  v1::GetClaimResponse response;
  request.set_claim_id(claim);
  absl::Status status = connection.Call(&v1::IntakeService::Stub::GetClaim, request, response);
  connection.AsOf("");
  if (!status.ok()) return status;
  std::string text = EnumName(response.claim().status());
  for (const auto& head : response.claim().heads()) {
    absl::StrAppend(&text, "; ", head.code(), " ",
                    MoneyText(head.determined_minor(), response.claim().currency()), " / ",
                    MoneyText(head.allocated_minor(), response.claim().currency()), " / ",
                    MoneyText(head.paid_minor(), response.claim().currency()));
  }
  return text;
}

void AddDiff(CLI::App& audit, Connection& connection) {
  auto options = std::make_shared<DiffOptions>();
  auto* command = audit.add_subcommand(
      "diff", "What changed between two records for a claim, group or settlement, and by whom");
  command->add_option("--from", options->from, "Number of the earlier record")->required();
  command->add_option("--to", options->to, "Number of the later record")->required();
  auto* which = command->add_option_group("which");
  which->add_option("--claim", options->claim, "A claim");
  which->add_option("--group", options->group, "A claimant group");
  which->add_option("--settlement", options->settlement, "A settlement");
  which->require_option(1);
  command->add_flag("--english", options->english, "In English instead of Indonesian");
  command->footer("Example:\n  klaim audit diff --from 3875 --to 3960 --claim 886");
  OnCall(command, connection, [=, &connection]() -> absl::Status {
    if (options->from > options->to) return absl::InvalidArgumentError("--from lies after --to");
    const Language language = options->english ? Language::kEnglish : Language::kIndonesian;
    ASSIGN_OR_RETURN(auto events,
                     ReadStream(connection, options->claim + options->group + options->settlement));
    uint64_t changes = 0;
    for (const v1::EventRecord& event : events) {
      if (event.sequence() <= options->from || event.sequence() > options->to) continue;
      ++changes;
      std::cout << TimeText(event.recorded_at_micros()) << "  no. " << event.sequence() << "  "
                << EventSentence(event, language) << "  (" << event.actor() << ")\n";
      for (const std::string& line : EventDetails(event, language)) std::cout << "    " << line << "\n";
    }
    if (options->claim != 0) {
      auto before = ClaimThen(connection, options->claim, options->from);
      auto after = ClaimThen(connection, options->claim, options->to);
      if (!before.ok()) return before.status();
      if (!after.ok()) return after.status();
      const char* amounts =
          options->english ? " (determined / allocated / paid)" : " (ditetapkan / dialokasikan / dibayar)";
      std::cout << options->from << ": " << *before << "\n"
                << options->to << ": " << *after << amounts << "\n";
    }
    std::cout << changes << (options->english ? " changes" : " perubahan") << std::endl;
    return absl::OkStatus();
  });
}

}  // namespace

void AddAudit(CLI::App& app, Connection& connection) {
  auto* audit =
      app.add_subcommand("audit", "Verify the whole log, prove a record, replay, compare, explain, export");
  audit->require_subcommand(1);
  AddVerify(*audit, connection);
  AddProve(*audit, connection);
  AddCheck(*audit, connection);
  AddReplay(*audit, connection);
  AddDiff(*audit, connection);
  AddExplain(*audit, connection);
  AddExport(*audit, connection);
}

}  // namespace klaim::tools
