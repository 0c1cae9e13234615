#include "services/identity/account_notices.h"

#include <map>
#include <string>

#include "engine/domain/people/account.h"
#include "engine/sequencer/folded.h"
#include "klaim/v1/event_cases.h"

namespace klaim::services {
namespace {

// What an event tells, but for whose it is and when; false for what is no news.
bool Tell(const v1::EventRecord& event, v1::AccountNotice& notice) {
  switch (event.event_case()) {
    case v1::EventRecord::kAccountOpened:
      *notice.mutable_roles() = event.account_opened().proposed_roles();
      notice.set_waits(true);
      return notice.roles_size() > 0;
    case v1::EventRecord::kRoleGranted:
      notice.add_roles(event.role_granted().role());
      return true;
    case v1::EventRecord::kRoleProposed:
      notice.add_roles(event.role_proposed().role());
      notice.set_waits(true);
      return true;
    case v1::EventRecord::kRoleWithdrawn:
      notice.add_roles(event.role_withdrawn().role());
      notice.set_reason(event.role_withdrawn().reason());
      return true;
    case v1::EventRecord::kPermissionGranted:
      notice.set_reason(event.permission_granted().reason());
      return true;
    case v1::EventRecord::kPermissionProposed:
      notice.set_reason(event.permission_proposed().grant().reason());
      notice.set_waits(true);
      return true;
    case v1::EventRecord::kPermissionWithdrawn:
      notice.set_reason(event.permission_withdrawn().reason());
      return true;
    case v1::EventRecord::kAccountRecovered:
      notice.set_reason(event.account_recovered().reason());
      notice.set_waits(event.account_recovered().waits());
      return true;
    case v1::EventRecord::kAccountChangeConfirmed:
      return true;
    case v1::EventRecord::kAccountChangeRefused:
      notice.set_reason(event.account_change_refused().reason());
      return true;
    case v1::EventRecord::kSecondFactorEnrolled:
    case v1::EventRecord::kAccountClosed:
    case KLAIM_ALL_BUT_ACCOUNT_EVENTS:
      return false;
  }
  return false;
}

// The proposal that an event ends; 0 for none, which is no account's.
uint64_t ProposalEndedBy(const v1::EventRecord& event) {
  if (event.has_account_change_confirmed()) return event.account_change_confirmed().proposal();
  return event.account_change_refused().proposal();
}

}  // namespace

absl::Status AddNotices(const log::LogReader& log, uint64_t account_id,
                        absl::FunctionRef<bool(const v1::EventRecord&)> wanted,
                        google::protobuf::RepeatedPtrField<v1::AccountNotice>& notices) {
  std::map<uint64_t, v1::AccountNotice> proposed;
  std::string own;
  auto account = sequencer::Folded<domain::AccountState>(
      log, "account_id", account_id, [&](const v1::EventRecord& event) {
        if (event.has_account_opened()) {
          own = domain::ActorOf(event.account_opened().name(), event.account_opened().organisation_id());
        }
        v1::AccountNotice notice;
        if (event.actor() == own || !Tell(event, notice)) return;
        notice.set_sequence(event.sequence());
        notice.set_recorded_at_micros(event.recorded_at_micros());
        notice.set_actor(event.actor());
        notice.set_event(
            v1::EventRecord::descriptor()->FindFieldByNumber(static_cast<int>(event.event_case()))->name());
        if (const auto ended = proposed.find(ProposalEndedBy(event)); ended != proposed.end()) {
          *notice.mutable_roles() = ended->second.roles();
          proposed.erase(ended);
        }
        if (notice.waits()) proposed[event.sequence()] = notice;
        if (wanted(event)) *notices.Add() = std::move(notice);
      });
  for (v1::AccountNotice& notice : notices) {
    if (!proposed.contains(notice.sequence())) notice.clear_waits();
  }
  return account.status();
}

}  // namespace klaim::services
