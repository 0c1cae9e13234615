// Signing in by the organisation's own OpenID provider: the browser goes there, and comes back to /signed-in with a
// code.
import { SessionService, type SessionStarted } from "../gen/klaim/v1/accounts_service_pb";
import { api } from "./api";

const PATH = "/signed-in";
const KEPT = "provider-state";

export async function goToProvider(organisationId: bigint): Promise<void> {
  const answer = await api(SessionService).beginProviderSignIn({ organisationId, redirectUri: location.origin + PATH });
  sessionStorage.setItem(KEPT, answer.state);
  location.assign(answer.authorizationUrl);
}

export function cameBack(): boolean {
  return location.pathname === PATH;
}
// Undefined when the provider said no, or it wasn't this tab that asked: somebody else's code must not sign us in as
// them.
export async function finishAtProvider(): Promise<SessionStarted | undefined> {
  const given = new URLSearchParams(location.search);
  const state = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  history.replaceState(null, "", "/");
  if (!state || given.get("state") !== state || !given.get("code")) return undefined;
  return (await api(SessionService).finishProviderSignIn({ state, code: given.get("code")! })).session;
}
