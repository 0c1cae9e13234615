#include "services/treasury_service.h"

#include "absl/strings/str_cat.h"
#include "engine/merkle/hash.h"
#include "projections/ledger.h"
#include "projections/sums.h"
#include "services/bank_report.h"
#include "services/batch_file.h"
#include "services/folded.h"
#include "services/limits.h"
#include "services/write_reactors.h"

namespace klaim::services {
namespace {

using projections::Key;
using projections::NumberAt;
using sequencer::Outcome;

constexpr size_t kFilePartBytes = 256 * 1024;

// Hands out bytes that are there, once it is recorded whose data they hold.
class FileWriter final : public PartWriter<v1::GetPaymentFileResponse> {
 public:
  FileWriter(Calls& calls, grpc::CallbackServerContext& context, const Caller& caller, std::string file)
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

  Calls& calls_;
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
    return domain::InvalidField("report", "must be left out: it is read from the document");
  auto account =
      Folded<domain::TrustAccountState>(*calls_.docket().log, "trust_account_id", request.trust_account_id());
  if (!account.ok()) return account.status();
  auto report = ReadBankReport(request.document(),
                               {account->opened.number(), account->opened.currency(), account->reports});
  if (!report.ok()) return report.status();
  *request.mutable_report() = *std::move(report);
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
  auto caller = calls_.Authorise(*context, *request);
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
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](Caller& caller) -> absl::Status {
                       const std::string prefix = Key('f');
                       auto page = calls_.PageOf(caller, *request, prefix);
                       if (!page.ok()) return page.status();
                       absl::Status status;
                       absl::Status scanned =
                           calls_.ViewFor(caller, "ledger")
                               .Scan(prefix, page->from, [&](absl::string_view key, absl::string_view) {
                                 if (static_cast<uint32_t>(response->case_funds_size()) == page->size) {
                                   response->mutable_page()->set_next_cursor(page->CursorAt(key));
                                   return false;
                                 }
                                 auto fund = Folded<domain::CaseFundState>(calls_.LogFor(caller),
                                                                           "case_fund_id", NumberAt(key, 1));
                                 status = fund.status();
                                 if (fund.ok()) FillFund(*fund, *response->add_case_funds());
                                 return status.ok();
                               });
                       return scanned.ok() ? status : scanned;
                     });
}

grpc::ServerUnaryReactor* TreasuryService::ListLedger(grpc::CallbackServerContext* context,
                                                      const v1::ListLedgerRequest* request,
                                                      v1::ListLedgerResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(), [this, request, response](Caller& caller) {
        const std::string prefix = Key('e');
        auto page = calls_.PageOf(caller, *request, prefix);
        if (!page.ok()) return page.status();
        const projections::View ledger = calls_.ViewFor(caller, "ledger");
        absl::Status parsed;
        absl::Status scanned =
            ledger.Scan(prefix, page->from, [&](absl::string_view key, absl::string_view value) {
              if (static_cast<uint32_t>(response->entries_size()) == page->size) {
                response->mutable_page()->set_next_cursor(page->CursorAt(key));
                return false;
              }
              parsed = ledger.Parse(key, value, *response->add_entries());
              return parsed.ok();
            });
        return scanned.ok() ? parsed : scanned;
      });
}

grpc::ServerUnaryReactor* TreasuryService::ListLedgerAccounts(grpc::CallbackServerContext* context,
                                                              const v1::ListLedgerAccountsRequest* request,
                                                              v1::ListLedgerAccountsResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(), [this, response](Caller& caller) {
    const std::string prefix = Key('a');
    return calls_.ViewFor(caller, "ledger")
        .Scan(prefix, prefix, [&](absl::string_view key, absl::string_view value) {
          const size_t end = key.find('\0');
          v1::LedgerAccount& account = *response->add_accounts();
          account.set_account(std::string(key.substr(1, end - 1)));
          account.set_currency(std::string(key.substr(end + 1)));
          bool too_large = false;
          account.set_balance_minor(projections::Told(projections::LedgerBalance(value), too_large));
          account.set_too_large(too_large);
          return true;
        });
  });
}

}  // namespace klaim::services
