#include "services/money/bank_report.h"

#include <algorithm>
#include <pugixml.hpp>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "engine/base/return_if_error.h"
#include "engine/merkle/hash.h"
#include "services/money/bank_statement.h"
#include "services/money/bank_status_report.h"
#include "services/money/bank_xml.h"

namespace klaim::services {
namespace {

// Of camt.052, .053 and .054: what is in it has the same shape in all of them.
constexpr int kOldestVersion = 2;
constexpr int kNewestVersion = 13;

struct Kind {
  absl::string_view body;       // within the document
  absl::string_view message;    // of the namespace
  absl::string_view statement;  // each part; empty for a status report
};
constexpr Kind kKinds[] = {{"BkToCstmrStmt", "camt.053", "Stmt"},
                           {"BkToCstmrAcctRpt", "camt.052", "Rpt"},
                           {"BkToCstmrDbtCdtNtfctn", "camt.054", "Ntfctn"},
                           {"CstmrPmtStsRpt", "pain.002", ""}};

// The root's namespace, where there is one, says which message of which version it is.
absl::Status CheckVersion(const pugi::xml_node& root, const Kind& kind) {
  const std::string name = root.name();
  const size_t colon = name.find(':');
  const std::string declared =
      colon == std::string::npos ? "xmlns" : absl::StrCat("xmlns:", name.substr(0, colon));
  absl::string_view space = root.attribute(declared.c_str()).value();
  if (space.empty()) return absl::OkStatus();
  const size_t at = space.find(absl::StrCat(kind.message, ".001."));
  int version = 0;
  const bool known = at != absl::string_view::npos &&
                     absl::SimpleAtoi(space.substr(at + kind.message.size() + 5), &version) &&
                     version >= kOldestVersion && version <= kNewestVersion;
  if (known) return absl::OkStatus();
  return WrongDocument(v1::REASON_IS_OF_VERSION_OF_THAT_IS_NOT_KNOWN, kind.message, kNewestVersion);
}

// An entry that is read and yet can't be booked is for a person to look at; one whose money can't be told is not read.
bool IsRead(const v1::ReportedEntry& entry) {
  return entry.problem().empty() || entry.amount_minor() != 0 || entry.payment_batch_id() != 0;
}

// Where no entry is read, the report is none that can be recorded: what is wrong with the first of them.
absl::Status RequireSomething(const v1::BankReportRecorded& report) {
  if (report.entries().empty() || std::any_of(report.entries().begin(), report.entries().end(), IsRead))
    return absl::OkStatus();
  if (report.entries_size() == 1)
    return WrongDocument(v1::REASON_HAS_ENTRY_AND_NONE_CAN_BE_READ, 1, report.entries(0).problem());
  return WrongDocument(v1::REASON_HAS_ENTRIES_AND_NONE_CAN_BE_READ, report.entries_size(),
                       report.entries(0).problem());
}

}  // namespace

absl::StatusOr<v1::BankReportRecorded> ReadBankReport(absl::string_view document,
                                                      const ReportedAccount& account) {
  if (document.empty() || document.size() > kMaxBankReportBytes) {
    return WrongDocument(v1::REASON_MUST_BE_XML_DOCUMENT_OF_AT_MOST_4_MIB);
  }
  pugi::xml_document xml;
  const pugi::xml_parse_result parsed = xml.load_buffer(document.data(), document.size());
  if (!parsed) {
    return WrongDocument(v1::REASON_IS_NO_XML, parsed.description(), parsed.offset);
  }
  const pugi::xml_node root = xml.document_element();
  const auto is_element = [](const pugi::xml_node& node) { return node.type() == pugi::node_element; };
  if (std::count_if(xml.begin(), xml.end(), is_element) != 1 ||
      std::count_if(root.begin(), root.end(), is_element) > 1)
    return WrongDocument(v1::REASON_HOLDS_MORE_THAN_ONE_MESSAGE);
  for (const Kind& kind : kKinds) {
    const pugi::xml_node body = Child(root, kind.body);
    if (!body) continue;
    RETURN_IF_ERROR(CheckVersion(root, kind));
    v1::BankReportRecorded report;
    absl::Status read = kind.statement.empty() ? ReadStatusReport(body, account, report)
                                               : ReadStatements(body, kind.statement, account, report);
    if (read.ok()) read = RequireSomething(report);
    if (!read.ok()) return read;
    const merkle::Hash hash = merkle::Sha256(document);
    report.set_document_sha256(hash.data(), hash.size());
    return report;
  }
  return WrongDocument(v1::REASON_IS_NO_REPORT_THAT_IS_KNOWN);
}

}  // namespace klaim::services
