// A docket made by `klaim init`, and the organisations and people that tests add to it, by the real commands.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace klaim::testing {

class DocketPeople {
 public:
  // Makes the docket; a test failure when that fails. A daemon must serve it before anything is added.
  explicit DocketPeople(std::string folder);

  uint64_t RegisterOrganisation(const std::string& name, uint64_t parent = 0,
                                const std::string& kind = "partner");
  // Opens an account, has another administrator confirm its roles, and issues its certificate; returns its number.
  uint64_t Open(uint64_t organisation, const std::string& name, const std::string& roles);
  // Recovers an account, has another administrator confirm it, and returns the code.
  std::string Recover(uint64_t account);
  // What `legal-team` proposed, by its number, confirmed by `administrator`.
  void Confirm(uint64_t proposal);

  // Runs `klaim` on the docket; what it printed. A test failure unless it exits with `exit_code`.
  std::string Klaim(std::vector<std::string> arguments, int exit_code = 0,
                    const std::string& input = "") const;

 private:
  std::string folder_;
};

}  // namespace klaim::testing
