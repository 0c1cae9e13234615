// A filter never denies a number that was added, and denies nearly all others.

#include "engine/storage/growing_filter.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace klaim::storage {
namespace {

// Random ones, and ones that follow each other.
class GrowingFilterOf : public ::testing::TestWithParam<bool> {};

TEST_P(GrowingFilterOf, HasAllThatWereAddedAndFewOthers) {
  std::mt19937_64 random(20261126);
  uint64_t last = 0;
  const auto next = [&] { return GetParam() ? random() : ++last; };
  GrowingFilter filter;
  EXPECT_FALSE(filter.MayHave(0)) << "while it is empty";
  std::vector<uint64_t> added(1'000'000);
  for (uint64_t& number : added) filter.Add(number = next());
  for (uint64_t number : added) ASSERT_TRUE(filter.MayHave(number)) << number;
  size_t others = 0;
  for (int i = 0; i < 100'000; ++i) others += filter.MayHave(next());
  EXPECT_LT(others, 3'000u);
}
INSTANTIATE_TEST_SUITE_P(Numbers, GrowingFilterOf, ::testing::Bool());

}  // namespace
}  // namespace klaim::storage
