// SHA-256 of a file that may be larger than memory: WebCrypto takes a whole message only.
import { sha256 } from "@noble/hashes/sha2.js";

export async function sha256OfFile(
  file: Blob,
  progress: (done: number) => void,
  stopped: () => boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  if (file.size <= 64 << 20) return new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  const hash = sha256.create();
  const step = 4 << 20;
  for (let at = 0; at < file.size && !stopped(); at += step) {
    hash.update(new Uint8Array(await file.slice(at, at + step).arrayBuffer()));
    progress(Math.min(file.size, at + step));
    await new Promise((next) => setTimeout(next));
  }
  return new Uint8Array(hash.digest());
}
