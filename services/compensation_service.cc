#include "services/compensation_service.h"

#include "engine/domain/refusal.h"
#include "klaim/v1/read_models.pb.h"
#include "projections/compensation.h"
#include "services/folded.h"

namespace klaim::services {
namespace {

using projections::Key;
using sequencer::Outcome;

void FillSettlement(const domain::SettlementState& state, v1::Settlement& row) {
  row.set_settlement_id(state.id);
  *row.mutable_recorded() = state.recorded;
  row.mutable_received_minor()->Assign(state.received_minor.begin(), state.received_minor.end());
  row.set_allocated_minor(state.allocated_minor);
  row.set_open_allocation_id(state.open_allocation_id);
}

}  // namespace

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
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* CompensationService::RejectPaymentBatch(
    grpc::CallbackServerContext* context, const v1::RejectPaymentBatchRequest* request,
    v1::RejectPaymentBatchResponse* response) {
  return calls_.Write(context, request, response);
}

grpc::ServerUnaryReactor* CompensationService::SendPaymentBatch(grpc::CallbackServerContext* context,
                                                                const v1::SendPaymentBatchRequest* request,
                                                                v1::SendPaymentBatchResponse* response) {
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

grpc::ServerUnaryReactor* CompensationService::GetClaimCompensation(
    grpc::CallbackServerContext* context, const v1::GetClaimCompensationRequest* request,
    v1::GetClaimCompensationResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(), [this, request, response](const Caller& caller) {
        auto row = calls_.ViewFor(caller, "compensation").Get(Key('c').Number(request->claim_id()));
        if (!row.ok()) return row.status();
        v1::ClaimMoneyRow claim;
        if (!row->has_value() || !claim.ParseFromString(**row)) {
          return absl::UnavailableError(
              "claim_id: the claim was filed just now: ask with at_least_sequence of its receipt");
        }
        *response->mutable_figures() = projections::FiguresOf(claim);
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* CompensationService::GetCompensation(grpc::CallbackServerContext* context,
                                                               const v1::GetCompensationRequest* request,
                                                               v1::GetCompensationResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(), [this, request, response](const Caller& caller) {
        if (!v1::CompensationSubject_IsValid(request->subject()) || request->subject() == 0) {
          return domain::InvalidField("subject", "must be a settlement, group, respondent or programme");
        }
        const std::string prefix = projections::FiguresKey(request->subject(), request->subject_id(), "");
        return calls_.ViewFor(caller, "compensation")
            .Scan(prefix, prefix, [&](absl::string_view, absl::string_view value) {
              response->add_figures()->ParseFromArray(value.data(), static_cast<int>(value.size()));
              return true;
            });
      });
}

grpc::ServerUnaryReactor* CompensationService::ListSettlements(grpc::CallbackServerContext* context,
                                                               const v1::ListSettlementsRequest* request,
                                                               v1::ListSettlementsResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](const Caller& caller) -> absl::Status {
                       const std::string prefix = Key('s');
                       auto page = PageOf(request->page(), prefix);
                       if (!page.ok()) return page.status();
                       std::string last;
                       absl::Status status;
                       absl::Status scanned =
                           calls_.ViewFor(caller, "compensation")
                               .Scan(prefix, page->from, [&](absl::string_view key, absl::string_view) {
                                 if (static_cast<uint32_t>(response->settlements_size()) == page->size) {
                                   response->mutable_page()->set_next_cursor(CursorAfter(last));
                                   return false;
                                 }
                                 last = std::string(key);
                                 auto state = Folded<domain::SettlementState>(
                                     calls_.LogFor(caller), "settlement_id", projections::NumberAt(key, 1));
                                 status = state.status();
                                 if (state.ok()) FillSettlement(*state, *response->add_settlements());
                                 return status.ok();
                               });
                       return scanned.ok() ? status : scanned;
                     });
}

grpc::ServerUnaryReactor* CompensationService::GetPaymentBatch(grpc::CallbackServerContext* context,
                                                               const v1::GetPaymentBatchRequest* request,
                                                               v1::GetPaymentBatchResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](const Caller& caller) {
    auto batch = Folded<domain::PaymentBatchState>(calls_.LogFor(caller), "payment_batch_id",
                                                   request->payment_batch_id());
    if (!batch.ok()) return batch.status();
    response->set_status(batch->status);
    response->set_settlement_id(batch->proposed.settlement_id());
    response->set_currency(batch->proposed.currency());
    response->set_total_minor(batch->proposed.total_minor());
    for (int i = 0; i < batch->proposed.payments_size(); ++i) {
      auto* payment = response->add_payments();
      *payment->mutable_payment() = batch->proposed.payments(i);
      payment->set_status(batch->payments[static_cast<size_t>(i)]);
    }
    return absl::OkStatus();
  });
}

grpc::ServerUnaryReactor* CompensationService::GetStatistics(grpc::CallbackServerContext* context,
                                                             const v1::GetStatisticsRequest* request,
                                                             v1::GetStatisticsResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(), [this, response](const Caller& caller) {
    return FillStatistics(calls_.ViewFor(caller, "statistics"), *response);
  });
}

absl::Status FillStatistics(const projections::View& statistics, v1::GetStatisticsResponse& response) {
  auto totals = statistics.Get(Key('t'));
  if (!totals.ok()) return totals.status();
  const std::string row = totals->value_or("");
  response.set_claimants(projections::NumberAt(row, 1));
  response.set_cases(projections::NumberAt(row, 9));
  response.set_claims(projections::NumberAt(row, 17));
  response.set_events(projections::NumberAt(row, 25));
  const std::string prefix = Key('n');
  return statistics.Scan(prefix, prefix, [&](absl::string_view key, absl::string_view value) {
    if (projections::NumberAt(value, 1) == 0) return true;
    auto* count = response.add_counts();
    count->set_programme_id(projections::NumberAt(key, 1));
    count->set_status(static_cast<uint32_t>(projections::NumberAt(key, 9)));
    count->set_claims(projections::NumberAt(value, 1));
    return true;
  });
}

}  // namespace klaim::services
