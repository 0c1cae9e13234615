// Questions and requests that are allowed, too many of them, or too much to answer.
import { randomBytes, randomUUID } from "node:crypto";
import { connect } from "node:http2";
import { Agent, request } from "node:https";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { rpc } from "../console/vocabulary.mjs";
import { pause } from "./raw.mjs";
import { Caller, filing, text } from "./victim.mjs";

const patience = { timeoutMs: 30_000 };
const over = (seconds) => { const until = Date.now() + seconds * 1000; return () => Date.now() >= until; };
// How many of each end there were.
class Tally {
  ends = {};
  async of(promise) {
    const said = await promise.then(() => "answered", (error) => Code[error.code] ?? error.message);
    this.ends[said] = (this.ends[said] ?? 0) + 1;
    return said;
  }
  toString() {
    return JSON.stringify(this.ends);
  }
}

// Readers of case files that nobody may read without a purpose, who say none, beside four who file.
async function caseFiles(victim, readers, seconds) {
  const done = over(seconds);
  const place = { ...victim, programme: victim.guarded };
  const writer = new Caller(victim, { name: "sari" });
  const intake = await writer.to("IntakeService");
  let latest = await intake.fileClaim(filing(place));
  const filed = new Tally();
  const read = new Tally();
  const callers = Array.from({ length: Math.ceil(readers / 16) }, () => new Caller(victim, { name: "sari" }));
  await Promise.all([
    ...Array.from({ length: 4 }, async () => { while (!done()) await filed.of(intake.fileClaim(filing(place), patience).then((answer) => (latest = answer))); }),
    ...Array.from({ length: readers }, async (_, i) => {
      const asks = await callers[i % callers.length].to("IntakeService");
      while (!done()) await read.of(asks.getCaseFile({ caseId: latest.caseId, atLeastSequence: latest.receipt.sequence }, patience));
    }),
  ]);
  for (const caller of [writer, ...callers]) caller.close();
  return `${readers} readers: ${read}, 4 writers: ${filed}`;
}
export async function caseFilesWithoutPurpose(victim) {
  return `${await caseFiles(victim, 8, 6)}; ${await caseFiles(victim, 64, 8)}`;
}

// Agencies linked into one chain, as somebody who may link them can, and then asked for.
export async function chainOfRespondents(victim, expect) {
  const length = 8_000;
  const caller = new Caller(victim, { name: "legal-team" });
  const registry = await caller.to("RegistryService");
  const chain = Array(length);
  let next = 0;
  const lanes = (work) => Promise.all(Array.from({ length: 24 }, async () => { while (next < length) await work(next++); }));
  await lanes(async (i) => {
    const made = await registry.registerRespondent({ requestId: `chain:${i}`, respondent: { name: `PT Rantai ${i}`, kind: 1, country: "ID" } });
    chain[i] = made.respondentId;
  });
  next = 1;
  let last = 0n;
  await lanes(async (i) => {
    const { receipt } = await registry.linkRespondents({ requestId: `link:${i}`, respondentId: chain[i - 1], link: { otherId: chain[i], kind: 1, evidence: "akta" } });
    if (receipt.sequence > last) last = receipt.sequence;
  });
  const begun = performance.now();
  await registry.listRespondents({ page: { size: 1 }, atLeastSequence: last }, patience);
  const folded = performance.now() - begun;
  expect(folded < 2_000, `the chain was folded ${Math.round(folded)} ms behind its last link`);
  const asked = new Tally();
  const done = over(8);
  const networks = await new Caller(victim, { name: "audit-1" }).to("NetworkService");
  await Promise.all(Array.from({ length: 8 }, async (_, i) => { while (!done()) await asked.of(networks.getNetwork({ respondentIds: [chain[i * 900]], programmeId: BigInt(victim.programme) }, patience)); }));
  caller.close();
  return `${length} respondents in a chain, folded ${Math.round(folded)} ms after; 8 callers of their network: ${asked}`;
}

// One account that asks for the longest lists there are, on as many connections as it may have.
export async function longLists(victim) {
  const callers = Array.from({ length: 40 }, () => new Caller(victim, { name: "audit-1" }));
  const done = over(8);
  const asked = new Tally();
  await Promise.all(callers.map(async (caller) => {
    const intake = await caller.to("IntakeService");
    await Promise.all(Array.from({ length: 30 }, async () => { while (!done()) await asked.of(intake.listClaims({ page: { size: 1_000 } }, { timeoutMs: 10_000 })); }));
  }));
  for (const caller of callers) caller.close();
  return `lists of 1,000 claims, 1,200 at a time: ${asked}`;
}

// Streams of one account over as many connections as it likes, each fed and read as fast as it goes; what came back of them, in MiB.
async function streams(victim, name, path, connections, each, seconds, feed) {
  const file = (end) => readFileSync(join(victim.folder, "people", `${name}.${end}`));
  const done = over(seconds);
  let bytes = 0, begun = 0;
  const sessions = [];
  await Promise.all(Array.from({ length: connections }, async () => {
    while (!done()) {
      const session = connect(`https://${victim.grpc}`, { ca: victim.ca, cert: file("crt"), key: file("key") });
      sessions.push(session);
      session.on("error", () => {});
      await Promise.all(Array.from({ length: each }, async () => {
        const call = session.request({ ":method": "POST", ":path": path, te: "trailers", "content-type": "application/grpc" });
        ++begun;
        call.on("error", () => {});
        call.on("data", (part) => (bytes += part.length));
        const ended = new Promise((is) => call.on("close", is));
        for await (const message of feed()) {
          if (done() || call.destroyed) break;
          if (!call.write(message)) await Promise.race([new Promise((is) => call.once("drain", is)), ended, pause(1_000)]);
        }
        if (!call.destroyed) call.end();
        await Promise.race([ended, (async () => { while (!done()) await pause(100); })()]);
      }));
      session.destroy();
    }
  }));
  for (const session of sessions) session.destroy();
  return `${begun} streams, ${Math.round(bytes / (1 << 20))} MiB of answers`;
}
const grpcMessage = (bytes) => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
};

// Messages of a thousand filings, time and again, on every stream that one account may have.
export async function filingsWithoutEnd(victim) {
  const { IntakeService } = await rpc();
  const schema = IntakeService.method.fileClaims.input;
  const messages = Array.from({ length: 8 }, () => grpcMessage(Buffer.from(toBinary(schema, create(schema, { filings: Array.from({ length: 1_000 }, () => filing(victim)) })))));
  let next = 0;
  return `filings by the thousand: ${await streams(victim, "sari", "/klaim.v1.IntakeService/FileClaims", 20, 12, 10, function* () { while (true) yield messages[next++ % messages.length]; })}`;
}

// Documents that come a byte at a time, and messages of no filings.
export async function crumbs(victim) {
  const { EvidenceService } = await rpc();
  const schema = EvidenceService.method.uploadDocument.input;
  const message = (part) => grpcMessage(Buffer.from(toBinary(schema, create(schema, { part }))));
  const caller = new Caller(victim, { name: "sari" });
  const { caseId } = await (await caller.to("IntakeService")).fileClaim(filing(victim));
  caller.close();
  const begun = () => message({ case: "begun", value: { requestId: randomUUID(), caseId, title: { text: text("Kontrak") }, mediaType: "application/pdf", sizeBytes: 1n << 30n, sha256: new Uint8Array(32) } });
  const many = Buffer.concat(Array(3_000).fill(message({ case: "chunk", value: new Uint8Array(1) })));
  const uploads = await streams(victim, "sari", "/klaim.v1.EvidenceService/UploadDocument", 4, 8, 8, function* () { yield begun(); while (true) yield many; });
  const none = Buffer.concat(Array(3_000).fill(grpcMessage(Buffer.alloc(0))));
  const filings = await streams(victim, "sari", "/klaim.v1.IntakeService/FileClaims", 2, 8, 6, function* () { while (true) yield none; });
  return `uploads by bytes: ${uploads}; messages without a filing: ${filings}`;
}

// The log, read from its beginning by one auditor on every stream that it may have.
export async function readersOfTheLog(victim) {
  return `the log: ${await streams(victim, "audit-1", "/klaim.v1.AuditService/ReadLog", 20, 12, 10, function* () { yield grpcMessage(Buffer.alloc(0)); })}`;
}

// An auditor's export beside a thousand of another's.
export async function exportsOfOneAccount(victim, expect) {
  const [many, one] = await Promise.all(["audit-1", "audit-2"].map((name) => new Caller(victim, { name }).to("ImportExportService")));
  const begun = new Tally();
  let left = 1_000;
  const flood = Promise.all(Array.from({ length: 20 }, async () => { while (left-- > 0) await begun.of(many.startLogExport({ requestId: randomUUID() }, patience)); }));
  await pause(200);
  const asked = performance.now();
  const { jobId } = await one.startLogExport({ requestId: randomUUID() }, patience);
  const done = over(30);
  let bytes = 0;
  while (bytes === 0 && !done()) {
    try {
      for await (const { part } of one.readLogExport({ jobId }, patience)) bytes += part.content?.length ?? 1;
    } catch {
      await pause(100);
    }
  }
  const millis = Math.round(performance.now() - asked);
  expect(bytes > 0 && millis < 10_000, bytes > 0 ? `the other auditor's export took ${millis} ms` : "the other auditor's export wasn't there after 30 s");
  await flood;
  return `1,000 exports of one account: ${begun}; the other's was there after ${millis} ms`;
}

const letters = (count) => randomBytes(count).toString("base64").slice(0, count);
const longKinds = [
  { "x-long": letters(20 << 10) },
  { "x-long-bin": letters(30 << 10) },
  Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`x-long-${i}`, letters(200)])),
  { "x-long": letters(60_000) },
];

// One call whose metadata is too long, beside 25 on its connection.
export async function longMetadataBesideOthers(victim, expect) {
  const file = (end) => readFileSync(join(victim.folder, "people", `audit-1.${end}`));
  const ends = [];
  const longEnds = [];
  for (let round = 0; round < 20; ++round) {
    const session = connect(`https://${victim.grpc}`, { ca: victim.ca, cert: file("crt"), key: file("key") });
    session.on("error", () => {});
    const begin = (more) => {
      const call = session.request({ ":method": "POST", ":path": "/klaim.v1.RegistryService/ListProgrammes", te: "trailers", "content-type": "application/grpc", ...more });
      const ended = new Promise((over) => {
        let code = "cut";
        call.on("response", (head) => (code = head["grpc-status"] ?? code));
        call.on("trailers", (tail) => (code = tail["grpc-status"]));
        call.on("error", () => {});
        call.on("close", () => over(String(code)));
      });
      call.resume();
      return { ended, ask: () => call.end(Buffer.from([0, 0, 0, 0, 0])) };
    };
    // The others are under way when it comes, and go on behind it.
    const others = Array.from({ length: 25 }, () => begin({}));
    await pause(20);
    const long = begin(longKinds[round % longKinds.length]);
    long.ask();
    longEnds.push(await long.ended);
    for (const other of others) other.ask();
    ends.push(...await Promise.all(others.map((other) => other.ended)));
    session.destroy();
  }
  const failed = ends.filter((end) => end !== "0").length;
  expect(!longEnds.includes("0"), "a call with 20 KiB of metadata is refused");
  expect(failed === 0, `${failed} of ${ends.length} other calls failed`);
  return `20 rounds of 25 calls beside one with 20 to 60 KB of metadata, ${failed} of which failed; the long ones ended with ${[...new Set(longEnds)].join(", ")}`;
}

// A sign-in from an address; how it ended, and after how many ms.
function signIn(victim, from, message, agent = false) {
  const begun = performance.now();
  return new Promise((ended) => {
    const call = request(`${victim.url}/klaim.v1.SessionService/SignIn`, { method: "POST", ca: victim.ca, agent, localAddress: from, timeout: 20_000, headers: { "content-type": "application/json" } }, (response) => {
      response.resume();
      response.on("error", () => ended({ status: "cut" }));
      response.on("end", () => ended({ status: response.statusCode, millis: performance.now() - begun }));
    });
    call.on("timeout", () => call.destroy());
    call.on("error", () => ended({ status: "cut" }));
    call.end(JSON.stringify(message));
  });
}

async function strangersGuess(victim, expect, guess) {
  const { name, organisation, password } = victim.people["audit-2"];
  const own = { organisationId: String(organisation), name, password };
  const before = await signIn(victim, "127.0.0.2", own);
  expect(before.status === 200, `before the attack the person's sign-in is answered ${before.status}`);
  const done = over(15);
  const strangers = {};
  const flood = Promise.all(Array.from({ length: 24 }, async (_, i) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: victim.ca, localAddress: `127.0.6.${i + 1}` });
    while (!done() && !victim.ended) {
      const { status } = await signIn(victim, `127.0.6.${i + 1}`, guess(i), agent);
      strangers[status] = (strangers[status] ?? 0) + 1;
    }
    agent.destroy();
  }));
  const tries = [];
  await pause(500);
  // An account has 20 sessions at the most.
  while (!done() && tries.length < 15) {
    tries.push(await signIn(victim, "127.0.0.2", own));
    await pause(500);
  }
  await flood;
  const good = tries.filter((each) => each.status === 200);
  const slowest = Math.round(Math.max(0, ...good.map((each) => each.millis)));
  expect(tries.length > 0 && good.length === tries.length, `the person signed in at ${good.length} of ${tries.length} tries: ${tries.map((each) => each.status).join(" ")}`);
  expect(slowest < 5_000, `the slowest sign-in took ${slowest} ms`);
  return `24 strangers: ${JSON.stringify(strangers)}; the person got in at ${good.length} of ${tries.length} tries, the slowest in ${slowest} ms`;
}
// Names that are nobody's, from 24 addresses; and the person's own name.
export const signInsOfStrangers = (victim, expect) => strangersGuess(victim, expect, (i) => ({ organisationId: "0", name: `siapa-${i}`, password: randomUUID() }));
export const signInsInOnesName = (victim, expect) => strangersGuess(victim, expect, () => ({ organisationId: "0", name: "audit-2", password: randomUUID() }));

// Questions about the past, each about another moment, most of them given up at once, beside another auditor's one.
export async function questionsAboutThePast(victim, expect) {
  const [many, one] = ["audit-1", "audit-2"].map((name) => new Caller(victim, { name }));
  const size = Number((await (await many.to("AuditService")).getTreeHead({})).size);
  const asks = await many.to("RegistryService");
  const ends = new Tally();
  const flood = Promise.all(Array.from({ length: 300 }, async (_, i) => {
    await pause(10 * i);
    const stop = new AbortController();
    if (i % 10) setTimeout(() => stop.abort(), 30);
    await ends.of(asks.listProgrammes({}, { headers: { "klaim-as-of": String(size - 1 - i) }, signal: stop.signal, ...patience }));
  }));
  await pause(1_500);
  const begun = performance.now();
  const other = await one.to("RegistryService");
  const said = await new Tally().of(other.listProgrammes({}, { headers: { "klaim-as-of": String(Math.floor(size / 2)) }, ...patience }));
  const millis = Math.round(performance.now() - begun);
  expect(said === "answered" && millis < 5_000, `the other auditor's question was ${said} after ${millis} ms`);
  await flood;
  for (const caller of [many, one]) caller.close();
  return `300 questions: ${ends}; the other's was ${said} after ${millis} ms`;
}
