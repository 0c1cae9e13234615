// klaim settlement payers, payer, release-respondent: who pays a settlement, and whom it lets out.

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "klaim/v1/compensation_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/money/plans.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Compensation = v1::CompensationService::Stub;

std::string PayersText(const v1::Settlement& settlement) {
  const std::string& currency = settlement.recorded().amount().currency();
  Table table({"respondent", "own share", "paid", "beyond the share", ""});
  for (const v1::SettlementPayer& payer : settlement.payers()) {
    table.Add({payer.respondent_id() == 0 ? "not told" : absl::StrCat(payer.respondent_id()),
               payer.share_minor() == 0 ? "the whole" : MoneyText(payer.share_minor(), currency),
               MoneyText(payer.received_minor(), currency), MoneyText(payer.beyond_share_minor(), currency),
               payer.released() ? "let out" : ""});
  }
  return table.Text();
}

void AddPayers(CLI::App& settlement, Connection& connection) {
  auto id = std::make_shared<uint64_t>(0);
  auto* list = settlement.add_subcommand("payers", "What each respondent owes and paid");
  list->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  list->footer("Example:\n  klaim settlement payers 4100");
  OnCall(list, connection, [=, &connection]() -> absl::Status {
    ASSIGN_OR_RETURN(auto found, FindSettlement(connection, *id));
    connection.Show(found, PayersText(found));
    return absl::OkStatus();
  });
  auto reference = std::make_shared<std::string>();
  auto respondent = std::make_shared<uint64_t>(0);
  auto* attribute =
      settlement.add_subcommand("payer", "Says which respondent paid a receipt, where the bank didn't tell");
  attribute->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  attribute->add_option("BANK-REFERENCE", *reference, "The bank's reference of the receipt")->required();
  attribute->add_option("RESPONDENT", *respondent, "Who paid")->required();
  attribute->footer("Example:\n  klaim settlement payer 4100 HSBC-77 12");
  OnCall(attribute, connection, [=, &connection]() -> absl::Status {
    v1::AttributeReceiptRequest request;
    request.set_request_id(connection.RequestId());
    request.set_settlement_id(*id);
    request.mutable_attributed()->set_bank_reference(*reference);
    request.mutable_attributed()->set_payer_id(*respondent);
    v1::AttributeReceiptResponse response;
    RETURN_IF_ERROR(connection.Call(&Compensation::AttributeReceipt, request, response));
    connection.Show(response, "Noted.");
    return absl::OkStatus();
  });
}

void AddReleaseRespondent(CLI::App& settlement, Connection& connection) {
  auto id = std::make_shared<uint64_t>(0);
  auto respondent = std::make_shared<uint64_t>(0);
  auto keep = std::make_shared<bool>(false);
  auto share = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  auto* release = settlement.add_subcommand(
      "release-respondent", "Proposes to let a respondent out of a settlement: another person approves it");
  release->add_option("SETTLEMENT", *id, "Number of the settlement")->required();
  release->add_option("RESPONDENT", *respondent, "Who")->required();
  release->add_flag(
      "--keep-rights", *keep,
      "Rights against the others are kept: they owe less by that share. Without, all who owe are let "
      "out (Indonesian Civil Code, article 1440)");
  release->add_option("--share", *share, "That share, where the settlement has none recorded");
  release->add_option("--reason", *reason, "Why")->required();
  release->footer(
      "Example:\n  klaim settlement release-respondent 4100 12 --keep-rights --share 2.000 --reason "
      "\"Insolvent.\"\n"
      "  klaim --as approver settlement approve-move 4100 4190");
  OnCall(release, connection, [=, &connection]() -> absl::Status {
    v1::ReleaseRespondentRequest request;
    request.set_request_id(connection.RequestId());
    request.set_settlement_id(*id);
    request.set_respondent_id(*respondent);
    request.set_rights_kept(*keep);
    if (!share->empty()) {
      ASSIGN_OR_RETURN(auto found, FindSettlement(connection, *id));
      ASSIGN_OR_RETURN(auto minor, AmountOf("--share", *share, found.recorded().amount().currency()));
      request.set_share_minor(minor);
    }
    request.set_reason(*reason);
    v1::ReleaseRespondentResponse response;
    RETURN_IF_ERROR(connection.Call(&Compensation::ReleaseRespondent, request, response));
    connection.Show(response, ProposedMoveText(*id, response.proposal_id()));
    return absl::OkStatus();
  });
}

}  // namespace

void AddDebtors(CLI::App& settlement, Connection& connection) {
  AddPayers(settlement, connection);
  AddReleaseRespondent(settlement, connection);
}

}  // namespace klaim::tools
