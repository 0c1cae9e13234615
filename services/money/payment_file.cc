#include "services/money/payment_file.h"

#include <algorithm>
#include <pugixml.hpp>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/bank_account.h"
#include "engine/domain/money/payment_batch.h"
#include "services/common/personal_data.h"
#include "services/money/bank_text.h"

namespace klaim::services {
namespace {

constexpr char kNamespace[] = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";
constexpr size_t kMaxNameBytes = 140;  // Max140Text
constexpr size_t kUsualNameCharacters = 70;
constexpr size_t kMaxTextCharacters = 140;
constexpr absl::string_view kBatchPrefix = "KLAIM-";

void AddText(pugi::xml_node parent, const char* name, const std::string& text) {
  parent.append_child(name).text().set(text.c_str());
}

void AddAccount(pugi::xml_node account, const std::string& number, const std::string& scheme) {
  pugi::xml_node id = account.append_child("Id");
  if (domain::IsIban(number)) return AddText(id, "IBAN", number);
  pugi::xml_node other = id.append_child("Othr");
  AddText(other, "Id", number);
  if (!scheme.empty()) AddText(other.append_child("SchmeNm"), "Prtry", scheme);
}

void AddAgent(pugi::xml_node agent, const std::string& bic) {
  AddText(agent.append_child("FinInstnId"), "BICFI", bic);
}

// Cut at a character's end: names are UTF-8. As files of edition 0 have them.
std::string NameOfOld(absl::string_view name) {
  if (name.size() <= kMaxNameBytes) return std::string(name);
  size_t end = kMaxNameBytes;
  while (end > 0 && (name[end] & 0xC0) == 0x80) --end;
  return std::string(name.substr(0, end));
}

std::string NameIn(const PaymentFile& file, const std::string& name) {
  if (file.edition == 0) return NameOfOld(name);
  return NameInFile({name, "", ""}, file.from.profile());
}

absl::Status CheckCarried(const PaymentFile& file) {
  if (file.edition == 0) return absl::OkStatus();
  if (NameIn(file, file.from.holder()).empty()) {
    return domain::NotNow("trust_account_id",
                          v1::REASON_ITS_HOLDER_NAME_HAS_NOTHING_THAT_BANK_FILE_CAN_CARRY);
  }
  for (size_t i = 0; i < file.payees.size(); ++i) {
    const std::string why = WhyNotInFile(file.payees[i], file.batch.kind(), file.from.profile());
    if (why.empty()) continue;
    return domain::NotNow("payment_batch_id", v1::REASON_PAYMENT_CANNOT_BE_IN_BANK_FILE,
                          file.batch.payments(static_cast<int>(i)).number(), why);
  }
  return absl::OkStatus();
}

void AddTransfer(pugi::xml_node group, const PaymentFile& file, int i, int digits) {
  const v1::Payment& payment = file.batch.payments(i);
  const Payee& payee = file.payees[static_cast<size_t>(i)];
  const std::string scheme = file.edition == 0 ? "" : file.from.profile().account_scheme();
  pugi::xml_node transfer = group.append_child("CdtTrfTxInf");
  AddText(transfer.append_child("PmtId"), "EndToEndId", EndToEndId(file.batch_id, payment.number()));
  pugi::xml_node amount = transfer.append_child("Amt").append_child("InstdAmt");
  amount.append_attribute("Ccy") = file.batch.currency().c_str();
  amount.text().set(domain::PlainAmount(payment.amount_minor(), digits).c_str());
  AddAgent(transfer.append_child("CdtrAgt"), payee.bank_bic);
  AddText(transfer.append_child("Cdtr"), "Nm", NameIn(file, payee.holder));
  AddAccount(transfer.append_child("CdtrAcct"), payee.number, scheme);
  std::string text = absl::StrCat("Klaim ", payment.claim_id());
  if (file.edition > 0) {
    const uint32_t most = file.from.profile().longest_text();
    text = BankText(text, file.from.profile().characters(), most == 0 ? kMaxTextCharacters : most);
  }
  AddText(transfer.append_child("RmtInf"), "Ustrd", text);
}

void AddHeader(pugi::xml_node initiation, const PaymentFile& file, const std::string& count,
               const std::string& sum) {
  const absl::Time created = absl::FromUnixMicros(file.approved_at_micros);
  pugi::xml_node header = initiation.append_child("GrpHdr");
  AddText(header, "MsgId", file.message_id);
  AddText(header, "CreDtTm", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", created, absl::UTCTimeZone()));
  AddText(header, "NbOfTxs", count);
  AddText(header, "CtrlSum", sum);
  AddText(header.append_child("InitgPty"), "Nm", NameIn(file, file.from.holder()));
}

std::string WritePain001(const PaymentFile& file, int digits) {
  const std::string count = absl::StrCat(file.batch.payments_size());
  const std::string sum = domain::PlainAmount(file.batch.total_minor(), digits);
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  pugi::xml_node root = document.append_child("Document");
  root.append_attribute("xmlns") = kNamespace;
  pugi::xml_node initiation = root.append_child("CstmrCdtTrfInitn");
  AddHeader(initiation, file, count, sum);
  pugi::xml_node group = initiation.append_child("PmtInf");
  AddText(group, "PmtInfId", file.edition == 0 ? file.message_id : domain::MessageIdOf(file.batch_id));
  AddText(group, "PmtMtd", "TRF");
  if (file.edition > 0) AddText(group, "BtchBookg", file.from.profile().batch_booking() ? "true" : "false");
  AddText(group, "NbOfTxs", count);
  AddText(group, "CtrlSum", sum);
  AddText(group.append_child("ReqdExctnDt"), "Dt",
          file.edition == 0 ? absl::FormatTime("%Y-%m-%d", absl::FromUnixMicros(file.approved_at_micros),
                                               absl::UTCTimeZone())
                            : IsoDate(file.execution_on));
  AddText(group.append_child("Dbtr"), "Nm", NameIn(file, file.from.holder()));
  pugi::xml_node account = group.append_child("DbtrAcct");
  AddAccount(account, file.from.number(), file.edition == 0 ? "" : file.from.profile().account_scheme());
  AddText(account, "Ccy", file.from.currency());
  AddAgent(group.append_child("DbtrAgt"), file.from.bank_bic());
  AddText(group, "ChrgBr", "DEBT");
  for (int i = 0; i < file.batch.payments_size(); ++i) AddTransfer(group, file, i, digits);
  std::ostringstream out;
  document.save(out, " ");
  return out.str();
}

bool IsOfBank(v1::PayoutKind kind) {
  return kind == v1::PAYOUT_KIND_BANK || kind == v1::PAYOUT_KIND_UNSPECIFIED;
}

std::string CsvCell(const std::string& text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

std::string WriteVouchers(const PaymentFile& file, int digits) {
  std::string csv = "voucher,claim,name,phone,amount,currency,acknowledged_on,signature\n";
  for (int i = 0; i < file.batch.payments_size(); ++i) {
    const v1::Payment& payment = file.batch.payments(i);
    const Payee& payee = file.payees[static_cast<size_t>(i)];
    absl::StrAppend(&csv, EndToEndId(file.batch_id, payment.number()), ",", payment.claim_id(), ",",
                    CsvCell(payee.holder), ",", CsvCell(payee.number), ",",
                    domain::PlainAmount(payment.amount_minor(), digits), ",", file.batch.currency(), ",,\n");
  }
  return csv;
}

}  // namespace

std::string EndToEndId(uint64_t batch_id, uint32_t number) {
  return absl::StrCat("K", batch_id, "-", number);
}

bool ParseEndToEndId(absl::string_view text, uint64_t& batch_id, uint32_t& number) {
  if (!absl::ConsumePrefix(&text, "K")) return false;
  const size_t dash = text.find('-');
  return dash != absl::string_view::npos && absl::SimpleAtoi(text.substr(0, dash), &batch_id) &&
         absl::SimpleAtoi(text.substr(dash + 1), &number);
}

bool ParseBatchId(absl::string_view text, uint64_t& batch_id) {
  return absl::ConsumePrefix(&text, kBatchPrefix) && absl::SimpleAtoi(text, &batch_id);
}

std::string NameInFile(const Payee& payee, const v1::BankProfile& profile) {
  const size_t most = profile.longest_name() == 0 ? kUsualNameCharacters : profile.longest_name();
  return BankText(payee.holder, profile.characters(), most);
}

std::string WhyNotInFile(const Payee& payee, v1::PayoutKind kind, const v1::BankProfile& profile) {
  if (!IsOfBank(kind)) return "";
  if (NameInFile(payee, profile).empty())
    return "has a payee whose name has nothing that the bank's file can carry: have the account confirmed "
           "anew";
  if (!domain::CheckAccountNumber("", payee.number).ok())
    return "has an account number that can't be right: have the account confirmed anew";
  return domain::CheckBic("", payee.bank_bic).ok()
             ? ""
             : "has no bank (BIC) that can be: have the account confirmed anew";
}

absl::StatusOr<std::string> WritePaymentFile(const PaymentFile& file) {
  ASSIGN_OR_RETURN(auto digits, domain::MinorDigits("currency", file.batch.currency()));
  if (!IsOfBank(file.batch.kind())) return WriteVouchers(file, digits);
  RETURN_IF_ERROR(CheckCarried(file));
  return WritePain001(file, digits);
}

}  // namespace klaim::services
