// klaim-vaultd: keeps the rows of a docket's vault for the nodes of its cluster.

#include <pthread.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "engine/log/data_folder.h"
#include "services/common/grpc_log.h"
#include "services/docket/vault/vault_rows_service.h"
#include "spdlog/sinks/stdout_color_sinks.h"
#include "spdlog/spdlog.h"
#include "tools/installation/authority.h"
#include "tools/installation/docket_files.h"

namespace klaim::tools {
namespace {

int Serve(const DocketFiles& files, const std::string& address, const std::string& backup) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const auto fail = [](const absl::Status& status) {
    spdlog::error("{}", std::string(status.message()));
    return 1;
  };
  services::NodeCredentials credentials;
  for (auto [path, text] : {std::pair(files.authority_certificate(), &credentials.certificate_authority),
                            std::pair(files.server_certificate(), &credentials.certificate),
                            std::pair(files.server_key(), &credentials.private_key)}) {
    auto read = ReadFile(path);
    if (!read.ok()) return fail(read.status());
    *text = *std::move(read);
  }
  // The folder is this process's, as it would be klaimd's: the two never have one vault at once.
  auto folder = log::DataFolder::Open(files.data());
  if (!folder.ok()) return fail(folder.status());
  auto rows = privacy::OpenVaultRows(folder->vault());
  if (!rows.ok()) return fail(rows.status());
  auto server =
      services::ServeVaultRows(*std::move(rows), address, credentials, files.revocation_list(), backup);
  if (!server.ok()) return fail(server.status());
  std::cout << "ready: vault rows on " << address.substr(0, address.rfind(':')) << ":" << (*server)->port()
            << std::endl;
  int signal_number = 0;
  sigwait(&signals, &signal_number);
  return 0;
}

}  // namespace
}  // namespace klaim::tools

int main(int argc, char** argv) {
  CLI::App app(
      "Keeps the rows of a docket's vault for the nodes of its cluster. It has no master key: the rows say "
      "nothing to "
      "it. Only a node's certificate is let in.",
      "klaim-vaultd");
  app.footer(
      "Example:\n  klaim docket node-certificate --docket /srv/klaim/sbmi --name node-a\n"
      "  klaim-vaultd --docket /srv/klaim/sbmi --listen 10.0.0.5:7440 --backup /backup/vault");
  klaim::tools::DocketFiles files;
  std::string address = "127.0.0.1:0";
  std::string backup;
  app.add_option("--docket", files.root, "Folder that `klaim init` made; its data/vault is served")
      ->required();
  app.add_option("--listen", address, "host:port; port 0 takes a free one")->capture_default_str();
  app.add_option("--backup", backup, "Folder for backups of the rows (default: none are made)");
  app.set_config("--config", "", "File of settings, a line each: NAME=VALUE with the names of these options");
  app.allow_config_extras(CLI::config_extras_mode::error);
  CLI11_PARSE(app, argc, argv);
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  klaim::services::KeepCallersWordsOutOfTheJournal();
  spdlog::set_default_logger(spdlog::stderr_color_mt("klaim-vaultd"));
  return klaim::tools::Serve(files, address, backup);
}
