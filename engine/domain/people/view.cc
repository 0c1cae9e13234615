#include "engine/domain/people/view.h"

#include "engine/domain/core/docket.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"

namespace klaim::domain {

absl::Status Decide(const v1::PersonalDataViewed& viewed, Docket&, const Context&, Decision& decision) {
  KLAIM_REFUSE_IF_NOT(CheckText("purpose", viewed.purpose(), 0, 200));
  *decision.Open().mutable_personal_data_viewed() = viewed;
  return absl::OkStatus();
}

}  // namespace klaim::domain
