// Who is signed in, and as of when and for what they look.
import type { Account, AccountNotice } from "../gen/klaim/v1/accounts_service_pb";
import { Permission } from "../gen/klaim/v1/permission_pb";

class Session {
  account = $state<Account | null>(null);
  permissions = $state<Set<Permission>>(new Set());
  // What others did to the account in the last 30 days; and since its last sign-in, until that was read.
  notices = $state.raw<AccountNotice[]>([]);
  untold = $state.raw<AccountNotice[]>([]);
  // The session ended while the page was in use.
  expired = $state(false);
  // What personal data is wanted for; kept for the tab alone.
  purpose = $state("");
  // A record's number or a moment; empty for now.
  asOf = $state("");
  // The docket's own rules: until the password is changed or a second factor enrolled, nothing else can be done.
  passwordChangeNeeded = $state(false);
  secondFactorNeeded = $state(false);

  may(permission: Permission): boolean {
    return this.permissions.has(permission);
  }
  get national(): boolean {
    return this.account !== null && this.account.organisationId === 0n;
  }
  get actor(): string {
    return this.account ? `${this.account.name}@${this.account.organisationId}` : "";
  }
}

export const session = new Session();
export { Permission };
