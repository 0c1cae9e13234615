#include "tools/klaim/client/command.h"

#include <termios.h>
#include <unistd.h>

#include <iostream>

namespace klaim::tools {

std::string AskSecretly(const std::string& prompt) {
  termios before{};
  const bool terminal = tcgetattr(STDIN_FILENO, &before) == 0;
  if (terminal) {
    std::cerr << prompt << ": " << std::flush;
    termios quiet = before;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
  }
  std::string line;
  std::getline(std::cin, line);
  if (terminal) {
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
    std::cerr << std::endl;
  }
  return line;
}

void OnCall(CLI::App* command, Connection& connection, Action action, bool connects, int trouble) {
  command->callback([&connection, action = std::move(action), connects, trouble] {
    absl::Status status = connects ? connection.Connect() : absl::OkStatus();
    if (status.ok()) status = action();
    connection.WaitUntilVisible();
    if (status.ok()) return;
    std::cerr << "klaim: " << status.message() << std::endl;
    throw CLI::RuntimeError(absl::IsDataLoss(status) ? 1 : trouble);
  });
}

}  // namespace klaim::tools
