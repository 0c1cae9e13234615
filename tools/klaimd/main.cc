// klaimd: serves one docket until it is told to stop.

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <boost/json.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "engine/base/return_if_error.h"
#include "engine/time/steady.h"
#include "services/common/grpc_log.h"
#include "services/docket/checkpoint_publisher.h"
#include "services/docket/docket_opening.h"
#include "services/docket/open_docket.h"
#include "services/docket/scrubbing.h"
#include "services/server/server.h"
#include "services/web/http_listener.h"
#include "services/web/status_listener.h"
#include "spdlog/sinks/stdout_color_sinks.h"
#include "spdlog/spdlog.h"
#include "tools/installation/authority.h"
#include "tools/installation/docket_files.h"
#include "tools/installation/shared_file.h"

namespace klaim::tools {
namespace {

// Written whole and then put in place, so that a script never reads half of it.
absl::Status WriteAddresses(const DocketFiles& files, const std::string& host, int grpc_port, int http_port,
                            const std::string& status) {
  const auto absolute = [](const std::string& path) { return std::filesystem::absolute(path).string(); };
  boost::json::object addresses;
  addresses["grpc"] = absl::StrCat(host, ":", grpc_port);
  addresses["http"] = absl::StrCat(host, ":", http_port);
  addresses["status"] = status;
  addresses["vkey"] = absolute(files.log_verifier_key());
  addresses["ca"] = absolute(files.authority_certificate());
  addresses["certificate"] = absolute(files.certificate(kDefaultPerson));
  addresses["key"] = absolute(files.key(kDefaultPerson));
  const std::string temporary = files.addresses() + ".new";
  std::ofstream out(temporary);
  out << boost::json::serialize(addresses) << "\n";
  out.close();
  std::error_code error;
  if (out) std::filesystem::rename(temporary, files.addresses(), error);
  if (!out || error) return absl::InternalError(absl::StrCat("can't write ", files.addresses()));
  return absl::OkStatus();
}

// Signals are waited for in one place; no handler runs in other threads.
sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGUSR1);
  return signals;
}

int Fail(const absl::Status& status) {
  const char* more =
      absl::IsDataLoss(status) ? " (docs/operations.md, Damage: what can still be read, how to restore)" : "";
  spdlog::error("{}{}", std::string(status.message()), more);
  return 1;
}

// Damaged read models, and the index of requests, are made again when they are opened: where that is what is wrong, this process
// begins anew, with the same arguments, and only once, so that it can't go on for ever.
void BeginAnewToMend(const DocketFiles& files, char** argv) {
  constexpr char kBegunAnew[] = "KLAIMD_BEGUN_ANEW";
  const bool damaged =
      std::filesystem::exists(projections::DamagedReadModelsFile(files.data() + "/projections")) ||
      std::filesystem::exists(files.data() + "/log/request-index-damaged");
  if (!damaged || getenv(kBegunAnew) != nullptr) return;
  // Signals that have come and weren't taken would be the new one's.
  const sigset_t signals = StopSignals();
  const timespec now{};
  for (int signal_number = 0; (signal_number = sigtimedwait(&signals, nullptr, &now)) > 0;) {
    if (signal_number != SIGUSR1) return;
  }
  spdlog::warn("starting again, to make anew what is damaged and can be made from the log");
  setenv(kBegunAnew, "1", 1);
  execv("/proc/self/exe", argv);
}

absl::StatusOr<std::unique_ptr<services::CheckpointPublisher>> StartPublishing(
    const DocketFiles& files, const log::LogReader& log,
    const std::function<void(const absl::Status&)>& on_failure) {
  ASSIGN_OR_RETURN(auto text, ReadFile(files.log_key()));
  auto key = merkle::SigningKey::Parse(text);
  if (!key.ok()) return absl::DataLossError(absl::StrCat(files.log_key(), ": ", key.status().message()));
  ASSIGN_OR_RETURN(auto witnesses, services::ReadWitnesses(files.witnesses()));
  services::PublisherOptions options{*std::move(key), files.checkpoint(), std::move(witnesses)};
  if (!options.witnesses.witnesses.empty()) options.interval = absl::Seconds(1);
  return services::CheckpointPublisher::Start(log, std::move(options), on_failure);
}

// Empty where the build made none.
std::string IfThere(const std::string& file) { return std::filesystem::exists(file) ? file : ""; }

constexpr absl::Duration kStoppingWithoutBrokers = absl::Seconds(15);

struct Settings {
  std::string host = "127.0.0.1";
  int grpc_port = 0;
  int http_port = 0;
  std::vector<std::string> http_hosts;
  std::string status_host = "127.0.0.1";
  int status_port = 0;
  services::MasterKeyPlaces master_key;
  services::CallOptions calls;
  std::string clamd_socket;
  std::string console = IfThere(SharedFile("console/index.html")).empty() ? "" : SharedFile("console");
  std::string areas = IfThere(SharedFile("villages.csv"));
  services::BackupPlaces backups;
  services::ClusterPlace cluster;
  std::string broker_properties;
  std::string evidence_s3;
  bool follow = false;
  bool accept_lost_keys = false;
  bool accept_clock_behind = false;
  uint64_t scrub_bytes_a_second = 4 << 20;

  bool on_cluster() const { return !cluster.kafka.brokers.empty(); }
};

// Brokers, and the certificate by which the vault's rows are reached.
absl::Status PrepareCluster(const DocketFiles& files, services::ClusterPlace& cluster,
                            const std::string& broker_properties) {
  if (cluster.kafka.topic.empty() || cluster.vault.empty() || cluster.node.empty()) {
    return absl::InvalidArgumentError("--brokers needs --topic, --vault and --node too");
  }
  if (!broker_properties.empty()) {
    ASSIGN_OR_RETURN(auto properties, log::ReadKafkaProperties(broker_properties));
    cluster.kafka.properties = std::move(properties);
  }
  services::NodeCredentials& credentials = cluster.credentials;
  for (auto [path, text] : {std::pair(files.authority_certificate(), &credentials.certificate_authority),
                            std::pair(files.node_certificate(cluster.node), &credentials.certificate),
                            std::pair(files.node_key(cluster.node), &credentials.private_key)}) {
    auto read = ReadFile(path);
    if (!read.ok()) {
      return absl::NotFoundError(
          absl::StrCat(read.status().message(), "; `klaim docket node-certificate` makes it"));
    }
    *text = *std::move(read);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<services::OpenDocket>> OpenDocket(
    const DocketFiles& files, const Settings& settings,
    const std::function<void(const absl::Status&)>& on_failure) {
  services::DocketPlaces places{settings.master_key,
                                std::nullopt,
                                std::nullopt,
                                settings.accept_lost_keys,
                                settings.accept_clock_behind,
                                ""};
  ASSIGN_OR_RETURN(auto origin, OriginOf(files));
  places.origin = std::move(origin);
  if (!settings.evidence_s3.empty()) {
    ASSIGN_OR_RETURN(auto evidence, evidence::ReadS3Place(settings.evidence_s3));
    places.evidence = std::move(evidence);
  }
  if (settings.on_cluster()) {
    places.cluster = settings.cluster;
    places.cluster->leads = !settings.follow;
    RETURN_IF_ERROR(PrepareCluster(files, *places.cluster, settings.broker_properties));
  }
  // Catching up may take long; a signal to stop ends it.
  const auto progress = [](uint64_t records) {
    sigset_t pending;
    sigpending(&pending);
    spdlog::info("catching up: {} records", records);
    return sigismember(&pending, SIGTERM) == 0 && sigismember(&pending, SIGINT) == 0 &&
           sigismember(&pending, SIGUSR1) == 0;
  };
  return services::Open(files.data(), places, progress, on_failure);
}

// While no broker answers, what was accepted can't be finished; then it isn't waited for without end.
class StopTimer {
 public:
  StopTimer(log::EventLog& log, absl::Duration grace)
      : thread_([this, &log, grace] {
          absl::MutexLock lock(&mutex_);
          if (!steady::AwaitFor(mutex_, absl::Condition(&done_), grace)) log.Interrupt();
        }) {}
  ~StopTimer() {
    {
      absl::MutexLock lock(&mutex_);
      done_ = true;
    }
    thread_.join();
  }

 private:
  absl::Mutex mutex_;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it begins with the others made
};

// As many open files and connections as the system allows. INVALID when that is too few to serve at all.
absl::Status AllowOpenFiles() {
  // Three for each connection to gRPC's port, one for each to the HTTP port, and those of the databases.
  constexpr rlim_t kFewest = 8'192;
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return absl::OkStatus();
  files.rlim_cur = files.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_max == RLIM_INFINITY || files.rlim_max >= kFewest) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "klaimd may open ", files.rlim_max, " files, and needs ", kFewest,
      " for its databases and connections: raise the limit (ulimit -n, or LimitNOFILE in its unit)"));
}

int Serve(const DocketFiles& files, const Settings& settings) {
  if (absl::Status enough = AllowOpenFiles(); !enough.ok()) return Fail(enough);
  const std::string& host = settings.host;
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);  // a file at its limit is an I/O error like a full disk
  std::atomic<bool> failed = false;
  // An I/O error ends the process: it recovers from disk, and never goes on after a failed sync.
  const auto on_failure = [&failed](const absl::Status& status) {
    spdlog::critical("stopping: {}", std::string(status.message()));
    failed = true;
    kill(getpid(), SIGUSR1);
  };
  services::ServerOptions options;
  options.address = absl::StrCat(host, ":", settings.grpc_port);
  options.calls = settings.calls;
  options.clamd_socket = settings.clamd_socket;
  options.backups = settings.backups;
  options.backups.checkpoint_file = files.checkpoint();
  options.backups.verifier_key_file = files.log_verifier_key();
  options.calls.revocation_list = files.revocation_list();
  auto providers = services::ReadProviders(files.providers());
  if (!providers.ok()) return Fail(providers.status());
  options.providers = *std::move(providers);
  options.areas_file = settings.areas;
  for (auto [path, text] : {std::pair(files.authority_certificate(), &options.certificate_authority),
                            std::pair(files.server_certificate(), &options.certificate),
                            std::pair(files.server_key(), &options.private_key)}) {
    auto read = ReadFile(path);
    if (!read.ok())
      return Fail(absl::NotFoundError(absl::StrCat(read.status().message(), "; run `klaim init` first")));
    *text = *std::move(read);
  }
  auto docket = OpenDocket(files, settings, on_failure);
  if (!docket.ok()) return Fail(docket.status());
  if ((*docket)->log->next_sequence() == 0) {
    return Fail(
        absl::FailedPreconditionError(absl::StrCat(files.data(), " is empty: run `klaim init` first")));
  }
  // What was found damaged before is looked at first.
  auto scrubbing = std::make_unique<services::Scrubbing>(**docket, settings.scrub_bytes_a_second);
  auto checkpoints = StartPublishing(files, *(*docket)->log, on_failure);
  if (!checkpoints.ok()) return Fail(checkpoints.status());
  auto server = services::StartServer(**docket, options);
  if (!server.ok()) return Fail(server.status());
  services::HttpOptions http_options{host,
                                     settings.http_port,
                                     options.certificate_authority,
                                     options.certificate,
                                     options.private_key,
                                     settings.console,
                                     settings.http_hosts};
  auto http = services::StartHttpListener((*server)->calls(), **checkpoints, (*server)->InProcessChannel(),
                                          http_options);
  if (!http.ok()) return Fail(http.status());
  auto status = services::StartStatusListener((*server)->calls(), **checkpoints, settings.status_host,
                                              settings.status_port);
  if (!status.ok()) return Fail(status.status());
  absl::Status written = WriteAddresses(files, host, (*server)->port(), (*http)->port(),
                                        absl::StrCat(settings.status_host, ":", (*status)->port()));
  if (!written.ok()) return Fail(written);
  spdlog::info("{} events; read models have folded {}", (*docket)->log->next_sequence(),
               (*docket)->projector->next_sequence());
  std::cout << "ready: gRPC on " << host << ":" << (*server)->port() << ", HTTP on " << host << ":"
            << (*http)->port() << std::endl;
  int signal_number = 0;
  sigwait(&signals, &signal_number);
  spdlog::info("stopping: finishing what was accepted");
  scrubbing.reset();
  http->reset();
  status->reset();
  {
    StopTimer timer(*(*docket)->log, kStoppingWithoutBrokers);
    (*server)->Stop();
    checkpoints->reset();
    (*docket)->sequencer->Stop();
  }
  (*docket)->log->Interrupt();
  (*docket)->projector->Stop();
  std::remove(files.addresses().c_str());
  return failed ? 1 : 0;
}

}  // namespace
}  // namespace klaim::tools

int main(int argc, char** argv) {
  CLI::App app("Serves one docket of claims: gRPC with mutual TLS, and HTTP for /healthz and /metrics.",
               "klaimd");
  app.footer("Example:\n  klaim init --docket var/demo --name \"SBMI\"\n  klaimd --docket var/demo");
  klaim::tools::DocketFiles files;
  klaim::tools::Settings settings;
  app.add_option("--docket", files.root, "Folder that `klaim init` made")->required();
  app.add_option("--host", settings.host, "IP address to listen on")->capture_default_str();
  app.add_option("--grpc-port", settings.grpc_port, "Port for gRPC; 0 takes a free one")
      ->capture_default_str();
  app.add_option("--http-port", settings.http_port, "Port for HTTP; 0 takes a free one")
      ->capture_default_str();
  app.add_option(
      "--http-host", settings.http_hosts,
      "A name under which browsers call the HTTP port, beside those that the server's certificate has");
  app.add_option("--status-host", settings.status_host,
                 "IP address on which /healthz and /metrics are told in plain HTTP")
      ->capture_default_str();
  app.add_option("--status-port", settings.status_port, "Port for that; 0 takes a free one")
      ->capture_default_str();
  auto& master_key = settings.master_key;
  app.add_option("--master-key", master_key.current.place,
                 "File of the master key, or credential:NAME for one that systemd hands over "
                 "(default: master.key in the docket's folder)");
  app.add_option("--next-master-key", master_key.next.place,
                 "The same for the key to change to (default: the master key's file with .next at the end)");
  app.add_option("--master-key-token", master_key.current.token,
                 "PKCS#11 URI of the token's key that encrypts the master key");
  app.add_option("--next-master-key-token", master_key.next.token, "The same for the key to change to");
  app.add_option("--clamd-socket", settings.clamd_socket,
                 "Socket of clamd, which scans every document (default: none is scanned)");
  app.add_option(
      "--console", settings.console,
      "Folder with the files of the console, the web page; \"\" for none (default: beside the program)");
  app.add_option(
      "--areas", settings.areas,
      "villages.csv of the npm package idn-area-data, by which people are found under their village's "
      "name (default: beside the program)");
  app.add_option(
      "--brokers", settings.cluster.kafka.brokers,
      "host:port of Kafka brokers, comma-separated: the docket stands on their cluster, and its folder holds "
      "a copy (default: it stands in its folder)");
  app.add_option("--topic", settings.cluster.kafka.topic, "The docket's topic");
  app.add_option("--broker-properties", settings.broker_properties,
                 "File of librdkafka properties, as for TLS");
  app.add_option("--vault", settings.cluster.vault,
                 "host:port of klaim-vaultd, which keeps the vault's rows");
  app.add_option("--node", settings.cluster.node,
                 "This node's name; its certificate is in nodes/ of the docket");
  app.add_flag("--follow", settings.follow,
               "Only follow the docket, and answer queries that show no personal data");
  app.add_flag("--accept-lost-keys", settings.accept_lost_keys,
               "Serve a docket whose vault lacks keys of people in the log, as one restored from an old "
               "backup does: what "
               "they told stays sealed for ever");
  app.add_flag(
      "--accept-clock-behind", settings.accept_clock_behind,
      "Record although the clock is more than a day behind the newest record, which a clock that was "
      "wrong then dated: records keep that one's time until the clock has passed it");
  app.add_option("--evidence-s3", settings.evidence_s3,
                 "File that names an S3-compatible store for documents: endpoint, bucket, access_key_id, "
                 "secret_access_key ... (default: they lie in the docket's folder)");
  app.add_option(
         "--scrub-bytes-a-second", settings.scrub_bytes_a_second,
         "How fast, at the most, all files are read again and again in idle time to find damage; 0: not "
         "at all")
      ->capture_default_str();
  app.add_option("--backup-log", settings.backups.log, "Folder for backups of the log");
  app.add_option("--backup-vault", settings.backups.vault, "The same of the vault; keep it in other hands");
  app.add_option("--backup-evidence", settings.backups.evidence, "The same of the evidence");
  app.add_option("--calls-a-second", settings.calls.calls_a_second, "Most calls a second of one caller")
      ->capture_default_str();
  app.add_option("--filings-a-second", settings.calls.filings_a_second,
                 "Most filings a second of one caller over streams; faster ones are slowed")
      ->capture_default_str();
  app.add_option_function<int64_t>(
      "--slowest-message-seconds",
      [&settings](int64_t seconds) { settings.calls.slowest_message = absl::Seconds(seconds); },
      "A stream whose peer takes longer to send or take the next message is ended (default: 120)");
  app.add_option("--session-idle-seconds", settings.calls.sessions.idle_seconds,
                 "A session that isn't used for so long ends")
      ->capture_default_str();
  app.add_option("--session-seconds", settings.calls.sessions.absolute_seconds,
                 "A session lasts so long at most")
      ->capture_default_str();
  app.set_config("--config", "", "File of settings, a line each: NAME=VALUE with the names of these options");
  app.allow_config_extras(CLI::config_extras_mode::error);
  bool print_settings = false;
  app.add_flag("--print-settings", print_settings,
               "Prints every setting with its value, its default and what it means, as a file for --config, "
               "and ends")
      ->configurable(false);
  CLI11_PARSE(app, argc, argv);
  if (print_settings) {
    std::cout << app.config_to_str(true, true);
    return 0;
  }
  // Debian builds Abseil with its search for deadlocks, which costs at every lock.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  klaim::services::KeepCallersWordsOutOfTheJournal();
  spdlog::set_default_logger(spdlog::stderr_color_mt("klaimd"));
  if (master_key.current.place.empty()) master_key.current.place = files.master_key();
  if (master_key.next.place.empty()) master_key.next.place = master_key.current.place + ".next";
  const int result = klaim::tools::Serve(files, settings);
  if (result != 0) klaim::tools::BeginAnewToMend(files, argv);
  return result;
}
