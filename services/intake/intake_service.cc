#include "services/intake/intake_service.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/claims/case.h"
#include "engine/domain/claims/claim.h"
#include "engine/domain/claims/credit.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/money/overpayment.h"
#include "engine/domain/people/claimant.h"
#include "engine/record/byte_order.h"
#include "engine/sequencer/folded.h"
#include "klaim/v1/event_record.pb.h"
#include "projections/cases/case_files.h"
#include "projections/cases/cases_query.h"
#include "projections/claims/claims_query.h"
#include "projections/claims/statistics.h"
#include "projections/duplicates/duplicates_query.h"
#include "services/boundary/told_fields.h"
#include "services/common/limits.h"
#include "services/intake/filing_stream.h"

namespace klaim::services {
namespace {

using sequencer::Outcome;

// Refuses a stream at once.
class RefusedStream final : public grpc::ServerBidiReactor<v1::FileClaimsRequest, v1::FileClaimsResponse> {
 public:
  explicit RefusedStream(const absl::Status& status) { Finish(ToWire(status)); }
  void OnDone() override { delete this; }
};

void FillHead(const domain::ClaimHead& head, v1::HeadState& row) {
  row.set_code(head.filed.code());
  row.set_claimed_minor(head.filed.claimed().minor_units());
  row.set_valued_minor(head.valued_minor);
  row.set_determined_minor(head.determined_minor);
  row.set_allocated_minor(head.allocated_minor);
  row.set_ordered_minor(head.ordered_minor);
  row.set_paid_minor(head.paid_minor);
  row.set_credited_minor(head.credited_minor);
  row.set_owed_minor(domain::OwedOf(head));
  row.set_overpaid_minor(domain::OverpaidOf(head));
}

bool Asked(const v1::ListClaimsRequest& request, const projections::ListedClaim& claim) {
  return (request.programme_id() == 0 || claim.programme_id == request.programme_id()) &&
         (request.filed_by_id() == 0 || claim.organisation_id == request.filed_by_id()) &&
         (request.origin().empty() || claim.origin == request.origin() ||
          absl::StartsWith(claim.origin, request.origin() + ".")) &&
         (request.destination().empty() || claim.destination == request.destination()) &&
         (request.month() == 0 || claim.month == request.month());
}

}  // namespace

IntakeService::IntakeService(CallPipeline& calls) : calls_(calls) {
  Serve(&IntakeService::FileClaim, &IntakeService::AddCaseNote, &IntakeService::GiveConsent,
        &IntakeService::WithdrawConsent, &IntakeService::ConfirmPayoutAccount, &IntakeService::CureDeficiency,
        &IntakeService::WithdrawClaim, &IntakeService::GetClaim, &IntakeService::ListClaims,
        &IntakeService::GetCaseFile, &IntakeService::GetClaimant, &IntakeService::ListPossibleDuplicates,
        &IntakeService::FileClaims);
}

grpc::ServerUnaryReactor* IntakeService::FileClaim(grpc::CallbackServerContext* context,
                                                   const v1::FileClaimRequest* request,
                                                   v1::FileClaimResponse* response) {
  return calls_.WriteThen(context, request, response,
                          [this, request, response](const Principal& caller, const Outcome& outcome,
                                                    grpc::ServerUnaryReactor* reactor) {
                            FillFiled(outcome, *request, *response);
                            calls_.WhenDuplicateKnown(caller, outcome, *request,
                                                      [reactor, response](bool possible_duplicate) {
                                                        response->set_possible_duplicate(possible_duplicate);
                                                        reactor->Finish(grpc::Status::OK);
                                                      });
                          });
}

grpc::ServerBidiReactor<v1::FileClaimsRequest, v1::FileClaimsResponse>* IntakeService::FileClaims(
    grpc::CallbackServerContext* context) {
  auto caller = calls_.Authorise(*context, v1::FileClaimsRequest::default_instance());
  if (!caller.ok()) return new RefusedStream(caller.status());
  if (absl::Status opened = calls_.filing_room().Open(caller->actor); !opened.ok())
    return new RefusedStream(opened);
  return FilingStream::Start(calls_, *context, *caller);
}

#define KLAIM_PLAIN_WRITE(Method)                                                       \
  grpc::ServerUnaryReactor* IntakeService::Method(grpc::CallbackServerContext* context, \
                                                  const v1::Method##Request* request,   \
                                                  v1::Method##Response* response) {     \
    return calls_.Write(context, request, response);                                    \
  }
KLAIM_PLAIN_WRITE(AddCaseNote)
KLAIM_PLAIN_WRITE(GiveConsent)
KLAIM_PLAIN_WRITE(WithdrawConsent)
KLAIM_PLAIN_WRITE(ConfirmPayoutAccount)
KLAIM_PLAIN_WRITE(CureDeficiency)
KLAIM_PLAIN_WRITE(WithdrawClaim)
#undef KLAIM_PLAIN_WRITE

absl::StatusOr<v1::Claim> IntakeService::Describe(const Caller& caller, uint64_t claim_id) {
  v1::Claim claim;
  ASSIGN_OR_RETURN(auto state,
                   sequencer::Folded<domain::ClaimState>(calls_.LogFor(caller), "claim_id", claim_id,
                                                         [&](const v1::EventRecord& event) {
                                                           if (event.has_claim_filed())
                                                             *claim.mutable_filed() = event.claim_filed();
                                                         }));
  claim.set_claim_id(claim_id);
  claim.set_status(state.status);
  claim.set_currency(state.heads.front().filed.claimed().currency());
  for (const domain::ClaimHead& head : state.heads) {
    FillHead(head, *claim.add_heads());
    // It tells that there is another claim, which others mayn't know.
    if (caller.national()) claim.mutable_heads()->rbegin()->set_loss_id(head.loss_id);
  }
  for (const v1::ClaimGrouped& group : state.groups) claim.add_group_ids(group.group_id());
  claim.mutable_register_checks()->Assign(state.register_checks.begin(), state.register_checks.end());
  KeepTold(calls_.scope(), caller, claim);
  return claim;
}

grpc::ServerUnaryReactor* IntakeService::GetClaim(grpc::CallbackServerContext* context,
                                                  const v1::GetClaimRequest* request,
                                                  v1::GetClaimResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](const Caller& caller) {
    ASSIGN_OR_RETURN(*response->mutable_claim(), Describe(caller, request->claim_id()));
    return absl::OkStatus();
  });
}

absl::StatusOr<bool> IntakeService::Reaches(const Caller& caller, uint64_t organisation_id,
                                            uint64_t claim_id) {
  auto below = calls_.scope().Below(caller, organisation_id);
  if (!below.ok() || *below) return below;
  ASSIGN_OR_RETURN(auto case_id, calls_.ModelsFor(caller).cases().CaseOf(claim_id));
  return calls_.scope().Reaches(caller, organisation_id, case_id);
}

absl::Status IntakeService::AnswerClaims(const Caller& caller, const v1::ListClaimsRequest& request,
                                         v1::ListClaimsResponse& response) {
  const auto listed = calls_.ModelsFor(caller).claims().Listed(request.status(), request.programme_id(),
                                                               request.newest_first());
  return calls_.AnswerPage(caller, request, response, listed,
                           [&](const projections::ListedClaim& claim) -> absl::StatusOr<bool> {
                             if (!Asked(request, claim)) return false;
                             auto reached = Reaches(caller, claim.organisation_id, claim.claim_id);
                             if (!reached.ok() || !*reached) return reached;
                             ASSIGN_OR_RETURN(*response.add_claims(), Describe(caller, claim.claim_id));
                             return true;
                           });
}

grpc::ServerUnaryReactor* IntakeService::ListClaims(grpc::CallbackServerContext* context,
                                                    const v1::ListClaimsRequest* request,
                                                    v1::ListClaimsResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(),
      [this, request, response](const Caller& caller) { return AnswerClaims(caller, *request, *response); });
}

absl::Status IntakeService::AnswerCaseFile(Caller& caller, const v1::GetCaseFileRequest& request,
                                           v1::GetCaseFileResponse& response) {
  ASSIGN_OR_RETURN(auto opened,
                   sequencer::Folded<domain::CaseState>(calls_.LogFor(caller), "case_id", request.case_id()));
  // A page runs over the sequences of the case and, among them, those of its claimant: so it begins at a
  // sequence.
  ASSIGN_OR_RETURN(auto page, calls_.PageOf(caller, request, ""));
  ASSIGN_OR_RETURN(auto from, page.Number());
  std::vector<uint64_t> sequences;
  for (uint64_t first : {opened.claimant_id, request.case_id()}) {
    if (first >= from) sequences.push_back(first);
  }
  const projections::CasesQuery cases = calls_.ModelsFor(caller).cases();
  for (const auto& events :
       {cases.EventsOfCase(request.case_id(), from), cases.EventsOfClaimant(opened.claimant_id, from)}) {
    uint32_t taken = 0;
    absl::Status read = events.Read("", [&](absl::string_view, uint64_t sequence) {
      sequences.push_back(sequence);
      return ++taken <= page.size;
    });
    if (!read.ok()) return read;
  }
  std::sort(sequences.begin(), sequences.end());
  RecordsInScope in_scope(calls_.scope(), caller);
  uint32_t looked_at = 0;
  for (uint64_t sequence : sequences) {
    if (looked_at++ == page.size) {
      response.mutable_page()->set_next_cursor(page.CursorAtNumber(sequence));
      break;
    }
    v1::EventRecord event;
    ASSIGN_OR_RETURN(const bool told, calls_.ReadTold(caller, in_scope, opened.claimant_id, sequence, event));
    if (told) *response.add_events() = std::move(event);
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* IntakeService::GetCaseFile(grpc::CallbackServerContext* context,
                                                     const v1::GetCaseFileRequest* request,
                                                     v1::GetCaseFileResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(),
      [this, request, response](Caller& caller) { return AnswerCaseFile(caller, *request, *response); });
}

grpc::ServerUnaryReactor* IntakeService::GetClaimant(grpc::CallbackServerContext* context,
                                                     const v1::GetClaimantRequest* request,
                                                     v1::GetClaimantResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](Caller& caller) {
    ASSIGN_OR_RETURN(
        auto state,
        sequencer::Folded<domain::ClaimantState>(
            calls_.LogFor(caller), "claimant_id", request->claimant_id(), [&](const v1::EventRecord& event) {
              if (event.has_claimant_registered())
                *response->mutable_claimant() = event.claimant_registered();
              domain::EvolvePerson(*response->mutable_claimant()->mutable_person(), event);
            }));
    response->set_payout_account_confirmed(state.account_id != 0);
    // Whose else money goes where is for the national body alone.
    if (caller.national() && state.heir_id != 0) response->mutable_heir()->set_heir_id(state.heir_id);
    if (caller.national() && state.heir_proposal_id != 0) {
      *response->mutable_proposed_heir() = state.proposed_heir;
      response->mutable_proposed_heir()->set_proposal_id(state.heir_proposal_id);
      response->set_heir_proposed_by(state.heir_proposer);
    }
    response->mutable_claimant()->clear_similar_key_ids();
    absl::Status opened =
        calls_.OpenPersonalData(caller, request->claimant_id(), *response->mutable_claimant());
    KeepTold(calls_.scope(), caller, *response->mutable_claimant());
    return opened;
  });
}

grpc::ServerUnaryReactor* IntakeService::ListPossibleDuplicates(
    grpc::CallbackServerContext* context, const v1::ListPossibleDuplicatesRequest* request,
    v1::ListPossibleDuplicatesResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(), [this, request, response](const Caller& caller) {
        return calls_.AnswerPage(caller, *request, *response,
                                 calls_.ModelsFor(caller).duplicates().Suspected(),
                                 [&](const projections::PairOfClaimants& suspected) -> absl::StatusOr<bool> {
                                   // A pair is shown to who may see both: whoever sees one alone would learn of another's claimant.
                                   for (uint64_t id : {suspected.later_id, suspected.earlier_id}) {
                                     if (!calls_.scope().MayRead(caller, "claimant", id)) return false;
                                   }
                                   auto* pair = response->add_pairs();
                                   pair->set_later_claimant_id(suspected.later_id);
                                   pair->set_earlier_claimant_id(suspected.earlier_id);
                                   return true;
                                 });
      });
}

}  // namespace klaim::services
