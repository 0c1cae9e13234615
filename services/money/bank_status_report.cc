#include "services/money/bank_status_report.h"

#include "absl/strings/str_cat.h"
#include "engine/domain/core/refusal.h"
#include "services/money/bank_xml.h"
#include "services/money/payment_file.h"

namespace klaim::services {
namespace {

// External codes of ISO 20022 (ExternalPaymentTransactionStatus1Code and its kin): settled on the creditor's or debtor's account.
bool IsSettled(absl::string_view status) { return status == "ACSC" || status == "ACCC"; }
bool IsRefused(absl::string_view status) { return status == "RJCT" || status == "CANC"; }

class StatusReport {
 public:
  StatusReport(const ReportedAccount& account, v1::BankReportRecorded& report)
      : account_(account), report_(report) {}

  absl::Status Read(const pugi::xml_node& body) {
    message_id_ = TextAt(body, "GrpHdr/MsgId");
    if (message_id_.empty() || message_id_.size() > kMaxReferenceBytes)
      return WrongDocument(v1::REASON_HAS_NO_IDENTIFICATION);
    report_.set_report_id(message_id_);
    if (!ReadDay(TextAt(body, "GrpHdr/CreDtTm"), day_)) return WrongDocument(v1::REASON_HAS_NO_CREATION_TIME);
    const auto groups = Children(body, "OrgnlPmtInfAndSts");
    for (const pugi::xml_node& group : groups) {
      for (const pugi::xml_node& transaction : Children(group, "TxInfAndSts")) ReadTransaction(transaction);
      const std::string status = TextAt(group, "PmtInfSts");
      if (!status.empty())
        ReadBatch(TextAt(group, "OrgnlPmtInfId"), TextAt(body, "OrgnlGrpInfAndSts/OrgnlMsgId"), status,
                  group);
    }
    const pugi::xml_node file = Child(body, "OrgnlGrpInfAndSts");
    const std::string status = TextAt(file, "GrpSts");
    // Where batches or payments are told of, they tell more than the file's status.
    if (!status.empty() && (groups.empty() || (report_.entries().empty() && IsFinal(status))))
      ReadBatch(TextAt(file, "OrgnlMsgId"), "", status, file);
    return absl::OkStatus();
  }

 private:
  static bool IsFinal(absl::string_view status) { return IsSettled(status) || IsRefused(status); }

  v1::ReportedEntry& Add(absl::string_view of, const pugi::xml_node& told, const std::string& status) {
    v1::ReportedEntry& row = *report_.add_entries();
    row.set_bank_reference(absl::StrCat(message_id_, "/", of).substr(0, kMaxReferenceBytes));
    *row.mutable_booked_on() = day_;
    std::string reason = TextAt(told, "StsRsnInf/Rsn/Cd");
    if (reason.empty()) reason = TextAt(told, "StsRsnInf/Rsn/Prtry");
    if (IsRefused(status)) {
      row.set_kind(v1::REPORTED_ENTRY_KIND_RETURN);
      row.set_reason_code(reason.empty() ? "NARR" : reason.substr(0, 35));
    } else if (IsSettled(status)) {
      row.set_kind(v1::REPORTED_ENTRY_KIND_PAYMENT);
    } else {
      row.set_problem(
          absl::StrCat("is under way (", status.substr(0, 10), "): the bank's last word is still to come"));
    }
    return row;
  }

  static void Leave(v1::ReportedEntry& row, const std::string& problem) {
    row.set_kind(v1::REPORTED_ENTRY_KIND_UNSPECIFIED);
    if (row.problem().empty()) row.set_problem(problem);
  }

  void ReadTransaction(const pugi::xml_node& transaction) {
    const std::string end_to_end = TextAt(transaction, "OrgnlEndToEndId");
    v1::ReportedEntry& row = Add(end_to_end, transaction, TextAt(transaction, "TxSts"));
    uint64_t batch_id = 0;
    uint32_t number = 0;
    if (!ParseEndToEndId(end_to_end, batch_id, number))
      return Leave(row, "names no payment (OrgnlEndToEndId)");
    row.set_payment_batch_id(batch_id);
    row.set_payment_number(number);
    const pugi::xml_node node = Child(transaction, "OrgnlTxRef/Amt/InstdAmt");
    if (!node) return;  // the payment's own is meant
    const BankAmount amount = ReadAmount(node, account_.currency);
    if (amount.minor.has_value()) return row.set_amount_minor(*amount.minor);
    row.set_amount_as_reported(amount.as_reported);
    Leave(row, amount.problem);
  }

  // What is told of a whole batch: of each of its payments of which nothing else is told.
  void ReadBatch(const std::string& id, const std::string& other_id, const std::string& status,
                 const pugi::xml_node& told) {
    if (status == "PART") return;  // its transactions tell which
    uint64_t batch_id = 0;
    const bool known = ParseBatchId(id, batch_id) || ParseBatchId(other_id, batch_id);
    // What is only under way, as its transactions say themselves, needn't be said twice.
    if (!IsFinal(status) && !Children(told, "TxInfAndSts").empty()) return;
    v1::ReportedEntry& row = Add(id, told, status);
    if (!known) return Leave(row, "names a batch that no file of this docket has: which is meant?");
    row.set_payment_batch_id(batch_id);
  }

  const ReportedAccount& account_;
  v1::BankReportRecorded& report_;
  std::string message_id_;
  v1::PartialDate day_;
};

}  // namespace

absl::Status ReadStatusReport(const pugi::xml_node& body, const ReportedAccount& account,
                              v1::BankReportRecorded& report) {
  return StatusReport(account, report).Read(body);
}

}  // namespace klaim::services
