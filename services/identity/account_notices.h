// What others did to an account, for its person to know: recoveries, roles, permissions. Read from the log itself.
#pragma once

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "engine/log/event_log.h"
#include "klaim/v1/accounts_service.pb.h"

namespace klaim::v1 {
class EventRecord;
}  // namespace klaim::v1

namespace klaim::services {

// Adds the notices of those events that are wanted, oldest first.
absl::Status AddNotices(const log::LogReader& log, uint64_t account_id,
                        absl::FunctionRef<bool(const v1::EventRecord&)> wanted,
                        google::protobuf::RepeatedPtrField<v1::AccountNotice>& notices);

}  // namespace klaim::services
