#include "services/registry/reference_register_service.h"

#include <algorithm>
#include <boost/asio/post.hpp>

#include "engine/base/return_if_error.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/registry/reference_register.h"
#include "engine/domain/work/job.h"
#include "engine/sequencer/folded.h"
#include "klaim/v1/event_record.pb.h"
#include "projections/registry/reference_registers_query.h"
#include "services/boundary/told_fields.h"

namespace klaim::services {

using sequencer::Outcome;

ReferenceRegisterService::ReferenceRegisterService(CallPipeline& calls) : calls_(calls) {
  Serve(&ReferenceRegisterService::AddRegisterLines, &ReferenceRegisterService::PublishReferenceRegister,
        &ReferenceRegisterService::WithdrawReferenceRegister,
        &ReferenceRegisterService::ListReferenceRegisters, &ReferenceRegisterService::StartRegisterMatching,
        &ReferenceRegisterService::GetRegisterChecks);
}

grpc::ServerUnaryReactor* ReferenceRegisterService::PublishReferenceRegister(
    grpc::CallbackServerContext* context, const v1::PublishReferenceRegisterRequest* request,
    v1::PublishReferenceRegisterResponse* response) {
  return calls_.WriteCompleted(
      context, request, response,
      [this](const Caller&, v1::PublishReferenceRegisterRequest& owned) { return GiveKey(owned); },
      [](const Outcome& outcome, const auto&, auto& answer) {
        answer.set_reference_register_id(outcome.first_sequence);
      });
}

absl::Status ReferenceRegisterService::GiveKey(v1::PublishReferenceRegisterRequest& request) const {
  if (request.register_().key_id() != 0)
    return domain::InvalidField("register.key_id", v1::REASON_MUST_BE_LEFT_OUT_IT_IS_MADE_HERE);
  RETURN_IF_ERROR(calls_.docket().RequireLead());
  auto key = calls_.docket().vault->NewKeyOf(privacy::kRegistersKey);
  if (key.ok()) request.mutable_register_()->set_key_id(key->key_id);
  return key.status();
}

grpc::ServerUnaryReactor* ReferenceRegisterService::WithdrawReferenceRegister(
    grpc::CallbackServerContext* context, const v1::WithdrawReferenceRegisterRequest* request,
    v1::WithdrawReferenceRegisterResponse* response) {
  return calls_.WriteThen(
      context, request, response,
      [this](const Principal&, const Outcome& outcome, grpc::ServerUnaryReactor* reactor) {
        // The event stands; the key is destroyed now, and would be at the next start if this were cut off.
        boost::asio::post(
            worker_, [this, reactor, key_id = outcome.last->reference_register_withdrawn().key_id()] {
              reactor->Finish(ToWire(calls_.docket().vault->Erase({key_id}, privacy::kRegistersKey)));
            });
      });
}

grpc::ServerUnaryReactor* ReferenceRegisterService::ListReferenceRegisters(
    grpc::CallbackServerContext* context, const v1::ListReferenceRegistersRequest* request,
    v1::ListReferenceRegistersResponse* response) {
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](const Caller& caller) {
                       return calls_.AnswerPage(caller, *request, *response,
                                                calls_.ModelsFor(caller).reference_registers().All(),
                                                [&](v1::ReferenceRegister row) -> absl::StatusOr<bool> {
                                                  *response->add_registers() = std::move(row);
                                                  return true;
                                                });
                     });
}

grpc::ServerUnaryReactor* ReferenceRegisterService::StartRegisterMatching(
    grpc::CallbackServerContext* context, const v1::StartRegisterMatchingRequest* request,
    v1::StartRegisterMatchingResponse* response) {
  return calls_.Write(context, request, response, [](const Outcome& outcome, const auto&, auto& answer) {
    answer.set_job_id(outcome.first_sequence);
  });
}

absl::Status ReferenceRegisterService::FillLines(Caller& caller, uint64_t claimant_id,
                                                 v1::RegisterCheck& check) {
  // Nobody learns of another's line: only those that are the claimant's beyond doubt are shown.
  if (check.checked().facts().empty()) return absl::OkStatus();
  const projections::ReferenceRegistersQuery registers = calls_.ModelsFor(caller).reference_registers();
  v1::EventRecord event;
  for (uint32_t number : check.checked().line_numbers()) {
    ASSIGN_OR_RETURN(auto found, registers.EventOfLine(check.checked().reference_register_id(), number));
    const uint64_t sequence = found;
    if (sequence == 0) continue;
    if (event.sequence() != sequence) {
      RETURN_IF_ERROR(log::ReadRecord(calls_.LogFor(caller), sequence, event));
    }
    for (const v1::RegisterLine& line : event.register_lines_added().lines()) {
      if (line.number() == number) *check.add_lines() = line;
    }
  }
  return calls_.OpenPersonalData(caller, claimant_id, check, privacy::kRegistersKey);
}

absl::Status ReferenceRegisterService::AnswerChecks(Caller& caller, uint64_t claim_id,
                                                    v1::GetRegisterChecksResponse& response) {
  ASSIGN_OR_RETURN(auto claim,
                   sequencer::Folded<domain::ClaimState>(calls_.LogFor(caller), "claim_id", claim_id));
  std::reverse(claim.register_checks.begin(), claim.register_checks.end());
  for (const v1::ClaimRegisterChecked& checked : claim.register_checks) {
    ASSIGN_OR_RETURN(auto reference,
                     sequencer::Folded<domain::ReferenceRegisterState>(
                         calls_.LogFor(caller), "reference_register_id", checked.reference_register_id()));
    v1::RegisterCheck& check = *response.add_checks();
    *check.mutable_checked() = checked;
    check.set_register_code(reference.published.code());
    if (reference.withdrawn) continue;
    RETURN_IF_ERROR(FillLines(caller, claim.claimant_id, check));
  }
  KeepTold(calls_.scope(), caller, response);
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* ReferenceRegisterService::GetRegisterChecks(
    grpc::CallbackServerContext* context, const v1::GetRegisterChecksRequest* request,
    v1::GetRegisterChecksResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](Caller& caller) {
    return AnswerChecks(caller, request->claim_id(), *response);
  });
}

}  // namespace klaim::services
