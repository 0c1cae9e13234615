#include "engine/domain/respondent.h"

#include "absl/strings/str_cat.h"
#include "engine/domain/docket.h"
#include "engine/domain/refusal.h"
#include "engine/domain/rules.h"

namespace klaim::domain {

void Evolve(RespondentState& state, const v1::EventRecord& event) {
  if (event.has_respondents_linked()) state.links[event.sequence()] = event.respondents_linked().other_id();
  if (event.has_respondents_unlinked()) state.links.erase(event.respondents_unlinked().link_id());
}

absl::Status Decide(const v1::RegisterRespondentRequest& request, Docket&, const Context&,
                    Decision& decision) {
  const v1::RespondentRegistered& respondent = request.respondent();
  KLAIM_REFUSE_IF_NOT(CheckText("respondent.name", respondent.name(), 1, 200));
  KLAIM_REFUSE_IF_NOT(CheckCountry("respondent.country", respondent.country()));
  if (!v1::RespondentKind_IsValid(respondent.kind()) || respondent.kind() == 0) {
    return InvalidField("respondent.kind", "must say what the respondent is");
  }
  if (respondent.aliases_size() > 50) return InvalidField("respondent.aliases", "has more than 50 names");
  for (int i = 0; i < respondent.aliases_size(); ++i) {
    KLAIM_REFUSE_IF_NOT(
        CheckText(absl::StrCat("respondent.aliases[", i, "]"), respondent.aliases(i), 1, 200));
  }
  if (respondent.licences_size() > 20)
    return InvalidField("respondent.licences", "has more than 20 licences");
  for (int i = 0; i < respondent.licences_size(); ++i) {
    const std::string field = absl::StrCat("respondent.licences[", i, "]");
    KLAIM_REFUSE_IF_NOT(CheckText(field + ".kind", respondent.licences(i).kind(), 1, 80));
    KLAIM_REFUSE_IF_NOT(CheckText(field + ".number", respondent.licences(i).number(), 1, 80));
  }
  *decision.Open().mutable_respondent_registered() = respondent;
  return absl::OkStatus();
}

absl::Status Decide(const v1::LinkRespondentsRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  const v1::RespondentsLinked& link = request.link();
  if (!v1::LinkKind_IsValid(link.kind()) || link.kind() == 0) {
    return InvalidField("link.kind", "must say how the respondents hang together");
  }
  KLAIM_REFUSE_IF_NOT(CheckDate("link.valid_from", link.valid_from(), false, true));
  KLAIM_REFUSE_IF_NOT(CheckDate("link.valid_until", link.valid_until(), false, true));
  KLAIM_REFUSE_IF_NOT(CheckOrder("link.valid_until", link.valid_from(), link.valid_until()));
  KLAIM_REFUSE_IF_NOT(CheckText("link.evidence", link.evidence(), 1, 1000));
  auto respondent = docket.Find<RespondentState>("respondent_id", request.respondent_id());
  if (!respondent.ok()) return respondent.status();
  auto other = docket.Find<RespondentState>("link.other_id", link.other_id());
  if (!other.ok()) return other.status();
  if (request.respondent_id() == link.other_id()) {
    return InvalidField("link.other_id", "a respondent can't be linked to itself");
  }
  *decision.Append(**respondent).mutable_respondents_linked() = link;
  return absl::OkStatus();
}

absl::Status Decide(const v1::UnlinkRespondentsRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  KLAIM_REFUSE_IF_NOT(CheckText("reason", request.reason(), 1, 1000));
  auto respondent = docket.Find<RespondentState>("respondent_id", request.respondent_id());
  if (!respondent.ok()) return respondent.status();
  const auto link = (*respondent)->links.find(request.link_id());
  if (link == (*respondent)->links.end()) {
    return NotNow("link_id", absl::StrCat("respondent ", request.respondent_id(), " has no link ",
                                          request.link_id(), " now"));
  }
  auto* unlinked = decision.Append(**respondent).mutable_respondents_unlinked();
  unlinked->set_link_id(link->first);
  unlinked->set_other_id(link->second);
  unlinked->set_reason(request.reason());
  return absl::OkStatus();
}

}  // namespace klaim::domain
