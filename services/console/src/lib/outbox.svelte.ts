// Claims that were taken in without a network: filed as soon as there is one, each under the identification that its
// draft has had from the beginning, so that none is filed twice.
import { Code, ConnectError } from "@connectrpc/connect";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { Account } from "../gen/klaim/v1/accounts_service_pb";
import { IntakeService, type FileClaimRequestSchema } from "../gen/klaim/v1/intake_service_pb";
import { api, failureOf } from "./api";
import { drafts, dropDraft, keepDraft, type Draft } from "./drafts";
import { session } from "./session.svelte";

export type Filing = MessageInitShape<typeof FileClaimRequestSchema>;

class Outbox {
  waiting = $state(0);
  // What became of drafts that were filed meanwhile, by the draft.
  filed = $state<{ id: string; title: string; claimId: bigint; caseId: bigint }[]>([]);
  #timer: ReturnType<typeof setInterval> | undefined;
  #busy = false;

  async start(): Promise<void> {
    if (session.account) {
      const { accountId, organisationId, name } = session.account;
      localStorage.setItem(
        "account",
        JSON.stringify([String(accountId), String(organisationId), name, [...session.permissions]]),
      );
    }
    clearInterval(this.#timer);
    this.#timer = setInterval(() => void this.send(), 15_000);
    globalThis.addEventListener("online", this.send);
    await this.send();
  }
  stop(): void {
    clearInterval(this.#timer);
    globalThis.removeEventListener("online", this.send);
    localStorage.removeItem("account");
    this.waiting = 0;
    this.filed = [];
  }
  // Who was signed in when the network went: enough to open drafts, nothing more.
  remembered(): Account | null {
    const kept = localStorage.getItem("account");
    if (!kept) return null;
    const [accountId, organisationId, name, permissions] = JSON.parse(kept) as [string, string, string, number[]];
    session.permissions = new Set(permissions);
    return {
      accountId: BigInt(accountId),
      organisationId: BigInt(organisationId),
      name,
      roles: [],
      grants: [],
    } as unknown as Account;
  }

  send = async (): Promise<void> => {
    if (this.#busy || !session.account) return;
    this.#busy = true;
    try {
      const kept = await drafts<{ filing: Filing }>(session.actor, "claim");
      const ready = kept.filter((draft) => draft.ready);
      this.waiting = ready.length;
      if (!navigator.onLine || session.expired) return;
      for (const draft of ready) await this.#file(draft);
    } finally {
      this.#busy = false;
    }
  };

  async #file(draft: Draft<{ filing: Filing }>): Promise<void> {
    try {
      const answer = await api(IntakeService).fileClaim(draft.data.filing);
      await dropDraft(draft.id);
      this.filed = [
        { id: draft.id, title: draft.title, claimId: answer.claimId, caseId: answer.caseId },
        ...this.filed,
      ];
      this.waiting -= 1;
    } catch (error) {
      const code = ConnectError.from(error).code;
      const later = [
        Code.Unavailable,
        Code.Unknown,
        Code.Unauthenticated,
        Code.ResourceExhausted,
        Code.DeadlineExceeded,
        Code.Canceled,
      ].includes(code);
      if (later) return;
      // Refused: it goes back to who typed it, with what was wrong.
      const failure = failureOf(error);
      await keepDraft({
        ...draft,
        ready: false,
        data: { ...draft.data, refusal: failure.text, refused: [...failure.fields] },
      });
      this.waiting -= 1;
    }
  }
}

export const outbox = new Outbox();
