#include "projections/registry/registry.h"

#include <set>

#include "engine/domain/core/refusal.h"
#include "engine/domain/registry/respondent.h"
#include "klaim/v1/event_cases.h"
#include "klaim/v1/registry_service.pb.h"

namespace klaim::projections {

Period PeriodOf(const v1::RespondentLink& link) {
  return Period::OfLink(link.valid_from(), link.valid_until());
}

namespace {

v1::Respondent RespondentAt(uint64_t id, Rows& rows) {
  return rows.Read<v1::Respondent>(Key('r').Number(id));
}

void PutRespondent(const v1::Respondent& row, Rows& rows) {
  rows.Put(Key('r').Number(row.respondent_id()), row.SerializeAsString());
}

// What was suspected of a pair is decided.
void Settle(uint64_t one, uint64_t other, v1::LinkKind kind, Rows& rows) {
  for (const auto& [respondent, before] : {std::pair(one, other), std::pair(other, one)}) {
    const std::string key = Key('S').Number(respondent).Number(before).Number(kind);
    const auto row = rows.GetWhole(key, 9);
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

void Registry::Load(Rows& rows) {
  rows.Scan("N", [&](const std::string& key, const std::string& value) {
    networks_.Place(NumberAt(key, 1), NumberAt(value, 1));
  });
  rows.Scan("k", [&](const std::string& key, const std::string& value) {
    v1::RespondentLink link;
    // Each link stands at both ends.
    if (!rows.Parse(key, value, link) || link.reversed()) return;
    networks_.Tie(link.link_id(), NumberAt(key, 1), link.other_id(), PeriodOf(link));
  });
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
      auto row = rows.Read<v1::Programme>(Key('p').Number(event.stream()));
      *row.mutable_opened()->mutable_heads() = event.programme_rules_revised().heads();
      row.set_rules_version(event.programme_rules_revised().version());
      if (!event.programme_rules_revised().bank_charges_account().empty()) {
        row.mutable_opened()->set_bank_charges_account(
            event.programme_rules_revised().bank_charges_account());
      }
      if (event.programme_rules_revised().has_costs())
        *row.mutable_opened()->mutable_costs() = event.programme_rules_revised().costs();
      rows.Put(Key('p').Number(event.stream()), row.SerializeAsString());
      break;
    }
    case v1::EventRecord::kProgrammeHandedOver: {
      auto row = rows.Read<v1::Programme>(Key('p').Number(event.stream()));
      row.set_handed_over_to(event.programme_handed_over().docket());
      rows.Put(Key('p').Number(event.stream()), row.SerializeAsString());
      break;
    }
    case v1::EventRecord::kProgrammeClosed: {
      auto row = rows.Read<v1::Programme>(Key('p').Number(event.stream()));
      row.set_closed(true);
      rows.Put(Key('p').Number(event.stream()), row.SerializeAsString());
      break;
    }
    case KLAIM_RESPONDENT_EVENTS:
      ApplyToRespondent(event, rows);
      break;
    case v1::EventRecord::kOrganisationMemberAdded:
    case v1::EventRecord::EVENT_NOT_SET:
    case KLAIM_ACCOUNT_EVENTS:
    case KLAIM_CASE_EVENTS:
    case KLAIM_CASE_FUND_EVENTS:
    case KLAIM_CLAIM_EVENTS:
    case KLAIM_CLAIMANT_EVENTS:
    case KLAIM_CLAIMANT_GROUP_EVENTS:
    case KLAIM_DOCUMENT_EVENTS:
    case KLAIM_EXCHANGE_EVENTS:
    case KLAIM_JOB_EVENTS:
    case KLAIM_LOSS_EVENTS:
    case KLAIM_PAYMENT_BATCH_EVENTS:
    case KLAIM_REFERENCE_REGISTER_EVENTS:
    case KLAIM_REFERENCE_TABLE_EVENTS:
    case KLAIM_SAMPLE_EVENTS:
    case KLAIM_SETTLEMENT_EVENTS:
    case KLAIM_TRUST_ACCOUNT_EVENTS:
    case KLAIM_VIEW_EVENTS:
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
      PutRespondent(row, rows);
      PutMember(event.stream(), event.stream(), rows);
      PutNetwork(event.stream(), rows);
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
    case KLAIM_ALL_BUT_RESPONDENT_EVENTS:
      break;
  }
}

void Registry::Link(const v1::EventRecord& event, Rows& rows) {
  const v1::RespondentsLinked& linked = event.respondents_linked();
  for (auto [one, other] :
       {std::pair(event.stream(), linked.other_id()), std::pair(linked.other_id(), event.stream())}) {
    v1::RespondentLink link;
    link.set_link_id(event.sequence());
    link.set_other_id(other);
    link.set_kind(linked.kind());
    if (linked.has_valid_from()) *link.mutable_valid_from() = linked.valid_from();
    if (linked.has_valid_until()) *link.mutable_valid_until() = linked.valid_until();
    link.set_evidence(linked.evidence());
    link.set_reversed(one != event.stream());
    rows.Put(Key('k').Number(one).Number(event.sequence()), link.SerializeAsString());
  }
  Settle(event.stream(), linked.other_id(), linked.kind(), rows);
  v1::NetworkChange change;
  change.set_link_id(event.sequence());
  const std::set<uint64_t> before = {networks_.NetworkOf(event.stream()),
                                     networks_.NetworkOf(linked.other_id())};
  change.mutable_before()->Assign(before.begin(), before.end());
  const uint64_t label_before = networks_.LabelOf(event.stream());
  const uint64_t other_before = networks_.LabelOf(linked.other_id());
  const auto changed = networks_.Link(event.sequence(), event.stream(), linked.other_id(),
                                      Period::OfLink(linked.valid_from(), linked.valid_until()));
  const uint64_t label = networks_.LabelOf(event.stream());
  change.add_after(networks_.NumberOf(label));
  change.set_moved(static_cast<uint32_t>(changed.renumbered));
  Relabel(changed.relabelled, label == label_before ? other_before : label_before, label, rows);
  NoteChange(event, std::move(change), rows);
}

void Registry::Unlink(const v1::EventRecord& event, Rows& rows) {
  const uint64_t link_id = event.respondents_unlinked().link_id();
  const uint64_t other_id = event.respondents_unlinked().other_id();
  for (uint64_t one : {event.stream(), other_id}) rows.Delete(Key('k').Number(one).Number(link_id));
  v1::NetworkChange change;
  change.set_link_id(link_id);
  change.set_split(true);
  change.add_before(networks_.NetworkOf(event.stream()));
  const uint64_t label_before = networks_.LabelOf(event.stream());
  const auto changed = networks_.Unlink(link_id);
  const std::set<uint64_t> after = {networks_.NetworkOf(event.stream()), networks_.NetworkOf(other_id)};
  change.mutable_after()->Assign(after.begin(), after.end());
  change.set_moved(static_cast<uint32_t>(changed.renumbered));
  Relabel(changed.relabelled, label_before, link_id, rows);
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

void Registry::PutMember(uint64_t respondent, uint64_t label, Rows& rows) {
  rows.Put(Key('N').Number(respondent), Key('-').Number(label));
  rows.Put(Key('n').Number(label).Number(respondent), "");
}

void Registry::PutNetwork(uint64_t label, Rows& rows) {
  const std::string key = Key('L').Number(label);
  if (networks_.SizeOf(label) == 0) return rows.Delete(key);
  rows.Put(key, Key('-').Number(networks_.NumberOf(label)).Number(networks_.SizeOf(label)));
}

void Registry::Relabel(const std::vector<uint64_t>& respondents, uint64_t from, uint64_t to, Rows& rows) {
  if (respondents.empty()) return;
  for (uint64_t respondent : respondents) {
    rows.Delete(Key('n').Number(from).Number(respondent));
    PutMember(respondent, to, rows);
  }
  PutNetwork(from, rows);
  PutNetwork(to, rows);
}

}  // namespace klaim::projections
