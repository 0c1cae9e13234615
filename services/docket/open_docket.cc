#include "services/docket/open_docket.h"

namespace klaim::services {

absl::Status OpenDocket::RequireLead() const {
  if (leads()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "this node only follows the docket: use the address at which all nodes can be reached");
}

}  // namespace klaim::services
