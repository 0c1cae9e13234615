#include "services/payment_file.h"

#include <algorithm>
#include <pugixml.hpp>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "engine/domain/refusal.h"
#include "engine/domain/rules.h"

namespace klaim::services {
namespace {

constexpr char kNamespace[] = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";
constexpr size_t kMaxNameBytes = 140;  // Max140Text

// An IBAN (ISO 13616) by its form and its check digits (ISO 7064, mod 97-10).
bool IsIban(absl::string_view number) {
  if (number.size() < 15 || number.size() > 34 || !absl::ascii_isupper(number[0]) ||
      !absl::ascii_isupper(number[1])) {
    return false;
  }
  int remainder = 0;
  for (size_t i = 0; i < number.size(); ++i) {
    const char c = number[(i + 4) % number.size()];
    if (absl::ascii_isdigit(c)) {
      remainder = (remainder * 10 + (c - '0')) % 97;
    } else if (absl::ascii_isupper(c)) {
      remainder = (remainder * 100 + (c - 'A' + 10)) % 97;
    } else {
      return false;
    }
  }
  return remainder == 1;
}

void AddText(pugi::xml_node parent, const char* name, const std::string& text) {
  parent.append_child(name).text().set(text.c_str());
}

void AddAccount(pugi::xml_node account, const std::string& number) {
  pugi::xml_node id = account.append_child("Id");
  if (IsIban(number)) {
    AddText(id, "IBAN", number);
  } else {
    AddText(id.append_child("Othr"), "Id", number);
  }
}

void AddAgent(pugi::xml_node agent, const std::string& bic) {
  AddText(agent.append_child("FinInstnId"), "BICFI", bic);
}

// Cut at a character's end: names are UTF-8.
std::string Name(absl::string_view name) {
  if (name.size() <= kMaxNameBytes) return std::string(name);
  size_t end = kMaxNameBytes;
  while (end > 0 && (name[end] & 0xC0) == 0x80) --end;
  return std::string(name.substr(0, end));
}

// Whether UTF-8 is XML 1.0's Char throughout: what is recorded today is, names from before may not be.
bool XmlCarries(absl::string_view text) {
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
  });
  return !control && !absl::StrContains(text, "\xEF\xBF\xBE") && !absl::StrContains(text, "\xEF\xBF\xBF");
}

absl::Status CheckNames(const PaymentFile& file) {
  if (!XmlCarries(file.from.holder())) {
    return domain::NotNow("trust_account_id",
                          "its holder's name has characters that no bank's file can carry: name it anew");
  }
  for (size_t i = 0; i < file.payees.size(); ++i) {
    if (XmlCarries(file.payees[i].holder)) continue;
    return domain::NotNow(
        "payment_batch_id",
        absl::StrCat("the payee's name of payment ", file.batch.payments(static_cast<int>(i)).number(),
                     " has characters that no bank's file can carry: hold that payment, and "
                     "confirm the account anew"));
  }
  return absl::OkStatus();
}

void AddTransfer(pugi::xml_node group, const PaymentFile& file, int i, int digits) {
  const v1::Payment& payment = file.batch.payments(i);
  const Payee& payee = file.payees[static_cast<size_t>(i)];
  pugi::xml_node transfer = group.append_child("CdtTrfTxInf");
  AddText(transfer.append_child("PmtId"), "EndToEndId", EndToEndId(file.batch_id, payment.number()));
  pugi::xml_node amount = transfer.append_child("Amt").append_child("InstdAmt");
  amount.append_attribute("Ccy") = file.batch.currency().c_str();
  amount.text().set(PlainAmount(payment.amount_minor(), digits).c_str());
  AddAgent(transfer.append_child("CdtrAgt"), payee.bank_bic);
  AddText(transfer.append_child("Cdtr"), "Nm", Name(payee.holder));
  AddAccount(transfer.append_child("CdtrAcct"), payee.number);
  AddText(transfer.append_child("RmtInf"), "Ustrd", absl::StrCat("Klaim ", payment.claim_id()));
}

std::string WritePain001(const PaymentFile& file, int digits) {
  const absl::Time created = absl::FromUnixMicros(file.approved_at_micros);
  const std::string count = absl::StrCat(file.batch.payments_size());
  const std::string sum = PlainAmount(file.batch.total_minor(), digits);
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  pugi::xml_node root = document.append_child("Document");
  root.append_attribute("xmlns") = kNamespace;
  pugi::xml_node initiation = root.append_child("CstmrCdtTrfInitn");
  pugi::xml_node header = initiation.append_child("GrpHdr");
  AddText(header, "MsgId", file.message_id);
  AddText(header, "CreDtTm", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", created, absl::UTCTimeZone()));
  AddText(header, "NbOfTxs", count);
  AddText(header, "CtrlSum", sum);
  AddText(header.append_child("InitgPty"), "Nm", Name(file.from.holder()));
  pugi::xml_node group = initiation.append_child("PmtInf");
  AddText(group, "PmtInfId", file.message_id);
  AddText(group, "PmtMtd", "TRF");
  AddText(group, "NbOfTxs", count);
  AddText(group, "CtrlSum", sum);
  AddText(group.append_child("ReqdExctnDt"), "Dt",
          absl::FormatTime("%Y-%m-%d", created, absl::UTCTimeZone()));
  AddText(group.append_child("Dbtr"), "Nm", Name(file.from.holder()));
  pugi::xml_node account = group.append_child("DbtrAcct");
  AddAccount(account, file.from.number());
  AddText(account, "Ccy", file.from.currency());
  AddAgent(group.append_child("DbtrAgt"), file.from.bank_bic());
  AddText(group, "ChrgBr", "DEBT");
  for (int i = 0; i < file.batch.payments_size(); ++i) AddTransfer(group, file, i, digits);
  std::ostringstream out;
  document.save(out, " ");
  return out.str();
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
                    PlainAmount(payment.amount_minor(), digits), ",", file.batch.currency(), ",,\n");
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

std::string PlainAmount(int64_t minor_units, int digits) {
  if (digits == 0) return absl::StrCat(minor_units);
  int64_t unit = 1;
  for (int i = 0; i < digits; ++i) unit *= 10;
  return absl::StrFormat("%d.%0*d", minor_units / unit, digits, minor_units % unit);
}

absl::StatusOr<std::string> WritePaymentFile(const PaymentFile& file) {
  auto digits = domain::MinorDigits("currency", file.batch.currency());
  if (!digits.ok()) return digits.status();
  const bool bank =
      file.batch.kind() == v1::PAYOUT_KIND_BANK || file.batch.kind() == v1::PAYOUT_KIND_UNSPECIFIED;
  if (!bank) return WriteVouchers(file, *digits);
  if (absl::Status names = CheckNames(file); !names.ok()) return names;
  return WritePain001(file, *digits);
}

}  // namespace klaim::services
