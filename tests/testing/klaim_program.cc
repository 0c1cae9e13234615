#include "testing/klaim_program.h"

namespace klaim::testing {

KlaimProgram::KlaimProgram() {
  EXPECT_EQ(RunProgram({Program("klaim"), "init", "--docket", folder_.path(), "--name", "Union"}).exit_code,
            0);
  daemon_ = std::make_unique<Daemon>(folder_.path());
  EXPECT_TRUE(daemon_->started()) << daemon_->output();
}

Finished KlaimProgram::Klaim(std::vector<std::string> words, const std::string& input) {
  words.insert(words.begin(), {Program("klaim"), "--quiet", "--addresses", folder_.path("addresses.json")});
  return RunProgram(words, input);
}

boost::json::value KlaimProgram::Json(std::vector<std::string> words) {
  words.insert(words.begin(), "--json");
  const Finished finished = Klaim(words);
  EXPECT_EQ(finished.exit_code, 0) << finished.out;
  boost::system::error_code error;
  auto value = boost::json::parse(finished.out, error);
  EXPECT_FALSE(error) << finished.out;
  return value;
}

void KlaimProgram::Must(std::vector<std::string> words) {
  const Finished finished = Klaim(words);
  EXPECT_EQ(finished.exit_code, 0) << words[0] << " " << words[1] << ": " << finished.out;
}

uint64_t KlaimProgram::Number(const boost::json::value& value) {
  return std::stoull(std::string(value.as_string()));
}

std::string KlaimProgram::Programme() {
  return Text(Json({"programme", "list"}).at("programmes").at(0).at("programme_id"));
}

}  // namespace klaim::testing
