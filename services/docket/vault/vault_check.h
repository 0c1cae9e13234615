// Whether a vault has what the log needs of it: beside the daemon by `klaim vault verify --docket`, and within it.
#pragma once

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "engine/log/event_log.h"
#include "engine/privacy/vault.h"
#include "klaim/v1/operations_service.pb.h"

namespace klaim::services {

// Looks at every row, then at the data key of each claimant and reference register of the log, and fills `report`, whose faults are
// by number of the key. `goes_on` is called now and then; where it returns false, the check ends with CANCELLED. Errors are those of reading
// the log; what of the vault can't be read is a fault.
// The log must be read no farther than the vault is known to have been: of an offline log, opened before the vault.
absl::Status CheckVault(const log::LogReader& log, const privacy::Vault& vault,
                        v1::VerifyVaultResponse& report, absl::FunctionRef<bool()> goes_on);

}  // namespace klaim::services
