#include "services/linkage/search_service.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/sequencer/folded.h"
#include "klaim/v1/registry_service.pb.h"
#include "projections/cases/cases_query.h"
#include "projections/claims/claims_query.h"
#include "projections/claims/statistics.h"
#include "projections/registry/registry_query.h"
#include "services/boundary/purpose.h"
#include "services/linkage/claimant_person.h"

namespace klaim::services {

namespace {

constexpr uint32_t kFoundUnlessAsked = 10;
constexpr uint32_t kMaxFound = 50;
constexpr int kMaxClaims = 20;
// Those found who aren't the caller's are passed over: so many are looked at.
constexpr size_t kLookedAt = 2'000;

// Also whether a name is there at all is only for who says what for, where any programme demands that: were it looked at for
// whoever is found alone, a refusal would say that somebody was.
absl::Status RequirePurposeToSearch(const projections::RegistryQuery& registry) {
  return registry.Programmes().ForEach([](const v1::Programme& programme) {
    return programme.opened().view_purpose_required() ? PurposeIsMissing(programme.opened().code())
                                                      : absl::OkStatus();
  });
}

}  // namespace

SearchService::SearchService(CallPipeline& calls, const PersonSearch& search)
    : calls_(calls), search_(search) {
  Serve(&SearchService::Search);
}

uint64_t SearchService::ClaimantByNumber(const Caller& caller, absl::string_view query) const {
  uint64_t number = 0;
  if (!absl::SimpleAtoi(query, &number)) return 0;
  for (const char* kind : {"claimant", "case", "claim"}) {
    if (!calls_.scope().Require(caller, "query", kind, number, Access::kRead).ok()) continue;
    auto claimant_id = calls_.ClaimantOf(kind, number);
    if (claimant_id.ok() && calls_.scope().MayRead(caller, "claimant", *claimant_id)) return *claimant_id;
  }
  return 0;
}

absl::Status SearchService::Fill(Caller& caller, uint64_t claimant_id, v1::FoundClaimant& found) {
  found.set_claimant_id(claimant_id);
  ASSIGN_OR_RETURN(const auto person, PersonOf(calls_.LogFor(caller), claimant_id));
  *found.mutable_person()->mutable_name() = person.name();
  *found.mutable_person()->mutable_birth_date() = person.birth_date();
  *found.mutable_person()->mutable_village() = person.village();
  RETURN_IF_ERROR(calls_.OpenPersonalData(caller, claimant_id, *found.mutable_person()));
  if (!caller.May(v1::PERMISSION_READ_PERSONAL_DATA)) found.clear_person();
  ASSIGN_OR_RETURN(auto claims, calls_.ModelsFor(caller).cases().ClaimsOf(claimant_id).All());
  for (auto claim = claims.rbegin(); claim != claims.rend() && found.claims_size() < kMaxClaims; ++claim) {
    if (!calls_.scope().Require(caller, "query", "claim", claim->claim_id, Access::kRead).ok()) continue;
    ASSIGN_OR_RETURN(auto listed, calls_.ModelsFor(caller).claims().Claim(claim->claim_id));
    v1::FoundClaim& row = *found.add_claims();
    row.set_claim_id(claim->claim_id);
    row.set_programme_id(claim->programme_id);
    row.set_case_id(claim->case_id);
    if (listed.has_value()) row.set_status(listed->status);
  }
  return absl::OkStatus();
}

absl::Status SearchService::Answer(Caller& caller, const v1::SearchRequest& request,
                                   v1::SearchResponse& response) {
  if (request.most() > kMaxFound) return domain::InvalidField("most", v1::REASON_IS_MORE_THAN_50);
  RETURN_IF_ERROR(domain::CheckText("query", request.query(), 1, 200));
  const size_t most = request.most() == 0 ? kFoundUnlessAsked : request.most();
  std::vector<uint64_t> claimants;
  if (const uint64_t by_number = ClaimantByNumber(caller, absl::StripAsciiWhitespace(request.query()));
      by_number != 0) {
    claimants.push_back(by_number);
  }
  // Finding by a name tells whose it is: it takes the right to see it.
  if (caller.May(v1::PERMISSION_READ_PERSONAL_DATA)) {
    if (caller.purpose.empty()) {
      RETURN_IF_ERROR(RequirePurposeToSearch(calls_.docket().models().registry()));
    }
    ASSIGN_OR_RETURN(auto found, search_.Find(request.query(), caller.national() ? most + 1 : kLookedAt));
    for (uint64_t claimant_id : found) {
      if (claimants.size() > most) break;
      if (!claimants.empty() && claimants.front() == claimant_id) continue;
      if (calls_.scope().Require(caller, "query", "claimant", claimant_id, Access::kRead).ok())
        claimants.push_back(claimant_id);
    }
  }
  for (uint64_t claimant_id : claimants) {
    if (static_cast<size_t>(response.claimants_size()) == most) {
      response.set_more(true);
      break;
    }
    RETURN_IF_ERROR(Fill(caller, claimant_id, *response.add_claimants()));
  }
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* SearchService::Search(grpc::CallbackServerContext* context,
                                                const v1::SearchRequest* request,
                                                v1::SearchResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(),
      [this, request, response](Caller& caller) { return Answer(caller, *request, *response); });
}

}  // namespace klaim::services
