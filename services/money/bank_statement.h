// The statements of camt.053, and their kin of camt.052 and camt.054.
#pragma once

#include <pugixml.hpp>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "klaim/v1/trust_account_events.pb.h"
#include "services/money/reported_account.h"

namespace klaim::services {

// Reads all statements of the account in a message's body; `name` is what a statement is called there ("Stmt"). Others' are left
// out, with a note.
absl::Status ReadStatements(const pugi::xml_node& body, absl::string_view name,
                            const ReportedAccount& account, v1::BankReportRecorded& report);

}  // namespace klaim::services
