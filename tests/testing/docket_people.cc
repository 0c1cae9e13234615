#include "testing/docket_people.h"

#include <gtest/gtest.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "testing/processes.h"

namespace klaim::testing {
namespace {

// The first number in a text, as in "Account 17 opened."
uint64_t NumberIn(const std::string& text) {
  uint64_t number = 0;
  for (absl::string_view word : absl::StrSplit(text, absl::ByAnyChar(" \n"))) {
    if (absl::SimpleAtoi(word, &number)) return number;
  }
  ADD_FAILURE() << "no number in: " << text;
  return 0;
}

}  // namespace

DocketPeople::DocketPeople(std::string folder) : folder_(std::move(folder)) {
  const Finished made = RunProgram({Program("klaim"), "init", "--docket", folder_, "--name", "Union"});
  EXPECT_EQ(made.exit_code, 0) << made.out;
}

std::string DocketPeople::Klaim(std::vector<std::string> arguments, int exit_code,
                                const std::string& input) const {
  std::vector<std::string> command = {Program("klaim"), "--addresses", folder_ + "/addresses.json"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const Finished finished = RunProgram(command, input);
  EXPECT_EQ(finished.exit_code, exit_code) << absl::StrJoin(arguments, " ") << ": " << finished.out;
  return finished.out;
}

uint64_t DocketPeople::RegisterOrganisation(const std::string& name, uint64_t parent,
                                            const std::string& kind) {
  return NumberIn(Klaim({"organisation", "register", "--name", name, "--country", "ID", "--kind", kind,
                         "--parent", absl::StrCat(parent)}));
}

uint64_t DocketPeople::Open(uint64_t organisation, const std::string& name, const std::string& roles) {
  const uint64_t account = NumberIn(Klaim(
      {"account", "open", "--organisation", absl::StrCat(organisation), "--name", name, "--role", roles}));
  Confirm(account);
  Klaim({"organisation", "certificate", "issue", "--docket", folder_, "--organisation",
         absl::StrCat(organisation), "--name", name});
  return account;
}

std::string DocketPeople::Recover(uint64_t account) {
  const std::string said = Klaim({"account", "recover", absl::StrCat(account), "--reason", "forgotten"});
  const std::string waits = "klaim account confirm ";
  uint64_t proposal = 0;
  if (const size_t at = said.find(waits); at != std::string::npos) {
    EXPECT_TRUE(
        absl::SimpleAtoi(said.substr(at + waits.size(), said.find('\n', at) - at - waits.size()), &proposal))
        << said;
    Confirm(proposal);
  }
  const std::string before = "First password: ";
  const size_t at = said.find(before);
  if (at == std::string::npos) {
    ADD_FAILURE() << "no first password in: " << said;
    return "";
  }
  return said.substr(at + before.size(), said.find('\n', at) - at - before.size());
}

void DocketPeople::Confirm(uint64_t proposal) {
  Klaim({"--as", "administrator", "account", "confirm", absl::StrCat(proposal)});
}

}  // namespace klaim::testing
