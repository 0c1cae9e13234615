#include "services/money/bank_xml.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/core/text.h"

namespace klaim::services {
namespace {

constexpr size_t kMaxShown = 40;

struct Name {
  absl::string_view prefix;
  absl::string_view local;
};

Name NameOf(const pugi::xml_node& node) {
  const absl::string_view name = node.name();
  const size_t colon = name.find(':');
  if (colon == absl::string_view::npos) return {"", name};
  return {name.substr(0, colon), name.substr(colon + 1)};
}

// An element of the message itself: what has another prefix than what it stands in, or names a namespace of its own, is an addition
// of the bank's.
bool IsNamed(const pugi::xml_node& child, const pugi::xml_node& parent, absl::string_view name) {
  const Name own = NameOf(child);
  if (own.local != name || (child.parent() == parent && parent.type() == pugi::node_element &&
                            own.prefix != NameOf(parent).prefix)) {
    return false;
  }
  const std::string declared = own.prefix.empty() ? "xmlns" : absl::StrCat("xmlns:", own.prefix);
  return !child.attribute(declared.c_str()) || parent.type() != pugi::node_element;
}

}  // namespace

pugi::xml_node Child(const pugi::xml_node& parent, absl::string_view path) {
  pugi::xml_node node = parent;
  for (absl::string_view name : absl::StrSplit(path, '/')) {
    pugi::xml_node found;
    for (pugi::xml_node child : node.children()) {
      if (IsNamed(child, node, name)) {
        found = child;
        break;
      }
    }
    node = found;
  }
  return node;
}

std::vector<pugi::xml_node> Children(const pugi::xml_node& parent, absl::string_view name) {
  std::vector<pugi::xml_node> found;
  for (pugi::xml_node child : parent.children()) {
    if (IsNamed(child, parent, name)) found.push_back(child);
  }
  return found;
}

std::string TextOf(const pugi::xml_node& node) {
  std::string text;
  // Comments, instructions and sections part a text, and are no end of it; an element within is no text at all.
  for (pugi::xml_node part : node.children()) {
    if (part.type() == pugi::node_element) return "";
    if (part.type() == pugi::node_pcdata || part.type() == pugi::node_cdata) text += part.value();
  }
  return std::string(absl::StripAsciiWhitespace(text));
}

std::string TextAt(const pugi::xml_node& parent, absl::string_view path) {
  return TextOf(Child(parent, path));
}

bool IsTrue(absl::string_view text) { return text == "true" || text == "1"; }

bool ReadDay(absl::string_view text, v1::PartialDate& day) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text.substr(0, 10), '-');
  uint32_t numbers[3];
  for (size_t i = 0; i < 3; ++i) {
    if (parts.size() != 3 || !absl::SimpleAtoi(parts[i], &numbers[i])) return false;
  }
  day.set_year(numbers[0]);
  day.set_month(numbers[1]);
  day.set_day(numbers[2]);
  return domain::CheckDate("document", day, true, false).ok();
}

BankAmount ReadAmount(const pugi::xml_node& node, absl::string_view account_currency) {
  const std::string currency = node.attribute("Ccy").value();
  const std::string text = TextOf(node);
  BankAmount amount;
  amount.as_reported =
      absl::StrCat(text.substr(0, kMaxShown), currency.empty() ? "" : " ", currency.substr(0, 3));
  if (!node || text.empty()) {
    amount.problem = "has no amount";
  } else if (currency.empty()) {
    amount.problem = "has an amount without a currency";
  } else if (currency != account_currency) {
    amount.problem = absl::StrCat("is in ", currency.substr(0, 3), ", the account in ", account_currency,
                                  ": it isn't booked by its digits");
  }
  if (!amount.problem.empty()) return amount;
  auto digits = domain::MinorDigits("document", currency);
  const std::vector<std::string> parts = absl::StrSplit(text, '.');
  std::string fraction = parts.size() == 2 ? parts[1] : "";
  if (!digits.ok() || parts.size() > 2 || parts[0].empty() || !domain::AllDigits(parts[0]) ||
      !domain::AllDigits(fraction)) {
    amount.problem = "has an amount that is none";
    return amount;
  }
  while (fraction.size() > static_cast<size_t>(*digits) && fraction.back() == '0') fraction.pop_back();
  if (fraction.size() > static_cast<size_t>(*digits)) {
    amount.problem = absl::StrCat("has an amount with more decimals than ", currency, " has");
    return amount;
  }
  fraction.resize(static_cast<size_t>(*digits), '0');
  int64_t minor = 0;
  if (!absl::SimpleAtoi(parts[0] + fraction, &minor) || minor > domain::kMaxAmountMinor) {
    amount.problem = "has an amount that is too large";
  } else if (minor == 0) {
    amount.problem = "has an amount of nothing";
  } else {
    amount.minor = minor;
  }
  return amount;
}

}  // namespace klaim::services
