#include "projections/casework/casework_query.h"

#include "engine/base/return_if_error.h"
#include "klaim/v1/read_models.pb.h"
#include "projections/casework/casework.h"

namespace klaim::projections {

Listing<v1::TransferStated> CaseworkQuery::TransfersOf(uint64_t case_id) const {
  return MessagesOf<v1::TransferStated>(view_, Key('t').Number(case_id));
}

Listing<TransferOnCase> CaseworkQuery::TransfersWith(uint64_t respondent_id) const {
  return Listing<TransferOnCase>(
      view_, Key('r').Number(respondent_id),
      [view = view_](absl::string_view key, absl::string_view) -> absl::StatusOr<TransferOnCase> {
        const uint64_t case_id = NumberAt(key, 9);
        auto transfer =
            view.ReadNamed<v1::TransferStated>(Key('t').Number(case_id).Number(NumberAt(key, 17)));
        if (!transfer.ok()) return transfer.status();
        return TransferOnCase{case_id, *std::move(transfer)};
      });
}

Listing<v1::Deadline> CaseworkQuery::Deadlines(int64_t first_day, int64_t last_day) const {
  return MessagesOf<v1::Deadline>(view_, Key('d'))
      .From(Key('d').Number(DayKey(first_day)))
      .Before(Key('d').Number(DayKey(last_day) + 1));
}

absl::StatusOr<uint64_t> CaseworkQuery::ResponsibleFor(uint64_t case_id) const {
  ASSIGN_OR_RETURN(auto worked, view_.Read<v1::CaseworkRow>(Key('k').Number(case_id)));
  return worked.has_value() ? worked->responsible_id() : 0;
}

absl::StatusOr<CaseloadCounts> CaseworkQuery::CaseloadOf(uint64_t account_id) const {
  ASSIGN_OR_RETURN(auto row, view_.Get(Key('l').Number(account_id)));
  if (!row.has_value()) return CaseloadCounts();
  return CaseloadCounts{NumberAt(*row, 1), NumberAt(*row, 9)};
}

}  // namespace klaim::projections
