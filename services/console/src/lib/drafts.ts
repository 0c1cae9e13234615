// What was typed and not filed yet, kept on this device: encrypted with a key that the browser holds and no script can
// read out, for this account alone.
import { openDB, type IDBPDatabase } from "idb";

export interface Draft<Data = unknown> {
  id: string; // also the request's identification: filing it twice is filing it once
  owner: string;
  kind: string;
  title: string;
  changed: number;
  ready: boolean; // to be filed as soon as there is a network
  data: Data;
}

interface Stored {
  id: string;
  owner: string;
  nonce: Uint8Array<ArrayBuffer>;
  sealed: ArrayBuffer;
}

let database: Promise<IDBPDatabase> | undefined;

function db(): Promise<IDBPDatabase> {
  database ??= openDB("klaim", 1, {
    upgrade(upgraded) {
      upgraded.createObjectStore("keys");
      upgraded.createObjectStore("drafts", { keyPath: "id" });
    },
  });
  return database;
}

async function key(): Promise<CryptoKey> {
  const kept = (await (await db()).get("keys", "drafts")) as CryptoKey | undefined;
  if (kept) return kept;
  const fresh = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  // Two tabs may have made one each: the first that is kept counts.
  const transaction = (await db()).transaction("keys", "readwrite");
  const other = (await transaction.store.get("drafts")) as CryptoKey | undefined;
  if (!other) await transaction.store.put(fresh, "drafts");
  await transaction.done;
  return other ?? fresh;
}

// Numbers of 64 bits and bytes, which JSON has no words for.
function replacer(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return { $big: value.toString() };
  if (value instanceof Uint8Array) return { $bytes: btoa(String.fromCharCode(...value)) };
  return value;
}
function reviver(_: string, value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if ("$big" in value) return BigInt(String(value.$big));
  if ("$bytes" in value) return Uint8Array.from(atob(String(value.$bytes)), (char) => char.charCodeAt(0));
  return value;
}

export async function keepDraft<Data>(draft: Draft<Data>): Promise<void> {
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder().encode(JSON.stringify(draft, replacer));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv: nonce, additionalData: new TextEncoder().encode(`${draft.owner} ${draft.id}`) },
    await key(),
    text,
  );
  await (await db()).put("drafts", { id: draft.id, owner: draft.owner, nonce, sealed } satisfies Stored);
}

export async function drafts<Data>(owner: string, kind: string): Promise<Draft<Data>[]> {
  const opened: Draft<Data>[] = [];
  for (const stored of (await (await db()).getAll("drafts")) as Stored[]) {
    if (stored.owner !== owner) continue;
    const text = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: stored.nonce, additionalData: new TextEncoder().encode(`${owner} ${stored.id}`) },
      await key(),
      stored.sealed,
    );
    const draft = JSON.parse(new TextDecoder().decode(text), reviver) as Draft<Data>;
    if (draft.kind === kind) opened.push(draft);
  }
  return opened.sort((one, other) => other.changed - one.changed);
}

export async function dropDraft(id: string): Promise<void> {
  await (await db()).delete("drafts", id);
}
