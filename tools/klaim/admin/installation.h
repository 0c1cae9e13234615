// What stands beside a docket's data in its folder (docket_files.h): keys, authority, certificates.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/installation/docket_files.h"

namespace klaim::tools {

// Makes the folder with master key, key of the log, authority and the server's certificate. `origin` names the log in
// checkpoints; empty for a random name.
absl::Status MakeInstallation(const DocketFiles& files, const std::string& name, std::string origin,
                              const std::vector<std::string>& hosts);

// Certificates of those who work on every docket from its first day; those that are there already stay.
absl::Status IssueToFirstPeople(const DocketFiles& files);

}  // namespace klaim::tools
