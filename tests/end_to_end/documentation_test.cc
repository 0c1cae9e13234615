// What the documents tell people to type works as it stands: README's tour, the first commands of docs/operations.md, and every
// command in a block of code is one that klaim knows, with its options.

#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "testing/processes.h"
#include "testing/temporary_folder.h"
#include "tools/installation/authority.h"
#include "tools/klaim/commands.h"

namespace klaim::testing {
namespace {

std::string Document(const std::string& name) {
  auto text = tools::ReadFile(absl::StrCat(KLAIM_SOURCE, "/", name));
  EXPECT_TRUE(text.ok()) << text.status();
  return text.value_or("");
}

// The blocks of code below a heading, up to the next one of its kind: what somebody pastes.
std::string CodeBelow(const std::string& document, const std::string& heading) {
  const size_t begin = document.find(absl::StrCat("\n", heading, "\n"));
  EXPECT_NE(begin, std::string::npos) << heading;
  if (begin == std::string::npos) return "";
  const std::string section = document.substr(begin + 1, document.find("\n## ", begin + 1) - begin);
  std::string code;
  for (absl::string_view line : absl::StrSplit(section, '\n')) {
    if (absl::ConsumePrefix(&line, "    ")) absl::StrAppend(&code, line, "\n");
  }
  return code;
}

Finished Paste(const std::string& folder, const std::string& code) {
  const std::string programs = std::filesystem::path(Program("klaim")).parent_path();
  return RunProgram(
      {"/usr/bin/env", "bash", "-c",
       absl::StrCat("set -euo pipefail\nexport PATH='", programs, "':$PATH\ncd '", folder, "'\n", code)});
}

void Must(const std::vector<std::string>& command) {
  const Finished finished = RunProgram(command);
  ASSERT_EQ(finished.exit_code, 0) << command.at(1) << ": " << finished.out;
}

// As tools/run makes it, below the folder in which the tour is pasted.
void LoadDemo(const std::string& docket) {
  const std::string sample = docket + "/sample";
  const auto klaim = [&](std::vector<std::string> words) {
    words.insert(words.begin(), {Program("klaim"), "--quiet", "--addresses", docket + "/addresses.json"});
    Must(words);
  };
  klaim({"generate", "--claims", "1000", "--seed", "1", "--out", sample});
  klaim({"programme", "open", sample + "/programmes.json"});
  klaim({"respondent", "import", sample + "/respondents.csv", "--links", sample + "/links.csv"});
  for (const char* programme :
       {"HK-FEES-2025", "TW-WAGES-2025", "SA-WAGES-2025", "MY-PLANT-2025", "FISH-CREW-2025"}) {
    klaim({"import", absl::StrCat(sample, "/claims-", programme, ".csv"), "--programme", programme});
  }
}

TEST(Readme, ItsTourIsPastedAsItStands) {
  TemporaryFolder folder;
  const std::string docket = folder.path("var/demo");
  Must({Program("klaim"), "init", "--docket", docket, "--name", "Union"});
  Daemon daemon(docket);
  ASSERT_TRUE(daemon.started()) << daemon.output();
  LoadDemo(docket);
  // The daemon compares claimants while nobody waits for it; people come to the tour later.
  const auto suspects = [&] {
    return absl::StrContains(Paste(folder.path(), "klaim --json duplicates list --size 1").out,
                             "claimant_id");
  };
  for (const absl::Time until = absl::Now() + absl::Seconds(60); !suspects() && absl::Now() < until;) {
    absl::SleepFor(absl::Milliseconds(200));
  }
  const Finished pasted = Paste(folder.path(), CodeBelow(Document("README.md"), "## A tour"));
  EXPECT_EQ(pasted.exit_code, 0) << pasted.out;
  for (const char* said : {"Merged.", "recorded as received", "Allocated to ", "RESULT: PROVEN WHOLE",
                           "PROVEN: this event stands in the record"}) {
    EXPECT_TRUE(absl::StrContains(pasted.out, said)) << said << " is missing in:\n" << pasted.out;
  }
}

TEST(Operations, TheFirstCommandsAreTypedAsTheyStand) {
  TemporaryFolder folder;
  Must({Program("klaim"), "init", "--docket", folder.path(), "--name", "Union"});
  Daemon daemon(folder.path());
  ASSERT_TRUE(daemon.started()) << daemon.output();
  const std::string code = CodeBelow(Document("docs/operations.md"), "## People");
  const Finished pasted = Paste(folder.path(), absl::StrReplaceAll(code, {{"/srv/klaim", folder.path()}}));
  EXPECT_EQ(pasted.exit_code, 0) << pasted.out;
  // Each comment tells what the command says.
  for (absl::string_view line : absl::StrSplit(code, '\n')) {
    const size_t comment = line.find("# ");
    if (comment == absl::string_view::npos || !absl::EndsWith(line, ".")) continue;
    EXPECT_TRUE(absl::StrContains(pasted.out, line.substr(comment + 2))) << line << "\n" << pasted.out;
  }
}

// The command of klaim in a line of code, without its name and without what is the shell's; empty where there is none.
std::string CommandIn(const std::string& line) {
  size_t at = line.find("$(klaim ");
  if (absl::StartsWith(line, "klaim ")) {
    at = 6;
  } else if (absl::StartsWith(line, "$ klaim ")) {
    at = 8;
  } else if (at != std::string::npos) {
    at += 8;
  } else {
    return "";
  }
  char quote = 0;
  size_t end = at;
  for (; end < line.size(); ++end) {
    const char c = line[end];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (absl::StrContains("|<>);", std::string(1, c)) || (c == '#' && line[end - 1] == ' ')) {
      break;
    }
  }
  // Where a number was found before, any will do.
  static const std::regex variable(R"(\$[a-z_]+)");
  return std::regex_replace(line.substr(at, end - at), variable, "1");
}

std::vector<std::string> CommandsIn(const std::string& document) {
  std::vector<std::string> commands;
  std::string whole;
  for (absl::string_view line : absl::StrSplit(document, '\n')) {
    if (!absl::ConsumePrefix(&line, "    ")) continue;
    const bool goes_on = absl::ConsumeSuffix(&line, "\\");
    absl::StrAppend(&whole, line);
    if (goes_on) continue;
    if (std::string command = CommandIn(whole); !command.empty()) commands.push_back(std::move(command));
    whole.clear();
  }
  return commands;
}

struct Understood {};

// What klaim has against a command line; empty for nothing. That a file isn't there is not the document's fault.
std::string ProblemWith(const std::string& command) {
  CLI::App app("", "klaim");
  app.require_subcommand(1);
  app.fallthrough();
  tools::Connection connection;
  connection.AddOptions(app);
  tools::AddCommands(app, connection);
  // Nothing is done when it is parsed.
  app.parse_complete_callback([] { throw Understood(); });
  try {
    app.parse(command);
  } catch (const Understood&) {
    return "";
  } catch (const CLI::ParseError& problem) {
    const std::string what = problem.what();
    return absl::StrContains(what, "does not exist") ? "" : what;
  }
  return "";
}

TEST(Documents, EveryCommandInThemIsOneThatKlaimKnows) {
  EXPECT_NE(ProblemWith("organisation register --title X"), "");
  EXPECT_NE(ProblemWith("register publish list.csv"), "");
  EXPECT_EQ(ProblemWith("claim show 4711"), "");
  std::vector<std::string> names = {"README.md"};
  for (const auto& file : std::filesystem::directory_iterator(std::string(KLAIM_SOURCE) + "/docs")) {
    if (file.path().extension() == ".md") names.push_back("docs/" + file.path().filename().string());
  }
  size_t found = 0;
  for (const std::string& name : names) {
    for (const std::string& command : CommandsIn(Document(name))) {
      ++found;
      EXPECT_EQ(ProblemWith(command), "") << name << ": klaim " << command;
    }
  }
  EXPECT_GT(found, 80u);
}

}  // namespace
}  // namespace klaim::testing
