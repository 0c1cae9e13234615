// Payment status reports: pain.002.
#pragma once

#include <pugixml.hpp>

#include "absl/status/status.h"
#include "klaim/v1/trust_account_events.pb.h"
#include "services/money/reported_account.h"

namespace klaim::services {

// Reads what is told of single payments, of whole batches (PmtInfSts) and of a whole file (GrpSts). What isn't final is told as under way.
absl::Status ReadStatusReport(const pugi::xml_node& body, const ReportedAccount& account,
                              v1::BankReportRecorded& report);

}  // namespace klaim::services
