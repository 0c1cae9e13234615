#include "services/intake_service.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "engine/domain/refusal.h"
#include "engine/record/byte_order.h"
#include "projections/case_files.h"
#include "projections/statistics.h"
#include "services/filing_stream.h"
#include "services/folded.h"
#include "services/limits.h"
#include "services/told_fields.h"

namespace klaim::services {
namespace {

using projections::Key;
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
}

// The rows that have all that are asked for, and as few others as may be.
std::string RowsOf(const v1::ListClaimsRequest& request) {
  if (request.status() == 0) return Key('c');
  const Key of_status = Key('f').Number(static_cast<uint64_t>(request.status()));
  return request.programme_id() == 0 ? of_status : Key(of_status).Number(request.programme_id());
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
  auto state = Folded<domain::ClaimState>(calls_.LogFor(caller), "claim_id", claim_id,
                                          [&](const v1::EventRecord& event) {
                                            if (event.has_claim_filed())
                                              *claim.mutable_filed() = event.claim_filed();
                                          });
  if (!state.ok()) return state.status();
  claim.set_claim_id(claim_id);
  claim.set_status(state->status);
  claim.set_currency(state->heads.front().filed.claimed().currency());
  for (const domain::ClaimHead& head : state->heads) FillHead(head, *claim.add_heads());
  for (const v1::ClaimGrouped& group : state->groups) claim.add_group_ids(group.group_id());
  claim.mutable_register_checks()->Assign(state->register_checks.begin(), state->register_checks.end());
  KeepTold(calls_.scope(), caller, claim);
  return claim;
}

grpc::ServerUnaryReactor* IntakeService::GetClaim(grpc::CallbackServerContext* context,
                                                  const v1::GetClaimRequest* request,
                                                  v1::GetClaimResponse* response) {
  return calls_.Read(context, request, 0, [this, request, response](const Caller& caller) {
    auto claim = Describe(caller, request->claim_id());
    if (!claim.ok()) return claim.status();
    *response->mutable_claim() = *std::move(claim);
    return absl::OkStatus();
  });
}

absl::StatusOr<bool> IntakeService::Reaches(const Caller& caller, uint64_t organisation_id,
                                            uint64_t claim_id) {
  auto below = calls_.scope().Below(caller, organisation_id);
  if (!below.ok() || *below) return below;
  auto row = calls_.ViewFor(caller, "case_files").Get(Key('k').Number(claim_id));
  if (!row.ok()) return row.status();
  const uint64_t case_id = row->has_value() ? projections::NumberAt(**row, 1) : 0;
  return calls_.scope().Reaches(caller, organisation_id, case_id);
}

absl::Status IntakeService::AnswerClaims(const Caller& caller, const v1::ListClaimsRequest& request,
                                         v1::ListClaimsResponse& response) {
  const std::string prefix = RowsOf(request);
  auto page = calls_.PageOf(caller, request, prefix);
  if (!page.ok()) return page.status();
  std::vector<uint64_t> claim_ids;
  uint32_t looked_at = 0;
  absl::Status status;
  const auto visit = [&](absl::string_view key, absl::string_view value) {
    if (claim_ids.size() == page->size || ++looked_at > kMaxRowsLookedAtAPage) {
      response.mutable_page()->set_next_cursor(page->CursorAt(key));
      return false;
    }
    const projections::ListedClaim claim = projections::DecodeListedClaim(value);
    if (!Asked(request, claim)) return true;
    const uint64_t claim_id = projections::NumberAt(key, key.size() - 8);
    auto reached = Reaches(caller, claim.organisation_id, claim_id);
    status = reached.status();
    if (!status.ok()) return false;
    if (*reached) claim_ids.push_back(claim_id);
    return true;
  };
  const projections::View listed = calls_.ViewFor(caller, "statistics");
  absl::Status scanned = request.newest_first() ? listed.ScanBackwards(prefix, page->from, visit)
                                                : listed.Scan(prefix, page->from, visit);
  if (!scanned.ok()) return scanned;
  if (!status.ok()) return status;
  for (uint64_t claim_id : claim_ids) {
    auto claim = Describe(caller, claim_id);
    if (!claim.ok()) return claim.status();
    *response.add_claims() = *std::move(claim);
  }
  return absl::OkStatus();
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
  auto opened = Folded<domain::CaseState>(calls_.LogFor(caller), "case_id", request.case_id());
  if (!opened.ok()) return opened.status();
  // A page runs over the sequences of the case and, among them, those of its claimant: so it begins at a
  // sequence.
  const std::string prefix = Key('c').Number(request.case_id());
  absl::Status status;
  auto page = calls_.PageOf(caller, request, prefix);
  if (!page.ok()) return page.status();
  const uint64_t from = page->from == prefix ? 0 : projections::NumberAt(page->from, prefix.size());
  std::vector<uint64_t> sequences;
  for (uint64_t first : {opened->claimant_id, request.case_id()}) {
    if (first >= from) sequences.push_back(first);
  }
  const projections::View files = calls_.ViewFor(caller, "case_files");
  for (std::string rows : {prefix, std::string(Key('p').Number(opened->claimant_id))}) {
    uint32_t taken = 0;
    std::string start = rows;
    record::AppendBig64(start, from);
    status = files.Scan(rows, start, [&](absl::string_view key, absl::string_view) {
      sequences.push_back(projections::NumberAt(key, rows.size()));
      return ++taken <= page->size;
    });
    if (!status.ok()) return status;
  }
  std::sort(sequences.begin(), sequences.end());
  RecordsInScope in_scope(calls_.scope(), caller);
  uint32_t looked_at = 0;
  for (uint64_t sequence : sequences) {
    if (looked_at++ == page->size) {
      std::string next = prefix;
      record::AppendBig64(next, sequence);
      response.mutable_page()->set_next_cursor(page->CursorAt(next));
      break;
    }
    v1::EventRecord event;
    auto told = calls_.ReadTold(caller, in_scope, opened->claimant_id, sequence, event);
    if (!told.ok()) return told.status();
    if (*told) *response.add_events() = std::move(event);
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
    auto state = Folded<domain::ClaimantState>(
        calls_.LogFor(caller), "claimant_id", request->claimant_id(), [&](const v1::EventRecord& event) {
          if (event.has_claimant_registered()) *response->mutable_claimant() = event.claimant_registered();
          if (event.has_claimant_corrected()) {
            response->mutable_claimant()->mutable_person()->MergeFrom(event.claimant_corrected().person());
          }
        });
    if (!state.ok()) return state.status();
    response->set_payout_account_confirmed(state->account_id != 0);
    // Whose else money goes where is for the national body alone.
    if (caller.national() && state->heir_id != 0) response->mutable_heir()->set_heir_id(state->heir_id);
    if (caller.national() && state->heir_proposal_id != 0) {
      *response->mutable_proposed_heir() = state->proposed_heir;
      response->mutable_proposed_heir()->set_proposal_id(state->heir_proposal_id);
      response->set_heir_proposed_by(state->heir_proposer);
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
  return calls_.Read(context, request, request->at_least_sequence(),
                     [this, request, response](const Caller& caller) -> absl::Status {
                       const std::string prefix = Key('w');
                       auto page = calls_.PageOf(caller, *request, prefix);
                       if (!page.ok()) return page.status();
                       std::string last;
                       uint32_t looked_at = 0;
                       return calls_.ViewFor(caller, "duplicates")
                           .Scan(prefix, page->from, [&](absl::string_view key, absl::string_view) {
                             if (static_cast<uint32_t>(response->pairs_size()) == page->size ||
                                 ++looked_at > kMaxRowsLookedAtAPage) {
                               response->mutable_page()->set_next_cursor(page->CursorAfter(last));
                               return false;
                             }
                             last = std::string(key);
                             const uint64_t later = projections::NumberAt(key, 17);
                             const uint64_t earlier = projections::NumberAt(key, 25);
                             // A pair is shown to who may see both: whoever sees one alone would learn of
                             // another's claimant.
                             const bool both =
                                 calls_.scope().Require(caller, "", "claimant", later, Access::kRead).ok() &&
                                 calls_.scope().Require(caller, "", "claimant", earlier, Access::kRead).ok();
                             if (!both) return true;
                             auto* pair = response->add_pairs();
                             pair->set_later_claimant_id(later);
                             pair->set_earlier_claimant_id(earlier);
                             return true;
                           });
                     });
}

}  // namespace klaim::services
