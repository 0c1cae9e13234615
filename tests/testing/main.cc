// Runs the tests of a program, each within its bound.

#include <gtest/gtest.h>

#include "testing/bounded_tests.h"

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  klaim::testing::BoundTests();
  return RUN_ALL_TESTS();
}
