#include "services/money/treasury_service.h"

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/money/case_fund.h"
#include "engine/domain/money/trust_account.h"
#include "engine/merkle/hash.h"
#include "engine/sequencer/folded.h"
#include "klaim/v1/event_record.pb.h"
#include "projections/core/sums.h"
#include "projections/money/ledger.h"
#include "projections/money/ledger_query.h"
#include "services/boundary/write_reactors.h"
#include "services/common/limits.h"
#include "services/money/bank_report.h"
#include "services/money/batch_file.h"

namespace klaim::services {
namespace {

using sequencer::Outcome;

constexpr size_t kFilePartBytes = 256 * 1024;

// Hands out bytes that are there, once it is recorded whose data they hold.
class FileWriter final : public PartWriter<v1::GetPaymentFileResponse> {
 public:
  FileWriter(CallPipeline& calls, grpc::CallbackServerContext& context, const Caller& caller,
             std::string file)
      : PartWriter(calls.turns(), caller.actor, calls.timers(), context),
        calls_(calls),
        context_(context),
        file_(std::move(file)) {
    calls.FinishViewing(caller, absl::OkStatus(), [this](absl::Status recorded) {
      if (!recorded.ok()) return Finish(ToWire(recorded));
      GoOn();
    });
  }

 private:
  absl::Status StillAllowed() override {
    return calls_.StillAllowed(context_, v1::GetPaymentFileRequest::default_instance());
  }

  absl::StatusOr<More> Next(v1::GetPaymentFileResponse& part) override {
    if (at_ == file_.size()) return More::kNone;
    part.set_data(file_.substr(at_, kFilePartBytes));
    at_ += part.data().size();
    return More::kPart;
  }

  CallPipeline& calls_;
  grpc::CallbackServerContext& context_;
  const std::string file_;
  size_t at_ = 0;
};

void FillFund(const domain::CaseFundState& state, v1::CaseFund& row) {
  row.set_case_fund_id(state.id);
  *row.mutable_opened() = state.opened;
  row.set_social_minor(state.social_minor);
  row.set_education_minor(state.education_minor);
  for (const auto& [proposal_id, open] : state.open_moves) {
    v1::OpenCaseFundMove& move = *row.add_open_moves();
    move.set_proposal_id(proposal_id);
    *move.mutable_proposed() = open.proposed;
    move.set_proposed_by(open.proposer);
  }
}

}  // namespace

TreasuryService::TreasuryService(CallPipeline& calls) : calls_(calls) {
  Serve(&TreasuryService::OpenTrustAccount, &TreasuryService::SetBankProfile,
        &TreasuryService::PreviewPaymentFile, &TreasuryService::RecordBankReport,
        &TreasuryService::GetPaymentFile, &TreasuryService::OpenCaseFund, &TreasuryService::AccrueCaseFund,
        &TreasuryService::PayCaseCost, &TreasuryService::ApproveCaseFundMove,
        &TreasuryService::RejectCaseFundMove, &TreasuryService::ListCaseFunds, &TreasuryService::ListLedger,
        &TreasuryService::ListLedgerAccounts);
}

grpc::ServerUnaryReactor* TreasuryService::OpenTrustAccount(grpc::CallbackServerContext* context,
                                                            const v1::OpenTrustAccountRequest* request,
                                                            v1::OpenTrustAccountResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_trust_account_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* TreasuryService::SetBankProfile(grpc::CallbackServerContext* context,
                                                          const v1::SetBankProfileRequest* request,
                                                          v1::SetBankProfileResponse* response) {
  return calls_.Write(context, request, response);
}

absl::Status TreasuryService::FillReport(v1::RecordBankReportRequest& request) const {
  if (request.has_report())
    return domain::InvalidField("report", v1::REASON_MUST_BE_LEFT_OUT_IT_IS_READ_FROM_DOCUMENT);
  ASSIGN_OR_RETURN(auto account, sequencer::Folded<domain::TrustAccountState>(
                                     *calls_.docket().log, "trust_account_id", request.trust_account_id()));
  ASSIGN_OR_RETURN(*request.mutable_report(),
                   ReadBankReport(request.document(),
                                  {account.opened.number(), account.opened.currency(), account.reports}));
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* TreasuryService::RecordBankReport(grpc::CallbackServerContext* context,
                                                            const v1::RecordBankReportRequest* request,
                                                            v1::RecordBankReportResponse* response) {
  return calls_.WriteCompleted(
      context, request, response, [this](const Caller&, auto& owned) { return FillReport(owned); },
      [](const Outcome& outcome, const auto&, auto& answer) {
        // The report's own record is the last of the request.
        *answer.mutable_entries() = outcome.last->bank_report_recorded().entries();
        *answer.mutable_notes() = outcome.last->bank_report_recorded().notes();
      });
}

grpc::ServerUnaryReactor* TreasuryService::PreviewPaymentFile(grpc::CallbackServerContext* context,
                                                              const v1::PreviewPaymentFileRequest* request,
                                                              v1::PreviewPaymentFileResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](Caller& caller) {
    return PreviewFile(calls_, caller, *request, *response);
  });
}

grpc::ServerWriteReactor<v1::GetPaymentFileResponse>* TreasuryService::GetPaymentFile(
    grpc::CallbackServerContext* context, const v1::GetPaymentFileRequest* request) {
  auto caller = calls_.AuthoriseNow(*context, *request);
  if (!caller.ok()) return new RefusedWriter<v1::GetPaymentFileResponse>(caller.status());
  auto file = FileOfSentBatch(calls_, *caller, request->payment_batch_id());
  if (!file.ok()) return new RefusedWriter<v1::GetPaymentFileResponse>(file.status());
  return new FileWriter(calls_, *context, *caller, *std::move(file));
}

grpc::ServerUnaryReactor* TreasuryService::OpenCaseFund(grpc::CallbackServerContext* context,
                                                        const v1::OpenCaseFundRequest* request,
                                                        v1::OpenCaseFundResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_case_fund_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* TreasuryService::AccrueCaseFund(grpc::CallbackServerContext* context,
                                                          const v1::AccrueCaseFundRequest* request,
                                                          v1::AccrueCaseFundResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_proposal_id(outcome.first_sequence);
    *answer.mutable_accrued() = outcome.first->case_fund_move_proposed().accrual();
  });
}

grpc::ServerUnaryReactor* TreasuryService::PayCaseCost(grpc::CallbackServerContext* context,
                                                       const v1::PayCaseCostRequest* request,
                                                       v1::PayCaseCostResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_proposal_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* TreasuryService::ApproveCaseFundMove(grpc::CallbackServerContext* context,
                                                               const v1::ApproveCaseFundMoveRequest* request,
                                                               v1::ApproveCaseFundMoveResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* TreasuryService::RejectCaseFundMove(grpc::CallbackServerContext* context,
                                                              const v1::RejectCaseFundMoveRequest* request,
                                                              v1::RejectCaseFundMoveResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* TreasuryService::ListCaseFunds(grpc::CallbackServerContext* context,
                                                         const v1::ListCaseFundsRequest* request,
                                                         v1::ListCaseFundsResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(), [this, request, response](const Caller& caller) {
        return calls_.AnswerPage(caller, *request, *response, calls_.ModelsFor(caller).ledger().CaseFunds(),
                                 [&](uint64_t case_fund_id) -> absl::StatusOr<bool> {
                                   ASSIGN_OR_RETURN(auto fund,
                                                    sequencer::Folded<domain::CaseFundState>(
                                                        calls_.LogFor(caller), "case_fund_id", case_fund_id));
                                   FillFund(fund, *response->add_case_funds());
                                   return true;
                                 });
      });
}

grpc::ServerUnaryReactor* TreasuryService::ListLedger(grpc::CallbackServerContext* context,
                                                      const v1::ListLedgerRequest* request,
                                                      v1::ListLedgerResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(), [this, request, response](const Caller& caller) {
        return calls_.AnswerPage(caller, *request, *response, calls_.ModelsFor(caller).ledger().Entries(),
                                 [&](v1::LedgerEntry entry) -> absl::StatusOr<bool> {
                                   *response->add_entries() = std::move(entry);
                                   return true;
                                 });
      });
}

grpc::ServerUnaryReactor* TreasuryService::ListLedgerAccounts(grpc::CallbackServerContext* context,
                                                              const v1::ListLedgerAccountsRequest* request,
                                                              v1::ListLedgerAccountsResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(), [this, response](const Caller& caller) {
    return calls_.ModelsFor(caller).ledger().Accounts().ForEach([&](const v1::LedgerAccount& account) {
      *response->add_accounts() = account;
      return absl::OkStatus();
    });
  });
}

}  // namespace klaim::services
