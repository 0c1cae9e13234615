#include "cluster/cluster.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "engine/log/kafka_topic.h"
#include "testing/processes.h"
#include "tools/installation/authority.h"

namespace klaim::testing {
namespace {

std::string Script() { return std::string(KLAIM_SOURCE) + "/tests/cluster/brokers"; }

std::vector<std::string> Words(const std::string& text) {
  return absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty());
}

std::string FileText(const std::string& path) {
  auto text = tools::ReadFile(path);
  return text.ok() ? *text : "";
}

pid_t Start(std::vector<std::string> command, const std::string& output) {
  const int out = open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const pid_t process = fork();
  if (process == 0) {
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    std::vector<char*> words;
    for (std::string& word : command) words.push_back(word.data());
    words.push_back(nullptr);
    execvp(words[0], words.data());
    _exit(127);
  }
  close(out);
  return process;
}

// Until a file says something; what stands behind it in that line.
std::string WaitForWord(const std::string& file, const std::string& word) {
  const absl::Time until = absl::Now() + absl::Seconds(60);
  while (absl::Now() < until) {
    const std::string text = FileText(file);
    const size_t at = text.find(word);
    if (at != std::string::npos && text.find('\n', at) != std::string::npos) {
      return text.substr(at + word.size(), text.find('\n', at) - at - word.size());
    }
    poll(nullptr, 0, 20);
  }
  ADD_FAILURE() << file << " never said " << word << ":\n" << FileText(file);
  return "";
}

void Must(const std::vector<std::string>& command) {
  const Finished finished = RunProgram(command);
  ASSERT_EQ(finished.exit_code, 0) << command[0] << " " << command[1] << ": " << finished.out;
}

}  // namespace

Cluster::Cluster() {
  const Finished started = RunProgram({Script(), "start", path("brokers")});
  EXPECT_EQ(started.exit_code, 0) << started.out;
  for (const std::string& word : Words(started.out)) {
    if (absl::StrContains(word, ",")) brokers_ = word;
  }
  has_networks_ = std::filesystem::exists(path("brokers/networks"));
}

Cluster::~Cluster() {
  for (int node = 0; node < kNodes; ++node) KillNode(node);
  for (const Docket& docket : dockets_) {
    if (docket.vault_process > 0) kill(docket.vault_process, SIGKILL);
    waitpid(docket.vault_process, nullptr, 0);
  }
  RunProgram({Script(), "stop", path("brokers")});
}

std::string Cluster::AddressOf(int place) const {
  const std::vector<std::string> words =
      Words(RunProgram({Script(), "place", path("brokers"), absl::StrCat(place)}).out);
  return words.empty() ? "" : words.front();
}

std::vector<std::string> Cluster::CommandAt(int place) const {
  std::vector<std::string> words =
      Words(RunProgram({Script(), "place", path("brokers"), absl::StrCat(place)}).out);
  words.erase(words.begin());
  return words;
}

void Cluster::Do(const std::string& what, int place) {
  const Finished done = RunProgram({Script(), what, path("brokers"), absl::StrCat(place)});
  EXPECT_EQ(done.exit_code, 0) << what << " " << place << ": " << done.out;
}

void Cluster::WaitForInSync(const std::string& topic) const {
  log::KafkaOptions options;
  options.brokers = brokers_;
  options.topic = topic;
  const absl::Time until = absl::Now() + absl::Minutes(1);
  while (absl::Now() < until) {
    if (log::CountInSync(options).value_or(0) == kBrokers) return;
    poll(nullptr, 0, 200);
  }
  ADD_FAILURE() << "the brokers didn't come together within a minute";
}

std::string Cluster::FolderOf(const std::string& name, int node) const {
  return path(absl::StrCat(name, "-", node));
}

std::string Cluster::AddDocket(const std::string& name,
                               const std::function<void(std::shared_ptr<grpc::Channel>)>& furnish) {
  const std::string home = path(name);
  std::vector<std::string> init = {Program("klaim"), "init", "--docket", home, "--name", "Union"};
  for (const std::string& host :
       {std::string("127.0.0.1"), VaultHost(), AddressOf(kFirstNode), AddressOf(kFirstNode + 1)}) {
    init.insert(init.end(), {"--host", host});
  }
  Must(init);
  Docket docket;
  docket.name = name;
  docket.topic = absl::StrCat("klaim.docket.", name);
  docket.port = 17'000 + static_cast<int>(dockets_.size());
  {
    Daemon daemon(home);
    EXPECT_TRUE(daemon.started()) << daemon.output();
    furnish(daemon.Connect("legal-team"));
    // Its records are copied while it serves; it is stopped when it is asked to be.
    const std::string said = path(name + ".move");
    const pid_t moving = Start({Program("klaim"), "docket", "move", "--docket", home, "--brokers", brokers_,
                                "--topic", docket.topic},
                               said);
    WaitForWord(said, "Stop klaimd now");
    EXPECT_EQ(daemon.Stop(), 0);
    int status = 0;
    waitpid(moving, &status, 0);
    EXPECT_EQ(status, 0) << FileText(said);
  }
  for (int node = 0; node < kNodes; ++node) {
    Must({Program("klaim"), "docket", "node-certificate", "--docket", home, "--name",
          absl::StrCat("node-", node)});
  }
  const auto options = std::filesystem::copy_options::recursive;
  for (int node = 0; node < kNodes; ++node) {
    const std::string folder = FolderOf(name, node);
    std::filesystem::copy(home, folder, options);
    std::filesystem::remove(folder + "/authority/ca.key");
    // The first goes on with the copy that it has; the second begins with none.
    std::filesystem::remove_all(folder + (node == 0 ? "/data/vault" : "/data"));
  }
  std::filesystem::remove_all(home + "/data/log");
  StartVault(docket);
  dockets_.push_back(docket);
  return docket.topic;
}

void Cluster::StartVault(Docket& docket) {
  const std::string said = path(docket.name + ".vault");
  docket.vault_process =
      Start({Program("klaim-vaultd"), "--docket", path(docket.name), "--listen", VaultHost() + ":0"}, said);
  docket.vault = WaitForWord(said, "ready: vault rows on ");
}

void Cluster::StartNode(int node, const std::vector<std::string>& klaimd_arguments) {
  boost::json::array served;
  const std::string address = AddressOf(kFirstNode + node);
  for (const Docket& docket : dockets_) {
    served.push_back({{"folder", FolderOf(docket.name, node)},
                      {"topic", docket.topic},
                      {"vault", docket.vault},
                      {"grpc", absl::StrCat(address, ":", PortOf(docket, node))},
                      {"follow", true},
                      {"follow_grpc", CopyPortOf(docket, node)},
                      {"klaimd_arguments", boost::json::value_from(klaimd_arguments)}});
  }
  const boost::json::object configuration = {{"node", absl::StrCat("node-", node)},
                                             {"address", address},
                                             {"brokers", brokers_},
                                             {"dockets", served}};
  const std::string file = path(absl::StrCat("node-", node, ".json"));
  std::ofstream(file) << boost::json::serialize(configuration);
  const std::string said = path(absl::StrCat("node-", node, ".out"));
  std::filesystem::remove(said);
  std::vector<std::string> command = CommandAt(kFirstNode + node);
  command.insert(command.end(), {Program("klaim-node"), "--config", file});
  nodes_[node] = Start(command, said);
  WaitForWord(said, "ready: node");
}

std::vector<pid_t> Cluster::DaemonsOf(int node) const {
  std::vector<pid_t> daemons;
  if (nodes_[node] < 0) return daemons;
  const std::string children = absl::StrCat("/proc/", nodes_[node], "/task/", nodes_[node], "/children");
  for (const std::string& word : Words(FileText(children))) {
    pid_t daemon = 0;
    if (absl::SimpleAtoi(word, &daemon)) daemons.push_back(daemon);
  }
  return daemons;
}

void Cluster::KillNode(int node) {
  if (nodes_[node] < 0) return;
  for (pid_t daemon : DaemonsOf(node)) kill(daemon, SIGKILL);
  kill(nodes_[node], SIGKILL);
  waitpid(nodes_[node], nullptr, 0);
  nodes_[node] = -1;
}

void Cluster::PauseNode(int node) {
  const std::vector<pid_t> daemons = DaemonsOf(node);
  kill(nodes_[node], SIGSTOP);
  for (pid_t daemon : daemons) kill(daemon, SIGSTOP);
}

void Cluster::ResumeNode(int node) {
  for (pid_t daemon : DaemonsOf(node)) kill(daemon, SIGCONT);
  kill(nodes_[node], SIGCONT);
}

int Cluster::StopNode(int node) {
  kill(nodes_[node], SIGTERM);
  int status = 0;
  waitpid(nodes_[node], &status, 0);
  nodes_[node] = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void Cluster::KillDaemonOf(int node) {
  for (pid_t daemon : DaemonsOf(node)) kill(daemon, SIGKILL);
}

std::string Cluster::OutputOf(int node) const { return FileText(path(absl::StrCat("node-", node, ".out"))); }

const Cluster::Docket& Cluster::Named(const std::string& name) const {
  return *std::find_if(dockets_.begin(), dockets_.end(),
                       [&](const Docket& docket) { return docket.name == name; });
}

std::shared_ptr<grpc::Channel> Cluster::Connect(const std::string& name, int node,
                                                const std::string& person) const {
  return ConnectTo(name, node, PortOf(Named(name), node), person);
}

std::shared_ptr<grpc::Channel> Cluster::ConnectToCopy(const std::string& name, int node,
                                                      const std::string& person) const {
  return ConnectTo(name, node, CopyPortOf(Named(name), node), person);
}

std::shared_ptr<grpc::Channel> Cluster::ConnectTo(const std::string& name, int node, int port,
                                                  const std::string& person) const {
  const std::string folder = path(name);
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = FileText(folder + "/authority/ca.crt");
  tls.pem_cert_chain = FileText(folder + "/people/" + person + ".crt");
  tls.pem_private_key = FileText(folder + "/people/" + person + ".key");
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 3'000);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  return grpc::CreateCustomChannel(absl::StrCat(AddressOf(kFirstNode + node), ":", port),
                                   grpc::SslCredentials(tls), arguments);
}

}  // namespace klaim::testing
