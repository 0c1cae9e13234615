#include "projections/accounts.h"

#include <algorithm>

#include "klaim/v1/accounts_service.pb.h"

namespace klaim::projections {
namespace {

void RemoveGrant(v1::Account& row, v1::Permission permission) {
  for (int i = row.grants_size() - 1; i >= 0; --i) {
    if (row.grants(i).permission() == permission) row.mutable_grants()->DeleteSubrange(i, 1);
  }
}

bool Fold(const v1::EventRecord& event, v1::Account& row) {
  switch (event.event_case()) {
    case v1::EventRecord::kAccountOpened:
      row.set_account_id(event.stream());
      row.set_organisation_id(event.account_opened().organisation_id());
      row.set_name(event.account_opened().name());
      *row.mutable_roles() = event.account_opened().roles();
      return true;
    case v1::EventRecord::kRoleGranted:
      row.add_roles(event.role_granted().role());
      std::sort(row.mutable_roles()->begin(), row.mutable_roles()->end());
      return true;
    case v1::EventRecord::kRoleWithdrawn: {
      auto* roles = row.mutable_roles();
      roles->erase(std::remove(roles->begin(), roles->end(), event.role_withdrawn().role()), roles->end());
      return true;
    }
    case v1::EventRecord::kPermissionGranted:
      RemoveGrant(row, event.permission_granted().permission());
      *row.add_grants() = event.permission_granted();
      return true;
    case v1::EventRecord::kPermissionWithdrawn:
      RemoveGrant(row, event.permission_withdrawn().permission());
      return true;
    case v1::EventRecord::kAccountRecovered:
      row.set_second_factor(false);
      return true;
    case v1::EventRecord::kSecondFactorEnrolled:
      row.set_second_factor(true);
      return true;
    case v1::EventRecord::kAccountClosed:
      row.set_closed(true);
      return true;
    default:
      return false;
  }
}

}  // namespace

void Accounts::Apply(const v1::EventRecord& event, Rows& rows) {
  if (event.event_case() < 300 || event.event_case() >= 320) return;
  const std::string key = Key('a').Number(event.stream());
  v1::Account row;
  if (event.stream_version() > 0) row.ParseFromString(rows.Get(key).value_or(""));
  if (!Fold(event, row)) return;
  rows.Put(key, row.SerializeAsString());
  if (event.has_account_opened()) {
    rows.Put(Key('n').Number(row.organisation_id()).Text(row.name()), Key('-').Number(event.stream()));
  }
}

}  // namespace klaim::projections
