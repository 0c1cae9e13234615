// klaim payment: batches, from the proposal to the bank's last word; accounts and heirs.

#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "klaim/v1/claimant_events.pb.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "klaim/v1/intake_service.grpc.pb.h"
#include "klaim/v1/payment_batch_events.pb.h"
#include "klaim/v1/treasury_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Compensation = v1::CompensationService::Stub;

const CLI::IsMember kKinds({"bank", "mobile-money", "cash"});

v1::PayoutKind KindNamed(const std::string& name) {
  if (name == "cash") return v1::PAYOUT_KIND_CASH;
  return name == "mobile-money" ? v1::PAYOUT_KIND_MOBILE_MONEY : v1::PAYOUT_KIND_BANK;
}

// A step on a payment batch that needs nothing but its number.
template <class Request, class Response>
void AddBatchStep(CLI::App& payment, Connection& connection, const std::string& name, const std::string& what,
                  grpc::Status (Compensation::*method)(grpc::ClientContext*, const Request&, Response*),
                  std::function<absl::Status(Request&)> fill, const std::string& done,
                  const std::function<void(CLI::App&)>& options) {
  auto* command = payment.add_subcommand(name, what);
  auto id = std::make_shared<uint64_t>(0);
  command->add_option("BATCH", *id, "Number of the payment batch")->required();
  options(*command);
  OnCall(command, connection, [=, &connection] {
    Request request;
    request.set_request_id(connection.RequestId());
    request.set_payment_batch_id(*id);
    RETURN_IF_ERROR(fill(request));
    Response response;
    RETURN_IF_ERROR(connection.Call(method, request, response));
    std::string text = done;
    if constexpr (requires { response.left_out(); }) {
      for (const v1::LeftOutPayment& left_out : response.left_out())
        absl::StrAppend(&text, "\nWithout payment ", left_out.number(), ": ", left_out.reason(), ".");
    }
    connection.Show(response, text);
    return absl::OkStatus();
  });
}

void AddPropose(CLI::App& payment, Connection& connection) {
  auto* propose = payment.add_subcommand("propose", "Proposes payments of what a settlement allocated");
  auto id = std::make_shared<uint64_t>(0);
  auto claims = std::make_shared<std::vector<uint64_t>>();
  propose->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  propose->add_option("--claim", *claims, "Only these claims");
  auto kind = std::make_shared<std::string>("bank");
  auto most_payments = std::make_shared<uint32_t>(0);
  auto most_total = std::make_shared<int64_t>(0);
  propose->add_option("--kind", *kind, "bank, mobile-money or cash")->capture_default_str()->check(kKinds);
  propose->add_option("--most-payments", *most_payments, "Most payments that the bank takes in one file");
  propose->add_option("--most-total-minor", *most_total,
                      "Largest sum that the bank takes in one file, in minor units");
  propose->footer(
      "Examples:\n  klaim payment propose 4100 --most-payments 500\n  klaim payment propose 4100 --kind "
      "cash");
  OnCall(propose, connection, [=, &connection] {
    v1::ProposePaymentBatchRequest request;
    request.set_request_id(connection.RequestId());
    request.set_settlement_id(*id);
    request.mutable_claim_ids()->Assign(claims->begin(), claims->end());
    request.set_kind(KindNamed(*kind));
    request.set_most_payments(*most_payments);
    request.set_most_total_minor(*most_total);
    v1::ProposePaymentBatchResponse response;
    absl::Status status = connection.Call(&Compensation::ProposePaymentBatch, request, response);
    if (status.ok()) {
      connection.Show(
          response,
          absl::StrCat("Payment batch ", response.payment_batch_id(), " proposed with ",
                       CountText(response.payments()),
                       " payments. Another person approves it:\n  klaim --as approver payment approve ",
                       response.payment_batch_id()));
    }
    return status;
  });
}

// Streams the file of a batch.
absl::Status FetchFile(Connection& connection, uint64_t batch_id, std::ostream& out) {
  v1::GetPaymentFileRequest request;
  request.set_payment_batch_id(batch_id);
  grpc::ClientContext context;
  connection.AddMetadata(context);
  auto reader = connection.StubOf<v1::TreasuryService::Stub>().GetPaymentFile(&context, request);
  v1::GetPaymentFileResponse part;
  while (reader->Read(&part)) out << part.data();
  absl::Status status = services::FromWire(reader->Finish());
  out.flush();
  if (status.ok() && !out) return absl::InternalError("can't write the file: is the disk full?");
  return status;
}

void AddFile(CLI::App& payment, Connection& connection) {
  auto* file =
      payment.add_subcommand("file", "Hands out the file of a batch that was sent: the same bytes each time");
  auto id = std::make_shared<uint64_t>(0);
  auto path = std::make_shared<std::string>();
  file->add_option("BATCH", *id, "Number of the payment batch")->required();
  file->add_option("--out", *path, "Where to write it; it must not be there yet")->required();
  file->footer(
      "Example:\n  klaim payment file 4711 --out 4711.xml\nIt holds names and accounts: keep it only as long "
      "as the bank needs it.");
  OnCall(file, connection, [=, &connection]() -> absl::Status {
    if (std::ifstream(*path).good()) {
      return absl::AlreadyExistsError(absl::StrCat("--out: ", *path, " is there already: name another file"));
    }
    std::ofstream out(*path, std::ios::binary);
    if (!out) return absl::PermissionDeniedError(absl::StrCat("--out: can't write ", *path));
    absl::Status status = FetchFile(connection, *id, out);
    if (status.ok() && !connection.quiet()) std::cerr << "Written to " << *path << ".\n";
    if (!status.ok()) std::remove(path->c_str());
    return status;
  });
}

void AddSend(CLI::App& payment, Connection& connection) {
  auto* send = payment.add_subcommand("send", "Records that a batch was handed to the bank");
  auto id = std::make_shared<uint64_t>(0);
  auto message = std::make_shared<std::string>();
  auto trust_account = std::make_shared<uint64_t>(0);
  auto execution = std::make_shared<std::string>();
  send->add_option("BATCH", *id, "Number of the payment batch")->required();
  send->add_option("--trust-account", *trust_account, "From which trust account: its file is made here");
  send->add_option("--message-id", *message, "Message identification; KLAIM- and the batch's number without");
  send->add_option(
      "--execute-on", *execution,
      "Bank day on which the bank is to execute it, day first; the next one at the bank's place without");
  send->footer(
      "Example:\n  klaim payment preview 4711 --trust-account 4090 --only-changed\n"
      "  klaim payment send 4711 --trust-account 4090\n  klaim payment file 4711 --out 4711.xml");
  OnCall(send, connection, [=, &connection]() -> absl::Status {
    v1::SendPaymentBatchRequest request;
    v1::SendPaymentBatchResponse response;
    request.set_request_id(connection.RequestId());
    request.set_payment_batch_id(*id);
    request.set_message_id(*message);
    request.set_trust_account_id(*trust_account);
    if (!execution->empty()) {
      ASSIGN_OR_RETURN(auto day, DayOf("--execute-on", *execution));
      *request.mutable_execution_on() = day;
    }
    absl::Status status = connection.Call(&Compensation::SendPaymentBatch, request, response);
    if (!status.ok()) return status;
    std::string text = "Recorded as sent";
    if (response.has_execution_on())
      absl::StrAppend(&text, ", to be executed on ", DateText(response.execution_on()));
    absl::StrAppend(&text, ": `klaim payment file` hands out its file, the same each time.");
    for (const v1::LeftOutPayment& left_out : response.left_out())
      absl::StrAppend(&text, "\nPayment ", left_out.number(), " is not in it: it ", left_out.reason(), ".");
    connection.Show(response, text);
    return status;
  });
}

void AddPreviewFile(CLI::App& payment, Connection& connection) {
  auto* preview = payment.add_subcommand("preview", "Shows how a batch's file would be, payment by payment");
  auto id = std::make_shared<uint64_t>(0);
  auto trust_account = std::make_shared<uint64_t>(0);
  auto only_changed = std::make_shared<bool>(false);
  preview->add_option("BATCH", *id, "Number of the payment batch")->required();
  preview->add_option("--trust-account", *trust_account, "From which trust account")->required();
  preview->add_flag(
      "--only-changed", *only_changed,
      "Only payees whom the bank's file has otherwise than recorded, can't have, or who share an account");
  preview->footer("Example:\n  klaim payment preview 4711 --trust-account 4090 --only-changed");
  OnCall(preview, connection, [=, &connection]() -> absl::Status {
    v1::PreviewPaymentFileRequest request;
    request.set_payment_batch_id(*id);
    request.set_trust_account_id(*trust_account);
    request.set_only_changed(*only_changed);
    request.mutable_page()->set_size(1000);
    Table table({"payment", "amount", "payee", "in the file", "same account as", "problem"});
    v1::PreviewPaymentFileResponse all;
    do {
      v1::PreviewPaymentFileResponse response;
      RETURN_IF_ERROR(connection.Call(&v1::TreasuryService::Stub::PreviewPaymentFile, request, response));
      for (const auto& row : response.payments())
        table.Add({absl::StrCat(row.number()), MoneyText(row.amount_minor(), response.currency()),
                   row.holder(), row.holder_in_file(), absl::StrJoin(row.shares_account_with(), ", "),
                   row.problem()});
      all.MergeFrom(response);
      request.mutable_page()->set_cursor(response.page().next_cursor());
    } while (!request.page().cursor().empty());
    connection.Show(all, absl::StrCat(table.Text(), "\nSent now, it would be executed on ",
                                      DateText(all.execution_on()), "."));
    return absl::OkStatus();
  });
}

void AddHeir(CLI::App& payment, Connection& connection) {
  auto* command = payment.add_subcommand("heir", "Proposes the heir to whom a claimant's money goes");
  auto claimant = std::make_shared<uint64_t>(0);
  auto heir = std::make_shared<uint64_t>(0);
  auto evidence = std::make_shared<std::string>();
  auto document = std::make_shared<uint64_t>(0);
  command->add_option("CLAIMANT", *claimant, "Number of the claimant who died")->required();
  command
      ->add_option("HEIR", *heir, "Number of the heir, a claimant too; the claimant's own, to take it back")
      ->required();
  command->add_option("--evidence", *evidence, "What shows it, as in \"surat keterangan waris 12/2026\"")
      ->required();
  command->add_option("--document", *document, "Number of that document, of a case of the claimant who died")
      ->required();
  command->footer(
      "Example:\n  klaim payment heir 884 1203 --evidence \"surat keterangan waris 12/2026\" --document "
      "1207\n"
      "Another person confirms it: klaim payment heir-confirm 884 --proposal 1210");
  OnCall(command, connection, [=, &connection] {
    v1::NameHeirRequest request;
    request.set_request_id(connection.RequestId());
    request.set_claimant_id(*claimant);
    request.mutable_heir()->set_heir_id(*heir);
    request.mutable_heir()->set_evidence(*evidence);
    request.mutable_heir()->set_document_id(*document);
    v1::NameHeirResponse response;
    absl::Status status = connection.Call(&Compensation::NameHeir, request, response);
    if (status.ok())
      connection.Show(response,
                      absl::StrCat("Proposed as ", response.proposal_id(), ": another person confirms it."));
    return status;
  });
}

void AddHeirDecisions(CLI::App& payment, Connection& connection) {
  auto claimant = std::make_shared<uint64_t>(0);
  auto proposal = std::make_shared<uint64_t>(0);
  auto reason = std::make_shared<std::string>();
  auto* confirm = payment.add_subcommand("heir-confirm", "Confirms an heir whom another person proposed");
  auto* refuse = payment.add_subcommand("heir-refuse", "Refuses an heir who was proposed");
  for (auto* command : {confirm, refuse}) {
    command->add_option("CLAIMANT", *claimant, "Number of the claimant who died")->required();
    command->add_option("--proposal", *proposal, "Number of the proposal")->required();
  }
  refuse->add_option("--reason", *reason, "Why")->required();
  confirm->footer("Example:\n  klaim payment heir-confirm 884 --proposal 1210");
  refuse->footer(
      "Example:\n  klaim payment heir-refuse 884 --proposal 1210 --reason \"the letter is another "
      "family's\"");
  OnCall(confirm, connection, [=, &connection] {
    v1::ConfirmHeirRequest request;
    v1::ConfirmHeirResponse response;
    request.set_request_id(connection.RequestId());
    request.set_claimant_id(*claimant);
    request.set_proposal_id(*proposal);
    absl::Status status = connection.Call(&Compensation::ConfirmHeir, request, response);
    if (status.ok()) connection.Show(response, "Confirmed.");
    return status;
  });
  OnCall(refuse, connection, [=, &connection] {
    v1::RefuseHeirRequest request;
    v1::RefuseHeirResponse response;
    request.set_request_id(connection.RequestId());
    request.set_claimant_id(*claimant);
    request.set_proposal_id(*proposal);
    request.set_reason(*reason);
    absl::Status status = connection.Call(&Compensation::RefuseHeir, request, response);
    if (status.ok()) connection.Show(response, "Refused: nothing changes.");
    return status;
  });
}

// Holds one payment, or releases it.
void AddHolds(CLI::App& payment, Connection& connection) {
  auto number = std::make_shared<uint32_t>(0);
  auto reason = std::make_shared<std::string>();
  const auto fill = [number, reason](auto& request) {
    request.set_number(*number);
    request.set_reason(*reason);
    return absl::OkStatus();
  };
  const auto options = [number, reason](CLI::App& command, const char* example) {
    command.add_option("--payment", *number, "Number of the payment within the batch")->required();
    command.add_option("--reason", *reason, "Why, without names")->required();
    command.footer(example);
  };
  AddBatchStep<v1::HoldPaymentRequest, v1::HoldPaymentResponse>(
      payment, connection, "hold", "Holds one payment of a batch that was not sent yet",
      &Compensation::HoldPayment, fill,
      "Held: the batch is sent without it, and its claim can be paid by another batch then.",
      [options](CLI::App& command) {
        options(command,
                "Example:\n  klaim payment hold 4711 --payment 12 --reason \"who gets it is disputed\"\n"
                "Another person releases it:\n"
                "  klaim --as approver payment release 4711 --payment 12 --reason \"settled\"");
      });
  AddBatchStep<v1::ReleasePaymentRequest, v1::ReleasePaymentResponse>(
      payment, connection, "release", "Releases a payment that another person held",
      &Compensation::ReleasePayment, fill, "Released: it is sent with its batch.",
      [options](CLI::App& command) {
        options(command,
                "Example:\n  klaim --as approver payment release 4711 --payment 12 --reason \"settled\"");
      });
}

void AddListBatches(CLI::App& payment, Connection& connection) {
  auto* list = payment.add_subcommand("list", "Lists payment batches");
  auto size = std::make_shared<uint32_t>(20);
  list->add_option("--size", *size, "How many, up to 1000")->capture_default_str();
  OnCall(list, connection, [=, &connection] {
    v1::ListPaymentBatchesRequest request;
    v1::ListPaymentBatchesResponse response;
    request.mutable_page()->set_size(*size);
    absl::Status status = connection.Call(&Compensation::ListPaymentBatches, request, response);
    if (!status.ok()) return status;
    Table table({"batch", "settlement", "status", "amount", "payments", "held", "confirmed", "returned",
                 "proposed by"});
    for (const v1::ListedPaymentBatch& row : response.batches()) {
      table.Add({absl::StrCat(row.payment_batch_id()), absl::StrCat(row.settlement_id()),
                 EnumName(row.status()), MoneyText(row.total_minor(), row.currency()),
                 absl::StrCat(row.payments()), absl::StrCat(row.held()), absl::StrCat(row.confirmed()),
                 absl::StrCat(row.returned()), row.proposed_by()});
    }
    connection.Show(response, table.Text() + (response.page().next_cursor().empty() ? "" : "\n... and more"));
    return status;
  });
}

void AddShowBatch(CLI::App& payment, Connection& connection) {
  auto* show = payment.add_subcommand("show", "Shows a payment batch");
  auto id = std::make_shared<uint64_t>(0);
  show->add_option("BATCH", *id, "Number of the payment batch")->required();
  OnCall(show, connection, [=, &connection] {
    v1::GetPaymentBatchRequest request;
    v1::GetPaymentBatchResponse response;
    request.set_payment_batch_id(*id);
    absl::Status status = connection.Call(&Compensation::GetPaymentBatch, request, response);
    if (!status.ok()) return status;
    std::string text =
        absl::StrCat("Payment batch ", *id, ": ", EnumName(response.status()), ", settlement ",
                     response.settlement_id(), ", ", MoneyText(response.total_minor(), response.currency()));
    if (response.held_minor() != 0) {
      absl::StrAppend(&text, ", of which ", MoneyText(response.held_minor(), response.currency()), " held");
    }
    text += "\n";
    Table table({"no", "claim", "claimant", "amount", "status", "reissue of", "held by", "because"});
    for (const auto& row : response.payments()) {
      const auto& paid = row.payment();
      table.Add({absl::StrCat(paid.number()), absl::StrCat(paid.claim_id()), absl::StrCat(paid.claimant_id()),
                 MoneyText(paid.amount_minor(), response.currency()), EnumName(row.status()),
                 paid.reissue_of_batch_id() == 0
                     ? ""
                     : absl::StrCat(paid.reissue_of_batch_id(), "/", paid.reissue_of_number()),
                 row.held_by(), row.held_because()});
    }
    connection.Show(response, text + table.Text());
    return status;
  });
}

}  // namespace

void AddPayment(CLI::App& app, Connection& connection) {
  auto* payment =
      app.add_subcommand("payment", "Payment batches: proposed, approved, sent, confirmed, returned");
  payment->require_subcommand(1);
  AddPropose(*payment, connection);
  AddListBatches(*payment, connection);
  AddShowBatch(*payment, connection);
  const auto nothing = [](CLI::App&) {};
  AddBatchStep<v1::ApprovePaymentBatchRequest, v1::ApprovePaymentBatchResponse>(
      *payment, connection, "approve", "Approves a batch that another person proposed",
      &Compensation::ApprovePaymentBatch, [](auto&) { return absl::OkStatus(); }, "Approved.", nothing);
  auto reason = std::make_shared<std::string>();
  AddBatchStep<v1::RejectPaymentBatchRequest, v1::RejectPaymentBatchResponse>(
      *payment, connection, "reject", "Rejects a batch that was not sent yet",
      &Compensation::RejectPaymentBatch,
      [reason](auto& request) {
        request.set_reason(*reason);
        return absl::OkStatus();
      },
      "Rejected.",
      [reason](CLI::App& command) { command.add_option("--reason", *reason, "Why")->required(); });
  AddSend(*payment, connection);
  AddPreviewFile(*payment, connection);
  AddHolds(*payment, connection);
  AddFile(*payment, connection);
  AddHeir(*payment, connection);
  AddHeirDecisions(*payment, connection);
  auto numbers = std::make_shared<std::vector<uint32_t>>();
  auto booked = std::make_shared<std::string>();
  auto acknowledgement = std::make_shared<std::string>();
  AddBatchStep<v1::ConfirmPaymentsRequest, v1::ConfirmPaymentsResponse>(
      *payment, connection, "confirm", "Records that the bank paid", &Compensation::ConfirmPayments,
      [numbers, booked, acknowledgement](auto& request) -> absl::Status {
        request.mutable_confirmed()->set_acknowledgement(*acknowledgement);
        ASSIGN_OR_RETURN(auto date, DayOf("--booked-on", *booked));
        *request.mutable_confirmed()->mutable_booked_on() = date;
        request.mutable_confirmed()->mutable_numbers()->Assign(numbers->begin(), numbers->end());
        return absl::OkStatus();
      },
      "Confirmed.",
      [numbers, booked, acknowledgement](CLI::App& command) {
        command.add_option("--acknowledgement", *acknowledgement, "For cash: the receipt that was signed");
        command.add_option("--payment", *numbers, "Numbers of payments; all that are open when left out");
        command.add_option("--booked-on", *booked, "When the bank booked them, day first")->required();
      });
  auto number = std::make_shared<uint32_t>(0);
  auto code = std::make_shared<std::string>();
  AddBatchStep<v1::ReturnPaymentRequest, v1::ReturnPaymentResponse>(
      *payment, connection, "return", "Records that the bank sent a payment back",
      &Compensation::ReturnPayment,
      [number, code](auto& request) {
        request.mutable_returned()->set_number(*number);
        request.mutable_returned()->set_reason_code(*code);
        return absl::OkStatus();
      },
      "Recorded as returned: confirm a new account with the claimant, then propose a batch again.",
      [number, code](CLI::App& command) {
        command.add_option("--payment", *number, "Number of the payment")->required();
        command.add_option("--reason-code", *code, "ISO 20022 reason code, as in AC04")->required();
      });
  auto* account = payment->add_subcommand("account", "Records the account that a claimant confirmed");
  auto claimant = std::make_shared<uint64_t>(0);
  auto bic = std::make_shared<std::string>();
  auto currency = std::make_shared<std::string>();
  account->add_option("CLAIMANT", *claimant, "Number of the claimant")->required();
  auto kind = std::make_shared<std::string>("bank");
  account->add_option("--kind", *kind, "bank, mobile-money or cash")->capture_default_str()->check(kKinds);
  account->add_option("--bic", *bic, "BIC of the bank, or of who issues the mobile money; none for cash");
  account->add_option("--currency", *currency, "ISO 4217 currency of the account")->required();
  account->footer(
      "Holder and number are asked for on standard input, a line each, so that no shell history keeps them.\n"
      "Example:\n  klaim payment account 884 --bic BRINIDJA --currency IDR");
  OnCall(account, connection, [=, &connection] {
    v1::ConfirmPayoutAccountRequest request;
    request.set_request_id(connection.RequestId());
    request.set_claimant_id(*claimant);
    std::string holder;
    std::string account_number;
    std::cerr << "Holder: ";
    std::getline(std::cin, holder);
    const bool cash = *kind == "cash";
    if (!cash) {
      std::cerr << "Number: ";
      std::getline(std::cin, account_number);
    }
    request.mutable_account()->mutable_holder()->set_clear(holder);
    if (!cash) request.mutable_account()->mutable_number()->set_clear(account_number);
    request.mutable_account()->set_kind(KindNamed(*kind));
    request.mutable_account()->set_bank_bic(*bic);
    request.mutable_account()->set_currency(*currency);
    v1::ConfirmPayoutAccountResponse response;
    absl::Status status = connection.Call(&v1::IntakeService::Stub::ConfirmPayoutAccount, request, response);
    if (status.ok()) connection.Show(response, "Account recorded.");
    return status;
  });
}

}  // namespace klaim::tools
