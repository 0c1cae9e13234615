#include "engine/domain/registry/respondent.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/docket.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "klaim/v1/event_cases.h"

namespace klaim::domain {

namespace {

constexpr int kMaxAliases = 50;
constexpr int kMaxOfAKind = 20;

template <class Texts>
absl::Status CheckTexts(const std::string& field, const Texts& texts, int most, size_t longest) {
  if (texts.size() > most) return InvalidField(field, v1::REASON_HAS_MORE_THAN, most);
  for (int i = 0; i < texts.size(); ++i) {
    RETURN_IF_ERROR(CheckText(absl::StrCat(field, "[", i, "]"), texts[i], 1, longest));
  }
  return absl::OkStatus();
}

absl::Status CheckLicences(const std::string& name,
                           const google::protobuf::RepeatedPtrField<v1::Licence>& licences) {
  if (licences.size() > kMaxOfAKind) return InvalidField(name, v1::REASON_HAS_MORE_THAN_20_LICENCES);
  for (int i = 0; i < licences.size(); ++i) {
    const std::string field = absl::StrCat(name, "[", i, "]");
    RETURN_IF_ERROR(CheckText(field + ".kind", licences[i].kind(), 1, 80));
    RETURN_IF_ERROR(CheckText(field + ".number", licences[i].number(), 1, 80));
    RETURN_IF_ERROR(CheckDate(field + ".valid_from", licences[i].valid_from(), false, true));
    RETURN_IF_ERROR(CheckDate(field + ".valid_until", licences[i].valid_until(), false, true));
    RETURN_IF_ERROR(CheckOrder(field + ".valid_until", licences[i].valid_from(), licences[i].valid_until()));
  }
  return absl::OkStatus();
}

template <class Details>
absl::Status CheckDetails(const std::string& field, const Details& details) {
  RETURN_IF_ERROR(CheckTexts(field + ".aliases", details.aliases(), kMaxAliases, 200));
  RETURN_IF_ERROR(CheckLicences(field + ".licences", details.licences()));
  RETURN_IF_ERROR(CheckTexts(field + ".directors", details.directors(), kMaxOfAKind, 200));
  return CheckTexts(field + ".addresses", details.addresses(), kMaxOfAKind, 300);
}

bool SameLicence(const v1::Licence& one, const v1::Licence& other) {
  return one.kind() == other.kind() && one.number() == other.number();
}

bool AddTexts(const google::protobuf::RepeatedPtrField<std::string>& added,
              google::protobuf::RepeatedPtrField<std::string>& known) {
  const int before = known.size();
  for (const std::string& text : added) {
    if (std::find(known.begin(), known.end(), text) == known.end()) *known.Add() = text;
  }
  return known.size() != before;
}

bool IsIdentityGuess(v1::LinkKind kind) {
  return kind == v1::LINK_KIND_SAME_AS || kind == v1::LINK_KIND_SAME_DIRECTOR ||
         kind == v1::LINK_KIND_SAME_ADDRESS;
}

}  // namespace

bool AddDetails(const v1::RespondentDetailsAdded& details, v1::RespondentRegistered& known) {
  bool fresh = AddTexts(details.directors(), *known.mutable_directors());
  fresh |= AddTexts(details.addresses(), *known.mutable_addresses());
  for (const std::string& alias : details.aliases()) {
    if (alias == known.name()) continue;
    if (std::find(known.aliases().begin(), known.aliases().end(), alias) != known.aliases().end()) continue;
    known.add_aliases(alias);
    fresh = true;
  }
  for (const v1::Licence& licence : details.licences()) {
    const bool there = std::any_of(known.licences().begin(), known.licences().end(),
                                   [&](const v1::Licence& have) { return SameLicence(have, licence); });
    if (there) continue;
    *known.add_licences() = licence;
    fresh = true;
  }
  return fresh;
}

std::vector<v1::LicenceStatusRecorded> LicenceWarnings(
    const google::protobuf::RepeatedPtrField<v1::LicenceStatusRecorded>& statuses, int64_t first_day,
    int64_t last_day) {
  // What was recorded later of a day holds.
  std::map<std::pair<std::string, std::string>, std::map<int64_t, const v1::LicenceStatusRecorded*>>
      of_licence;
  for (const v1::LicenceStatusRecorded& status : statuses) {
    of_licence[{status.kind(), status.number()}][LastDayOf(status.since())] = &status;
  }
  std::vector<v1::LicenceStatusRecorded> warnings;
  for (const auto& [licence, by_day] : of_licence) {
    auto status = by_day.upper_bound(first_day);
    if (status != by_day.begin()) --status;
    for (; status != by_day.end() && status->first <= last_day; ++status) {
      if (status->second->status() != v1::LICENCE_STATUS_VALID) warnings.push_back(*status->second);
    }
  }
  return warnings;
}

void Evolve(RespondentState& state, const v1::EventRecord& event) {
  switch (event.event_case()) {
    case v1::EventRecord::kRespondentRegistered:
      state.known = event.respondent_registered();
      break;
    case v1::EventRecord::kRespondentDetailsAdded:
      AddDetails(event.respondent_details_added(), state.known);
      break;
    case v1::EventRecord::kLicenceStatusRecorded:
      state.licence_statuses.push_back(event.licence_status_recorded());
      break;
    case v1::EventRecord::kRespondentsLinked:
      state.links[event.sequence()] = event.respondents_linked().other_id();
      break;
    case v1::EventRecord::kRespondentsUnlinked:
      state.links.erase(event.respondents_unlinked().link_id());
      break;
    case v1::EventRecord::kRespondentLinkSuspected:
      state.suspected.emplace(event.respondent_link_suspected().other_id(),
                              event.respondent_link_suspected().kind());
      break;
    case v1::EventRecord::kRespondentLinkRefused:
      state.suspected.emplace(event.respondent_link_refused().other_id(),
                              event.respondent_link_refused().kind());
      break;
    case KLAIM_ALL_BUT_RESPONDENT_EVENTS:
      break;
  }
}

absl::Status Decide(const v1::RegisterRespondentRequest& request, Docket&, const Context&,
                    Decision& decision) {
  const v1::RespondentRegistered& respondent = request.respondent();
  RETURN_IF_ERROR(CheckName("respondent.name", respondent.name(), 200));
  RETURN_IF_ERROR(CheckCountry("respondent.country", respondent.country()));
  if (!v1::RespondentKind_IsValid(respondent.kind()) || respondent.kind() == 0) {
    return InvalidField("respondent.kind", v1::REASON_MUST_SAY_WHAT_RESPONDENT_IS);
  }
  RETURN_IF_ERROR(CheckDetails("respondent", respondent));
  *decision.Open().mutable_respondent_registered() = respondent;
  return absl::OkStatus();
}

absl::Status Decide(const v1::AddRespondentDetailsRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  const v1::RespondentDetailsAdded& details = request.details();
  RETURN_IF_ERROR(CheckText("details.source", details.source(), 1, 200));
  RETURN_IF_ERROR(CheckDetails("details", details));
  ASSIGN_OR_RETURN(auto respondent, docket.Find<RespondentState>("respondent_id", request.respondent_id()));
  v1::RespondentRegistered known = respondent->known;
  if (!AddDetails(details, known))
    return NotNow("details", v1::REASON_HOLDS_NOTHING_THAT_IS_NOT_KNOWN_ALREADY);
  RETURN_IF_ERROR(CheckDetails("details", known));
  *decision.Append(*respondent).mutable_respondent_details_added() = details;
  return absl::OkStatus();
}

absl::Status Decide(const v1::RecordLicenceStatusRequest& request, Docket& docket, const Context& context,
                    Decision& decision) {
  const v1::LicenceStatusRecorded& status = request.status();
  RETURN_IF_ERROR(CheckDate("status.since", status.since(), true, false));
  RETURN_IF_ERROR(CheckHappened("status.since", status.since(), context.now_micros));
  RETURN_IF_ERROR(CheckText("status.source", status.source(), 1, 200));
  if (!v1::LicenceStatus_IsValid(status.status()) || status.status() == 0) {
    return InvalidField("status.status", v1::REASON_MUST_SAY_WHAT_BECAME_OF_LICENCE);
  }
  ASSIGN_OR_RETURN(auto found, docket.Find<RespondentState>("respondent_id", request.respondent_id()));
  const RespondentState& respondent = *found;
  const bool there = std::any_of(respondent.known.licences().begin(), respondent.known.licences().end(),
                                 [&](const v1::Licence& have) {
                                   return have.kind() == status.kind() && have.number() == status.number();
                                 });
  if (!there) {
    return InvalidField("status.number", v1::REASON_RESPONDENT_HAS_NO_SUCH_LICENCE, request.respondent_id());
  }
  for (const v1::LicenceStatusRecorded& before : respondent.licence_statuses) {
    if (before.kind() == status.kind() && before.number() == status.number() &&
        before.status() == status.status() && LastDayOf(before.since()) == LastDayOf(status.since())) {
      return NotNow("status", v1::REASON_IS_RECORDED_ALREADY);
    }
  }
  *decision.Append(respondent).mutable_licence_status_recorded() = status;
  return absl::OkStatus();
}

absl::Status Decide(const v1::RefuseSuspectedLinkRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  if (!IsIdentityGuess(request.kind())) {
    return InvalidField("kind", v1::REASON_MUST_BE_WHAT_WAS_SUSPECTED);
  }
  ASSIGN_OR_RETURN(auto respondent, docket.Find<RespondentState>("respondent_id", request.respondent_id()));
  ASSIGN_OR_RETURN(auto other, docket.Find<RespondentState>("other_id", request.other_id()));
  if (request.respondent_id() == request.other_id()) {
    return InvalidField("other_id", v1::REASON_IS_SAME_RESPONDENT);
  }
  // It is kept where the linkage looks: with the one that was registered later.
  const RespondentState& later = respondent->id > other->id ? *respondent : *other;
  const RespondentState& earlier = respondent->id > other->id ? *other : *respondent;
  v1::RespondentLinkRefused& refused = *decision.Append(later).mutable_respondent_link_refused();
  refused.set_other_id(earlier.id);
  refused.set_kind(request.kind());
  refused.set_reason(request.reason());
  return absl::OkStatus();
}

absl::Status Decide(const SuspectedRespondentLink& found, Docket& docket, const Context&,
                    Decision& decision) {
  ASSIGN_OR_RETURN(auto respondent, docket.Find<RespondentState>("respondent_id", found.respondent_id));
  ASSIGN_OR_RETURN(auto other, docket.Find<RespondentState>("other_id", found.suspected.other_id()));
  const auto linked = [](const RespondentState& one, uint64_t to) {
    return std::any_of(one.links.begin(), one.links.end(),
                       [&](const auto& link) { return link.second == to; });
  };
  if (respondent->suspected.contains({found.suspected.other_id(), found.suspected.kind()}) ||
      linked(*respondent, other->id) || linked(*other, respondent->id)) {
    return NotNow("other_id", v1::REASON_WAS_SUSPECTED_REFUSED_OR_LINKED_BEFORE);
  }
  *decision.Append(*respondent).mutable_respondent_link_suspected() = found.suspected;
  return absl::OkStatus();
}

absl::Status Decide(const v1::LinkRespondentsRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  const v1::RespondentsLinked& link = request.link();
  if (!v1::LinkKind_IsValid(link.kind()) || link.kind() == 0) {
    return InvalidField("link.kind", v1::REASON_MUST_SAY_HOW_RESPONDENTS_HANG_TOGETHER);
  }
  RETURN_IF_ERROR(CheckDate("link.valid_from", link.valid_from(), false, true));
  RETURN_IF_ERROR(CheckDate("link.valid_until", link.valid_until(), false, true));
  RETURN_IF_ERROR(CheckOrder("link.valid_until", link.valid_from(), link.valid_until()));
  RETURN_IF_ERROR(CheckText("link.evidence", link.evidence(), 1, 1000));
  ASSIGN_OR_RETURN(auto respondent, docket.Find<RespondentState>("respondent_id", request.respondent_id()));
  RETURN_IF_ERROR(docket.Find<RespondentState>("link.other_id", link.other_id()).status());
  if (request.respondent_id() == link.other_id()) {
    return InvalidField("link.other_id", v1::REASON_RESPONDENT_CANNOT_BE_LINKED_TO_ITSELF);
  }
  *decision.Append(*respondent).mutable_respondents_linked() = link;
  return absl::OkStatus();
}

absl::Status Decide(const v1::UnlinkRespondentsRequest& request, Docket& docket, const Context&,
                    Decision& decision) {
  RETURN_IF_ERROR(CheckText("reason", request.reason(), 1, 1000));
  ASSIGN_OR_RETURN(auto respondent, docket.Find<RespondentState>("respondent_id", request.respondent_id()));
  const auto link = respondent->links.find(request.link_id());
  if (link == respondent->links.end()) {
    return NotNow("link_id", v1::REASON_RESPONDENT_HAS_NO_LINK_NOW, request.respondent_id(),
                  request.link_id());
  }
  auto* unlinked = decision.Append(*respondent).mutable_respondents_unlinked();
  unlinked->set_link_id(link->first);
  unlinked->set_other_id(link->second);
  unlinked->set_reason(request.reason());
  return absl::OkStatus();
}

}  // namespace klaim::domain
