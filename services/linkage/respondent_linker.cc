#include "services/linkage/respondent_linker.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "engine/base/return_if_error.h"
#include "engine/domain/core/refusal.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/registry/respondent.h"
#include "klaim/v1/event_record.pb.h"

namespace klaim::services {
namespace {

// The likeliest are enough for a person to decide.
constexpr size_t kMaxRespondentCandidates = 10;
constexpr size_t kMaxRespondentSuspicions = 64;
constexpr int kMaxSoughtTexts = 50;
constexpr v1::LinkKind kSuspected[] = {v1::LINK_KIND_SAME_AS, v1::LINK_KIND_SAME_DIRECTOR,
                                       v1::LINK_KIND_SAME_ADDRESS};

v1::LinkKind KindOf(linkage::Relation relation) {
  switch (relation) {
    case linkage::Relation::kSame:
      return v1::LINK_KIND_SAME_AS;
    case linkage::Relation::kSameDirector:
      return v1::LINK_KIND_SAME_DIRECTOR;
    case linkage::Relation::kSameAddress:
      return v1::LINK_KIND_SAME_ADDRESS;
    default:
      return v1::LINK_KIND_UNSPECIFIED;
  }
}

}  // namespace

linkage::RespondentText TextOf(const v1::RespondentRegistered& known) {
  linkage::RespondentText text;
  text.names.push_back(known.name());
  text.names.insert(text.names.end(), known.aliases().begin(), known.aliases().end());
  for (const v1::Licence& licence : known.licences()) text.licences.push_back(licence.number());
  text.directors.assign(known.directors().begin(), known.directors().end());
  text.addresses.assign(known.addresses().begin(), known.addresses().end());
  text.country = known.country();
  return text;
}

absl::Status CheckSought(const v1::RespondentRegistered& sought) {
  RETURN_IF_ERROR(domain::CheckText("sought.name", sought.name(), 1, 200));
  if (sought.aliases_size() + sought.licences_size() + sought.directors_size() + sought.addresses_size() >
      kMaxSoughtTexts) {
    return domain::InvalidField("sought", v1::REASON_HAS_MORE_THAN_50_NAMES_NUMBERS_AND_ADDRESSES);
  }
  const linkage::RespondentText text = TextOf(sought);
  for (const auto& [field, texts, longest] :
       {std::tuple("sought.aliases", &text.names, 200), std::tuple("sought.licences", &text.licences, 80),
        std::tuple("sought.directors", &text.directors, 200),
        std::tuple("sought.addresses", &text.addresses, 300)}) {
    for (const std::string& each : *texts) {
      RETURN_IF_ERROR(domain::CheckText(field, each, 0, static_cast<size_t>(longest)));
    }
  }
  return absl::OkStatus();
}

v1::RespondentLinkSuspected DescribeCandidate(const linkage::RespondentIndex::Candidate& candidate) {
  v1::RespondentLinkSuspected suspected;
  suspected.set_kind(KindOf(candidate.relation));
  suspected.set_score_centibits(static_cast<int32_t>(std::lround(candidate.bits * 100)));
  suspected.set_probability_millionths(static_cast<uint32_t>(std::lround(candidate.probability * 1e6)));
  for (const linkage::RespondentWeight& weight : candidate.explanation) {
    v1::ComparedField& field = *suspected.add_fields();
    field.set_field(weight.field);
    field.set_level(std::string(linkage::LevelName(weight.level)));
    field.set_weight_centibits(static_cast<int32_t>(std::lround(weight.bits * 100)));
  }
  return suspected;
}

RespondentLinker::RespondentLinker(OpenDocket& docket)
    : under_way_(*docket.sequencer, kMaxRespondentSuspicions) {}

void RespondentLinker::Note(const v1::EventRecord& event) {
  absl::MutexLock lock(&mutex_);
  const auto decided = [&](uint64_t other, v1::LinkKind kind) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    decided_.emplace(std::max(event.stream(), other), std::min(event.stream(), other), kind);
  };
  switch (event.event_case()) {
    case v1::EventRecord::kRespondentRegistered:
      known_[event.stream()] = event.respondent_registered();
      break;
    case v1::EventRecord::kRespondentDetailsAdded:
      domain::AddDetails(event.respondent_details_added(), known_[event.stream()]);
      break;
    case v1::EventRecord::kRespondentLinkSuspected:
      return decided(event.respondent_link_suspected().other_id(), event.respondent_link_suspected().kind());
    case v1::EventRecord::kRespondentLinkRefused:
      return decided(event.respondent_link_refused().other_id(), event.respondent_link_refused().kind());
    case v1::EventRecord::kRespondentsLinked:
      // Who is linked is in one network already.
      for (v1::LinkKind kind : kSuspected) decided(event.respondents_linked().other_id(), kind);
      return;
    default:
      return;
  }
  index_.Set(event.stream(), TextOf(known_[event.stream()]));
  noted_.insert(event.stream());
}

void RespondentLinker::CompareNoted() {
  std::set<uint64_t> noted;
  {
    absl::MutexLock lock(&mutex_);
    noted.swap(noted_);
  }
  for (uint64_t respondent_id : noted) {
    std::vector<linkage::RespondentIndex::Candidate> candidates;
    {
      absl::MutexLock lock(&mutex_);
      candidates = index_.CandidatesOf(respondent_id, kMaxRespondentCandidates);
    }
    for (const auto& candidate : candidates) Suspect(respondent_id, candidate);
  }
}

std::vector<linkage::RespondentIndex::Candidate> RespondentLinker::Find(
    const v1::RespondentRegistered& sought, size_t most) const {
  absl::MutexLock lock(&mutex_);
  return index_.CandidatesFor(TextOf(sought), most);
}

void RespondentLinker::Suspect(uint64_t respondent_id, const linkage::RespondentIndex::Candidate& candidate) {
  domain::SuspectedRespondentLink found{std::max(respondent_id, candidate.id), DescribeCandidate(candidate)};
  const uint64_t earlier = std::min(respondent_id, candidate.id);
  found.suspected.set_other_id(earlier);
  {
    absl::MutexLock lock(&mutex_);
    if (!decided_.emplace(found.respondent_id, earlier, found.suspected.kind()).second) return;
  }
  sequencer::Command command;
  command.actor = "linkage@0";
  command.request_id = absl::StrCat("suspect-respondent-", found.respondent_id, "-", earlier, "-",
                                    static_cast<int>(found.suspected.kind()));
  command.request_type = "RespondentLinkSuspected";
  command.decide = [found](domain::Docket& docket, const domain::Context& context,
                           domain::Decision& decision) {
    return domain::Decide(found, docket, context, decision);
  };
  command.done = [](const absl::StatusOr<sequencer::Outcome>&) {};
  // When the queue is full it is found again at the next start.
  (void)under_way_.Submit(std::move(command));
}

}  // namespace klaim::services
