// What an auditor's browser checks by itself, with WebCrypto: RFC 9162 inclusion and consistency, C2SP signed notes.
import { hex } from "./format";

const bytes = (length: number) => new Uint8Array(length);
type Bytes = Uint8Array<ArrayBuffer>;

async function sha256(...parts: Uint8Array[]): Promise<Bytes> {
  const all = bytes(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", all));
}

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);
const mostEntryBytes = 0xffff;

// The leaf of a record: a record that is too long for a bundle stands in the tree by its number and hash.
export async function leafHash(sequence: bigint, record: Uint8Array): Promise<Bytes> {
  if (record.length <= mostEntryBytes) return sha256(leafPrefix, record);
  const digest = btoa(String.fromCharCode(...(await sha256(record))));
  const entry = `klaim large record v1\n${sequence}\n${record.length}\n${digest}\n`;
  return sha256(leafPrefix, new TextEncoder().encode(entry));
}

const equal = (one: Uint8Array, other: Uint8Array) =>
  one.length === other.length && one.every((byte, i) => byte === other[i]);

// RFC 9162, section 2.1.3.2.
export async function verifyInclusion(
  leaf: Uint8Array,
  index: bigint,
  size: bigint,
  path: Uint8Array[],
  root: Uint8Array,
): Promise<boolean> {
  if (index >= size) return false;
  let fn = index;
  let sn = size - 1n;
  let hash: Uint8Array = leaf;
  for (const sibling of path) {
    if (sn === 0n) return false;
    if (fn & 1n || fn === sn) {
      hash = await sha256(nodePrefix, sibling, hash);
      while (!(fn & 1n) && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else {
      hash = await sha256(nodePrefix, hash, sibling);
    }
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && equal(hash, root);
}

export interface Checkpoint {
  origin: string;
  size: bigint;
  root: Bytes;
  signed: boolean; // by the key that was given
}

const fromBase64 = (text: string): Bytes => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

// A checkpoint (C2SP tlog-checkpoint) and whether it is signed with the key (C2SP signed-note, Ed25519).
export async function openCheckpoint(note: string, vkey: string): Promise<Checkpoint> {
  const split = note.indexOf("\n\n");
  if (split < 0) throw new Error("not a signed note");
  const text = note.slice(0, split + 1);
  const [origin = "", size = "", root = ""] = text.split("\n");
  const [name = "", id = "", ...rest] = vkey.trim().split("+");
  const key = fromBase64(rest.join("+"));
  let signed = false;
  for (const line of note.slice(split + 2).split("\n")) {
    const match = /^— (\S+) (\S+)$/.exec(line);
    if (!match || match[1] !== name) continue;
    const signature = fromBase64(match[2]!);
    if (hex(signature.slice(0, 4)) !== id || key[0] !== 1) continue;
    const publicKey = await crypto.subtle.importKey("raw", key.slice(1), "Ed25519", false, ["verify"]);
    signed ||= await crypto.subtle.verify("Ed25519", publicKey, signature.slice(4), new TextEncoder().encode(text));
  }
  return { origin, size: BigInt(size), root: fromBase64(root), signed };
}
