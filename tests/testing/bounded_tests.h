// A bound for each test, so that one that hangs says its name instead of holding up all others: a minute, unless the test
// says that it needs more, and why. A test that exceeds its bound ends the whole program (SIGABRT), which says which test
// it was; daemons that it started go with it. Builds that run slower have longer minutes (KLAIM_SLOWNESS, tests/CMakeLists.txt).
//
// Where KLAIM_PROGRESS names a file, each test that begins is told there; tools/test shows it.
#pragma once

#include <string>

namespace klaim::testing {

// Bounds the tests of this program. Once, between InitGoogleTest and RUN_ALL_TESTS.
void BoundTests();

// Gives the test under way `minutes` minutes from now on, since `why`. From the test itself or its fixture.
void AllowMinutes(unsigned minutes, const std::string& why);

}  // namespace klaim::testing
