#include "services/money/compensation_service.h"

#include <algorithm>

#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/credit.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/debtors.h"
#include "engine/domain/money/overpayment.h"
#include "engine/domain/money/payment_batch.h"
#include "engine/domain/money/settlement.h"
#include "engine/domain/people/heir.h"
#include "engine/sequencer/folded.h"
#include "klaim/v1/event_record.pb.h"
#include "klaim/v1/read_models.pb.h"
#include "projections/claims/claims_query.h"
#include "projections/money/compensation.h"
#include "projections/money/compensation_query.h"
#include "projections/money/ledger_query.h"
#include "services/money/allocation_preview.h"
#include "services/money/batch_file.h"

namespace klaim::services {
namespace {

using sequencer::Outcome;

void FillSettlement(const domain::SettlementState& state, int64_t today, v1::Settlement& row) {
  row.set_settlement_id(state.id);
  *row.mutable_recorded() = state.recorded;
  row.mutable_received_minor()->Assign(state.received_minor.begin(), state.received_minor.end());
  row.set_allocated_minor(state.allocated_minor);
  row.set_open_allocation_id(state.open_allocation_id);
  row.set_costs_minor(state.costs_minor);
  row.set_costs_paid_minor(state.costs_paid_minor);
  row.set_excess_minor(state.excess_minor);
  for (size_t i = 0; i < state.received_minor.size(); ++i) row.add_due_minor(state.DueMinor(i));
  for (v1::SettlementPayer& payer : domain::PayersOf(state)) *row.add_payers() = std::move(payer);
  row.set_in_trust_minor(state.InTrust());
  row.set_reserve_minor(state.reserve_minor);
  const domain::Lateness late = state.LatenessOn(today);
  row.set_overdue_minor(late.overdue_minor);
  row.set_late_interest_minor(late.interest_minor);
  row.set_late_interest_received_minor(state.interest_received_minor);
  row.set_in_default(late.in_default);
  for (const auto& [proposal_id, open] : state.open_moves) {
    v1::OpenSettlementMove& move = *row.add_open_moves();
    move.set_proposal_id(proposal_id);
    *move.mutable_proposed() = open.proposed;
    move.set_proposed_by(open.proposer);
  }
}

void FillCredits(const domain::ClaimState& claim, v1::GetClaimCompensationResponse& response) {
  for (const domain::ClaimCredit& credit : claim.credits) {
    v1::Credit& row = *response.add_credits();
    row.set_credit_id(credit.id);
    *row.mutable_credited() = credit.credited;
    row.set_recorded_at_micros(credit.recorded_at_micros);
    row.set_recorded_by(credit.recorder);
    row.set_reversal_proposed_by(credit.reversal_proposer);
  }
}

void FillWhatWaits(const domain::ClaimState& claim, v1::GetClaimCompensationResponse& response) {
  for (const domain::ClaimHold& hold : claim.holds) {
    v1::Hold& row = *response.add_holds();
    row.set_hold_id(hold.id);
    *row.mutable_held() = hold.held;
    row.set_held_by(hold.holder);
  }
  for (const auto& [proposal_id, open] : claim.open_moves) {
    v1::ClaimMove& move = *response.add_moves();
    move.set_proposal_id(proposal_id);
    *move.mutable_proposed() = open.proposed;
    move.set_proposed_by(open.proposer);
  }
  response.set_open_appeal_id(claim.open_appeal_id);
}

void FillPayment(const domain::PaymentBatchState& batch, const v1::Payment& payment, v1::PaymentState& row) {
  *row.mutable_payment() = payment;
  row.set_status(batch.payments[payment.number() - 1]);
  const auto hold = batch.holds.find(payment.number());
  if (hold == batch.holds.end()) return;
  row.set_held_by(hold->second.holder);
  row.set_held_because(hold->second.reason);
}

}  // namespace

CompensationService::CompensationService(CallPipeline& calls) : calls_(calls) {
  Serve(&CompensationService::RecordSettlement, &CompensationService::RecordInstalment,
        &CompensationService::ProposeAllocation, &CompensationService::ApproveAllocation,
        &CompensationService::RejectAllocation, &CompensationService::ProposePaymentBatch,
        &CompensationService::ApprovePaymentBatch, &CompensationService::RejectPaymentBatch,
        &CompensationService::SendPaymentBatch, &CompensationService::PreviewAllocation,
        &CompensationService::ListAllocationShares, &CompensationService::LapseAllocations,
        &CompensationService::ReverseReceipt, &CompensationService::PayTrustCost,
        &CompensationService::ReturnExcess, &CompensationService::ReleaseHeldMoney,
        &CompensationService::ApproveSettlementMove, &CompensationService::RejectSettlementMove,
        &CompensationService::HoldPayment, &CompensationService::ReleasePayment,
        &CompensationService::NameHeir, &CompensationService::AttributeReceipt,
        &CompensationService::ReleaseRespondent, &CompensationService::RecordCredit,
        &CompensationService::ReverseCredit, &CompensationService::RecordRepayment,
        &CompensationService::ReverseRepayment, &CompensationService::ForgiveOverpayment,
        &CompensationService::ConfirmHeir, &CompensationService::RefuseHeir,
        &CompensationService::ConfirmPayments, &CompensationService::ReturnPayment,
        &CompensationService::GetClaimCompensation, &CompensationService::GetCompensation,
        &CompensationService::ListSettlements, &CompensationService::GetPaymentBatch,
        &CompensationService::ListPaymentBatches, &CompensationService::GetStatistics);
}

grpc::ServerUnaryReactor* CompensationService::RecordSettlement(grpc::CallbackServerContext* context,
                                                                const v1::RecordSettlementRequest* request,
                                                                v1::RecordSettlementResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_settlement_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* CompensationService::ProposeAllocation(grpc::CallbackServerContext* context,
                                                                 const v1::ProposeAllocationRequest* request,
                                                                 v1::ProposeAllocationResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_allocation_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* CompensationService::ProposePaymentBatch(
    grpc::CallbackServerContext* context, const v1::ProposePaymentBatchRequest* request,
    v1::ProposePaymentBatchResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_payment_batch_id(outcome.first_sequence);
    answer.set_payments(static_cast<uint32_t>(outcome.first->payment_batch_proposed().payments_size()));
  });
}

grpc::ServerUnaryReactor* CompensationService::RecordInstalment(grpc::CallbackServerContext* context,
                                                                const v1::RecordInstalmentRequest* request,
                                                                v1::RecordInstalmentResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* CompensationService::ApproveAllocation(grpc::CallbackServerContext* context,
                                                                 const v1::ApproveAllocationRequest* request,
                                                                 v1::ApproveAllocationResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* CompensationService::RejectAllocation(grpc::CallbackServerContext* context,
                                                                const v1::RejectAllocationRequest* request,
                                                                v1::RejectAllocationResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* CompensationService::ApprovePaymentBatch(
    grpc::CallbackServerContext* context, const v1::ApprovePaymentBatchRequest* request,
    v1::ApprovePaymentBatchResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    *answer.mutable_left_out() = outcome.first->payment_batch_approved().left_out();
  });
}

grpc::ServerUnaryReactor* CompensationService::RejectPaymentBatch(
    grpc::CallbackServerContext* context, const v1::RejectPaymentBatchRequest* request,
    v1::RejectPaymentBatchResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* CompensationService::SendPaymentBatch(grpc::CallbackServerContext* context,
                                                                const v1::SendPaymentBatchRequest* request,
                                                                v1::SendPaymentBatchResponse* response) {
  return calls_.WriteCompleted(
      context, request, response, [this](const Caller&, auto& owned) { return FillFile(calls_, owned); },
      [](const Outcome& outcome, const auto&, auto& answer) {
        const v1::PaymentBatchSent& sent = outcome.first->payment_batch_sent();
        *answer.mutable_left_out() = sent.left_out();
        if (sent.has_execution_on()) *answer.mutable_execution_on() = sent.execution_on();
      });
}

grpc::ServerUnaryReactor* CompensationService::PreviewAllocation(grpc::CallbackServerContext* context,
                                                                 const v1::PreviewAllocationRequest* request,
                                                                 v1::PreviewAllocationResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](Caller& caller) {
    return services::PreviewAllocation(calls_.LogFor(caller), *request, *response);
  });
}

grpc::ServerUnaryReactor* CompensationService::ListAllocationShares(
    grpc::CallbackServerContext* context, const v1::ListAllocationSharesRequest* request,
    v1::ListAllocationSharesResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](Caller& caller) {
    return AnswerShares(caller, *request, *response);
  });
}

absl::Status CompensationService::AnswerShares(const Caller& caller,
                                               const v1::ListAllocationSharesRequest& request,
                                               v1::ListAllocationSharesResponse& response) {
  ASSIGN_OR_RETURN(auto page, calls_.PageOf(caller, request, ""));
  ASSIGN_OR_RETURN(auto from, page.Number());
  const log::LogReader& log = calls_.LogFor(caller);
  v1::EventRecord event;
  absl::Status read = log::ReadRecord(log, request.allocation_id(), event);
  if (!read.ok() && !absl::IsNotFound(read)) return read;
  if (!read.ok() || !event.has_allocation_proposed() || event.stream() != request.settlement_id()) {
    return domain::UnknownId("allocation_id", "allocation", request.allocation_id());
  }
  ASSIGN_OR_RETURN(auto settlement,
                   sequencer::Folded<domain::SettlementState>(log, "settlement_id", request.settlement_id()));
  const v1::AllocationProposed& allocation = event.allocation_proposed();
  *response.mutable_summary() = SummaryOf(allocation);
  if (allocation.has_plan()) *response.mutable_plan() = allocation.plan();
  const auto shares = static_cast<uint64_t>(allocation.shares_size());
  int at = static_cast<int>(std::min(from, shares));
  while (at < allocation.shares_size() && response.shares_size() < static_cast<int>(page.size)) {
    *response.add_shares() = ExplainAt(allocation, settlement.recorded.amount().currency(), at, at);
  }
  if (at < allocation.shares_size()) {
    response.mutable_page()->set_next_cursor(page.CursorAtNumber(static_cast<uint64_t>(at)));
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* CompensationService::LapseAllocations(grpc::CallbackServerContext* context,
                                                                const v1::LapseAllocationsRequest* request,
                                                                v1::LapseAllocationsResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_proposal_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* CompensationService::ReturnExcess(grpc::CallbackServerContext* context,
                                                            const v1::ReturnExcessRequest* request,
                                                            v1::ReturnExcessResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_proposal_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* CompensationService::ReverseReceipt(grpc::CallbackServerContext* context,
                                                              const v1::ReverseReceiptRequest* request,
                                                              v1::ReverseReceiptResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_proposal_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* CompensationService::PayTrustCost(grpc::CallbackServerContext* context,
                                                            const v1::PayTrustCostRequest* request,
                                                            v1::PayTrustCostResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_proposal_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* CompensationService::ReleaseHeldMoney(grpc::CallbackServerContext* context,
                                                                const v1::ReleaseHeldMoneyRequest* request,
                                                                v1::ReleaseHeldMoneyResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_proposal_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* CompensationService::ApproveSettlementMove(
    grpc::CallbackServerContext* context, const v1::ApproveSettlementMoveRequest* request,
    v1::ApproveSettlementMoveResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* CompensationService::RejectSettlementMove(
    grpc::CallbackServerContext* context, const v1::RejectSettlementMoveRequest* request,
    v1::RejectSettlementMoveResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* CompensationService::HoldPayment(grpc::CallbackServerContext* context,
                                                           const v1::HoldPaymentRequest* request,
                                                           v1::HoldPaymentResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* CompensationService::ReleasePayment(grpc::CallbackServerContext* context,
                                                              const v1::ReleasePaymentRequest* request,
                                                              v1::ReleasePaymentResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* CompensationService::NameHeir(grpc::CallbackServerContext* context,
                                                        const v1::NameHeirRequest* request,
                                                        v1::NameHeirResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_proposal_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* CompensationService::ConfirmHeir(grpc::CallbackServerContext* context,
                                                           const v1::ConfirmHeirRequest* request,
                                                           v1::ConfirmHeirResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* CompensationService::RefuseHeir(grpc::CallbackServerContext* context,
                                                          const v1::RefuseHeirRequest* request,
                                                          v1::RefuseHeirResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* CompensationService::ConfirmPayments(grpc::CallbackServerContext* context,
                                                               const v1::ConfirmPaymentsRequest* request,
                                                               v1::ConfirmPaymentsResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* CompensationService::ReturnPayment(grpc::CallbackServerContext* context,
                                                             const v1::ReturnPaymentRequest* request,
                                                             v1::ReturnPaymentResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* CompensationService::AttributeReceipt(grpc::CallbackServerContext* context,
                                                                const v1::AttributeReceiptRequest* request,
                                                                v1::AttributeReceiptResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* CompensationService::ReleaseRespondent(grpc::CallbackServerContext* context,
                                                                 const v1::ReleaseRespondentRequest* request,
                                                                 v1::ReleaseRespondentResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_proposal_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* CompensationService::RecordCredit(grpc::CallbackServerContext* context,
                                                            const v1::RecordCreditRequest* request,
                                                            v1::RecordCreditResponse* response) {
  return calls_.Write(context, request, response,
                      [](const sequencer::Outcome& outcome, const auto&, auto& answer) {
                        answer.set_credit_id(outcome.first_sequence);
                      });
}

grpc::ServerUnaryReactor* CompensationService::ReverseCredit(grpc::CallbackServerContext* context,
                                                             const v1::ReverseCreditRequest* request,
                                                             v1::ReverseCreditResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_waits_for_another(outcome.first->has_claim_credit_reversal_proposed());
  });
}

grpc::ServerUnaryReactor* CompensationService::RecordRepayment(grpc::CallbackServerContext* context,
                                                               const v1::RecordRepaymentRequest* request,
                                                               v1::RecordRepaymentResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    *answer.mutable_parts() = outcome.first->claim_repaid().parts();
  });
}

grpc::ServerUnaryReactor* CompensationService::ReverseRepayment(grpc::CallbackServerContext* context,
                                                                const v1::ReverseRepaymentRequest* request,
                                                                v1::ReverseRepaymentResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_proposal_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* CompensationService::ForgiveOverpayment(
    grpc::CallbackServerContext* context, const v1::ForgiveOverpaymentRequest* request,
    v1::ForgiveOverpaymentResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_proposal_id(outcome.first_sequence);
  });
}

grpc::ServerUnaryReactor* CompensationService::GetClaimCompensation(
    grpc::CallbackServerContext* context, const v1::GetClaimCompensationRequest* request,
    v1::GetClaimCompensationResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(), [this, request, response](const Caller& caller) {
        ASSIGN_OR_RETURN(auto figures, calls_.ModelsFor(caller).compensation().Claim(request->claim_id()));
        ASSIGN_OR_RETURN(auto claim, sequencer::Folded<domain::ClaimState>(calls_.LogFor(caller), "claim_id",
                                                                           request->claim_id()));
        if (!figures.has_value()) {
          return domain::Refuse(absl::StatusCode::kUnavailable, "claim_id",
                                v1::REASON_CLAIM_WAS_FILED_JUST_NOW, {});
        }
        *response->mutable_figures() = *std::move(figures);
        // Documents and payers are the national body's, as the losses are.
        if (caller.national()) {
          FillCredits(claim, *response);
          FillWhatWaits(claim, *response);
        }
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* CompensationService::GetCompensation(grpc::CallbackServerContext* context,
                                                               const v1::GetCompensationRequest* request,
                                                               v1::GetCompensationResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(), [this, request, response](const Caller& caller) {
        if (!v1::CompensationSubject_IsValid(request->subject()) || request->subject() == 0) {
          return domain::InvalidField("subject", v1::REASON_MUST_BE_SETTLEMENT_GROUP_RESPONDENT_OR_PROGRAMME);
        }
        return calls_.ModelsFor(caller)
            .compensation()
            .Figures(request->subject(), request->subject_id())
            .ForEach([&](const v1::CompensationFigures& figures) {
              *response->add_figures() = figures;
              return absl::OkStatus();
            });
      });
}

grpc::ServerUnaryReactor* CompensationService::ListSettlements(grpc::CallbackServerContext* context,
                                                               const v1::ListSettlementsRequest* request,
                                                               v1::ListSettlementsResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(), [this, request, response](const Caller& caller) {
        const int64_t today = domain::DayOf(calls_.authenticator().now_micros());
        return calls_.AnswerPage(
            caller, *request, *response, calls_.ModelsFor(caller).compensation().Settlements(),
            [&](uint64_t settlement_id) -> absl::StatusOr<bool> {
              ASSIGN_OR_RETURN(auto state, sequencer::Folded<domain::SettlementState>(
                                               calls_.LogFor(caller), "settlement_id", settlement_id));
              FillSettlement(state, today, *response->add_settlements());
              return true;
            });
      });
}

grpc::ServerUnaryReactor* CompensationService::GetPaymentBatch(grpc::CallbackServerContext* context,
                                                               const v1::GetPaymentBatchRequest* request,
                                                               v1::GetPaymentBatchResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](const Caller& caller) {
    ASSIGN_OR_RETURN(auto batch, sequencer::Folded<domain::PaymentBatchState>(
                                     calls_.LogFor(caller), "payment_batch_id", request->payment_batch_id()));
    response->set_status(batch.status);
    response->set_settlement_id(batch.proposed.settlement_id());
    response->set_currency(batch.proposed.currency());
    response->set_total_minor(batch.proposed.total_minor());
    for (const v1::Payment& payment : batch.proposed.payments()) {
      FillPayment(batch, payment, *response->add_payments());
      if (!batch.holds.contains(payment.number())) continue;
      response->set_held_minor(response->held_minor() + payment.amount_minor());
    }
    return absl::OkStatus();
  });
}

absl::Status CompensationService::FillBatch(const Caller& caller, uint64_t batch_id,
                                            v1::ListedPaymentBatch& row) const {
  ASSIGN_OR_RETURN(auto batch,
                   sequencer::Folded<domain::PaymentBatchState>(calls_.LogFor(caller), "payment_batch_id",
                                                                batch_id, [&](const v1::EventRecord& event) {
                                                                  if (event.has_payment_batch_proposed())
                                                                    row.set_proposed_by(event.actor());
                                                                }));
  row.set_payment_batch_id(batch_id);
  row.set_settlement_id(batch.proposed.settlement_id());
  row.set_status(batch.status);
  row.set_currency(batch.proposed.currency());
  row.set_total_minor(batch.proposed.total_minor());
  row.set_payments(static_cast<uint32_t>(batch.proposed.payments_size()));
  for (const v1::PaymentStatus status : batch.payments) {
    if (status == v1::PAYMENT_STATUS_CONFIRMED) row.set_confirmed(row.confirmed() + 1);
    if (status == v1::PAYMENT_STATUS_RETURNED) row.set_returned(row.returned() + 1);
    if (status == v1::PAYMENT_STATUS_HELD || status == v1::PAYMENT_STATUS_LEFT_OUT)
      row.set_held(row.held() + 1);
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* CompensationService::ListPaymentBatches(
    grpc::CallbackServerContext* context, const v1::ListPaymentBatchesRequest* request,
    v1::ListPaymentBatchesResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(), [this, request, response](const Caller& caller) {
        return calls_.AnswerPage(caller, *request, *response,
                                 calls_.ModelsFor(caller).ledger().PaymentBatches(),
                                 [&](uint64_t batch_id) -> absl::StatusOr<bool> {
                                   RETURN_IF_ERROR(FillBatch(caller, batch_id, *response->add_batches()));
                                   return true;
                                 });
      });
}

grpc::ServerUnaryReactor* CompensationService::GetStatistics(grpc::CallbackServerContext* context,
                                                             const v1::GetStatisticsRequest* request,
                                                             v1::GetStatisticsResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(), [this, response](const Caller& caller) {
    return calls_.ModelsFor(caller).claims().FillStatistics(*response);
  });
}

}  // namespace klaim::services
