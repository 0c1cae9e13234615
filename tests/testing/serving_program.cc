#include "testing/serving_program.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace klaim::testing {

ServingProgram::ServingProgram(const std::vector<std::string>& command) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  int out[2];
  EXPECT_EQ(pipe(out), 0);
  process_ = fork();
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // nothing outlives the test
    dup2(out[1], STDOUT_FILENO);
    close(out[0]);
    close(out[1]);
    execvp(words[0], words.data());
    _exit(127);
  }
  close(out[1]);
  out_ = out[0];
  char c = 0;
  while (read(out_, &c, 1) == 1 && c != '\n') said_ += c;
}

ServingProgram::~ServingProgram() {
  Kill();
  close(out_);
}

void ServingProgram::Kill() {
  if (process_ <= 0) return;
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
  process_ = -1;
}

}  // namespace klaim::testing
