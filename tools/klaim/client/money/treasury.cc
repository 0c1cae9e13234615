// klaim treasury: trust accounts, what banks report, and the case fund.

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/money.h"
#include "klaim/v1/case_fund_events.pb.h"
#include "klaim/v1/treasury_service.grpc.pb.h"
#include "klaim/v1/trust_account_events.pb.h"
#include "tools/installation/authority.h"
#include "tools/klaim/client/command.h"
#include "tools/klaim/client/table.h"
#include "tools/klaim/client/text.h"

namespace klaim::tools {
namespace {

using Treasury = v1::TreasuryService::Stub;

std::string EntryText(const v1::ReportedEntry& entry) {
  if (!entry.problem().empty()) return "to look at: " + entry.problem();
  if (entry.kind() == v1::REPORTED_ENTRY_KIND_CHARGE) {
    return absl::StrCat(entry.credit() ? "charge given back, " : "charge, ", "booked to ",
                        entry.ledger_account());
  }
  if (entry.kind() == v1::REPORTED_ENTRY_KIND_RECEIPT) {
    return absl::StrCat(entry.reversal() ? "receipt taken back, of settlement " : "receipt for settlement ",
                        entry.settlement_id());
  }
  const std::string payment =
      entry.payment_number() == 0
          ? absl::StrCat("all open payments of batch ", entry.payment_batch_id())
          : absl::StrCat("payment ", entry.payment_number(), " of batch ", entry.payment_batch_id());
  return entry.kind() == v1::REPORTED_ENTRY_KIND_RETURN
             ? absl::StrCat(payment, " returned (", entry.reason_code(), ")")
             : payment + " paid";
}

// Of an entry: in the account's currency, or as the bank wrote it.
std::string AmountText(const v1::ReportedEntry& entry) {
  if (!entry.amount_as_reported().empty()) return entry.amount_as_reported();
  return entry.amount_minor() == 0 ? "" : absl::StrCat(entry.credit() ? "" : "-", entry.amount_minor());
}

// What a bank takes in payment files, by options of a command.
class ProfileOptions {
 public:
  void Add(CLI::App& command) {
    command
        .add_option("--characters", characters_,
                    "What the bank takes: swift-x (a-z, A-Z, 0-9 and few signs) or any")
        ->check(CLI::IsMember({"swift-x", "any"}))
        ->capture_default_str();
    command.add_option("--longest-name", profile_.longest_name_,
                       "Longest name, 20 to 140 characters (70 without)");
    command.add_option("--longest-text", profile_.longest_text_,
                       "Longest remittance text, 20 to 140 characters (140 without)");
    command.add_flag("--batch-booking", profile_.batch_booking_, "The bank books a batch as one sum");
    command.add_option("--account-scheme", profile_.account_scheme_,
                       "What it calls account numbers that are no IBAN, as in BBAN");
    command.add_option("--bank-days", profile_.bank_days_,
                       "Number of the reference table of days on which banks are closed there");
  }
  v1::BankProfile Profile() const {
    v1::BankProfile profile;
    profile.set_characters(characters_ == "any" ? v1::BANK_CHARACTERS_ANY : v1::BANK_CHARACTERS_SWIFT_X);
    profile.set_longest_name(profile_.longest_name_);
    profile.set_longest_text(profile_.longest_text_);
    profile.set_batch_booking(profile_.batch_booking_);
    profile.set_account_scheme(profile_.account_scheme_);
    profile.set_bank_days_table_id(profile_.bank_days_);
    return profile;
  }

 private:
  struct Values {
    uint32_t longest_name_ = 0;
    uint32_t longest_text_ = 0;
    bool batch_booking_ = false;
    std::string account_scheme_;
    uint64_t bank_days_ = 0;
  };
  std::string characters_ = "swift-x";
  Values profile_;
};

void AddBankProfile(CLI::App& treasury, Connection& connection) {
  auto* set =
      treasury.add_subcommand("bank-profile", "Sets what a trust account's bank takes in payment files");
  auto id = std::make_shared<uint64_t>(0);
  auto profile = std::make_shared<ProfileOptions>();
  set->add_option("ACCOUNT", *id, "Number of the trust account")->required();
  profile->Add(*set);
  set->footer(
      "Example:\n  klaim treasury bank-profile 4090 --longest-name 35 --batch-booking --bank-days 4011");
  OnCall(set, connection, [=, &connection] {
    v1::SetBankProfileRequest request;
    v1::SetBankProfileResponse response;
    request.set_request_id(connection.RequestId());
    request.set_trust_account_id(*id);
    *request.mutable_profile() = profile->Profile();
    absl::Status status = connection.Call(&Treasury::SetBankProfile, request, response);
    if (status.ok()) connection.Show(response, "Set: files that are made from now on are written so.");
    return status;
  });
}

void AddTrustAccount(CLI::App& treasury, Connection& connection) {
  auto* open = treasury.add_subcommand("trust-account", "Names a trust account");
  auto account = std::make_shared<v1::TrustAccountOpened>();
  auto holder = std::make_shared<std::string>();
  auto number = std::make_shared<std::string>();
  auto bic = std::make_shared<std::string>();
  auto currency = std::make_shared<std::string>();
  open->add_option("--holder", *holder, "Holder as the bank has it")->required();
  open->add_option("--number", *number, "Account number or IBAN")->required();
  open->add_option("--bic", *bic, "BIC of the bank")->required();
  open->add_option("--currency", *currency, "ISO 4217 currency")->required();
  auto profile = std::make_shared<ProfileOptions>();
  profile->Add(*open);
  open->footer(
      "Example:\n  klaim treasury trust-account --holder \"SBMI Titipan\" --number 00123456 --bic BRINIDJA "
      "--currency IDR");
  OnCall(open, connection, [=, &connection] {
    v1::OpenTrustAccountRequest request;
    request.set_request_id(connection.RequestId());
    request.mutable_account()->set_holder(*holder);
    request.mutable_account()->set_number(*number);
    request.mutable_account()->set_bank_bic(*bic);
    request.mutable_account()->set_currency(*currency);
    *request.mutable_account()->mutable_profile() = profile->Profile();
    v1::OpenTrustAccountResponse response;
    absl::Status status = connection.Call(&Treasury::OpenTrustAccount, request, response);
    if (status.ok())
      connection.Show(response, absl::StrCat("Trust account ", response.trust_account_id(), " named."));
    return status;
  });
}

void AddReport(CLI::App& treasury, Connection& connection) {
  auto* report = treasury.add_subcommand(
      "report", "Records a bank's statement (camt.052, .053, .054) or status report (pain.002)");
  auto id = std::make_shared<uint64_t>(0);
  auto file = std::make_shared<std::string>();
  report->add_option("ACCOUNT", *id, "Number of the trust account")->required();
  report->add_option("FILE", *file, "The document, as the bank gave it")->required();
  auto programme = std::make_shared<uint64_t>(0);
  report->add_option("--charges-programme", *programme,
                     "Number of the programme that bears charges which came with no receipt and no payment");
  report->footer(
      "Receipts are known by S and the settlement's number in their remittance information (S4100), payments "
      "by their\n"
      "end-to-end identification. What is neither is listed, and changes nothing. Charges are booked to the "
      "account that\n"
      "the programme names (bank_charges_account of `klaim programme open` and `revise`).\n"
      "Example:\n  klaim treasury report 4090 statement.xml");
  OnCall(report, connection, [=, &connection]() -> absl::Status {
    ASSIGN_OR_RETURN(auto document, ReadFile(*file));
    v1::RecordBankReportRequest request;
    request.set_request_id(connection.RequestId());
    request.set_trust_account_id(*id);
    request.set_document(document);
    request.set_charges_programme_id(*programme);
    v1::RecordBankReportResponse response;
    absl::Status status = connection.Call(&Treasury::RecordBankReport, request, response);
    Table table({"reference", "amount (minor units)", "booked", "what became of it"});
    for (const auto& entry : response.entries()) {
      table.Add({entry.bank_reference(), AmountText(entry), DateText(entry.booked_on()), EntryText(entry)});
    }
    std::string text = table.Text();
    for (const std::string& note : response.notes()) absl::StrAppend(&text, "Note: ", note, "\n");
    if (status.ok()) connection.Show(response, text);
    return status;
  });
}

std::string ProposedFundMoveText(uint64_t fund_id, uint64_t proposal_id) {
  return absl::StrCat("Proposal ", proposal_id, ". Another person approves it:\n",
                      "  klaim --as approver treasury approve ", fund_id, " ", proposal_id);
}

std::string MoveText(const v1::CaseFundMoveProposed& move, const std::string& currency) {
  if (move.has_accrual()) {
    return absl::StrCat("surplus of ", move.accrual().year(), ", ",
                        MoneyText(move.accrual().surplus_minor(), currency));
  }
  return absl::StrCat(MoneyText(move.cost().amount_minor(), currency), " for ", move.cost().purpose());
}

// The funds with what waits for another person, and that person's word.
void AddFundMoves(CLI::App& treasury, Connection& connection) {
  auto* list = treasury.add_subcommand(
      "funds", "Lists case funds with what is left, and what waits for another person");
  list->footer("Example:\n  klaim treasury funds");
  OnCall(list, connection, [&connection] {
    v1::ListCaseFundsRequest request;
    v1::ListCaseFundsResponse response;
    request.mutable_page()->set_size(1000);
    absl::Status status = connection.Call(&Treasury::ListCaseFunds, request, response);
    Table table({"fund", "name", "social", "education", "proposal", "proposed by", "what"});
    for (const auto& fund : response.case_funds()) {
      const std::string& currency = fund.opened().currency();
      table.Add({absl::StrCat(fund.case_fund_id()), fund.opened().name(),
                 MoneyText(fund.social_minor(), currency), MoneyText(fund.education_minor(), currency), "",
                 "", ""});
      for (const auto& move : fund.open_moves()) {
        table.Add({"", "", "", "", absl::StrCat(move.proposal_id()), move.proposed_by(),
                   MoveText(move.proposed(), currency)});
      }
    }
    if (status.ok()) connection.Show(response, table.Text());
    return status;
  });
  auto fund = std::make_shared<uint64_t>(0);
  auto proposal = std::make_shared<uint64_t>(0);
  auto reason = std::make_shared<std::string>();
  auto* approve =
      treasury.add_subcommand("approve", "Approves a surplus or a cost that another person proposed");
  approve->add_option("FUND", *fund, "Number of the case fund")->required();
  approve->add_option("PROPOSAL", *proposal, "Number of the proposal")->required();
  approve->footer("Example:\n  klaim --as approver treasury approve 4801 4805");
  OnCall(approve, connection, [=, &connection] {
    v1::ApproveCaseFundMoveRequest request;
    request.set_request_id(connection.RequestId());
    request.set_case_fund_id(*fund);
    request.set_proposal_id(*proposal);
    v1::ApproveCaseFundMoveResponse response;
    absl::Status status = connection.Call(&Treasury::ApproveCaseFundMove, request, response);
    if (status.ok()) connection.Show(response, "Approved and recorded.");
    return status;
  });
  auto* reject = treasury.add_subcommand("reject", "Rejects a surplus or a cost");
  reject->add_option("FUND", *fund, "Number of the case fund")->required();
  reject->add_option("PROPOSAL", *proposal, "Number of the proposal")->required();
  reject->add_option("--reason", *reason, "Why")->required();
  reject->footer("Example:\n  klaim --as approver treasury reject 4801 4805 --reason \"no receipt\"");
  OnCall(reject, connection, [=, &connection] {
    v1::RejectCaseFundMoveRequest request;
    request.set_request_id(connection.RequestId());
    request.set_case_fund_id(*fund);
    request.set_proposal_id(*proposal);
    request.set_reason(*reason);
    v1::RejectCaseFundMoveResponse response;
    absl::Status status = connection.Call(&Treasury::RejectCaseFundMove, request, response);
    if (status.ok()) connection.Show(response, "Rejected.");
    return status;
  });
}

void AddFund(CLI::App& treasury, Connection& connection) {
  auto* open = treasury.add_subcommand("case-fund", "Opens a case fund of the cooperative");
  auto name = std::make_shared<std::string>();
  auto currency = std::make_shared<std::string>("IDR");
  auto social = std::make_shared<uint32_t>(500);
  auto education = std::make_shared<uint32_t>(500);
  auto source = std::make_shared<std::string>();
  open->add_option("--name", *name, "Name")->required();
  open->add_option("--currency", *currency, "ISO 4217 currency")->capture_default_str();
  open->add_option("--social", *social, "Hundredths of a percent of the surplus")->capture_default_str();
  open->add_option("--education", *education, "Hundredths of a percent of the surplus")
      ->capture_default_str();
  open->add_option("--source", *source, "Statutes or decision")->required();
  open->footer(
      "Example:\n  klaim treasury case-fund --name \"Koperasi SBMI\" --source \"Anggaran dasar, pasal 41\"");
  OnCall(open, connection, [=, &connection] {
    v1::OpenCaseFundRequest request;
    request.set_request_id(connection.RequestId());
    request.mutable_fund()->set_name(*name);
    request.mutable_fund()->set_currency(*currency);
    request.mutable_fund()->set_social_basis_points(*social);
    request.mutable_fund()->set_education_basis_points(*education);
    request.mutable_fund()->set_source(*source);
    v1::OpenCaseFundResponse response;
    absl::Status status = connection.Call(&Treasury::OpenCaseFund, request, response);
    if (status.ok())
      connection.Show(response, absl::StrCat("Case fund ", response.case_fund_id(), " opened."));
    return status;
  });
  auto* accrue = treasury.add_subcommand("accrue", "Proposes to divide a year's surplus");
  auto fund = std::make_shared<uint64_t>(0);
  auto year = std::make_shared<uint32_t>(0);
  auto surplus = std::make_shared<int64_t>(0);
  accrue->add_option("FUND", *fund, "Number of the case fund")->required();
  accrue->add_option("--year", *year, "Financial year")->required();
  accrue->add_option("--surplus-minor", *surplus, "The surplus, in minor units")->required();
  accrue->footer("Example:\n  klaim treasury accrue 4801 --year 2026 --surplus-minor 12500000000");
  OnCall(accrue, connection, [=, &connection] {
    v1::AccrueCaseFundRequest request;
    request.set_request_id(connection.RequestId());
    request.set_case_fund_id(*fund);
    request.set_year(*year);
    request.set_surplus_minor(*surplus);
    v1::AccrueCaseFundResponse response;
    absl::Status status = connection.Call(&Treasury::AccrueCaseFund, request, response);
    if (status.ok()) {
      connection.Show(response,
                      absl::StrCat("To be set aside: ", response.accrued().social_minor(), " social, ",
                                   response.accrued().education_minor(), " education (minor units).\n",
                                   ProposedFundMoveText(*fund, response.proposal_id())));
    }
    return status;
  });
  auto* cost = treasury.add_subcommand("cost", "Proposes to pay a cost of a case out of the case fund");
  auto part = std::make_shared<std::string>("social");
  auto case_id = std::make_shared<uint64_t>(0);
  auto amount = std::make_shared<int64_t>(0);
  auto purpose = std::make_shared<std::string>();
  auto paid_on = std::make_shared<std::string>();
  cost->add_option("FUND", *fund, "Number of the case fund")->required();
  cost->add_option("--case", *case_id, "Number of the case; none when it is for all");
  cost->add_option("--part", *part, "social or education")
      ->capture_default_str()
      ->check(CLI::IsMember({"social", "education"}));
  cost->add_option("--amount-minor", *amount, "How much, in minor units")->required();
  cost->add_option("--purpose", *purpose, "What for, as in \"sworn translation\"")->required();
  cost->add_option("--paid-on", *paid_on, "When, day first")->required();
  cost->footer(
      "Example:\n  klaim treasury cost 4801 --case 884 --amount-minor 35000000 --purpose \"sworn "
      "translation\" "
      "--paid-on 05-02-2027");
  OnCall(cost, connection, [=, &connection]() -> absl::Status {
    ASSIGN_OR_RETURN(auto date, DayOf("--paid-on", *paid_on));
    v1::PayCaseCostRequest request;
    request.set_request_id(connection.RequestId());
    request.set_case_fund_id(*fund);
    auto& paid = *request.mutable_cost();
    paid.set_case_id(*case_id);
    paid.set_part(*part == "social" ? v1::CASE_FUND_PART_SOCIAL : v1::CASE_FUND_PART_EDUCATION);
    paid.set_amount_minor(*amount);
    paid.set_purpose(*purpose);
    *paid.mutable_paid_on() = date;
    v1::PayCaseCostResponse response;
    absl::Status status = connection.Call(&Treasury::PayCaseCost, request, response);
    if (status.ok()) connection.Show(response, ProposedFundMoveText(*fund, response.proposal_id()));
    return status;
  });
}

}  // namespace

void AddTreasury(CLI::App& app, Connection& connection) {
  auto* treasury = app.add_subcommand("treasury", "Trust accounts, what banks report, the case fund");
  treasury->require_subcommand(1);
  AddTrustAccount(*treasury, connection);
  AddBankProfile(*treasury, connection);
  AddReport(*treasury, connection);
  AddFund(*treasury, connection);
  AddFundMoves(*treasury, connection);
}

}  // namespace klaim::tools
