#include "projections/registry.h"

#include <set>

#include "engine/domain/respondent.h"
#include "klaim/v1/registry_service.pb.h"

namespace klaim::projections {

namespace {

// Puts respondents and their links into networks.
void Join(const std::vector<v1::Respondent>& respondents, RespondentNetworks& networks) {
  for (const v1::Respondent& respondent : respondents) networks.Add(respondent.respondent_id());
  for (const v1::Respondent& respondent : respondents) {
    for (const v1::RespondentLink& link : respondent.links()) {
      // Each link stands at both ends; once is enough.
      if (link.reversed()) continue;
      networks.Link(link.link_id(), respondent.respondent_id(), link.other_id(),
                    Period::OfLink(link.valid_from(), link.valid_until()));
    }
  }
}

v1::Respondent RespondentAt(uint64_t id, Rows& rows) {
  v1::Respondent row;
  row.ParseFromString(rows.Get(Key('r').Number(id)).value_or(""));
  return row;
}

void PutRespondent(const v1::Respondent& row, Rows& rows) {
  rows.Put(Key('r').Number(row.respondent_id()), row.SerializeAsString());
}

// What was suspected of a pair is decided.
void Settle(uint64_t one, uint64_t other, v1::LinkKind kind, Rows& rows) {
  for (const auto& [respondent, before] : {std::pair(one, other), std::pair(other, one)}) {
    const std::string key = Key('S').Number(respondent).Number(before).Number(kind);
    const auto row = rows.Get(key);
    if (!row.has_value()) continue;
    rows.Delete(Key('s').Number(NumberAt(*row, 1)).Number(respondent).Number(before).Number(kind));
    rows.Delete(key);
  }
}

void Suspect(const v1::EventRecord& event, Rows& rows) {
  v1::SuspectedLink row;
  row.set_respondent_id(event.stream());
  *row.mutable_suspected() = event.respondent_link_suspected();
  const v1::RespondentLinkSuspected& suspected = row.suspected();
  const uint64_t unlikely = 0xffffffffu - suspected.probability_millionths();
  rows.Put(
      Key('s').Number(unlikely).Number(event.stream()).Number(suspected.other_id()).Number(suspected.kind()),
      row.SerializeAsString());
  rows.Put(Key('S').Number(event.stream()).Number(suspected.other_id()).Number(suspected.kind()),
           Key('-').Number(unlikely));
}

}  // namespace

absl::StatusOr<RespondentNetworks> NetworksIn(const View& registry) {
  std::vector<v1::Respondent> all;
  const std::string prefix = Key('r');
  absl::Status scanned = registry.Scan(prefix, prefix, [&](absl::string_view, absl::string_view value) {
    all.emplace_back().ParseFromArray(value.data(), static_cast<int>(value.size()));
    return true;
  });
  if (!scanned.ok()) return scanned;
  RespondentNetworks networks;
  Join(all, networks);
  return networks;
}

void Registry::Load(Rows& rows) {
  std::vector<v1::Respondent> all;
  rows.Scan("r",
            [&](const std::string&, const std::string& value) { all.emplace_back().ParseFromString(value); });
  Join(all, networks_);
}

void Registry::Apply(const v1::EventRecord& event, Rows& rows) {
  switch (event.event_case()) {
    case v1::EventRecord::kOrganisationRegistered: {
      v1::Organisation row;
      row.set_organisation_id(event.stream());
      *row.mutable_registered() = event.organisation_registered();
      rows.Put(Key('o').Number(event.stream()), row.SerializeAsString());
      break;
    }
    case v1::EventRecord::kProgrammeOpened: {
      v1::Programme row;
      row.set_programme_id(event.stream());
      *row.mutable_opened() = event.programme_opened();
      row.set_rules_version(1);
      rows.Put(Key('p').Number(event.stream()), row.SerializeAsString());
      break;
    }
    case v1::EventRecord::kProgrammeRulesRevised: {
      v1::Programme row;
      row.ParseFromString(rows.Get(Key('p').Number(event.stream())).value_or(""));
      *row.mutable_opened()->mutable_heads() = event.programme_rules_revised().heads();
      row.set_rules_version(event.programme_rules_revised().version());
      rows.Put(Key('p').Number(event.stream()), row.SerializeAsString());
      break;
    }
    case v1::EventRecord::kProgrammeHandedOver: {
      v1::Programme row;
      row.ParseFromString(rows.Get(Key('p').Number(event.stream())).value_or(""));
      row.set_handed_over_to(event.programme_handed_over().docket());
      rows.Put(Key('p').Number(event.stream()), row.SerializeAsString());
      break;
    }
    case v1::EventRecord::kProgrammeClosed: {
      v1::Programme row;
      row.ParseFromString(rows.Get(Key('p').Number(event.stream())).value_or(""));
      row.set_closed(true);
      rows.Put(Key('p').Number(event.stream()), row.SerializeAsString());
      break;
    }
    default:
      ApplyToRespondent(event, rows);
      break;
  }
}

void Registry::ApplyToRespondent(const v1::EventRecord& event, Rows& rows) {
  switch (event.event_case()) {
    case v1::EventRecord::kRespondentRegistered: {
      networks_.Add(event.stream());
      v1::Respondent row;
      row.set_respondent_id(event.stream());
      *row.mutable_registered() = event.respondent_registered();
      row.set_network_id(event.stream());
      row.set_network_size(1);
      PutRespondent(row, rows);
      rows.Put(Key('n').Number(event.stream()).Number(event.stream()), "");
      break;
    }
    case v1::EventRecord::kRespondentDetailsAdded: {
      v1::Respondent row = RespondentAt(event.stream(), rows);
      domain::AddDetails(event.respondent_details_added(), *row.mutable_registered());
      PutRespondent(row, rows);
      break;
    }
    case v1::EventRecord::kLicenceStatusRecorded: {
      v1::Respondent row = RespondentAt(event.stream(), rows);
      *row.add_licence_statuses() = event.licence_status_recorded();
      PutRespondent(row, rows);
      break;
    }
    case v1::EventRecord::kRespondentsLinked:
      Link(event, rows);
      break;
    case v1::EventRecord::kRespondentsUnlinked:
      Unlink(event, rows);
      break;
    case v1::EventRecord::kRespondentLinkSuspected:
      Suspect(event, rows);
      break;
    case v1::EventRecord::kRespondentLinkRefused:
      Settle(event.stream(), event.respondent_link_refused().other_id(),
             event.respondent_link_refused().kind(), rows);
      break;
    default:
      break;
  }
}

void Registry::Link(const v1::EventRecord& event, Rows& rows) {
  const v1::RespondentsLinked& linked = event.respondents_linked();
  for (auto [one, other] :
       {std::pair(event.stream(), linked.other_id()), std::pair(linked.other_id(), event.stream())}) {
    v1::Respondent row = RespondentAt(one, rows);
    auto* link = row.add_links();
    link->set_link_id(event.sequence());
    link->set_other_id(other);
    link->set_kind(linked.kind());
    if (linked.has_valid_from()) *link->mutable_valid_from() = linked.valid_from();
    if (linked.has_valid_until()) *link->mutable_valid_until() = linked.valid_until();
    link->set_evidence(linked.evidence());
    link->set_reversed(one != event.stream());
    PutRespondent(row, rows);
  }
  Settle(event.stream(), linked.other_id(), linked.kind(), rows);
  v1::NetworkChange change;
  change.set_link_id(event.sequence());
  const std::set<uint64_t> before = {networks_.NetworkOf(event.stream()),
                                     networks_.NetworkOf(linked.other_id())};
  change.mutable_before()->Assign(before.begin(), before.end());
  const auto moved = networks_.Link(event.sequence(), event.stream(), linked.other_id(),
                                    Period::OfLink(linked.valid_from(), linked.valid_until()));
  change.add_after(networks_.NetworkOf(event.stream()));
  change.set_moved(static_cast<uint32_t>(moved.size()));
  Rewrite(moved, rows);
  NoteChange(event, std::move(change), rows);
}

void Registry::Unlink(const v1::EventRecord& event, Rows& rows) {
  const uint64_t link_id = event.respondents_unlinked().link_id();
  const uint64_t other_id = event.respondents_unlinked().other_id();
  for (uint64_t one : {event.stream(), other_id}) {
    v1::Respondent row = RespondentAt(one, rows);
    for (int i = row.links_size() - 1; i >= 0; --i) {
      if (row.links(i).link_id() == link_id) row.mutable_links()->DeleteSubrange(i, 1);
    }
    PutRespondent(row, rows);
  }
  v1::NetworkChange change;
  change.set_link_id(link_id);
  change.set_split(true);
  change.add_before(networks_.NetworkOf(event.stream()));
  const auto moved = networks_.Unlink(link_id);
  const std::set<uint64_t> after = {networks_.NetworkOf(event.stream()), networks_.NetworkOf(other_id)};
  change.mutable_after()->Assign(after.begin(), after.end());
  change.set_moved(static_cast<uint32_t>(moved.size()));
  Rewrite(moved, rows);
  NoteChange(event, std::move(change), rows);
}

void Registry::NoteChange(const v1::EventRecord& event, v1::NetworkChange change, Rows& rows) {
  if (change.moved() == 0) return;  // they hung together another way too
  change.set_sequence(event.sequence());
  change.set_recorded_at_micros(event.recorded_at_micros());
  std::set<uint64_t> networks(change.before().begin(), change.before().end());
  networks.insert(change.after().begin(), change.after().end());
  for (uint64_t network : networks) {
    rows.Put(Key('h').Number(network).Number(~event.sequence()), change.SerializeAsString());
  }
}

void Registry::Rewrite(const std::vector<uint64_t>& respondents, Rows& rows) {
  std::set<uint64_t> networks;
  for (uint64_t respondent : respondents) {
    v1::Respondent row;
    row.ParseFromString(rows.Get(Key('r').Number(respondent)).value_or(""));
    rows.Delete(Key('n').Number(row.network_id()).Number(respondent));
    rows.Put(Key('n').Number(networks_.NetworkOf(respondent)).Number(respondent), "");
    networks.insert(row.network_id());
    networks.insert(networks_.NetworkOf(respondent));
  }
  for (uint64_t network : networks) {
    const std::set<uint64_t>& members = networks_.MembersOf(network);
    for (uint64_t member : members) {
      v1::Respondent row;
      row.ParseFromString(rows.Get(Key('r').Number(member)).value_or(""));
      row.set_network_id(network);
      row.set_network_size(static_cast<uint32_t>(members.size()));
      rows.Put(Key('r').Number(member), row.SerializeAsString());
    }
  }
}

}  // namespace klaim::projections
