#include "services/linkage_service.h"

#include "services/limits.h"

namespace klaim::services {

using projections::Key;
using projections::NumberAt;

grpc::ServerUnaryReactor* LinkageService::ListSuspectedDuplicates(
    grpc::CallbackServerContext* context, const v1::ListSuspectedDuplicatesRequest* request,
    v1::ListSuspectedDuplicatesResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(),
      [this, request, response](Caller& caller) { return AnswerSuspected(caller, *request, *response); });
}

grpc::ServerUnaryReactor* LinkageService::ListDoubleClaims(grpc::CallbackServerContext* context,
                                                           const v1::ListDoubleClaimsRequest* request,
                                                           v1::ListDoubleClaimsResponse* response) {
  return calls_.Read(
      context, request, request->at_least_sequence(),
      [this, request, response](Caller& caller) { return AnswerDoubleClaims(caller, *request, *response); });
}

// A pair is shown to who may see both: whoever sees one alone would learn of another's claimant.
absl::Status LinkageService::AnswerSuspected(const Caller& caller,
                                             const v1::ListSuspectedDuplicatesRequest& request,
                                             v1::ListSuspectedDuplicatesResponse& response) {
  const projections::View duplicates = calls_.ViewFor(caller, "duplicates");
  const std::string prefix = Key('w');
  auto page = calls_.PageOf(caller, request, prefix);
  if (!page.ok()) return page.status();
  std::string last;
  uint32_t looked_at = 0;
  absl::Status status;
  absl::Status scanned = duplicates.Scan(prefix, page->from, [&](absl::string_view key, absl::string_view) {
    if (static_cast<uint32_t>(response.pairs_size()) == page->size || ++looked_at > kMaxRowsLookedAtAPage) {
      response.mutable_page()->set_next_cursor(page->CursorAfter(last));
      return false;
    }
    last = std::string(key);
    const uint64_t claimant_id = NumberAt(key, 17);
    const uint64_t other_id = NumberAt(key, 25);
    for (uint64_t id : {claimant_id, other_id}) {
      if (!calls_.scope().Require(caller, "", "claimant", id, Access::kRead).ok()) return true;
    }
    auto pair = duplicates.ReadNamed<v1::SuspectedDuplicate>(Key('p').Number(claimant_id).Number(other_id));
    status = pair.status();
    if (status.ok()) *response.add_pairs() = *std::move(pair);
    return status.ok();
  });
  return scanned.ok() ? status : scanned;
}

absl::Status LinkageService::AnswerDoubleClaims(const Caller& caller,
                                                const v1::ListDoubleClaimsRequest& request,
                                                v1::ListDoubleClaimsResponse& response) {
  const std::string prefix = Key('d');
  auto page = calls_.PageOf(caller, request, prefix);
  if (!page.ok()) return page.status();
  std::string last;
  uint32_t looked_at = 0;
  const projections::View duplicates = calls_.ViewFor(caller, "duplicates");
  absl::Status parsed;
  absl::Status scanned =
      duplicates.Scan(prefix, page->from, [&](absl::string_view key, absl::string_view value) {
        if (static_cast<uint32_t>(response.claims_size()) == page->size ||
            ++looked_at > kMaxRowsLookedAtAPage) {
          response.mutable_page()->set_next_cursor(page->CursorAfter(last));
          return false;
        }
        last = std::string(key);
        for (uint64_t id : {NumberAt(key, 1), NumberAt(key, 9)}) {
          if (!calls_.scope().Require(caller, "", "claim", id, Access::kRead).ok()) return true;
        }
        parsed = duplicates.Parse(key, value, *response.add_claims());
        return parsed.ok();
      });
  return scanned.ok() ? parsed : scanned;
}

}  // namespace klaim::services
