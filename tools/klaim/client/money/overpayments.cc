// klaim overpayment: what was paid beyond what is due, paid back or forgiven.

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Compensation = v1::CompensationService::Stub;

struct Repayment {
  uint64_t claim = 0;
  std::string amount;
  std::string booked;
  std::string reference;
};

absl::Status Repay(const Repayment& given, Connection& connection) {
  v1::GetClaimCompensationRequest get;
  get.set_claim_id(given.claim);
  v1::GetClaimCompensationResponse claim;
  RETURN_IF_ERROR(connection.Call(&Compensation::GetClaimCompensation, get, claim));
  const std::string& currency = claim.figures().currency();
  v1::RecordRepaymentRequest request;
  request.set_request_id(connection.RequestId());
  request.set_claim_id(given.claim);
  ASSIGN_OR_RETURN(auto minor, AmountOf("--amount", given.amount, currency));
  request.set_amount_minor(minor);
  ASSIGN_OR_RETURN(*request.mutable_booked_on(), DayOf("--booked-on", given.booked));
  request.set_bank_reference(given.reference);
  v1::RecordRepaymentResponse response;
  RETURN_IF_ERROR(connection.Call(&Compensation::RecordRepayment, request, response));
  std::string text = "In trust again:";
  for (const v1::RepaidPart& part : response.parts()) {
    absl::StrAppend(&text, "\n  ", MoneyText(part.minor_units(), currency), " of ", part.head(),
                    ", for settlement ", part.settlement_id());
  }
  connection.Show(response, text);
  return absl::OkStatus();
}

void AddRepay(CLI::App& overpayment, Connection& connection) {
  auto* repay = overpayment.add_subcommand("repay", "Records that a claimant paid back what was overpaid");
  auto given = std::make_shared<Repayment>();
  repay->add_option("CLAIM", given->claim, "Number of the claim")->required();
  repay->add_option("--amount", given->amount, "How much came back")->required();
  repay->add_option("--booked-on", given->booked, "When the bank booked it, day first")->required();
  repay->add_option("--reference", given->reference, "The bank's reference")->required();
  repay->footer(
      "Example:\n  klaim overpayment repay 3013 --amount 500 --booked-on 26-11-2026 --reference BCA-77120");
  OnCall(repay, connection, [=, &connection] { return Repay(*given, connection); });
}

void AddReverse(CLI::App& overpayment, Connection& connection) {
  auto* reverse = overpayment.add_subcommand(
      "reverse", "Proposes to take back a repayment that was typed wrongly, or that the bank took back");
  auto claim = std::make_shared<uint64_t>(0);
  auto reference = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  reverse->add_option("CLAIM", *claim, "Number of the claim")->required();
  reverse->add_option("--reference", *reference, "The bank's reference of the repayment")->required();
  reverse->add_option("--reason", *reason, "Why, without personal data")->required();
  reverse->footer(
      "Example:\n  klaim overpayment reverse 3013 --reference BCA-77120 --reason \"typed ten times too "
      "large\"");
  OnCall(reverse, connection, [=, &connection]() -> absl::Status {
    v1::ReverseRepaymentRequest request;
    request.set_request_id(connection.RequestId());
    request.set_claim_id(*claim);
    request.set_bank_reference(*reference);
    request.set_reason(*reason);
    v1::ReverseRepaymentResponse response;
    RETURN_IF_ERROR(connection.Call(&Compensation::ReverseRepayment, request, response));
    connection.Show(response, ProposedClaimMoveText(*claim, response.proposal_id()));
    return absl::OkStatus();
  });
}

void AddForgive(CLI::App& overpayment, Connection& connection, const std::string& name,
                const std::string& about, bool written_off) {
  auto* forgive = overpayment.add_subcommand(name, about);
  auto claim = std::make_shared<uint64_t>(0);
  auto reason = std::make_shared<std::string>();
  forgive->add_option("CLAIM", *claim, "Number of the claim")->required();
  forgive->add_option("--reason", *reason, "Why, without personal data")->required();
  forgive->footer(absl::StrCat("Example:\n  klaim overpayment ", name, " 3013 --reason \"...\""));
  OnCall(forgive, connection, [=, &connection]() -> absl::Status {
    v1::ForgiveOverpaymentRequest request;
    request.set_request_id(connection.RequestId());
    request.set_claim_id(*claim);
    request.set_written_off(written_off);
    request.set_reason(*reason);
    v1::ForgiveOverpaymentResponse response;
    RETURN_IF_ERROR(connection.Call(&Compensation::ForgiveOverpayment, request, response));
    connection.Show(response, ProposedClaimMoveText(*claim, response.proposal_id()));
    return absl::OkStatus();
  });
}

}  // namespace

void AddOverpayment(CLI::App& app, Connection& connection) {
  auto* overpayment = app.add_subcommand(
      "overpayment", "What was paid of a claim beyond what is due: paid back, waived or written off");
  overpayment->require_subcommand(1);
  AddRepay(*overpayment, connection);
  AddReverse(*overpayment, connection);
  AddForgive(*overpayment, connection, "waive", "Proposes to demand nothing back, since that would be hard",
             false);
  AddForgive(*overpayment, connection, "write-off", "Proposes to demand nothing back, since it can't be had",
             true);
}

}  // namespace klaim::tools
