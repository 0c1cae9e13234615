#include "projections/registry.h"

#include <set>

#include "klaim/v1/registry_service.pb.h"

namespace klaim::projections {

void Registry::Load(Rows& rows) {
  std::vector<v1::Respondent> all;
  rows.Scan("r",
            [&](const std::string&, const std::string& value) { all.emplace_back().ParseFromString(value); });
  for (const v1::Respondent& respondent : all) networks_.Add(respondent.respondent_id());
  for (const v1::Respondent& respondent : all) {
    for (const v1::RespondentLink& link : respondent.links()) {
      // Each link stands at both ends; once is enough.
      if (respondent.respondent_id() < link.other_id()) {
        networks_.Link(link.link_id(), respondent.respondent_id(), link.other_id());
      }
    }
  }
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
    case v1::EventRecord::kProgrammeClosed: {
      v1::Programme row;
      row.ParseFromString(rows.Get(Key('p').Number(event.stream())).value_or(""));
      row.set_closed(true);
      rows.Put(Key('p').Number(event.stream()), row.SerializeAsString());
      break;
    }
    case v1::EventRecord::kRespondentRegistered: {
      networks_.Add(event.stream());
      v1::Respondent row;
      row.set_respondent_id(event.stream());
      *row.mutable_registered() = event.respondent_registered();
      row.set_network_id(event.stream());
      row.set_network_size(1);
      rows.Put(Key('r').Number(event.stream()), row.SerializeAsString());
      rows.Put(Key('n').Number(event.stream()).Number(event.stream()), "");
      break;
    }
    case v1::EventRecord::kRespondentsLinked: {
      const uint64_t other_id = event.respondents_linked().other_id();
      for (auto [one, other] : {std::pair(event.stream(), other_id), std::pair(other_id, event.stream())}) {
        v1::Respondent row;
        row.ParseFromString(rows.Get(Key('r').Number(one)).value_or(""));
        auto* link = row.add_links();
        link->set_link_id(event.sequence());
        link->set_other_id(other);
        link->set_kind(event.respondents_linked().kind());
        rows.Put(Key('r').Number(one), row.SerializeAsString());
      }
      Rewrite(networks_.Link(event.sequence(), event.stream(), other_id), rows);
      break;
    }
    case v1::EventRecord::kRespondentsUnlinked: {
      const uint64_t link_id = event.respondents_unlinked().link_id();
      for (uint64_t one : {event.stream(), event.respondents_unlinked().other_id()}) {
        v1::Respondent row;
        row.ParseFromString(rows.Get(Key('r').Number(one)).value_or(""));
        for (int i = row.links_size() - 1; i >= 0; --i) {
          if (row.links(i).link_id() == link_id) row.mutable_links()->DeleteSubrange(i, 1);
        }
        rows.Put(Key('r').Number(one), row.SerializeAsString());
      }
      Rewrite(networks_.Unlink(link_id), rows);
      break;
    }
    default:
      break;
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
