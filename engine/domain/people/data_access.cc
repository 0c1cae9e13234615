#include "engine/domain/people/data_access.h"

#include "engine/base/return_if_error.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {

absl::Status Decide(const v1::PersonalDataViewed& viewed, Docket&, const Context&, Decision& decision) {
  RETURN_IF_ERROR(CheckText("purpose", viewed.purpose(), 0, 200));
  *decision.Open().mutable_personal_data_viewed() = viewed;
  return absl::OkStatus();
}

}  // namespace klaim::domain
