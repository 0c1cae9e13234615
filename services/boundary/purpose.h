// What names are looked at for. Where a programme demands it, whoever asks says so with the call, and it is recorded with the look.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "engine/domain/core/refusal.h"
#include "services/common/call_metadata.h"

namespace klaim::services {

// FAILED_PRECONDITION, of a programme whose names were asked for without a purpose.
inline absl::Status PurposeIsMissing(absl::string_view programme_code) {
  return domain::NotNow(kPurposeMetadata, v1::REASON_PROGRAMME_DEMANDS_PURPOSE, programme_code);
}

}  // namespace klaim::services
