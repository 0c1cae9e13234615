// Banks' XML (ISO 20022), whatever prefixes and versions they write it in.
#pragma once

#include <cstdint>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "engine/domain/core/refusal.h"
#include "klaim/v1/common.pb.h"

namespace klaim::services {

// Names of reports and entries are kept so far.
inline constexpr size_t kMaxReferenceBytes = 80;

// INVALID_ARGUMENT about the document.
template <class... Arguments>
absl::Status WrongDocument(v1::Reason reason, const Arguments&... arguments) {
  return domain::InvalidField("document", reason, arguments...);
}

// The first element that a path of local names leads to, as in "Acct/Id/IBAN"; none where one is missing.
pugi::xml_node Child(const pugi::xml_node& parent, absl::string_view path);
std::vector<pugi::xml_node> Children(const pugi::xml_node& parent, absl::string_view name);
// All text of an element, without white space around it; none where it has elements.
std::string TextOf(const pugi::xml_node& node);
std::string TextAt(const pugi::xml_node& parent, absl::string_view path);

// "true" and "1".
bool IsTrue(absl::string_view text);

// The day of an ISO 8601 date or time; false when it is none.
bool ReadDay(absl::string_view text, v1::PartialDate& day);

// An amount as a bank wrote it.
struct BankAmount {
  std::optional<int64_t>
      minor;                // of the account's currency, more than zero; nothing where there is a problem
  std::string as_reported;  // "100.00 LKR"
  std::string problem;
};
// Never by its digits alone: an amount in another currency, without one, with more decimals than the currency has, or with a sign is a problem.
BankAmount ReadAmount(const pugi::xml_node& node, absl::string_view account_currency);

}  // namespace klaim::services
