// Hands an error on to the caller: an absl::Status that isn't OK is returned from the function around it, which answers absl::Status or
// absl::StatusOr. For where an error says nothing new on its way; where it does, the function says so itself.
#pragma once

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1'000));
#define RETURN_IF_ERROR(...)                                                 \
  do {                                                                       \
    if (absl::Status status_ = (__VA_ARGS__); !status_.ok()) return status_; \
  } while (false)

// ASSIGN_OR_RETURN(auto* claim, docket.Find<ClaimState>("claim_id", request.claim_id()));
#define ASSIGN_OR_RETURN(variable, ...) KLAIM_ASSIGN_OR_RETURN_OF_LINE(__COUNTER__, variable, __VA_ARGS__)
#define KLAIM_ASSIGN_OR_RETURN_OF_LINE(number, variable, ...) \
  KLAIM_ASSIGN_OR_RETURN(number, variable, __VA_ARGS__)
#define KLAIM_ASSIGN_OR_RETURN(number, variable, ...)                          \
  auto status_or_##number = (__VA_ARGS__);                                     \
  if (!status_or_##number.ok()) return std::move(status_or_##number).status(); \
  variable = std::move(status_or_##number).value()
