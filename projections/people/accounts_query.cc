#include "projections/people/accounts_query.h"

#include "engine/base/return_if_error.h"

namespace klaim::projections {

Listing<v1::Account> AccountsQuery::All() const { return MessagesOf<v1::Account>(view_, Key('a')); }

absl::StatusOr<std::optional<uint64_t>> AccountsQuery::Named(uint64_t organisation_id,
                                                             const std::string& name) const {
  ASSIGN_OR_RETURN(auto row, view_.Get(Key('n').Number(organisation_id).Text(name)));
  return row.has_value() ? std::optional<uint64_t>(NumberAt(*row, 1)) : std::nullopt;
}

}  // namespace klaim::projections
