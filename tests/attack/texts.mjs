// What callers write: bytes in headers, purposes in any script, cursors that nobody gave them.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { Code } from "@connectrpc/connect";
import { bin } from "../console/docket.mjs";
import { rpc } from "../console/vocabulary.mjs";
import { answer, open } from "./raw.mjs";
import { Caller } from "./victim.mjs";

// Mulberry32: the same numbers for the same seed.
export function random(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const headers = [
  ["Authorization", "Bearer "], ["Cookie", "__Host-klaim="], ["klaim-purpose", ""], ["klaim-as-of", ""], ["klaim-purpose-bin", ""], ["Connect-Timeout-Ms", ""],
  ["Content-Type", ""], ["Content-Encoding", ""], ["Connect-Content-Encoding", ""], ["Accept-Encoding", ""], ["Origin", ""], ["X-Unknown", ""],
];

// One connection after another, a request at a time; `requests` yields header lines.
async function postAll(victim, token, requests, count) {
  let socket = null;
  for (const { name, value, method, query } of requests) {
    socket = socket && !socket.destroyed ? socket : await open(victim, "http");
    if (!socket) { count("not let in"); continue; }
    if (query) {
      const head = "GET /klaim.v1.RegistryService/ListProgrammes?connect=v1&encoding=json&message=%7B%7D&";
      socket.write(Buffer.concat([Buffer.from(head), query, Buffer.from(` HTTP/1.1\r\nHost: ${victim.url.slice(8)}\r\nAuthorization: Bearer ${token}\r\n\r\n`)]));
      const answered = await answer(socket, 5_000);
      count(answered?.status ?? "closed");
      if (!answered || answered.closes) socket.destroy();
      continue;
    }
    const stream = method === "AuditService/ReadLog";
    const body = stream ? "\0\0\0\0\x02{}" : "{}";
    const own = name === "Authorization" || name === "Cookie" ? "" : `Authorization: Bearer ${token}\r\n`;
    const type = name === "Content-Type" ? "" : `Content-Type: application/${stream ? "connect+json" : "json"}\r\n`;
    const head = `POST /klaim.v1.${method} HTTP/1.1\r\nHost: ${victim.url.slice(8)}\r\n${own}${type}Content-Length: ${body.length}\r\n${name}: `;
    socket.write(Buffer.concat([Buffer.from(head), value, Buffer.from(`\r\n\r\n${body}`, "latin1")]));
    const answered = await answer(socket, 5_000);
    count(answered?.status ?? "closed");
    if (!answered || answered.closes) socket.destroy();
  }
  socket?.destroy();
}

// Every byte in every header that a call is made of, then random ones, as `Authorization: Bearer é`.
export async function badBytesInHeaders(victim, expect, { seed }) {
  const token = await victim.sessionOf("audit-1");
  const next = random(seed);
  const requests = [];
  for (const [name, before] of headers)
    for (let byte = 0; byte < 256; ++byte)
      requests.push({ name, value: Buffer.concat([Buffer.from(before), Buffer.from([0x61, byte, 0x62])]), method: "RegistryService/ListProgrammes" });
  for (let i = 0; i < 2_000; ++i) {
    const [name, before] = headers[next(headers.length)];
    const bytes = Buffer.from(Array.from({ length: next(40) }, () => next(256)).filter((byte) => byte !== 10 && byte !== 13));
    const value = next(2) ? Buffer.concat([Buffer.from(before), bytes]) : Buffer.concat([Buffer.from(before), Buffer.from(bytes.toString("utf8"))]);
    requests.push({ name, value, method: next(3) ? "RegistryService/ListProgrammes" : "AuditService/ReadLog" });
  }
  for (let i = 0; i < 600; ++i) requests.push({ query: Buffer.from(Array.from({ length: next(60) }, () => (next(3) ? 33 + next(94) : 128 + next(128)))) });
  const counts = {};
  const count = (what) => (counts[what] = (counts[what] ?? 0) + 1);
  await Promise.all(Array.from({ length: 8 }, (_, lane) => postAll(victim, token, requests.filter((_, i) => i % 8 === lane), count)));
  const failures = Object.keys(counts).filter((status) => Number(status) >= 500 && Number(status) !== 501);
  expect(failures.length === 0, `answered as failures of the daemon's own: ${failures.join(", ")}`);
  expect((counts[400] ?? 0) > 100 && (counts[200] ?? 0) > 100, "good ones are answered and bad ones refused with 400");
  return `${requests.length} requests, seed ${seed}; answers ${JSON.stringify(counts)}`;
}

const run = (program, words, options = {}) => new Promise((ended) => execFile(program, words, { timeout: 30_000, ...options }, (error, out, said) =>
  ended({ signal: error?.signal ?? null, code: error ? error.code : 0, out, said })));

// `klaim --purpose "Jum’at"` and its like: what it says arrives, or is refused; nobody ends.
export async function purposesInAnyScript(victim, expect) {
  const { claims } = await (await new Caller(victim, { name: "sari" }).to("IntakeService")).listClaims({ page: { size: 1 } });
  const claimant = String(claims[0].filed.claimantId);
  const good = ["Jum’at", "sidang\u00a0pertama", "pemeriksaan — “kasus”", "جلسة", "ꦱꦶꦢꦁ", "聽證", "🙏 tolong", "e\u0301", "x".repeat(200)];
  const odd = ["", " ", "\t", "a\nb", "a\rb", "\u0001", "\u007f", "\u202e", "\ufeff", "\uffff", "y".repeat(20_000)];
  const klaim = (words) => run(join(bin, "klaim"), ["--quiet", "--addresses", join(victim.folder, "addresses.json"), "--as", "sari", ...words]);
  for (const purpose of [...good, ...odd]) {
    const ended = await klaim(["--purpose", purpose, "claimant", "show", claimant]);
    const shown = JSON.stringify(purpose.slice(0, 20));
    expect(ended.signal === null && ended.code <= 2, `klaim --purpose ${shown} ended by ${ended.signal ?? ended.code}`);
    if (good.includes(purpose)) expect(ended.code === 0, `klaim --purpose ${shown} is refused: ${ended.said.trim().slice(0, 120)}`);
  }
  for (const option of ["--as-of", "--session", "--request-id"]) {
    const ended = await klaim([option, "Jum’at", "claimant", "show", claimant]);
    expect(ended.signal === null, `klaim ${option} "Jum’at" ended by ${ended.signal}`);
  }
  const bytes = await run("bash", ["-c", `"$0" --quiet --addresses "$1" --as sari --purpose "$(printf 'a\\xff\\xfe\\x80b')" claimant show ${claimant}`, join(bin, "klaim"), join(victim.folder, "addresses.json")]);
  expect(bytes.signal === null, `klaim --purpose with bytes that are no UTF-8 ended by ${bytes.signal}`);
  const views = await klaim(["claimant", "views"]);
  const auditors = await run(join(bin, "klaim"), ["--quiet", "--addresses", join(victim.folder, "addresses.json"), "--as", "audit-1", "claimant", "views"]);
  expect((views.out + auditors.out).includes("Jum’at"), "the purpose stands in the list of looks as it was typed");
  return `${good.length + odd.length + 4} purposes by klaim`;
}

const forged = () => {
  const url = (bytes) => Buffer.from(bytes).toString("base64url");
  const behindLetters = [..."abcdefghijklmnopqrstuvwxyz"].map((letter) => url([letter.charCodeAt(0), ...Array(8).fill(255)]));
  return [...behindLetters, url(Array(8).fill(255)), url(Array(8).fill(0)), url([0x80, 0, 0, 0, 0, 0, 0, 0]), url(Array(40).fill(255)), url(Array(48).fill(0)), url(Array(4_096).fill(255)),
    "!", "=", "AAAA", "a".repeat(100_000), "é", "//////////8="];
};

// A request of a type, naming things that are there where it names any.
function question(type, victim, ids) {
  const known = { settlementId: victim.settlement, allocationId: victim.allocation, programmeId: "0", caseId: ids.caseId, claimId: ids.claimId, claimantId: ids.claimantId };
  const asked = {};
  for (const field of type.fields) if (field.fieldKind === "scalar" && known[field.localName] !== undefined) asked[field.localName] = BigInt(known[field.localName]);
  return asked;
}

// Cursors that nobody was given, that were given to somebody else, or for another list, to every method that takes one.
export async function forgedCursors(victim, expect) {
  const callers = ["sari", "audit-1", "legal-team", "administrator", "mitra"].map((name) => ({ name, caller: new Caller(victim, { name, purpose: "Jum’at" }) }));
  const { claims } = await (await callers[0].caller.to("IntakeService")).listClaims({ page: { size: 1 } });
  const ids = { claimId: claims[0].claimId, caseId: claims[0].filed.caseId, claimantId: claims[0].filed.claimantId };
  const services = Object.values(await rpc()).filter((each) => each.kind === "service");
  const lists = services.flatMap((service) => service.methods.filter((method) => method.methodKind === "unary" && method.input.fields.some((field) => field.message?.typeName === "klaim.v1.PageRequest")).map((method) => ({ service, method })));
  expect(lists.length >= 20, `${lists.length} lists were found`);
  const real = [];
  let sent = 0;
  const ask = async ({ service, method }, { caller }, page) => {
    ++sent;
    const client = await caller.to(service.typeName.split(".").pop());
    try {
      return { answer: await client[method.localName]({ ...question(method.input, victim, ids), page }, { timeoutMs: 10_000 }) };
    } catch (error) {
      return { code: error.code };
    }
  };
  for (const list of lists) {
    for (const who of callers) {
      const first = await ask(list, who, { size: 1 });
      if (first.code === Code.PermissionDenied) continue;
      const cursor = first.answer?.page?.nextCursor;
      const flipped = cursor ? [cursor.slice(0, 30) + (cursor[30] === "A" ? "B" : "A") + cursor.slice(31)] : [];
      for (const bad of [...forged(), ...flipped, ...real.filter((each) => each.of !== who.name || each.list !== list.method.name).slice(-3).map((each) => each.cursor)]) {
        if (victim.ended) return `${sent} questions, the last ${list.method.name} with the cursor ${bad.slice(0, 24)}: then it ended`;
        const { answer, code } = await ask(list, who, { size: 1, cursor: bad });
        const refused = [Code.InvalidArgument, Code.NotFound, Code.FailedPrecondition, Code.PermissionDenied].includes(code);
        expect(!answer && refused, `${list.method.name} by ${who.name} ${answer ? "takes" : `answers code ${code} to`} the cursor ${bad.slice(0, 24)}`);
      }
      if (cursor) real.push({ cursor, of: who.name, list: list.method.name });
    }
  }
  expect(real.length >= 5, `${real.length} lists had a second page`);
  for (const { caller } of callers) caller.close();
  return `${sent} questions of ${lists.length} lists by ${callers.length} callers`;
}
