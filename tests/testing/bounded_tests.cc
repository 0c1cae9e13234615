#include "testing/bounded_tests.h"

#include <errno.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "absl/strings/str_cat.h"

namespace klaim::testing {
namespace {

// What is said of the test under way when its time is over, by a signal's handler: so no std::string.
char exceeded[1'024];
size_t exceeded_size = 0;
int progress = -1;  // a file, or none

void SayAndEnd(int) {
  (void)!write(STDERR_FILENO, exceeded, exceeded_size);
  if (progress >= 0) (void)!write(progress, exceeded, exceeded_size);
  std::abort();
}

void Tell(const std::string& name) {
  const std::string line = absl::StrCat(program_invocation_short_name, ": ", name, "\n");
  if (progress >= 0) (void)!write(progress, line.data(), line.size());
}

void Bound(const std::string& name, unsigned minutes) {
  alarm(0);
  const unsigned seconds = minutes * 60 * KLAIM_SLOWNESS;
  exceeded_size = absl::StrCat(program_invocation_short_name, ": ", name, " did not end within ", seconds,
                               " seconds, which is its bound\n")
                      .copy(exceeded, sizeof(exceeded));
  signal(SIGALRM, SayAndEnd);
  alarm(seconds);
}

std::string NameOf(const ::testing::TestInfo& test) {
  return absl::StrCat(test.test_suite_name(), ".", test.name());
}

class Bounds : public ::testing::EmptyTestEventListener {
 public:
  void OnTestSuiteStart(const ::testing::TestSuite& suite) override { Bound(suite.name(), 1); }
  void OnTestStart(const ::testing::TestInfo& test) override {
    Tell(NameOf(test));
    Bound(NameOf(test), 1);
  }
  // What is set up and taken down for a whole suite has a minute too.
  void OnTestEnd(const ::testing::TestInfo& test) override { Bound(test.test_suite_name(), 1); }
  void OnTestSuiteEnd(const ::testing::TestSuite&) override { alarm(0); }
};

}  // namespace

void BoundTests() {
  if (const char* file = std::getenv("KLAIM_PROGRESS"); file != nullptr) {
    progress = open(file, O_WRONLY | O_APPEND | O_CLOEXEC);
  }
  ::testing::UnitTest::GetInstance()->listeners().Append(new Bounds);
}

void AllowMinutes(unsigned minutes, const std::string& why) {
  const ::testing::TestInfo& test = *::testing::UnitTest::GetInstance()->current_test_info();
  std::cout << "Up to " << minutes << " minutes: " << why << std::endl;
  Bound(NameOf(test), minutes);
}

}  // namespace klaim::testing
