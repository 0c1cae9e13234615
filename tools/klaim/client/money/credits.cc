// klaim credit: what a claimant got otherwise than from settlements, and is owed no more.

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Compensation = v1::CompensationService::Stub;

absl::StatusOr<v1::CreditKind> KindOf(const std::string& written) {
  v1::CreditKind kind = v1::CREDIT_KIND_UNSPECIFIED;
  if (v1::CreditKind_Parse(absl::StrCat("CREDIT_KIND_", absl::AsciiStrToUpper(written)), &kind) && kind != 0)
    return kind;
  return absl::InvalidArgumentError(absl::StrCat(
      "--kind: \"", written, "\" is none of direct_payment, in_kind, restitution, insurance, other_forum"));
}

// "unpaid_wages=5.000".
absl::Status ReadHead(const std::string& written, const std::string& currency, v1::CreditedHead& head) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(written, absl::MaxSplits('=', 1));
  if (parts.second.empty())
    return absl::InvalidArgumentError(
        absl::StrCat("--head: \"", written, "\": write HEAD=AMOUNT, as in unpaid_wages=5.000"));
  ASSIGN_OR_RETURN(auto minor, AmountOf("--head", parts.second, currency));
  head.set_head(parts.first);
  head.mutable_paid()->set_currency(currency);
  head.mutable_paid()->set_minor_units(minor);
  return absl::OkStatus();
}

struct Written {
  std::vector<std::string> heads;
  std::string currency;
  std::string kind;
  std::string on;
  std::string payer;
  std::string note;
  v1::RecordCreditRequest request;
  bool confirmed = false;
};

absl::Status Record(Written& written, Connection& connection) {
  v1::RecordCreditRequest request = written.request;
  request.set_request_id(connection.RequestId());
  v1::ClaimCredited& credit = *request.mutable_credit();
  ASSIGN_OR_RETURN(auto kind, KindOf(written.kind));
  credit.set_kind(kind);
  ASSIGN_OR_RETURN(*credit.mutable_paid_on(), DayOf("--on", written.on));
  for (const std::string& head : written.heads)
    RETURN_IF_ERROR(ReadHead(head, written.currency, *credit.add_heads()));
  credit.set_payer(written.payer);
  credit.set_note(written.note);
  credit.set_confirmed_by_claimant(written.confirmed);
  v1::RecordCreditResponse response;
  RETURN_IF_ERROR(connection.Call(&Compensation::RecordCredit, request, response));
  connection.Show(response, absl::StrCat("Credit ", response.credit_id(), " of claim ", request.claim_id(),
                                         " recorded: it is owed so much less."));
  return absl::OkStatus();
}

void AddRecordCredit(CLI::App& credit, Connection& connection) {
  auto* record = credit.add_subcommand("record", "Records what a claimant got otherwise: it is owed no more");
  auto written = std::make_shared<Written>();
  v1::RecordCreditRequest& request = written->request;
  const auto number = [record](const std::string& name, auto set, const std::string& help) {
    return record->add_option_function<uint64_t>(name, set, help);
  };
  number(
      "CLAIM", [&request](uint64_t id) { request.set_claim_id(id); }, "Number of the claim")
      ->required();
  record->add_option("--head", written->heads, "HEAD=AMOUNT, for each head that it was for")->required();
  record->add_option("--currency", written->currency, "ISO 4217 currency in which it was paid")->required();
  record
      ->add_option("--kind", written->kind, "direct_payment, in_kind, restitution, insurance or other_forum")
      ->required();
  record->add_option("--on", written->on, "Day on which it was paid or given")->required();
  number(
      "--respondent", [&request](uint64_t id) { request.mutable_credit()->set_respondent_id(id); },
      "The respondent who paid");
  record->add_option("--payer", written->payer, "Who paid, when it is no respondent: an insurer, a court");
  number(
      "--document", [&request](uint64_t id) { request.mutable_credit()->set_document_id(id); },
      "The document that shows it");
  record->add_flag("--confirmed-by-claimant", written->confirmed, "The claimant said so");
  number(
      "--exchange-table", [&request](uint64_t id) { request.set_exchange_table_id(id); },
      "Reference table of rates, where it was in another currency than the claim's");
  record->add_option("--note", written->note, "What it was for");
  record->footer(
      "Examples:\n"
      "  klaim credit record 3013 --head unpaid_wages=5.000 --currency HKD --kind direct_payment \\\n"
      "    --respondent 12 --on 24-11-2026 --document 4410\n"
      "  klaim credit record 3013 --head death=50.000.000 --currency IDR --kind insurance \\\n"
      "    --payer \"BPJS Ketenagakerjaan\" --on 24-11-2026 --confirmed-by-claimant --exchange-table 4001");
  OnCall(record, connection, [=, &connection] { return Record(*written, connection); });
}

void AddReverseCredit(CLI::App& credit, Connection& connection) {
  auto* reverse = credit.add_subcommand("reverse", "Takes a credit back; it takes two persons");
  auto claim = std::make_shared<uint64_t>(0);
  auto id = std::make_shared<uint64_t>(0);
  auto reason = std::make_shared<std::string>();
  reverse->add_option("CLAIM", *claim)->required();
  reverse->add_option("CREDIT", *id)->required();
  reverse->add_option("--reason", *reason, "Why")->required();
  reverse->footer("Example:\n  klaim credit reverse 3013 5120 --reason \"Ceknya ditolak.\"");
  OnCall(reverse, connection, [=, &connection]() -> absl::Status {
    v1::ReverseCreditRequest request;
    request.set_request_id(connection.RequestId());
    request.set_claim_id(*claim);
    request.set_credit_id(*id);
    request.set_reason(*reason);
    v1::ReverseCreditResponse response;
    RETURN_IF_ERROR(connection.Call(&Compensation::ReverseCredit, request, response));
    connection.Show(response, DoneText(response, "Taken back: it is owed again."));
    return absl::OkStatus();
  });
}

std::string Told(const v1::GetClaimCompensationResponse& response) {
  if (response.credits().empty()) return "None.\n";
  Table table({"credit", "paid on", "kind", "by", "head", "paid", "credited", "shown by", "recorded by",
               "to be taken back by"});
  const std::string& currency = response.figures().currency();
  for (const v1::Credit& credit : response.credits()) {
    const v1::ClaimCredited& credited = credit.credited();
    for (const v1::CreditedHead& head : credited.heads()) {
      table.Add({absl::StrCat(credit.credit_id()), DateText(credited.paid_on()), EnumName(credited.kind()),
                 credited.respondent_id() != 0 ? absl::StrCat("respondent ", credited.respondent_id())
                                               : credited.payer(),
                 head.head(), MoneyText(head.paid().minor_units(), head.paid().currency()),
                 MoneyText(head.credited_minor(), currency),
                 credited.document_id() != 0 ? absl::StrCat("document ", credited.document_id())
                                             : "the claimant's word",
                 credit.recorded_by(), credit.reversal_proposed_by()});
    }
  }
  return table.Text();
}

}  // namespace

void AddCredit(CLI::App& app, Connection& connection) {
  auto* credit = app.add_subcommand(
      "credit",
      "What claimants got otherwise: directly, in kind, by restitution, from insurers, in another forum");
  credit->require_subcommand(1);
  AddRecordCredit(*credit, connection);
  AddReverseCredit(*credit, connection);
  auto* list = credit->add_subcommand("list", "Lists a claim's credits");
  auto claim = std::make_shared<uint64_t>(0);
  list->add_option("CLAIM", *claim)->required();
  list->footer("Example:\n  klaim credit list 3013");
  OnCall(list, connection, [=, &connection]() -> absl::Status {
    v1::GetClaimCompensationRequest request;
    request.set_claim_id(*claim);
    v1::GetClaimCompensationResponse response;
    RETURN_IF_ERROR(connection.Call(&Compensation::GetClaimCompensation, request, response));
    connection.Show(response, Told(response));
    return absl::OkStatus();
  });
}

}  // namespace klaim::tools
