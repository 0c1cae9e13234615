#include "testing/processes.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "tools/installation/authority.h"

namespace klaim::testing {
namespace {

pid_t Spawn(const std::vector<std::string>& command, int in, int out) {
  const pid_t process = fork();
  if (process != 0) return process;
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // nothing outlives the test
  if (in >= 0) dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

}  // namespace

std::string Program(const std::string& name) {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / name).string();
}

Finished RunProgram(const std::vector<std::string>& command, const std::string& input,
                    std::optional<std::chrono::milliseconds> killed_after) {
  int in[2];
  int out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0) return {};
  const pid_t process = Spawn(command, in[0], out[1]);
  close(in[0]);
  close(out[1]);
  (void)!write(in[1], input.data(), input.size());
  close(in[1]);
  if (killed_after.has_value()) {
    // What it prints fits the pipe, or it waits there for its end.
    const int handle = static_cast<int>(syscall(SYS_pidfd_open, process, 0));
    pollfd ended{.fd = handle, .events = POLLIN, .revents = 0};
    if (poll(&ended, 1, static_cast<int>(killed_after->count())) == 0) kill(process, SIGKILL);
    close(handle);
  }
  Finished finished;
  char buffer[4096];
  for (ssize_t size; (size = read(out[0], buffer, sizeof(buffer))) > 0;)
    finished.out.append(buffer, static_cast<size_t>(size));
  close(out[0]);
  int status = 0;
  waitpid(process, &status, 0);
  finished.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return finished;
}

Daemon::Daemon(const std::string& folder, const std::string& wrapper, const std::vector<std::string>& flags)
    : folder_(folder) {
  std::error_code ignored;
  std::filesystem::remove(folder_ + "/addresses.json", ignored);
  const int out = open((folder_ + "/klaimd.out").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  std::vector<std::string> command = {Program("klaimd"), "--docket", folder_};
  command.insert(command.end(), flags.begin(), flags.end());
  if (!wrapper.empty()) command.insert(command.begin(), wrapper);
  process_ = Spawn(command, -1, out);
  close(out);
  // Until it says "ready" or ends.
  while (true) {
    if (absl::StrContains(output(), "ready:")) {
      started_ = true;
      return;
    }
    siginfo_t info{};
    if (waitid(P_PID, static_cast<id_t>(process_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
        info.si_pid != 0) {
      started_ = absl::StrContains(output(), "ready:");
      return;
    }
    poll(nullptr, 0, 5);
  }
}

Daemon::~Daemon() { Kill(); }

std::string Daemon::output() const {
  auto text = tools::ReadFile(folder_ + "/klaimd.out");
  return text.ok() ? *text : "";
}

void Daemon::Kill() {
  if (process_ < 0) return;
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

int Daemon::Stop() {
  if (process_ < 0) return -1;
  kill(process_, SIGTERM);
  int status = 0;
  waitpid(process_, &status, 0);
  process_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string Daemon::address() const {
  const auto addresses = boost::json::parse(*tools::ReadFile(folder_ + "/addresses.json"));
  return std::string(addresses.at("grpc").as_string());
}

std::string Daemon::http() const {
  const auto addresses = boost::json::parse(*tools::ReadFile(folder_ + "/addresses.json"));
  return std::string(addresses.at("http").as_string());
}

std::shared_ptr<grpc::Channel> Daemon::Connect(const std::string& person) const {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = *tools::ReadFile(folder_ + "/authority/ca.crt");
  if (!person.empty()) {
    tls.pem_cert_chain = *tools::ReadFile(folder_ + "/people/" + person + ".crt");
    tls.pem_private_key = *tools::ReadFile(folder_ + "/people/" + person + ".key");
  }
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address(), grpc::SslCredentials(tls), arguments);
}

}  // namespace klaim::testing
