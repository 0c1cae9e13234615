// A docket served by the real daemon, and the real `klaim` on it.
#pragma once

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "testing/processes.h"
#include "testing/temporary_folder.h"

namespace klaim::testing {

class KlaimProgram : public ::testing::Test {
 protected:
  KlaimProgram();

  Finished Klaim(std::vector<std::string> words, const std::string& input = "");
  // The answer of a command that must succeed.
  boost::json::value Json(std::vector<std::string> words);
  void Must(std::vector<std::string> words);
  // Numbers of 64 bits are texts in JSON.
  static uint64_t Number(const boost::json::value& value);
  static std::string Text(const boost::json::value& value) { return std::string(value.as_string()); }
  // The number of the only programme, or the first.
  std::string Programme();

  TemporaryFolder folder_;
  std::unique_ptr<Daemon> daemon_;
};

}  // namespace klaim::testing
