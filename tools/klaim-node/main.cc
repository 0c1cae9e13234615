// klaim-node: a node of a cluster that serves dockets.

#include <pthread.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <thread>

#include "absl/synchronization/mutex.h"
#include "spdlog/sinks/stdout_color_sinks.h"
#include "spdlog/spdlog.h"
#include "tools/klaim-node/configuration.h"
#include "tools/klaim-node/node.h"

namespace klaim::tools {
namespace {

int Serve(const std::string& file, const std::string& klaimd) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  const auto fail = [](const absl::Status& status) {
    spdlog::error("{}", std::string(status.message()));
    return 1;
  };
  auto configuration = ReadNodeConfiguration(file);
  if (!configuration.ok()) return fail(configuration.status());
  Node node(*std::move(configuration), klaimd);
  std::thread([signals, &node] {
    int number = 0;
    while (sigwait(&signals, &number) == 0) node.Stop();
  }).detach();
  absl::Status status = node.Run();
  // The thread that waits for signals ends with the process.
  if (!status.ok()) return fail(status);
  spdlog::shutdown();
  std::_Exit(0);
}

}  // namespace
}  // namespace klaim::tools

int main(int argc, char** argv) {
  CLI::App app(
      "Serves dockets together with the other nodes of a cluster. Each docket has one node at a time that "
      "decides for it; "
      "the others pass connections on to that one, and one of them takes over when it is gone.",
      "klaim-node");
  app.footer("Example:\n  klaim-node --config /etc/klaim/node.json\n\ndocs/scale-out.md describes the file.");
  std::string file;
  std::string klaimd = (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "klaimd").string();
  app.add_option("--config", file, "JSON file that says which dockets this node serves")->required();
  app.add_option("--klaimd", klaimd, "Program that serves a docket (default: beside this one)");
  CLI11_PARSE(app, argc, argv);
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  spdlog::set_default_logger(spdlog::stderr_color_mt("klaim-node"));
  return klaim::tools::Serve(file, klaimd);
}
