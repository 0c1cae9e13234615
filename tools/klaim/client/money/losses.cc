// klaim loss: heads that are one loss, and what they may recover together.

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "klaim/v1/linkage_service.grpc.pb.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Linkage = v1::LinkageService::Stub;

// "3013:excess_recruitment_fee".
absl::Status ReadHead(const std::string& written, v1::LossHead& head) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(written, absl::MaxSplits(':', 1));
  uint64_t claim_id = 0;
  if (!absl::SimpleAtoi(parts.first, &claim_id) || parts.second.empty())
    return absl::InvalidArgumentError(
        absl::StrCat("\"", written, "\" is no head: write CLAIM:HEAD, as in 3013:unpaid_wages"));
  head.set_claim_id(claim_id);
  head.set_head(parts.second);
  return absl::OkStatus();
}

// "15.000" or "HKD 15.000", in a currency.
absl::Status ReadMoney(const std::string& written, const std::string& currency, v1::Money& money) {
  ASSIGN_OR_RETURN(auto minor, domain::ParseMoney(written, currency));
  money.set_currency(currency);
  money.set_minor_units(minor);
  return absl::OkStatus();
}

void AddOpen(CLI::App& loss, Connection& connection) {
  auto* open = loss.add_subcommand("open", "Finds heads to be one loss, and sets what they recover together");
  auto heads = std::make_shared<std::vector<std::string>>();
  auto ceiling = std::make_shared<std::string>();
  auto currency = std::make_shared<std::string>();
  auto tables = std::make_shared<std::vector<uint64_t>>();
  auto reason = std::make_shared<std::string>();
  open->add_option("--head", *heads, "CLAIM:HEAD, each of the heads; 2 to 20")->required();
  open->add_option("--ceiling", *ceiling, "Most that all of them recover together")->required();
  open->add_option("--currency", *currency, "ISO 4217 currency of the ceiling")->required();
  open->add_option("--exchange-table", *tables,
                   "Reference table of rates into that currency, for each other currency of the heads");
  open->add_option("--reason", *reason, "Why")->required();
  open->footer(
      "Example: one fee, claimed abroad in HKD and at home in IDR\n"
      "  klaim loss open --head 3013:excess_recruitment_fee --head 5122:biaya_penempatan --currency IDR \\\n"
      "    --ceiling 31.500.000 --exchange-table 4001 --reason \"Satu biaya, dua program.\"");
  OnCall(open, connection, [=, &connection]() -> absl::Status {
    v1::OpenLossRequest request;
    request.set_request_id(connection.RequestId());
    for (const std::string& head : *heads) RETURN_IF_ERROR(ReadHead(head, *request.add_heads()));
    RETURN_IF_ERROR(ReadMoney(*ceiling, *currency, *request.mutable_ceiling()));
    request.mutable_exchange_table_ids()->Assign(tables->begin(), tables->end());
    request.set_reason(*reason);
    v1::OpenLossResponse response;
    RETURN_IF_ERROR(connection.Call(&Linkage::OpenLoss, request, response));
    connection.Show(
        response,
        absl::StrCat("Loss ", response.loss_id(), ": ", request.heads_size(), " heads recover at most ",
                     domain::MoneyText(request.ceiling().minor_units(), *currency), " together."));
    return absl::OkStatus();
  });
}

// A step of one head of a loss.
template <class Request, class Response, class Method>
void AddHeadStep(CLI::App& loss, Connection& connection, const std::string& name, const std::string& what,
                 bool takes_table, Method method, const std::string& done) {
  auto* step = loss.add_subcommand(name, what);
  auto id = std::make_shared<uint64_t>(0);
  auto head = std::make_shared<std::string>();
  auto table = std::make_shared<uint64_t>(0);
  auto reason = std::make_shared<std::string>();
  step->add_option("LOSS", *id)->required();
  step->add_option("HEAD", *head, "CLAIM:HEAD")->required();
  if (takes_table)
    step->add_option("--exchange-table", *table, "A further table of rates into the ceiling's currency");
  step->add_option("--reason", *reason, "Why")->required();
  step->footer(
      absl::StrCat("Example:\n  klaim loss ", name, " 6010 5122:unpaid_wages --reason \"Satu kerugian.\""));
  OnCall(step, connection, [=, &connection]() -> absl::Status {
    Request request;
    request.set_request_id(connection.RequestId());
    request.set_loss_id(*id);
    RETURN_IF_ERROR(ReadHead(*head, *request.mutable_head()));
    if constexpr (requires { request.set_exchange_table_id(0); }) request.set_exchange_table_id(*table);
    request.set_reason(*reason);
    Response response;
    RETURN_IF_ERROR(connection.Call(method, request, response));
    connection.Show(response, DoneText(response, done));
    return absl::OkStatus();
  });
}

void AddCeiling(CLI::App& loss, Connection& connection) {
  auto* set = loss.add_subcommand(
      "ceiling", "Sets another ceiling, not below what payments took; a higher one takes two persons");
  auto id = std::make_shared<uint64_t>(0);
  auto ceiling = std::make_shared<std::string>();
  auto currency = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  set->add_option("LOSS", *id)->required();
  set->add_option("CEILING", *ceiling)->required();
  set->add_option("--currency", *currency, "ISO 4217 currency, that of the ceiling before")->required();
  set->add_option("--reason", *reason, "Why")->required();
  set->footer("Example:\n  klaim loss ceiling 6010 15.000 --currency HKD --reason \"Kuitansi kedua.\"");
  OnCall(set, connection, [=, &connection]() -> absl::Status {
    v1::SetLossCeilingRequest request;
    request.set_request_id(connection.RequestId());
    request.set_loss_id(*id);
    RETURN_IF_ERROR(ReadMoney(*ceiling, *currency, *request.mutable_ceiling()));
    request.set_reason(*reason);
    v1::SetLossCeilingResponse response;
    RETURN_IF_ERROR(connection.Call(&Linkage::SetLossCeiling, request, response));
    connection.Show(response, DoneText(response, "Set."));
    return absl::OkStatus();
  });
}

std::string Told(const v1::GetLossResponse& loss) {
  const std::string& currency = loss.ceiling().currency();
  Table table(
      {"claim", "head", "determined", "allocated", "ordered", "paid", "got otherwise", "of the ceiling"});
  for (const v1::LossHeadRecovery& head : loss.heads()) {
    table.Add({absl::StrCat(head.head().claim_id()), head.head().head(),
               domain::MoneyText(head.determined_minor(), head.currency()),
               domain::MoneyText(head.allocated_minor(), head.currency()),
               domain::MoneyText(head.ordered_minor(), head.currency()),
               domain::MoneyText(head.paid_minor(), head.currency()),
               domain::MoneyText(head.credited_minor(), head.currency()),
               domain::MoneyText(head.drawn_minor(), currency)});
  }
  std::string text = absl::StrCat("Loss of ", loss.family(), ": ceiling ",
                                  domain::MoneyText(loss.ceiling().minor_units(), currency), ", recovered ",
                                  domain::MoneyText(loss.drawn_minor(), currency), ", left ",
                                  domain::MoneyText(loss.left_minor(), currency), "\n");
  if (loss.above_minor() > 0)
    absl::StrAppend(&text, "Recovered above the ceiling, as before the heads were found to be one loss: ",
                    domain::MoneyText(loss.above_minor(), currency), "\n");
  text += table.Text();
  for (const v1::LossHead& head : loss.proposed_separate())
    absl::StrAppend(&text, "\nProposed to be another loss: ", head.claim_id(), ":", head.head(),
                    ". It holds once another person finds the same.");
  if (loss.has_proposed_ceiling())
    absl::StrAppend(
        &text, "\nProposed ceiling: ", domain::MoneyText(loss.proposed_ceiling().minor_units(), currency),
        ". It holds once another person sets the same.");
  return text;
}

}  // namespace

void AddLoss(CLI::App& app, Connection& connection) {
  auto* loss =
      app.add_subcommand("loss", "Heads that are one loss: what they recover together has a ceiling");
  loss->require_subcommand(1);
  AddOpen(*loss, connection);
  AddHeadStep<v1::JoinLossRequest, v1::JoinLossResponse>(
      *loss, connection, "join", "Finds one more head to pursue a loss", true, &Linkage::JoinLoss, "Joined.");
  AddHeadStep<v1::SeparateLossRequest, v1::SeparateLossResponse>(
      *loss, connection, "separate", "Finds a head of a loss to pursue another one; it takes two persons",
      false, &Linkage::SeparateLoss, "Separated.");
  AddCeiling(*loss, connection);
  auto* show = loss->add_subcommand("show", "What its heads recovered, and what is left of the ceiling");
  auto id = std::make_shared<uint64_t>(0);
  show->add_option("LOSS", *id)->required();
  show->footer("Example:\n  klaim loss show 6010");
  OnCall(show, connection, [=, &connection]() -> absl::Status {
    v1::GetLossRequest request;
    request.set_loss_id(*id);
    v1::GetLossResponse response;
    RETURN_IF_ERROR(connection.Call(&Linkage::GetLoss, request, response));
    connection.Show(response, Told(response));
    return absl::OkStatus();
  });
}

}  // namespace klaim::tools
