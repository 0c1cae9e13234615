// What is asked of accounts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "klaim/v1/accounts_service.pb.h"
#include "projections/core/listing.h"

namespace klaim::projections {

class AccountsQuery {
 public:
  explicit AccountsQuery(View view) : view_(std::move(view)) {}

  // By number.
  Listing<v1::Account> All() const;
  // The number of an organisation's account of this name.
  absl::StatusOr<std::optional<uint64_t>> Named(uint64_t organisation_id, const std::string& name) const;

 private:
  View view_;
};

}  // namespace klaim::projections
