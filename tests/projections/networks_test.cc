// Networks of respondents: whatever the order of links, the same as components found from scratch.

#include <gtest/gtest.h>

#include <functional>

#include "projections/networks/respondent_networks.h"

namespace klaim::projections {
namespace {

TEST(RespondentNetworks, MergeAndSplit) {
  RespondentNetworks networks;
  for (uint64_t i = 1; i <= 5; ++i) networks.Add(i);
  EXPECT_EQ(networks.Link(10, 4, 5).renumbered, 1u);
  EXPECT_EQ(networks.Link(11, 2, 5).renumbered, 2u) << "the two are a part of 2 now";
  EXPECT_EQ(networks.NetworkOf(4), 2u);
  EXPECT_EQ(networks.MembersOf(2), (std::set<uint64_t>{2, 4, 5}));
  networks.Link(12, 2, 4);  // a second way round
  EXPECT_EQ(networks.Unlink(11).renumbered, 0u) << "still connected the other way";
  EXPECT_EQ(networks.Unlink(12).renumbered, 2u);
  EXPECT_EQ(networks.NetworkOf(5), 4u);
  EXPECT_EQ(networks.MembersOf(2), (std::set<uint64_t>{2}));
  EXPECT_TRUE(networks.Unlink(999).relabelled.empty());
}

// However they are linked, a respondent changes its label a logarithm of times: so that what is written stays small.
TEST(RespondentNetworks, LinkingCostsLittleWhateverTheOrder) {
  constexpr uint64_t kCount = 4'096;
  const auto relabelled = [&](const std::function<std::pair<uint64_t, uint64_t>(uint64_t)>& ends) {
    RespondentNetworks networks;
    for (uint64_t i = 1; i <= kCount; ++i) networks.Add(i);
    size_t count = 0;
    for (uint64_t link = 1; link < kCount; ++link) {
      const auto [one, other] = ends(link);
      count += networks.Link(100'000 + link, one, other).relabelled.size();
    }
    EXPECT_EQ(networks.MembersOf(1).size(), kCount);
    return count;
  };
  EXPECT_LE(relabelled([&](uint64_t i) { return std::pair(i, i + 1); }), kCount)
      << "a chain from its beginning";
  EXPECT_LE(relabelled([&](uint64_t i) { return std::pair(kCount - i, kCount - i + 1); }), kCount)
      << "a chain from its end, of which each link renames all before";
  EXPECT_LE(relabelled([&](uint64_t i) { return std::pair(uint64_t{1}, i + 1); }), kCount) << "all with one";
}

TEST(RespondentNetworks, EqualComponentsFoundFromScratch) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(seed);
    uint64_t state = seed;
    const auto below = [&](uint64_t end) {
      return (state = state * 6364136223846793005 + 1442695040888963407, (state >> 33) % end);
    };
    RespondentNetworks networks;
    constexpr uint64_t kCount = 30;
    for (uint64_t i = 1; i <= kCount; ++i) networks.Add(i);
    std::map<uint64_t, std::pair<uint64_t, uint64_t>> links;
    for (uint64_t step = 0; step < 120; ++step) {
      if (!links.empty() && below(3) == 0) {
        const auto link = std::next(links.begin(), static_cast<std::ptrdiff_t>(below(links.size())));
        networks.Unlink(link->first);
        links.erase(link);
      } else {
        const uint64_t one = 1 + below(kCount);
        const uint64_t other = 1 + below(kCount);
        if (one == other) continue;
        networks.Link(1000 + step, one, other);
        links[1000 + step] = {one, other};
      }
      std::map<uint64_t, uint64_t> root;
      for (uint64_t i = 1; i <= kCount; ++i) root[i] = i;
      const std::function<uint64_t(uint64_t)> find = [&](uint64_t i) {
        return root[i] == i ? i : root[i] = find(root[i]);
      };
      for (const auto& [id, ends] : links) {
        const uint64_t a = find(ends.first);
        const uint64_t b = find(ends.second);
        root[std::max(a, b)] = std::min(a, b);
      }
      for (uint64_t i = 1; i <= kCount; ++i)
        ASSERT_EQ(networks.NetworkOf(i), find(i)) << "respondent " << i << ", step " << step;
    }
  }
}

TEST(RespondentNetworks, AtATimeEqualComponentsFoundFromScratch) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    SCOPED_TRACE(seed);
    uint64_t state = seed;
    const auto below = [&](uint64_t end) {
      return (state = state * 6364136223846793005 + 1442695040888963407, (state >> 33) % end);
    };
    RespondentNetworks networks;
    constexpr uint64_t kCount = 15;
    for (uint64_t i = 1; i <= kCount; ++i) networks.Add(i);
    std::map<uint64_t, std::tuple<uint64_t, uint64_t, Period>> links;
    for (uint64_t step = 0; step < 60; ++step) {
      if (!links.empty() && below(4) == 0) {
        networks.Unlink(links.begin()->first);
        links.erase(links.begin());
      } else {
        const uint64_t one = 1 + below(kCount);
        const uint64_t other = 1 + below(kCount);
        if (one == other) continue;
        Period stood;
        if (below(3) != 0) stood.from = static_cast<int64_t>(below(50));
        if (below(3) != 0) stood.until = std::max<int64_t>(stood.from, 0) + static_cast<int64_t>(below(50));
        networks.Link(1000 + step, one, other, stood);
        links[1000 + step] = {one, other, stood};
      }
      Period asked{static_cast<int64_t>(below(100)), 0};
      asked.until = asked.from + static_cast<int64_t>(below(20));
      std::map<uint64_t, uint64_t> root;
      for (uint64_t i = 1; i <= kCount; ++i) root[i] = i;
      const std::function<uint64_t(uint64_t)> find = [&](uint64_t i) {
        return root[i] == i ? i : root[i] = find(root[i]);
      };
      for (const auto& [id, link] : links) {
        const auto& [one, other, stood] = link;
        if (stood.until < asked.from || stood.from > asked.until) continue;
        const uint64_t a = find(one);
        const uint64_t b = find(other);
        root[std::max(a, b)] = std::min(a, b);
      }
      for (uint64_t i = 1; i <= kCount; ++i) {
        ASSERT_EQ(networks.NetworkAt(i, asked), find(i)) << "respondent " << i << ", step " << step;
        ASSERT_TRUE(networks.MembersAt(i, asked).contains(find(i)));
      }
    }
  }
}

TEST(RespondentNetworks, TimesThatAreKnownInPart) {
  const auto date = [](uint32_t year, uint32_t month, uint32_t day) {
    v1::PartialDate partial;
    partial.set_year(year);
    partial.set_month(month);
    partial.set_day(day);
    return partial;
  };
  const v1::PartialDate none;
  EXPECT_TRUE(Period::Of(none, none).always());
  EXPECT_TRUE(Period::OfLink(none, none).always());
  const Period year = Period::Of(date(2023, 0, 0), none);
  EXPECT_EQ(year.until - year.from, 364) << "a year means all its days";
  EXPECT_FALSE(Period::OfLink(none, date(2022, 12, 31)).Overlaps(year));
  EXPECT_TRUE(Period::OfLink(none, date(2023, 0, 0)).Overlaps(year));
  EXPECT_TRUE(Period::OfLink(date(2023, 12, 31), none).Overlaps(year)) << "the last day counts";
}

}  // namespace
}  // namespace klaim::projections
