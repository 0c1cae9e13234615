// The figures of docs/mass-claims.md are what the engine computes.

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <numeric>
#include <sstream>

#include "engine/domain/claims/sample.h"
#include "engine/domain/money/allocation.h"

namespace klaim::domain {
namespace {

// The fenced blocks of one kind, line by line, without comments.
std::vector<std::vector<std::string>> Blocks(const std::string& kind) {
  std::ifstream file(std::string(KLAIM_SOURCE) + "/docs/mass-claims.md");
  std::vector<std::vector<std::string>> blocks;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("```", 0) == 0) {
      inside = !inside && line == "```" + kind;
      if (inside) blocks.emplace_back();
      continue;
    }
    if (inside) blocks.back().push_back(line.substr(0, line.find('#')));
  }
  return blocks;
}

// "owed 900000 gets 550885" as a map.
std::map<std::string, int64_t> Numbers(std::istringstream& words) {
  std::map<std::string, int64_t> numbers;
  std::string name;
  int64_t number = 0;
  while (words >> name >> number) numbers[name] = number;
  return numbers;
}

TEST(WorkedExamples, PlansOfAllocationGiveWhatTheGuideSays) {
  const auto blocks = Blocks("allocation");
  ASSERT_EQ(blocks.size(), 2u);
  for (const auto& block : blocks) {
    v1::AllocationPlan plan;
    int64_t money = 0;
    std::vector<OwedHead> owed;
    std::vector<int64_t> gets;
    for (const std::string& line : block) {
      std::istringstream words(line);
      std::string first;
      words >> first;
      if (first == "step") {
        auto& step = *plan.add_steps();
        std::string rule;
        words >> rule;
        step.set_rule(rule == "equal" ? v1::ALLOCATION_RULE_EQUAL : v1::ALLOCATION_RULE_PRO_RATA);
        auto numbers = Numbers(words);
        if (numbers.contains("tier")) step.add_tiers(static_cast<uint32_t>(numbers["tier"]));
        step.set_cap_minor(numbers["cap"]);
        step.set_floor_minor(numbers["floor"]);
        continue;
      }
      int64_t number = 0;
      words >> number;
      if (first == "money") money = number;
      if (first == "costs") plan.set_costs_basis_points(static_cast<uint32_t>(number));
      if (first == "reserve") plan.set_reserve_basis_points(static_cast<uint32_t>(number));
      if (first != "claim") continue;
      auto numbers = Numbers(words);
      owed.push_back({static_cast<uint64_t>(number), "unpaid_wages", static_cast<uint32_t>(numbers["tier"]),
                      numbers["owed"]});
      gets.push_back(numbers["gets"]);
    }
    ASSERT_GE(owed.size(), 3u);
    const SharedOut out = ShareOut(money, money, plan, owed);
    for (size_t i = 0; i < owed.size(); ++i) {
      EXPECT_EQ(std::accumulate(out.shares[i].begin(), out.shares[i].end(), int64_t{0}), gets[i])
          << "claim " << owed[i].claim_id;
    }
  }
}

TEST(WorkedExamples, SamplesAreAsLargeAsTheGuideSays) {
  const auto blocks = Blocks("sample-size");
  ASSERT_EQ(blocks.size(), 1u);
  for (const std::string& line : blocks[0]) {
    std::istringstream words(line);
    auto numbers = Numbers(words);
    EXPECT_EQ(
        SampleSize(static_cast<uint32_t>(numbers["population"]), static_cast<uint32_t>(numbers["confidence"]),
                   static_cast<uint32_t>(numbers["margin"])),
        numbers["drawn"])
        << line;
  }
}

}  // namespace
}  // namespace klaim::domain
