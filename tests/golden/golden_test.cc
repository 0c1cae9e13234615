// A docket that an earlier format wrote opens, replays to the same tree, verifies, and its people can be read: for ever.

#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/core/docket.h"
#include "engine/merkle/checkpoint.h"
#include "engine/privacy/sealing.h"
#include "klaim/v1/event_record.pb.h"
#include "services/docket/docket_opening.h"
#include "services/docket/open_docket.h"
#include "testing/bounded_tests.h"
#include "testing/processes.h"
#include "testing/temporary_folder.h"
#include "tools/installation/authority.h"

namespace klaim::testing {
namespace {

using Facts = std::map<std::string, std::string>;

// What is true of a docket whatever program reads it.
Facts FactsOf(const std::string& archive) {
  TemporaryFolder folder;
  const Finished unpacked = RunProgram({"/usr/bin/tar", "-xzf", archive, "-C", folder.path()});
  EXPECT_EQ(unpacked.exit_code, 0) << unpacked.out;
  Facts facts;
  absl::Status failure;
  auto docket = services::Open(folder.path("data"), folder.path("master.key"),
                               [&](const absl::Status& status) { failure = status; });
  EXPECT_TRUE(docket.ok()) << docket.status();
  if (!docket.ok()) return facts;
  const log::LogReader& log = *(*docket)->log;
  facts["records"] = absl::StrCat(log.next_sequence());
  facts["root"] = merkle::ToHex(merkle::AsBytes(*log.Root(log.next_sequence())));
  std::vector<merkle::Hash> leaves;
  std::map<std::string, int> events;
  std::map<uint64_t, bool> streams;
  uint64_t names = 0;
  merkle::Sha256Stream persons;
  v1::EventRecord event;
  const absl::Status read = log.Read(0, [&](uint64_t sequence, absl::string_view bytes) {
    EXPECT_TRUE(record::DecodeRecord(sequence, bytes, event).ok());
    leaves.push_back(record::EntryHash(sequence, bytes));
    const auto* kind = event.GetReflection()->GetOneofFieldDescriptor(
        event, event.GetDescriptor()->FindOneofByName("event"));
    EXPECT_NE(kind, nullptr) << "record " << sequence << " says nothing that this program knows";
    if (kind != nullptr) ++events[kind->name()];
    streams[event.stream()] = true;
    if (event.has_claimant_registered()) {
      EXPECT_TRUE(privacy::Unseal(*event.mutable_claimant_registered(), *(*docket)->vault).ok());
      const std::string& name = event.claimant_registered().person().name().clear();
      EXPECT_FALSE(name.empty());
      persons.Update(name + "\n");
      ++names;
    }
    return true;
  });
  EXPECT_TRUE(read.ok()) << read;
  EXPECT_EQ(merkle::ToHex(merkle::AsBytes(merkle::RootOfHashes(leaves))), facts["root"]);
  for (const auto& [kind, count] : events) facts["events " + kind] = absl::StrCat(count);
  facts["names"] = absl::StrCat(names, " ", merkle::ToHex(merkle::AsBytes(persons.Finish())));
  // Every stream folds.
  domain::Docket folded(sequencer::LoaderOf(log), 1'000);
  for (const auto& [stream, present] : streams) {
    const absl::Status found = folded.Find<domain::ClaimState>("claim_id", stream).status();
    EXPECT_TRUE(found.ok() || absl::IsNotFound(found) || absl::IsInvalidArgument(found))
        << stream << ": " << found;
  }
  // And goes on from the checkpoint that was published then.
  auto note = tools::ReadFile(folder.path("checkpoint"));
  EXPECT_TRUE(note.ok());
  if (note.ok()) facts["published"] = std::vector<std::string>(absl::StrSplit(*note, '\n'))[2];
  EXPECT_TRUE(failure.ok()) << failure;
  return facts;
}

TEST(GoldenDockets, OpenReplayAndVerifyAsTheyDidWhenTheyWereMade) {
  int dockets = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(KLAIM_SOURCE) + "/tests/golden")) {
    if (entry.path().extension() != ".facts") continue;
    ++dockets;
    SCOPED_TRACE(entry.path().filename().string());
    Facts wanted;
    std::istringstream lines(*tools::ReadFile(entry.path().string()));
    for (std::string line; std::getline(lines, line);) {
      const std::pair<std::string, std::string> fact = absl::StrSplit(line, absl::MaxSplits(": ", 1));
      wanted[fact.first] = fact.second;
    }
    EXPECT_EQ(FactsOf(entry.path().parent_path() / (entry.path().stem().string() + ".tar.gz")), wanted);
  }
  EXPECT_GE(dockets, 1);
}

}  // namespace
}  // namespace klaim::testing

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  // For tests/golden/make.
  if (argc == 3 && std::string(argv[1]) == "--facts") {
    for (const auto& [name, value] : klaim::testing::FactsOf(argv[2]))
      std::cout << name << ": " << value << "\n";
    return 0;
  }
  klaim::testing::BoundTests();
  return RUN_ALL_TESTS();
}
