// A vault that is looked at: what of engine/privacy/vault.h changes nothing.

#include <sodium.h>

#include "engine/base/return_if_error.h"
#include "engine/privacy/vault.h"

namespace klaim::privacy {

absl::StatusOr<std::unique_ptr<Vault>> Vault::OpenToCheck(std::unique_ptr<VaultRows> rows,
                                                          const SecretKey& master_key,
                                                          const std::optional<SecretKey>& next_master_key) {
  if (sodium_init() < 0) return absl::InternalError("libsodium can't start on this machine");
  // The matching key's, which is made where there is none; here that is an error.
  RETURN_IF_ERROR(rows->Get("m").status());
  std::unique_ptr<Vault> vault(new Vault(std::move(rows), nullptr, {master_key}, [](const absl::Status&) {}));
  absl::Status status = vault->ChooseMasterKeys(next_master_key);
  if (status.ok()) status = vault->LoadMatchingKey();
  if (!status.ok()) return status;
  return vault;
}

absl::Status Vault::Check(const std::string& from,
                          absl::FunctionRef<bool(absl::string_view name, bool whole)> visit) const {
  const MasterKeys masters = master_keys();
  return rows_->Scan(from, "", [&](absl::string_view name, absl::string_view value) {
    return visit(name, IsWhole(name, value, masters));
  });
}

}  // namespace klaim::privacy
