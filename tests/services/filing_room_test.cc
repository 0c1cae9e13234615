// How many filings of streams may be under way, and whose turn is next.

#include "services/boundary/filing_room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

namespace klaim::services {
namespace {

// Who got in, in that order; places are kept until they are left.
class FilingRoomTest : public ::testing::Test {
 protected:
  void Enter(const std::string& who, size_t filings) {
    room_.Enter(who, filings, [this, who](FilingRoom::Place place) {
      order_.push_back(who);
      places_.push_back(std::move(place));
    });
  }
  void LeaveFirst() { places_.pop_front(); }
  std::vector<std::string> TakeOrder() { return std::exchange(order_, {}); }

  std::vector<std::string> order_;
  FilingRoom room_{FilingBounds{2, 12, 8}};
  std::deque<FilingRoom::Place> places_;
};

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(FilingRoomTest, LeavesRoomForOthersHoweverMuchOneFiles) {
  for (int i = 0; i < 100; ++i) Enter("one", 4);
  EXPECT_THAT(TakeOrder(), ElementsAre("one", "one"));
  Enter("another", 4);
  EXPECT_THAT(TakeOrder(), ElementsAre("another"));
  LeaveFirst();
  EXPECT_THAT(TakeOrder(), ElementsAre("one"));
}

TEST_F(FilingRoomTest, GoesRoundTheAccountsWhenAllOfItIsTaken) {
  Enter("a", 6);
  Enter("b", 6);
  for (int i = 0; i < 3; ++i) Enter("a", 2);
  for (int i = 0; i < 3; ++i) Enter("c", 2);
  EXPECT_THAT(TakeOrder(), ElementsAre("a", "b"));
  LeaveFirst();  // six of the first
  EXPECT_THAT(TakeOrder(), ElementsAre("a", "c", "a"));
  LeaveFirst();
  EXPECT_THAT(TakeOrder(), ElementsAre("c", "a", "c"));
}

TEST_F(FilingRoomTest, HasRoomForWhatIsMoreThanAllOfItAlone) {
  Enter("a", 1);
  Enter("b", 50);
  EXPECT_THAT(TakeOrder(), ElementsAre("a"));
  LeaveFirst();
  EXPECT_THAT(TakeOrder(), ElementsAre("b"));
  Enter("c", 1);
  EXPECT_THAT(TakeOrder(), IsEmpty());
  LeaveFirst();
  EXPECT_THAT(TakeOrder(), ElementsAre("c"));
}

TEST_F(FilingRoomTest, OpensSoManyStreamsOfAnAccount) {
  EXPECT_TRUE(room_.Open("a").ok());
  EXPECT_TRUE(room_.Open("a").ok());
  EXPECT_TRUE(absl::IsResourceExhausted(room_.Open("a")));
  EXPECT_TRUE(room_.Open("b").ok());
  room_.Close("a");
  EXPECT_TRUE(room_.Open("a").ok());
}

}  // namespace
}  // namespace klaim::services
