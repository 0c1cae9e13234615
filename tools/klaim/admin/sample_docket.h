// A docket's worth of made-up claims that look like real ones: Indonesian names as they are (single names,
// old spelling, titles), villages by their official codes, agencies at home and abroad with their links, and
// programmes for Hong Kong, Taiwan, Saudi Arabia, Malaysia and fishing vessels. Nobody in it exists. The same
// seed gives the same bytes.
//
// Files: programmes.json, respondents.csv, links.csv, claims-PROGRAMME.csv (five), persons.csv (what `klaim link` reads),
// truth.csv.
#pragma once

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace klaim::tools {

struct SampleOptions {
  uint64_t claims = 1000;
  uint64_t seed = 1;
  uint64_t duplicates_percent = 5;  // how many claims are of a person who has one already, written down anew
  std::string folder;               // to write into
  std::string areas_file;           // villages.csv of the npm package idn-area-data: code,district_code,name
};

absl::Status WriteSampleDocket(const SampleOptions& options,
                               absl::FunctionRef<void(uint64_t claims)> progress);

}  // namespace klaim::tools
