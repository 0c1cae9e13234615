// klaim docket: a docket's place. Certificates of its nodes, and moving it onto a cluster and back.

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "engine/base/return_if_error.h"
#include "engine/log/data_folder.h"
#include "engine/log/kafka_event_log.h"
#include "engine/log/kafka_topic.h"
#include "engine/log/log_copy.h"
#include "engine/merkle/hash.h"
#include "engine/time/steady.h"
#include "services/identity/principal.h"
#include "tools/installation/authority.h"
#include "tools/installation/docket_files.h"
#include "tools/klaim/admin/commands.h"
#include "tools/klaim/client/progress.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

constexpr absl::Duration kWaitForTopic = absl::Seconds(15);
constexpr absl::Duration kWaitForFolder = absl::Minutes(10);

struct Move {
  DocketFiles files;
  log::KafkaOptions kafka;
  std::string properties_file;
  bool back = false;
};

absl::StatusOr<std::unique_ptr<log::KafkaEventLog>> OpenTopic(const Move& move, const std::string& cache) {
  // Brokers learn of a new topic one after the other.
  const absl::Duration known = steady::Now() + kWaitForTopic;
  absl::Status safe = log::CheckTopic(move.kafka);
  for (; absl::IsNotFound(safe) && steady::Now() < known; safe = log::CheckTopic(move.kafka)) {
    absl::SleepFor(absl::Milliseconds(200));
  }
  if (!safe.ok()) return safe;
  ASSIGN_OR_RETURN(auto topic, log::OpenKafkaTopic(move.kafka));
  log::KafkaEventLog::Options options;
  options.cache = cache;
  options.writer = absl::StrCat("klaim docket move/", getpid());
  options.leads = true;
  const absl::Duration until = steady::Now() + absl::Minutes(1);
  return log::KafkaEventLog::Open(
      std::move(topic), options, [until](uint64_t) { return steady::Now() < until; },
      [](const absl::Status&) {});
}

absl::Status CompareTrees(const log::LogReader& from, const log::LogReader& to) {
  const uint64_t size = from.next_sequence();
  auto ours = from.Root(size);
  auto theirs = to.Root(size);
  if (!ours.ok()) return ours.status();
  if (!theirs.ok()) return theirs.status();
  if (to.next_sequence() == size && *ours == *theirs) return absl::OkStatus();
  return absl::DataLossError("the topic's tree is not the docket's: nothing was moved; remove the topic");
}

absl::StatusOr<log::DataFolder> WaitForFolder(const Move& move) {
  const absl::Duration until = steady::Now() + kWaitForFolder;
  bool told = false;
  while (true) {
    auto folder = log::DataFolder::Open(move.files.data());
    if (folder.ok() || steady::Now() > until) return folder;
    if (!told)
      std::cerr << "All but the newest records are copied. Stop klaimd now; the rest takes a moment.\n";
    told = true;
    absl::SleepFor(absl::Milliseconds(100));
  }
}

absl::Status MoveToCluster(const Move& move, const Connection& connection) {
  absl::Status made = log::CreateTopic(move.kafka);
  if (!made.ok() && !absl::IsAlreadyExists(made)) return made;
  const std::string scratch = move.files.root + "/moving";
  std::error_code error;
  std::filesystem::create_directories(scratch, error);
  // Made by an attempt before this one, it goes on from there.
  ASSIGN_OR_RETURN(auto topic, OpenTopic(move, scratch + "/copy"));
  const std::string log_folder = move.files.data() + "/log";
  {
    ASSIGN_OR_RETURN(auto beside, log::RocksDbEventLog::OpenBeside(log_folder, scratch + "/beside"));
    Progress progress("Copying records", beside->next_sequence(), connection.quiet());
    RETURN_IF_ERROR(log::CopyRecords(*beside, beside->next_sequence(), *topic,
                                     [&](uint64_t records) { progress.Set(records); }));
  }
  ASSIGN_OR_RETURN(auto folder, WaitForFolder(move));
  const absl::Duration stopped = steady::Now();
  ASSIGN_OR_RETURN(auto log, log::RocksDbEventLog::Open(folder.log()));
  RETURN_IF_ERROR(log::CopyRecords(*log, log->next_sequence(), *topic, [](uint64_t) {}));
  RETURN_IF_ERROR(CompareTrees(*log, *topic));
  ASSIGN_OR_RETURN(auto root, log->Root(log->next_sequence()));
  // From here on the docket's own log is a copy of the topic.
  ASSIGN_OR_RETURN(auto position, topic->position());
  RETURN_IF_ERROR(log->SetPosition(position));
  topic.reset();
  std::filesystem::remove_all(scratch, error);
  std::cout << "Moved: " << CountText(log->next_sequence()) << " records stand on topic " << move.kafka.topic
            << ", tree root " << merkle::ToHex(merkle::AsBytes(root)) << ", the same as before; stopped for "
            << absl::FormatDuration(absl::Trunc(steady::Now() - stopped, absl::Milliseconds(1)))
            << ".\nNow start klaim-vaultd on this folder, and klaimd with --brokers on each node."
            << std::endl;
  return absl::OkStatus();
}

absl::Status MoveBack(const Move& move) {
  ASSIGN_OR_RETURN(auto folder, log::DataFolder::Open(move.files.data()));
  ASSIGN_OR_RETURN(auto topic, OpenTopic(move, folder.log()));
  // Nobody can append there any more; what any node had acknowledged before is in the copy.
  RETURN_IF_ERROR(topic->Close());
  const uint64_t size = topic->next_sequence();
  ASSIGN_OR_RETURN(auto root, topic->Root(size));
  topic.reset();
  ASSIGN_OR_RETURN(auto log, log::RocksDbEventLog::Open(folder.log()));
  RETURN_IF_ERROR(log->SetPosition(""));
  ASSIGN_OR_RETURN(auto after, log->Root(size));
  if (after != root || log->next_sequence() != size) return absl::DataLossError("the copy's tree changed");
  std::cout << "Moved back: " << CountText(size) << " records, tree root "
            << merkle::ToHex(merkle::AsBytes(root))
            << ", the same as on the topic, which is closed. Start klaimd without --brokers." << std::endl;
  return absl::OkStatus();
}

void AddMove(CLI::App& docket, Connection& connection) {
  auto* command = docket.add_subcommand("move",
                                        "Moves a docket from this machine onto a cluster of Kafka brokers. "
                                        "Its records are copied while klaimd serves; "
                                        "then klaimd must be stopped for a moment. The tree's root stays the "
                                        "same. --back brings it back and closes the "
                                        "topic");
  auto move = std::make_shared<Move>();
  command->add_option("--docket", move->files.root, "Folder that `klaim init` made")->required();
  command->add_option("--brokers", move->kafka.brokers, "host:port of the brokers, comma-separated")
      ->required();
  command
      ->add_option("--topic", move->kafka.topic, "The docket's topic; made when missing, with three replicas")
      ->required();
  command->add_option("--broker-properties", move->properties_file,
                      "File of librdkafka properties, as for TLS");
  command->add_flag("--back", move->back,
                    "From the topic into this folder; stop klaimd and klaim-vaultd first");
  command->footer(
      "Examples:\n  klaim docket move --docket /srv/klaim/sbmi --brokers k1:9092,k2:9092,k3:9092 --topic "
      "klaim.docket.sbmi\n  klaim docket move --docket /srv/klaim/sbmi --brokers k1:9092 --topic "
      "klaim.docket.sbmi "
      "--back");
  OnCall(
      command, connection,
      [move, &connection]() -> absl::Status {
        if (!move->properties_file.empty()) {
          ASSIGN_OR_RETURN(auto properties, log::ReadKafkaProperties(move->properties_file));
          move->kafka.properties = std::move(properties);
        }
        return move->back ? MoveBack(*move) : MoveToCluster(*move, connection);
      },
      false);
}

void AddNodeCertificate(CLI::App& docket, Connection& connection) {
  auto* command = docket.add_subcommand(
      "node-certificate",
      "Makes the certificate by which a node reaches the vault's rows; it opens nothing else");
  auto files = std::make_shared<DocketFiles>();
  auto name = std::make_shared<std::string>();
  command->add_option("--docket", files->root, "Folder that `klaim init` made")->required();
  command->add_option("--name", *name, "The node's name")->required();
  command->footer("Example:\n  klaim docket node-certificate --docket /srv/klaim/sbmi --name node-a");
  OnCall(
      command, connection,
      [files, name]() -> absl::Status {
        ASSIGN_OR_RETURN(auto uri, services::NodeUri(*name));
        std::error_code error;
        std::filesystem::create_directories(files->nodes(), error);
        CertificateRequest request;
        request.common_name = *name;
        request.uri = uri;
        absl::Status status = IssueCertificate(files->authority(), request, files->node_certificate(*name),
                                               files->node_key(*name));
        if (status.ok()) std::cout << files->node_certificate(*name) << std::endl;
        return status;
      },
      false);
}

}  // namespace

void AddDocket(CLI::App& app, Connection& connection) {
  auto* docket = app.add_subcommand("docket", "Where a docket stands: on one machine, or on a cluster");
  docket->require_subcommand(1);
  AddMove(*docket, connection);
  AddSplit(*docket, connection);
  AddNodeCertificate(*docket, connection);
}

}  // namespace klaim::tools
