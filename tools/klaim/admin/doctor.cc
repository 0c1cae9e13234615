// klaim doctor: looks at a docket's set-up, and explains what is wrong with it and what to do.

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/evidence/document_files.h"
#include "engine/log/data_folder.h"
#include "engine/log/kafka_topic.h"
#include "engine/log/rocksdb_event_log.h"
#include "engine/merkle/signed_note.h"
#include "engine/privacy/vault.h"
#include "services/docket/checkpoint_publisher.h"
#include "services/identity/certificates.h"
#include "services/identity/provider_sign_in.h"
#include "tools/installation/authority.h"
#include "tools/installation/docket_files.h"
#include "tools/klaim/admin/commands.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMinFreeBytes = 10ull << 30;
constexpr rlim_t kMinOpenFiles = 4'096;
constexpr int kDaysBeforeExpiry = 30;

struct SetUp {
  DocketFiles files;
  std::string master_key;
  std::string backup_log;
  std::string backup_vault;
  std::string evidence_s3;
  log::KafkaOptions kafka;
  std::string broker_properties;
};

// What a look found: fine, fine with a word, or wrong.
struct Finding {
  enum class Kind { kGood, kNote, kWrong } kind = Kind::kGood;
  std::string text;
};
Finding Good(std::string text) { return {Finding::Kind::kGood, std::move(text)}; }
Finding Note(std::string text) { return {Finding::Kind::kNote, std::move(text)}; }
Finding Wrong(std::string text) { return {Finding::Kind::kWrong, std::move(text)}; }
Finding From(const absl::Status& status, std::string good) {
  return status.ok() ? Good(std::move(good)) : Wrong(std::string(status.message()));
}

Finding LookAtSecrets(const SetUp& set_up) {
  for (const std::string& file : {set_up.master_key, set_up.files.log_key(), set_up.files.server_key()}) {
    struct stat info {};
    if (stat(file.c_str(), &info) != 0) {
      return Wrong(
          absl::StrCat(file, " is missing: bring it back from its backup; nobody can make it again"));
    }
    if ((info.st_mode & 077) != 0) {
      return Wrong(absl::StrCat(file, " can be read by others: chmod 600 ", file));
    }
  }
  return Good("only their owner may read them");
}

// The authority's key signs certificates and is of no use to klaimd: away from the machine it can't be stolen from it.
Finding LookAtAuthority(const SetUp& set_up) {
  if (!fs::exists(set_up.files.authority_certificate())) {
    return Wrong(
        absl::StrCat(set_up.files.authority_certificate(), " is missing: bring it back from its backup"));
  }
  if (fs::exists(set_up.files.authority() + "/ca.key")) {
    return Note(absl::StrCat(set_up.files.authority(),
                             "/ca.key lies here: klaimd doesn't need it; keep it elsewhere"));
  }
  return Good("its key is elsewhere");
}

Finding LookAtServerCertificate(const SetUp& set_up) {
  auto pem = ReadFile(set_up.files.server_certificate());
  if (!pem.ok()) return Wrong(absl::StrCat(pem.status().message(), "; `klaim init` makes it"));
  std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(
      BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())), BIO_free_all);
  std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free);
  if (certificate == nullptr)
    return Wrong(absl::StrCat(set_up.files.server_certificate(), " is not a certificate"));
  int days = 0;
  int seconds = 0;
  ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate.get()));
  if (days < 0 || seconds < 0) return Wrong("it has expired: nobody can connect; issue a new one");
  if (days < kDaysBeforeExpiry) return Note(absl::StrCat("it expires in ", days, " days: issue a new one"));
  return Good(absl::StrCat("good for ", days, " days"));
}

Finding LookAtRevocations(const SetUp& set_up) {
  auto authority = ReadFile(set_up.files.authority_certificate());
  if (!authority.ok()) return Wrong(std::string(authority.status().message()));
  services::RevocationList list(set_up.files.revocation_list(), *authority);
  return From(list.Load(), "signed by the authority");
}

Finding LookAtLogKey(const SetUp& set_up) {
  auto text = ReadFile(set_up.files.log_key());
  if (!text.ok()) return Wrong(std::string(text.status().message()));
  auto key = merkle::SigningKey::Parse(*text);
  if (!key.ok()) return Wrong(absl::StrCat(set_up.files.log_key(), ": ", key.status().message()));
  auto published = ReadFile(set_up.files.log_verifier_key());
  if (!published.ok()) return Wrong(std::string(published.status().message()));
  if (*published != key->verifier().Text() + "\n") {
    return Wrong(absl::StrCat(set_up.files.log_verifier_key(),
                              " is not the public half of log.key: auditors would refuse "
                              "every checkpoint; find the pair that belongs together"));
  }
  return Good(absl::StrCat("origin ", key->verifier().Text().substr(0, key->verifier().Text().find('+'))));
}

Finding LookAtSettings(const SetUp& set_up) {
  if (auto providers = services::ReadProviders(set_up.files.providers()); !providers.ok()) {
    return Wrong(std::string(providers.status().message()));
  }
  auto witnesses = services::ReadWitnesses(set_up.files.witnesses());
  if (!witnesses.ok()) return Wrong(std::string(witnesses.status().message()));
  if (witnesses->witnesses.empty()) {
    return Note(
        "there is no witness: a log that was forged together with its key would not be noticed "
        "(docs/auditing.md)");
  }
  return Good(
      absl::StrCat(witnesses->witnesses.size(), " witnesses, ", witnesses->needed, " of them needed"));
}

// The log, and the vault with its key: only while no klaimd has them.
Finding LookAtData(const SetUp& set_up) {
  if (!fs::exists(set_up.files.data() + "/FORMAT")) {
    return Wrong(absl::StrCat(set_up.files.data(),
                              " holds no docket: `klaim init`, or `klaim restore` from a backup"));
  }
  auto folder = log::DataFolder::Open(set_up.files.data());
  if (absl::IsFailedPrecondition(folder.status()) &&
      absl::StrContains(folder.status().message(), "another process")) {
    return Good("a klaimd is serving it");
  }
  if (!folder.ok()) return Wrong(std::string(folder.status().message()));
  auto log = log::RocksDbEventLog::Open(folder->log());
  if (!log.ok()) return Wrong(absl::StrCat(log.status().message(), ": restore the log from its backup"));
  auto position = (*log)->position();
  if (position.ok() && !position->empty()) return Good("a copy of a docket that stands on a cluster");
  auto master_key = privacy::ReadMasterKey(set_up.master_key);
  if (!master_key.ok()) return Wrong(std::string(master_key.status().message()));
  auto vault = privacy::Vault::Open(folder->vault(), *master_key);
  if (!vault.ok()) return Wrong(std::string(vault.status().message()));
  return Good(absl::StrCat(CountText((*log)->next_sequence()), " records; the master key opens the vault"));
}

Finding LookAtSpace(const SetUp& set_up) {
  struct statvfs space {};
  if (statvfs(set_up.files.root.c_str(), &space) != 0)
    return Wrong(absl::StrCat("can't look at ", set_up.files.root));
  const uint64_t free = static_cast<uint64_t>(space.f_bavail) * space.f_frsize;
  const std::string text = absl::StrCat(free >> 30, " GiB are free");
  if (free < kMinFreeBytes) {
    return Wrong(absl::StrCat(text, ": klaimd stops when the disk is full; make room for ",
                              kMinFreeBytes >> 30, " GiB"));
  }
  return Good(text);
}

Finding LookAtLimits(const SetUp&) {
  struct rlimit files {};
  getrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_cur < kMinOpenFiles) {
    return Wrong(absl::StrCat("only ", files.rlim_cur,
                              " open files are allowed: set LimitNOFILE=65536 in the unit, or ulimit -n"));
  }
  return Good(absl::StrCat(files.rlim_cur, " open files are allowed"));
}

dev_t DeviceOf(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 ? info.st_dev : 0;
}

Finding LookAtBackups(const SetUp& set_up) {
  if (set_up.backup_log.empty() || set_up.backup_vault.empty()) {
    return Note(
        "no places for backups were named here (--backup-log, --backup-vault): see docs/operations.md");
  }
  for (const std::string& place : {set_up.backup_log, set_up.backup_vault}) {
    if (access(place.c_str(), W_OK) != 0)
      return Wrong(absl::StrCat("can't write in ", place, ": make it, and give it to klaimd's user"));
    if (DeviceOf(place) == DeviceOf(set_up.files.root)) {
      return Wrong(
          absl::StrCat(place, " is on the disk of the docket itself: one broken disk would take both"));
    }
  }
  if (DeviceOf(set_up.backup_log) == DeviceOf(set_up.backup_vault)) {
    return Note("log and vault are backed up to one disk: whoever takes it has the keys and what they open");
  }
  return Good("on disks of their own");
}

Finding LookAtEvidenceStore(const SetUp& set_up) {
  if (set_up.evidence_s3.empty()) return Good("documents lie in the docket's folder");
  auto place = evidence::ReadS3Place(set_up.evidence_s3);
  if (!place.ok()) return Wrong(std::string(place.status().message()));
  const absl::Status asked = evidence::DocumentFilesAt(*place)->SizeOf(std::string(32, '0')).status();
  if (!absl::IsNotFound(asked) && !asked.ok()) return Wrong(std::string(asked.message()));
  return Good(absl::StrCat("bucket ", place->bucket, " answers"));
}

Finding LookAtBrokers(const SetUp& set_up) {
  if (set_up.kafka.brokers.empty()) return Good("none: the docket stands on this machine");
  log::KafkaOptions kafka = set_up.kafka;
  if (!set_up.broker_properties.empty()) {
    auto properties = log::ReadKafkaProperties(set_up.broker_properties);
    if (!properties.ok()) return Wrong(std::string(properties.status().message()));
    kafka.properties = *std::move(properties);
  }
  const absl::Status safe = log::CheckTopic(kafka);
  if (!safe.ok()) return Wrong(std::string(safe.message()));
  auto in_sync = log::CountInSync(kafka);
  if (!in_sync.ok()) return Wrong(std::string(in_sync.status().message()));
  if (*in_sync < 3)
    return Note(absl::StrCat("only ", *in_sync, " replicas of topic ", kafka.topic,
                             " are in sync: is a broker away?"));
  return Good(absl::StrCat("topic ", kafka.topic, " keeps what it acknowledged, on ", *in_sync, " brokers"));
}

absl::Status Look(const SetUp& set_up) {
  static constexpr std::pair<const char*, Finding (*)(const SetUp&)> kLooks[] = {
      {"secrets", LookAtSecrets},
      {"authority", LookAtAuthority},
      {"server certificate", LookAtServerCertificate},
      {"revocation list", LookAtRevocations},
      {"log key", LookAtLogKey},
      {"providers and witnesses", LookAtSettings},
      {"log and vault", LookAtData},
      {"space", LookAtSpace},
      {"limits", LookAtLimits},
      {"backups", LookAtBackups},
      {"evidence store", LookAtEvidenceStore},
      {"brokers", LookAtBrokers},
  };
  int wrong = 0;
  for (const auto& [what, look] : kLooks) {
    const Finding finding = look(set_up);
    const char* sign = finding.kind == Finding::Kind::kGood   ? "ok   "
                       : finding.kind == Finding::Kind::kNote ? "note "
                                                              : "WRONG";
    wrong += finding.kind == Finding::Kind::kWrong;
    std::cout << sign << "  " << what << ": " << finding.text << std::endl;
  }
  if (wrong == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(wrong, wrong == 1 ? " thing is wrong" : " things are wrong"));
}

}  // namespace

void AddDoctor(CLI::App& app, Connection& connection) {
  auto* doctor = app.add_subcommand(
      "doctor",
      "Looks at a docket's set-up, changes nothing, and explains what is wrong; ends with 1 if anything is");
  auto set_up = std::make_shared<SetUp>();
  doctor->add_option("--docket", set_up->files.root, "Folder that `klaim init` made")->required();
  doctor->add_option("--master-key", set_up->master_key,
                     "File of the master key (default: the docket's master.key)");
  doctor->add_option("--backup-log", set_up->backup_log, "As klaimd has it");
  doctor->add_option("--backup-vault", set_up->backup_vault, "As klaimd has it");
  doctor->add_option("--evidence-s3", set_up->evidence_s3, "As klaimd has it");
  doctor->add_option("--brokers", set_up->kafka.brokers, "As klaimd has it");
  doctor->add_option("--topic", set_up->kafka.topic, "As klaimd has it");
  doctor->add_option("--broker-properties", set_up->broker_properties, "As klaimd has it");
  doctor->footer(
      "Examples:\n  klaim doctor --docket /srv/klaim\n  klaim doctor --docket /srv/klaim --brokers k1:9092 "
      "--topic klaim.docket.sbmi");
  OnCall(
      doctor, connection,
      [set_up] {
        if (set_up->master_key.empty()) set_up->master_key = set_up->files.master_key();
        return Look(*set_up);
      },
      false);
}

}  // namespace klaim::tools
