// The trust account that a bank's report must be of.
#pragma once

#include <set>
#include <string>

namespace klaim::services {

// The account whose reports are read.
struct ReportedAccount {
  std::string number;
  std::string currency;
  std::set<std::string> recorded;  // identifications of reports that are recorded already
};

}  // namespace klaim::services
