#include "tools/klaim-node/daemon_child.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/read_until.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <istream>
#include <regex>

#include "absl/strings/str_cat.h"

namespace klaim::tools {
namespace {

constexpr auto kPeerDeadline = std::chrono::seconds(20);

}  // namespace

DaemonChild::DaemonChild(boost::asio::io_context& io, std::function<void(const Ready&)> on_ready,
                         std::function<void(int)> on_end)
    : on_ready_(std::move(on_ready)), on_end_(std::move(on_end)), output_(io), deadline_(io) {}

DaemonChild::~DaemonChild() {
  if (process_ <= 0) return;
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}

absl::Status DaemonChild::Start(const std::vector<std::string>& command) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::InternalError(absl::StrCat("pipe: ", std::strerror(errno)));
  const pid_t parent = getpid();
  process_ = fork();
  if (process_ == 0) {
    // Only what is safe between fork and exec.
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    dup2(ends[1], STDOUT_FILENO);
    // Neither addresses that this process listens on nor clients' connections are the child's.
    close_range(3, ~0U, 0);
    execv(words[0], words.data());
    _exit(127);
  }
  close(ends[1]);
  if (process_ < 0) {
    close(ends[0]);
    return absl::InternalError(absl::StrCat("can't start ", command[0], ": ", std::strerror(errno)));
  }
  output_.assign(ends[0]);
  ReadLine();
  return absl::OkStatus();
}

void DaemonChild::ReadLine() {
  boost::asio::async_read_until(output_, buffer_, '\n',
                                [this](const boost::system::error_code& error, size_t) {
                                  if (error == boost::asio::error::operation_aborted) return;
                                  if (error) {
                                    // Its standard output ends with it.
                                    int status = 0;
                                    waitpid(process_, &status, 0);
                                    process_ = -1;
                                    deadline_.cancel();
                                    output_.close();
                                    on_end_(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
                                    return;
                                  }
                                  std::istream in(&buffer_);
                                  std::string line;
                                  std::getline(in, line);
                                  static const std::regex ready("ready: gRPC on (\\S+), HTTP on (\\S+)");
                                  std::smatch found;
                                  if (std::regex_search(line, found, ready)) on_ready_({found[1], found[2]});
                                  ReadLine();
                                });
}

void DaemonChild::Stop() {
  if (process_ <= 0 || stopping_) return;
  stopping_ = true;
  kill(process_, SIGTERM);
  deadline_.expires_after(kPeerDeadline);
  deadline_.async_wait([this](const boost::system::error_code& error) {
    if (!error && process_ > 0) kill(process_, SIGKILL);
  });
}

}  // namespace klaim::tools
