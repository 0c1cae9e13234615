// Who pays a settlement: from whom its receipts came, and whom it lets out. Those who owe jointly are free once the whole is paid; who paid
// beyond the own share has a claim against the others (Indonesian Civil Code, articles 1280 to 1293), which isn't a claim of the workers.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "engine/domain/core/decision.h"
#include "klaim/v1/compensation_service.pb.h"

namespace klaim::domain {

class Docket;
struct SettlementState;

// What each respondent owes and paid, in the settlement's order, and last what came from nobody knows whom.
std::vector<v1::SettlementPayer> PayersOf(const SettlementState& settlement);

// Refuses a payer who isn't one of the settlement's respondents, and none where several pay.
absl::Status CheckPayer(const char* field, const SettlementState& settlement, uint64_t payer_id);

// What letting this respondent out would do by now: its share is filled in. FAILED_PRECONDITION when nothing is open, or it was let out already.
absl::StatusOr<v1::RespondentReleased> ReleaseOf(const SettlementState& settlement,
                                                 const v1::RespondentReleased& wished);

absl::Status Decide(const v1::AttributeReceiptRequest& request, Docket& docket, const Context& context,
                    Decision& decision);
absl::Status Decide(const v1::ReleaseRespondentRequest& request, Docket& docket, const Context& context,
                    Decision& decision);

}  // namespace klaim::domain
