#include "engine/domain/money/debtors.h"

#include <algorithm>

#include "engine/base/return_if_error.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/settlement.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::domain {
namespace {

bool Pays(const SettlementState& settlement, uint64_t respondent_id) {
  const auto& payers = settlement.recorded.respondent_ids();
  return std::find(payers.begin(), payers.end(), respondent_id) != payers.end();
}

int64_t ReceivedFrom(const SettlementState& settlement, uint64_t respondent_id) {
  int64_t received = 0;
  for (const auto& [reference, kept] : settlement.receipts_kept) {
    if (kept.payer_id == respondent_id) received += kept.PartsMinor();
  }
  return received;
}

}  // namespace

std::vector<v1::SettlementPayer> PayersOf(const SettlementState& settlement) {
  std::vector<v1::SettlementPayer> payers;
  for (uint64_t respondent_id : settlement.recorded.respondent_ids()) {
    v1::SettlementPayer& payer = payers.emplace_back();
    payer.set_respondent_id(respondent_id);
    payer.set_share_minor(ShareOf(settlement.recorded, respondent_id));
    payer.set_received_minor(ReceivedFrom(settlement, respondent_id));
    if (payer.share_minor() != 0)
      payer.set_beyond_share_minor(std::max<int64_t>(0, payer.received_minor() - payer.share_minor()));
    payer.set_released(settlement.released.contains(respondent_id));
  }
  if (const int64_t unknown = ReceivedFrom(settlement, 0); unknown != 0)
    payers.emplace_back().set_received_minor(unknown);
  return payers;
}

absl::Status CheckPayer(const char* field, const SettlementState& settlement, uint64_t payer_id) {
  if (payer_id == 0 && settlement.recorded.respondent_ids_size() > 1)
    return InvalidField(field, v1::REASON_SAY_WHICH_RESPONDENT_PAID);
  if (payer_id != 0 && !Pays(settlement, payer_id))
    return InvalidField(field, v1::REASON_IS_NO_RESPONDENT_WHO_PAYS_UNDER_IT, settlement.id);
  return absl::OkStatus();
}

absl::StatusOr<v1::RespondentReleased> ReleaseOf(const SettlementState& settlement,
                                                 const v1::RespondentReleased& wished) {
  if (!Pays(settlement, wished.respondent_id()))
    return InvalidField("respondent_id", v1::REASON_IS_NO_RESPONDENT_WHO_PAYS_UNDER_IT, settlement.id);
  if (settlement.released.contains(wished.respondent_id()))
    return NotNow("respondent_id", v1::REASON_RESPONDENT_WAS_LET_OUT_ALREADY);
  const int64_t open = settlement.Open();
  if (open == 0) return NotNow("settlement_id", v1::REASON_NOTHING_OF_SETTLEMENT_IS_OPEN);
  v1::RespondentReleased release = wished;
  if (!wished.rights_kept()) {
    release.set_share_minor(open);
  } else if (!settlement.recorded.shares().empty()) {
    const int64_t own = ShareOf(settlement.recorded, wished.respondent_id()) -
                        ReceivedFrom(settlement, wished.respondent_id());
    release.set_share_minor(std::clamp<int64_t>(own, 0, open));
  } else if (wished.share_minor() > open) {
    return NotNow("share_minor", v1::REASON_ONLY_SO_MUCH_OF_SETTLEMENT_IS_OPEN,
                  Describe(open, settlement.recorded.amount().currency()));
  }
  return release;
}

void EvolveDebtors(SettlementState& state, const v1::EventRecord& event) {
  if (event.has_receipt_attributed()) {
    const v1::ReceiptAttributed& attributed = event.receipt_attributed();
    state.receipts_kept[attributed.bank_reference()].payer_id = attributed.payer_id();
    return;
  }
  const v1::RespondentReleased& released = event.respondent_released();
  state.open_moves.erase(released.proposal_id());
  if (released.rights_kept()) {
    state.released.insert(released.respondent_id());
  } else {
    state.released.insert(state.recorded.respondent_ids().begin(), state.recorded.respondent_ids().end());
  }
  int64_t left = released.share_minor();
  for (size_t i = state.received_minor.size(); i-- > 0 && left > 0;) {
    const int64_t part = std::clamp<int64_t>(state.DueMinor(i) - state.received_minor[i], 0, left);
    state.forgiven_minor[i] += part;
    left -= part;
  }
}

absl::Status Decide(const v1::AttributeReceiptRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  const v1::ReceiptAttributed& attributed = request.attributed();
  ASSIGN_OR_RETURN(auto settlement, docket.Find<SettlementState>("settlement_id", request.settlement_id()));
  if (attributed.payer_id() == 0)
    return InvalidField("attributed.payer_id", v1::REASON_SAY_WHICH_RESPONDENT_PAID);
  RETURN_IF_ERROR(CheckPayer("attributed.payer_id", *settlement, attributed.payer_id()));
  const auto kept = settlement->receipts_kept.find(attributed.bank_reference());
  if (kept == settlement->receipts_kept.end())
    return NotNow("attributed.bank_reference", v1::REASON_SETTLEMENT_HAS_NO_SUCH_RECEIPT, settlement->id);
  if (kept->second.payer_id == attributed.payer_id())
    return NotNow("attributed.payer_id", v1::REASON_IS_RECORDED_ALREADY);
  *decision.Append(*settlement).mutable_receipt_attributed() = attributed;
  return absl::OkStatus();
}

absl::Status Decide(const v1::ReleaseRespondentRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
  RETURN_IF_ERROR(CheckAmount("share_minor", request.share_minor(), 0));
  ASSIGN_OR_RETURN(auto settlement, docket.Find<SettlementState>("settlement_id", request.settlement_id()));
  if (request.share_minor() != 0 && (!request.rights_kept() || !settlement->recorded.shares().empty()))
    return InvalidField("share_minor", v1::REASON_IS_TOLD_WHEN_IT_IS_RECORDED);
  for (const auto& open : settlement->open_moves) {
    if (open.second.proposed.has_respondent())
      return NotNow("settlement_id", v1::REASON_ANOTHER_RELEASE_WAITS, open.first);
  }
  v1::RespondentReleased wished;
  wished.set_respondent_id(request.respondent_id());
  wished.set_rights_kept(request.rights_kept());
  wished.set_share_minor(request.share_minor());
  wished.set_reason(request.reason());
  ASSIGN_OR_RETURN(*decision.Append(*settlement).mutable_settlement_move_proposed()->mutable_respondent(),
                   ReleaseOf(*settlement, wished));
  return absl::OkStatus();
}

}  // namespace klaim::domain
