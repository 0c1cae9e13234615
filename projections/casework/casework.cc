#include "projections/casework/casework.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "engine/domain/core/aggregate.h"
#include "engine/domain/core/money.h"
#include "engine/domain/core/rules.h"
#include "engine/domain/money/overpayment.h"
#include "klaim/v1/event_cases.h"

namespace klaim::projections {
namespace {

std::string DeadlineKey(int64_t day, v1::DeadlineKind kind, uint64_t subject, uint64_t part) {
  return Key('d')
      .Number(DayKey(day))
      .Text(std::string(1, static_cast<char>(kind)))
      .Number(subject)
      .Number(part);
}

void PutDeadline(int64_t day, v1::DeadlineKind kind, uint64_t subject, uint64_t part, v1::Deadline deadline,
                 Rows& rows) {
  *deadline.mutable_on() = domain::DateOf(day);
  deadline.set_kind(kind);
  rows.Put(DeadlineKey(day, kind, subject, part), deadline.SerializeAsString());
}

v1::CaseworkRow CaseOf(uint64_t case_id, Rows& rows) {
  return rows.Read<v1::CaseworkRow>(Key('k').Number(case_id));
}

void CountCase(uint64_t account_id, bool at_risk, int sign, Rows& rows) {
  if (account_id == 0) return;
  const std::string before = rows.GetWhole(Key('l').Number(account_id), 17).value_or(std::string(17, '\0'));
  rows.Put(Key('l').Number(account_id),
           Key('-')
               .Number(NumberAt(before, 1) + static_cast<uint64_t>(sign))
               .Number(NumberAt(before, 9) + static_cast<uint64_t>(at_risk ? sign : 0)));
}

// Months after a date: the last day of that month.
int64_t DayAfterMonths(const v1::PartialDate& date, uint32_t months) {
  const v1::PartialDate last = domain::DateOf(domain::LastDayOf(date));
  const uint32_t count = last.year() * 12 + last.month() - 1 + months;
  v1::PartialDate then;
  then.set_year(count / 12);
  then.set_month(count % 12 + 1);
  return domain::LastDayOf(then);
}

void DropLimitations(uint64_t claim_id, v1::DeadlinesRow& row, Rows& rows) {
  for (int i = 0; i < row.limitation_days_size(); ++i) {
    if (row.limitation_days(i) == 0) continue;
    rows.Delete(DeadlineKey(row.limitation_days(i), v1::DEADLINE_KIND_LIMITATION, claim_id,
                            static_cast<uint64_t>(i)));
  }
  row.clear_limitation_days();
}

void DropAnswer(uint64_t claim_id, v1::DeadlinesRow& row, Rows& rows) {
  if (row.answer_day() == 0) return;
  rows.Delete(DeadlineKey(row.answer_day(), v1::DEADLINE_KIND_ANSWER, claim_id, 0));
  row.set_answer_day(0);
}

void DropTask(uint64_t claim_id, v1::DeadlineKind kind, uint64_t number, v1::DeadlinesRow& row, Rows& rows) {
  auto& tasks = *row.mutable_tasks();
  for (const v1::ClaimTask& task : tasks) {
    if (task.kind() == kind && task.number() == number)
      rows.Delete(DeadlineKey(task.day(), kind, claim_id, number));
  }
  tasks.erase(std::remove_if(
                  tasks.begin(), tasks.end(),
                  [&](const v1::ClaimTask& task) { return task.kind() == kind && task.number() == number; }),
              tasks.end());
}

// In the place of one of the same kind and number.
void PutTask(const v1::EventRecord& event, uint64_t claim_id, v1::DeadlineKind kind, uint64_t number,
             const std::string& about, v1::DeadlinesRow& row, Rows& rows) {
  DropTask(claim_id, kind, number, row, rows);
  v1::ClaimTask& task = *row.add_tasks();
  task.set_kind(kind);
  task.set_number(number);
  task.set_day(domain::DayOf(event.recorded_at_micros()));
  v1::Deadline deadline;
  deadline.set_claim_id(claim_id);
  deadline.set_case_id(row.case_id());
  deadline.set_organisation_id(CaseOf(row.case_id(), rows).organisation_id());
  deadline.set_about(about);
  PutDeadline(task.day(), kind, claim_id, number, deadline, rows);
}

std::string HeldText(const v1::EventRecord& event) {
  const v1::HoldScope scope = event.claim_held().scope();
  const char* what = scope == v1::HOLD_SCOPE_DECIDE     ? "decisions"
                     : scope == v1::HOLD_SCOPE_ALLOCATE ? "allocations and payments"
                                                        : "payments";
  return absl::StrCat(what, " are held by hold ", event.sequence());
}

std::string ProposedText(const v1::EventRecord& event) {
  const v1::ClaimMoveProposed& proposed = event.claim_move_proposed();
  const char* what = proposed.has_reversal()                ? "taking back a repayment"
                     : proposed.has_revision()              ? "a revision"
                     : proposed.forgiveness().written_off() ? "writing off what is overpaid"
                                                            : "waiving what is overpaid";
  return absl::StrCat(what, " (proposal ", event.sequence(), ") waits for another person");
}

void KeepEnded(int64_t day, v1::DeadlineKind kind, uint64_t claim_id, uint64_t part, v1::DeadlinesRow& row,
               Rows& rows) {
  v1::EndedDeadline& ended = *row.add_ended();
  *ended.mutable_deadline() = rows.Read<v1::Deadline>(DeadlineKey(day, kind, claim_id, part));
  ended.set_part(part);
}

// The claim ends, and with it what was to be done for it by some day.
void EndDeadlines(uint64_t claim_id, v1::DeadlinesRow& row, Rows& rows) {
  if (row.answer_day() != 0) KeepEnded(row.answer_day(), v1::DEADLINE_KIND_ANSWER, claim_id, 0, row, rows);
  for (int i = 0; i < row.limitation_days_size(); ++i) {
    if (row.limitation_days(i) == 0) continue;
    KeepEnded(row.limitation_days(i), v1::DEADLINE_KIND_LIMITATION, claim_id, static_cast<uint64_t>(i), row,
              rows);
  }
  DropAnswer(claim_id, row, rows);
  DropLimitations(claim_id, row, rows);
  DropTask(claim_id, v1::DEADLINE_KIND_PRECEDENT, 0, row, rows);
}

void ReopenDeadlines(uint64_t claim_id, v1::DeadlinesRow& row, Rows& rows) {
  for (const v1::EndedDeadline& ended : row.ended()) {
    const int64_t day = domain::LastDayOf(ended.deadline().on());
    PutDeadline(day, ended.deadline().kind(), claim_id, ended.part(), ended.deadline(), rows);
    if (ended.deadline().kind() == v1::DEADLINE_KIND_ANSWER) {
      row.set_answer_day(day);
      continue;
    }
    while (row.limitation_days_size() <= static_cast<int>(ended.part())) row.add_limitation_days(0);
    row.set_limitation_days(static_cast<int>(ended.part()), day);
  }
  row.clear_ended();
}

// The claim whose decision this one follows was decided by the event, as it was followed or otherwise.
void LookAtFollower(const v1::EventRecord& event, uint64_t claim_id, bool as_followed, Rows& rows) {
  auto row = rows.Read<v1::DeadlinesRow>(Key('c').Number(claim_id));
  DropTask(claim_id, v1::DEADLINE_KIND_PRECEDENT, 0, row, rows);
  if (!as_followed) {
    PutTask(event, claim_id, v1::DEADLINE_KIND_PRECEDENT, 0,
            absl::StrCat("claim ", event.stream(), ", which it followed, is decided otherwise"), row, rows);
  }
  rows.Put(Key('c').Number(claim_id), row.SerializeAsString());
}

// `instalment` from 0.
void PutInstalment(int64_t day, uint64_t settlement_id, uint64_t instalment, Rows& rows) {
  v1::Deadline deadline;
  deadline.set_settlement_id(settlement_id);
  deadline.set_about(absl::StrCat("instalment ", instalment + 1));
  PutDeadline(day, v1::DEADLINE_KIND_INSTALMENT, settlement_id, instalment, deadline, rows);
}

}  // namespace

uint64_t DayKey(int64_t day) { return static_cast<uint64_t>(day + (int64_t{1} << 31)); }

void Casework::Load(Rows& rows) {
  rows.Scan("p", [&](const std::string& key, const std::string& value) {
    v1::ProgrammeOpened programme;
    if (!rows.Parse(key, value, programme)) return;
    for (const v1::HeadRule& head : programme.heads()) limited_[NumberAt(key, 1)][head.code()] = head;
  });
}

void Casework::Apply(const v1::EventRecord& event, Rows& rows) {
  const v1::AggregateKind kind = domain::KindOf(event);
  if (event.has_programme_opened() || event.has_programme_rules_revised()) {
    v1::ProgrammeOpened limited;
    auto& heads = limited_[event.stream()];
    heads.clear();
    for (const v1::HeadRule& head : event.has_programme_opened() ? event.programme_opened().heads()
                                                                 : event.programme_rules_revised().heads()) {
      if (head.limitation_months() == 0) continue;
      heads[head.code()] = head;
      *limited.add_heads() = head;
    }
    rows.Put(Key('p').Number(event.stream()), limited.SerializeAsString());
  }
  if (kind == v1::AGGREGATE_KIND_CASE) ApplyToCase(event, rows);
  if (event.has_claim_filed()) {
    File(event, rows);
  } else if (kind == v1::AGGREGATE_KIND_CLAIM) {
    ApplyToClaim(event, rows);
  }
  if (kind == v1::AGGREGATE_KIND_SETTLEMENT) ApplyToSettlement(event, rows);
}

void Casework::File(const v1::EventRecord& event, Rows& rows) {
  const v1::ClaimFiled& filed = event.claim_filed();
  const auto& limited = limited_[filed.programme_id()];
  v1::DeadlinesRow row;
  row.set_case_id(filed.case_id());
  for (int i = 0; i < filed.heads_size() && !limited.empty(); ++i) {
    const v1::ClaimedHead& head = filed.heads(i);
    const v1::PartialDate& end = head.period_until().year() != 0 ? head.period_until() : head.period_from();
    const auto rule = limited.find(head.code());
    row.add_limitation_days(0);
    if (rule == limited.end() || end.year() == 0) continue;
    const int64_t day = DayAfterMonths(end, rule->second.limitation_months());
    row.set_limitation_days(i, day);
    v1::Deadline deadline;
    deadline.set_claim_id(event.stream());
    deadline.set_case_id(filed.case_id());
    deadline.set_organisation_id(filed.organisation_id());
    deadline.set_about(absl::StrCat(head.code(), ": ", rule->second.limitation_forum()));
    PutDeadline(day, v1::DEADLINE_KIND_LIMITATION, event.stream(), static_cast<uint64_t>(i), deadline, rows);
  }
  rows.Put(Key('c').Number(event.stream()), row.SerializeAsString());
}

void Casework::ApplyToClaim(const v1::EventRecord& event, Rows& rows) {
  const uint64_t claim_id = event.stream();
  const auto change = [&](auto changed) {
    auto row = rows.Read<v1::DeadlinesRow>(Key('c').Number(claim_id));
    changed(row);
    rows.Put(Key('c').Number(claim_id), row.SerializeAsString());
  };
  const auto put = [&](v1::DeadlineKind kind, uint64_t number, const std::string& about) {
    change([&](v1::DeadlinesRow& row) { PutTask(event, claim_id, kind, number, about, row, rows); });
  };
  const auto drop = [&](v1::DeadlineKind kind, uint64_t number) {
    change([&](v1::DeadlinesRow& row) { DropTask(claim_id, kind, number, row, rows); });
  };
  if (const v1::OverpaidSums* overpaid = domain::OverpaidIn(event); overpaid != nullptr) {
    if (overpaid->open_minor() == 0) {
      drop(v1::DEADLINE_KIND_OVERPAID, 0);
    } else {
      put(v1::DEADLINE_KIND_OVERPAID, 0,
          absl::StrCat(domain::Describe(overpaid->open_minor(), overpaid->currency()),
                       " is to be paid back"));
    }
  }
  switch (event.event_case()) {
    case v1::EventRecord::kClaimDeficiencyNoticed:
      change([&](v1::DeadlinesRow& row) {
        DropAnswer(claim_id, row, rows);
        row.set_answer_day(domain::LastDayOf(event.claim_deficiency_noticed().answer_by()));
        v1::Deadline deadline;
        deadline.set_claim_id(claim_id);
        deadline.set_case_id(row.case_id());
        deadline.set_organisation_id(CaseOf(row.case_id(), rows).organisation_id());
        deadline.set_about(absl::StrCat(event.claim_deficiency_noticed().missing_size(), " missing"));
        PutDeadline(row.answer_day(), v1::DEADLINE_KIND_ANSWER, claim_id, 0, deadline, rows);
      });
      break;
    case v1::EventRecord::kClaimDeficiencyCured:
      change([&](v1::DeadlinesRow& row) { DropAnswer(claim_id, row, rows); });
      break;
    case v1::EventRecord::kClaimClosed:
    case v1::EventRecord::kClaimHandedOver:
    case v1::EventRecord::kClaimWithdrawn:
    case v1::EventRecord::kClaimOptedOut:
      change([&](v1::DeadlinesRow& row) { EndDeadlines(claim_id, row, rows); });
      break;
    case v1::EventRecord::kClaimEligibilityDecided:
      Decided(event, event.claim_eligibility_decided().eligible(),
              event.claim_eligibility_decided().precedent_claim_id(), rows);
      break;
    case v1::EventRecord::kClaimHeld:
      put(v1::DEADLINE_KIND_HOLD, event.sequence(), HeldText(event));
      break;
    case v1::EventRecord::kClaimHoldReleased:
      drop(v1::DEADLINE_KIND_HOLD, event.claim_hold_released().hold_id());
      break;
    case v1::EventRecord::kClaimMoveProposed:
      put(v1::DEADLINE_KIND_PROPOSAL, event.sequence(), ProposedText(event));
      break;
    case v1::EventRecord::kClaimMoveRejected:
      drop(v1::DEADLINE_KIND_PROPOSAL, event.claim_move_rejected().proposal_id());
      break;
    case v1::EventRecord::kClaimOverpaymentForgiven:
      drop(v1::DEADLINE_KIND_PROPOSAL, event.claim_overpayment_forgiven().proposal_id());
      break;
    case v1::EventRecord::kClaimRepaymentReversed:
      drop(v1::DEADLINE_KIND_PROPOSAL, event.claim_repayment_reversed().proposal_id());
      break;
    case v1::EventRecord::kClaimAppealed:
      if (event.claim_appealed().decision_stands())
        put(v1::DEADLINE_KIND_APPEAL, 0, absl::StrCat("appeal ", event.sequence(), " is to be decided"));
      break;
    case v1::EventRecord::kClaimAppealDismissed:
      drop(v1::DEADLINE_KIND_APPEAL, 0);
      break;
    case v1::EventRecord::kClaimDecisionRevised:
      drop(v1::DEADLINE_KIND_PROPOSAL, event.claim_decision_revised().proposal_id());
      if (event.claim_decision_revised().revision().appeal_id() != 0) drop(v1::DEADLINE_KIND_APPEAL, 0);
      Decided(event, event.claim_decision_revised().revision().eligible(), 0, rows);
      break;
    case v1::EventRecord::kClaimReopened:
      change([&](v1::DeadlinesRow& row) { ReopenDeadlines(claim_id, row, rows); });
      break;
    case v1::EventRecord::kClaimPaid:
      if (!event.claim_paid().in_full()) break;
      change([&](v1::DeadlinesRow& row) { DropLimitations(claim_id, row, rows); });
      break;
    case v1::EventRecord::kClaimFiled:
    case v1::EventRecord::kClaimReviewStarted:
    case v1::EventRecord::kClaimValued:
    case v1::EventRecord::kClaimDetermined:
    case v1::EventRecord::kClaimGrouped:
    case v1::EventRecord::kClaimAllocated:
    case v1::EventRecord::kClaimPaymentOrdered:
    case v1::EventRecord::kClaimPaymentReleased:
    case v1::EventRecord::kClaimPaymentReturned:
    case v1::EventRecord::kClaimSuspended:
    case v1::EventRecord::kClaimResumed:
    case v1::EventRecord::kClaimMerged:
    case v1::EventRecord::kClaimMergeUndone:
    case v1::EventRecord::kClaimsProposedSeparate:
    case v1::EventRecord::kClaimsFoundSeparate:
    case v1::EventRecord::kClaimLossJoined:
    case v1::EventRecord::kClaimLossSeparated:
    case v1::EventRecord::kClaimCredited:
    case v1::EventRecord::kClaimCreditReversalProposed:
    case v1::EventRecord::kClaimCreditReversed:
    case v1::EventRecord::kClaimAllocationLapsed:
    case v1::EventRecord::kClaimRegisterChecked:
    case v1::EventRecord::kClaimRepaid:
    case KLAIM_ALL_BUT_CLAIM_EVENTS:
      break;
  }
}

void Casework::Decided(const v1::EventRecord& event, bool eligible, uint64_t follows_id, Rows& rows) {
  const uint64_t claim_id = event.stream();
  auto row = rows.Read<v1::DeadlinesRow>(Key('c').Number(claim_id));
  DropTask(claim_id, v1::DEADLINE_KIND_PRECEDENT, 0, row, rows);
  if (row.follows_id() != 0) rows.Delete(Key('q').Number(row.follows_id()).Number(claim_id));
  row.set_follows_id(follows_id);
  if (follows_id != 0) rows.Put(Key('q').Number(follows_id).Number(claim_id), eligible ? "1" : "0");
  rows.Put(Key('c').Number(claim_id), row.SerializeAsString());
  std::map<uint64_t, bool> followers;
  rows.Scan(Key('q').Number(claim_id), [&](const std::string& key, const std::string& value) {
    followers[NumberAt(key, 9)] = (value == "1") == eligible;
  });
  for (const auto& [follower_id, as_followed] : followers)
    LookAtFollower(event, follower_id, as_followed, rows);
}

void Casework::ApplyToCase(const v1::EventRecord& event, Rows& rows) {
  const uint64_t case_id = event.stream();
  if (event.has_case_opened()) {
    v1::CaseworkRow row;
    row.set_organisation_id(event.case_opened().organisation_id());
    row.set_at_risk(event.case_opened().at_risk());
    rows.Put(Key('k').Number(case_id), row.SerializeAsString());
  } else if (event.has_case_assigned()) {
    v1::CaseworkRow row = CaseOf(case_id, rows);
    CountCase(row.responsible_id(), row.at_risk(), -1, rows);
    row.set_responsible_id(event.case_assigned().account_id());
    CountCase(row.responsible_id(), row.at_risk(), +1, rows);
    rows.Put(Key('k').Number(case_id), row.SerializeAsString());
  } else if (event.has_meeting_scheduled()) {
    const int64_t day = domain::LastDayOf(event.meeting_scheduled().on());
    v1::Deadline deadline;
    deadline.set_case_id(case_id);
    deadline.set_organisation_id(CaseOf(case_id, rows).organisation_id());
    deadline.set_about(event.meeting_scheduled().forum());
    PutDeadline(day, v1::DEADLINE_KIND_MEETING, event.sequence(), 0, deadline, rows);
    rows.Put(Key('m').Number(event.sequence()), Key('-').Number(DayKey(day)));
  } else if (event.has_transfer_stated()) {
    const v1::TransferStated& transfer = event.transfer_stated();
    rows.Put(Key('t').Number(case_id).Number(event.sequence()), transfer.SerializeAsString());
    for (uint64_t end : {transfer.from_respondent_id(), transfer.to_respondent_id()}) {
      if (end != 0) rows.Put(Key('r').Number(end).Number(case_id).Number(event.sequence()), "");
    }
  } else if (event.has_meeting_closed()) {
    const uint64_t meeting_id = event.meeting_closed().meeting_id();
    if (auto row = rows.GetWhole(Key('m').Number(meeting_id), 9); row.has_value()) {
      const auto day = static_cast<int64_t>(NumberAt(*row, 1)) - (int64_t{1} << 31);
      rows.Delete(DeadlineKey(day, v1::DEADLINE_KIND_MEETING, meeting_id, 0));
      rows.Delete(Key('m').Number(meeting_id));
    }
  }
}

void Casework::ApplyToSettlement(const v1::EventRecord& event, Rows& rows) {
  const uint64_t id = event.stream();
  v1::DeadlinesRow row;
  if (event.has_settlement_recorded()) {
    for (int i = 0; i < event.settlement_recorded().instalments_size(); ++i) {
      const v1::Instalment& instalment = event.settlement_recorded().instalments(i);
      row.add_instalment_days(domain::LastDayOf(instalment.due_on()));
      row.add_instalment_open_minor(instalment.amount_minor());
      PutInstalment(row.instalment_days(i), id, static_cast<uint64_t>(i), rows);
    }
  } else {
    const std::string key = Key('s').Number(id);
    row = rows.Read<v1::DeadlinesRow>(key);
    // Less than zero for what was taken back.
    const auto receive = [&](uint32_t number, int64_t amount) {
      const int at = static_cast<int>(number) - 1;
      if (at < 0 || at >= row.instalment_days_size() || at >= row.instalment_open_minor_size())
        return rows.Fail(key);
      row.set_instalment_open_minor(at, row.instalment_open_minor(at) - amount);
      const auto due = static_cast<uint64_t>(at);
      if (row.instalment_open_minor(at) <= 0) {
        rows.Delete(DeadlineKey(row.instalment_days(at), v1::DEADLINE_KIND_INSTALMENT, id, due));
      } else if (amount < 0) {
        PutInstalment(row.instalment_days(at), id, due, rows);
      }
    };
    const auto receive_all = [&](const v1::SettlementReceiptRecorded& receipt) {
      for (const v1::ReceiptPart& part : receipt.parts())
        receive(part.instalment_number(), part.amount_minor());
    };
    const auto take_back = [&](const v1::ReceiptReversed& reversed) {
      for (const v1::ReceiptPart& part : reversed.parts())
        receive(part.instalment_number(), -part.amount_minor());
    };
    if (event.has_instalment_received()) {
      receive(event.instalment_received().instalment_number(), event.instalment_received().amount_minor());
    } else if (event.has_settlement_receipt_recorded()) {
      receive_all(event.settlement_receipt_recorded());
    } else if (event.has_receipts_reported()) {
      for (const v1::SettlementReceiptRecorded& receipt : event.receipts_reported().receipts())
        receive_all(receipt);
      for (const v1::ReceiptReversed& reversed : event.receipts_reported().reversed()) take_back(reversed);
    } else if (event.has_receipt_reversed()) {
      take_back(event.receipt_reversed());
    } else if (event.has_respondent_released()) {
      int64_t left = event.respondent_released().share_minor();
      for (int at = row.instalment_open_minor_size(); at-- > 0 && left > 0;) {
        const int64_t part = std::clamp<int64_t>(row.instalment_open_minor(at), 0, left);
        if (part > 0) receive(static_cast<uint32_t>(at) + 1, part);
        left -= part;
      }
    } else {
      return;
    }
  }
  rows.Put(Key('s').Number(id), row.SerializeAsString());
}

}  // namespace klaim::projections
