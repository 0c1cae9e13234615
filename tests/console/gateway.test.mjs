// The Connect gateway, as clients that know nothing of us find it.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { request as httpsRequest } from "node:https";
import { join } from "node:path";
import { after, before } from "node:test";
import { connect as tlsConnect } from "node:tls";
import { gunzipSync, gzipSync } from "node:zlib";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { compressionGzip, createConnectTransport } from "@connectrpc/connect-node";
import { createConnectTransport as createWebTransport } from "@connectrpc/connect-web";
import { test } from "./bounded.mjs";
import { Docket } from "./docket.mjs";
import { service } from "./vocabulary.mjs";

let docket, token;
before(async () => {
  docket = await Docket.make({ claims: 300 });
  token = await docket.token(await docket.person("sari", "lawyer+valuer+auditor"));
});
after(() => docket.end());

const bearer = (next) => (request) => {
  request.header.set("authorization", `Bearer ${token}`);
  return next(request);
};
const transports = () => {
  const common = { baseUrl: docket.url, httpVersion: "1.1", nodeOptions: { ca: docket.ca }, interceptors: [bearer] };
  return {
    "binary": createConnectTransport({ ...common, useBinaryFormat: true }),
    "JSON": createConnectTransport({ ...common, useBinaryFormat: false }),
    "binary, compressed both ways": createConnectTransport({ ...common, useBinaryFormat: true, sendCompression: compressionGzip, compressMinBytes: 0 }),
    "JSON, compressed both ways": createConnectTransport({ ...common, useBinaryFormat: false, sendCompression: compressionGzip, compressMinBytes: 0 }),
  };
};

for (const name of ["binary", "JSON", "binary, compressed both ways", "JSON, compressed both ways"]) {
  test(`an unmodified client: unary calls, ${name}`, async () => {
    const registry = createClient(await service("RegistryService"), transports()[name]);
    const answer = await registry.listProgrammes({});
    assert.equal(answer.programmes.length, 5);
    assert.equal(typeof answer.programmes[0].programmeId, "bigint");
  });
  test(`an unmodified client: a stream of answers, ${name}`, async () => {
    const audit = createClient(await service("AuditService"), transports()[name]);
    let records = 0;
    for await (const part of audit.readLog({})) records += part.records.length;
    const { size } = await audit.getTreeHead({});
    assert.ok(records > 500 && BigInt(records) <= size, `${records} of ${size}`);
  });
  test(`an unmodified client: a stream of requests, ${name}`, async () => {
    const intake = createClient(await service("IntakeService"), transports()[name]);
    const { claims } = await intake.listClaims({ page: { size: 1 } });
    const evidence = createClient(await service("EvidenceService"), transports()[name]);
    const content = new TextEncoder().encode(`contract, ${name}`);
    const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
    const answer = await evidence.uploadDocument((async function* () {
      yield { part: { case: "begun", value: { requestId: randomUUID(), caseId: claims[0].filed.caseId, title: { text: { content: { case: "clear", value: "Kontrak" } } }, mediaType: "text/plain", sizeBytes: BigInt(content.length), sha256 } } };
      yield { part: { case: "chunk", value: content.slice(0, 4) } };
      yield { part: { case: "chunk", value: content.slice(4) } };
    })());
    assert.ok(answer.documentId > 0n);
  });
  test(`an unmodified client: errors come with their fields, ${name}`, async () => {
    const { BadRequestSchema } = await import("./vocabulary.mjs").then((module) => module.rpc());
    const search = createClient(await service("SearchService"), transports()[name]);
    await assert.rejects(search.search({ query: "" }), (error) => {
      assert.ok(error instanceof ConnectError);
      assert.equal(error.code, Code.InvalidArgument);
      assert.equal(error.findDetails(BadRequestSchema)[0].fieldViolations[0].field, "query");
      return true;
    });
    const exports = createClient(await service("ImportExportService"), transports()[name]);
    await assert.rejects(async () => { for await (const _ of exports.readLogExport({ jobId: 1n })); }, (error) => error.code === Code.NotFound, "also at the end of a stream");
  });
}

test("JSON is never read in part: what isn't understood is told where it stands, all of it at once", async () => {
  const { programmes } = await docket.must("RegistryService/ListProgrammes", {}, token);
  const { respondents } = await docket.must("RegistryService/ListRespondents", { page: { size: 1 } }, token);
  const filing = (more) => ({
    requestId: randomUUID(), programmeId: programmes[0].programmeId, respondentIds: [respondents[0].respondentId ?? respondents[0].respondent?.respondentId],
    newClaimant: { person: { name: { clear: "Siti" }, ...more.person }, capacity: 1, workerStatus: 1, consents: [{ purpose: 1, givenOn: { year: 2026, month: 1, day: 15 } }] },
    newCase: { placement: { destination: "HK" } },
    heads: [{ code: programmes[0].opened.heads[0].code, claimed: { currency: programmes[0].opened.currency, minorUnits: "100000" }, ...more.head }], ...more.filing,
  });
  const ask = (more) => docket.call("IntakeService/FileClaim", filing(more), token);
  const count = async () => (await docket.must("RegistryService/GetStatistics", {}, token).catch(() => ({ claims: "0" }))).claims;
  const before = await count();
  for (const [more, ...said] of [
    [{ head: { documented_minr: "1" } }, /heads\[0\]\.documented_minr: .*documentedMinor/],
    [{ person: { birthdate: { clear: "1985-02-05" } }, head: { periodFrm: { year: 2024 } } }, /person\.birthdate: .*birthDate/, /heads\[0\]\.periodFrm: .*periodFrom/],
    [{ filing: { programmeId: "elf" } }, /programme_?[iI]d/],
    ...["100.000", "1e5", "00100", 1e21, 1.5].map((minorUnits) => [{ head: { claimed: { currency: "HKD", minorUnits } } }, /heads\[0\]\.claimed\.minor_?[uU]nits/]),
    [{ filing: { newClaimnt: {} } }, /newClaimnt: .*newClaimant/],
  ]) {
    const { status, message } = await ask(more);
    assert.equal(status, 400, JSON.stringify(message));
    for (const one of said) assert.match(message.message, one, JSON.stringify(more));
    assert.match(message.message, /line \d+, character \d+/);
  }
  assert.equal(await count(), before, "nothing was filed");
  const { status, message } = await ask({});
  assert.equal(status, 200, JSON.stringify(message));
  const { claimant } = await docket.must("IntakeService/GetClaimant", { claimantId: message.claimantId }, token);
  assert.equal(claimant.person.name.clear, "Siti", "text is text, and not Base64");
  const broken = await docket.http("/klaim.v1.IntakeService/FileClaim", { method: "POST", headers: { "content-type": "application/json", authorization: `Bearer ${token}` }, body: '{"requestId":"x",\n "heads":[{"code":}]}' });
  assert.match(broken.body.toString(), /line 2|position \d+|byte \d+/, broken.body.toString());
});

test("connect-web's transport works on the same listener", async () => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  const registry = createClient(await service("RegistryService"), createWebTransport({ baseUrl: docket.url, interceptors: [bearer] }));
  assert.equal((await registry.listProgrammes({})).programmes.length, 5);
  delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
});

test("a deadline is kept, and a cancelled stream ends", async () => {
  const audit = createClient(await service("AuditService"), transports().binary);
  const stop = new AbortController();
  let parts = 0;
  await assert.rejects(async () => {
    for await (const _ of audit.readLog({ follow: true }, { signal: stop.signal })) if (++parts === 1) stop.abort();
  }, (error) => error.code === Code.Canceled);
  await assert.rejects(async () => { for await (const _ of audit.readLog({ follow: true }, { timeoutMs: 300 })); }, (error) => error.code === Code.DeadlineExceeded);
});

test("curl with JSON is all it takes", async () => {
  const answer = await docket.call("RegistryService/ListProgrammes", {}, token);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers["content-type"], "application/json");
  assert.equal(answer.message.programmes.length, 5);
});

test("a name that was corrected is found by the new one, and no longer by the old", async () => {
  const must = (method, message) => docket.must(method, message, token);
  const { claims } = await must("IntakeService/ListClaims", { page: { size: 1 } });
  const { claimantId } = claims[0].filed;
  const { claimant } = await must("IntakeService/GetClaimant", { claimantId });
  const old = claimant.person.name.clear;
  const finds = async (query) => ((await must("SearchService/Search", { query, most: 50 })).claimants ?? []).some((found) => found.claimantId === claimantId);
  const until = async (check) => { for (let i = 0; i < 100 && !(await check()); i++) await new Promise((again) => setTimeout(again, 100)); };
  await until(() => finds(old));
  assert.ok(await finds(old));
  await must("PrivacyService/CorrectClaimant", { requestId: randomUUID(), claimantId, person: { name: { clear: "Zubaidah Xaverina" } }, reason: "As on her card." });
  await until(() => finds("xaver zubai"));
  assert.ok(await finds("xaver zubai"));
  assert.ok(!(await finds(old)), "the old name");
});

test("what can't be a call is refused with what to do", async () => {
  const post = (path, headers, body) => docket.http(path, { method: "POST", headers: { authorization: `Bearer ${token}`, ...headers }, body });
  assert.equal((await post("/klaim.v1.RegistryService/NoSuch", { "content-type": "application/json" }, "{}")).status, 404);
  assert.equal((await post("/klaim.v1.RegistryService/ListProgrammes", { "content-type": "text/plain" }, "{}")).status, 415);
  assert.equal((await docket.http("/klaim.v1.RegistryService/RegisterRespondent", { headers: { authorization: `Bearer ${token}` } })).status, 405, "what changes something isn't called by GET");
  assert.equal((await docket.http("/klaim.v1.IntakeService/GetClaimant", { headers: { authorization: `Bearer ${token}` } })).status, 405, "nor what leaves a trace");
  const bad = await post("/klaim.v1.RegistryService/ListProgrammes", { "content-type": "application/json" }, '{"page":"Siti Aminah"}');
  assert.equal(bad.status, 400);
  assert.ok(!bad.body.toString().includes("Siti"), "what was sent isn't repeated in errors");
  const cut = await post("/klaim.v1.EvidenceService/UploadDocument", { "content-type": "application/connect+proto" }, Buffer.from([0, 0, 0, 0, 9, 1]));
  assert.match(cut.body.toString(), /cut off/);
  const zipped = await post("/klaim.v1.RegistryService/ListProgrammes", { "content-type": "application/json", "content-encoding": "br" }, "{}");
  assert.equal(JSON.parse(zipped.body).code, "unimplemented");
  const bomb = await post("/klaim.v1.RegistryService/ListProgrammes", { "content-type": "application/json", "content-encoding": "gzip" }, gzipSync(Buffer.alloc(64 << 20, 32)));
  assert.equal(bomb.status, 400);
  const bidi = await post("/klaim.v1.IntakeService/FileClaims", { "content-type": "application/connect+json" }, "");
  assert.match(bidi.body.toString(), /unimplemented/);
});

// One request as bytes, each as it stands: what no HTTP library would send. Answers what came back.
function raw(head, body = "") {
  return new Promise((answered, failed) => {
    const { hostname, port } = new URL(docket.url);
    const socket = tlsConnect({ host: hostname, port, ca: docket.ca }, () => socket.end(Buffer.concat([Buffer.from(head, "latin1"), Buffer.from("\r\n\r\n"), Buffer.from(body)])));
    const parts = [];
    socket.on("data", (part) => parts.push(part));
    socket.on("end", () => answered(Buffer.concat(parts).toString("latin1")));
    // What isn't HTTP at all is answered by closing.
    socket.on("error", (error) => (error.code === "ECONNRESET" ? answered(Buffer.concat(parts).toString("latin1")) : failed(error)));
    socket.setTimeout(20_000, () => failed(new Error("no answer")));
  });
}

test("no byte in a header ends the daemon: the header is named, and what it says is carried or refused", async () => {
  const { host } = new URL(docket.url);
  const call = (headers) => raw(`POST /klaim.v1.RegistryService/ListProgrammes HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n${headers}`, "{}");
  for (let byte = 1; byte < 256; byte++) {
    if (byte === 10 || byte === 13) continue; // they end a header
    const character = String.fromCharCode(byte);
    const headers = [["Authorization", `Bearer a${character}b`], ["Cookie", `__Host-klaim=a${character}b`], ["klaim-purpose", `a${character}b`], ["klaim-as-of", `a${character}b`], ["klaim-purpose-bin", `a${character}b`], ["Connect-Timeout-Ms", `1${character}2`], ["Content-Type", `a${character}b`], ["Accept-Encoding", `a${character}b`]];
    await Promise.all(headers.map(async ([name, value]) => {
      const signed = name === "Authorization" || name === "Cookie" ? "" : `\r\nAuthorization: Bearer ${token}`;
      const answer = await call(`${name}: ${value}${signed}`);
      if (answer === "") return;
      const status = Number(answer.slice(9, 12));
      assert.ok(status >= 200 && status < 500, `${name}, byte ${byte}: ${answer.slice(0, 200)}`);
      if (byte > 126 && name.startsWith("klaim-")) assert.match(answer, new RegExp(`400 [\\s\\S]*${name}`), `${name}, byte ${byte}`);
    }));
  }
  assert.equal((await docket.call("RegistryService/ListProgrammes", {}, token)).status, 200, "it serves still");
});

test("a purpose in any script is recorded, its no-break spaces as spaces", async () => {
  const { claims } = await docket.must("IntakeService/ListClaims", { page: { size: 1 } }, token);
  for (const purpose of ["sidang Jum’at\u00a0pagi", "听证会", "سماع"]) {
    const coded = Buffer.from(purpose).toString("base64");
    for (const header of [coded, coded.replace(/=+$/, "")]) {
      const answer = await docket.call("IntakeService/GetClaimant", { claimantId: claims[0].filed.claimantId }, token, { "klaim-purpose-bin": header });
      assert.equal(answer.status, 200, JSON.stringify(answer.message));
    }
    const recorded = async () => (await docket.must("PrivacyService/ListViews", { page: { size: 1000 } }, token)).views?.some((view) => view.purpose === purpose.replaceAll("\u00a0", " "));
    for (let i = 0; i < 100 && !(await recorded()); i++) await new Promise((again) => setTimeout(again, 100));
    assert.ok(await recorded(), purpose);
  }
  // The command line carries it too.
  docket.klaim("--purpose", "Jum’at", "claimant", "show", claims[0].filed.claimantId);
});

test("what expands is counted before it is opened, and opened when it is read", async () => {
  const envelope = (bytes) => { const head = Buffer.alloc(5); head[0] = 1; head.writeUInt32BE(bytes.length, 1); return Buffer.concat([head, bytes]); };
  const part = gzipSync(Buffer.alloc(8 << 20));
  const body = Buffer.concat(Array.from({ length: Math.floor((7 << 20) / (part.length + 5)) }, () => envelope(part)));
  const memory = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${docket.daemon.pid}/status`, "utf8"))[1]) * 1024;
  const before = memory();
  const post = (headers, bytes, type) => docket.http("/klaim.v1.EvidenceService/UploadDocument", { method: "POST", headers: { "content-type": type, "connect-content-encoding": "gzip", ...headers }, body: bytes });
  const answers = await Promise.all(Array.from({ length: 4 }, () => post({ authorization: `Bearer ${token}` }, body, "application/connect+proto")));
  for (const answer of answers) assert.match(answer.body.toString(), /"error"/);
  const stranger = await post({}, body.subarray(0, 5 + part.length), "application/connect+proto");
  assert.match(stranger.body.toString(), /"error"/);
  const objects = Buffer.from(`{"heads":[${Array(1_000_000).fill("{}").join(",")}]}`);
  const many = await Promise.all(Array.from({ length: 6 }, () => docket.http("/klaim.v1.IntakeService/FileClaim", { method: "POST", headers: { authorization: `Bearer ${token}`, "content-type": "application/json" }, body: objects })));
  for (const answer of many) assert.equal(answer.status, 429, answer.body.toString().slice(0, 200));
  // The same as Protocol Buffers: four million empty heads.
  const heads = Buffer.alloc(8_000_000, Buffer.from([0x42, 0]));
  const empty = await Promise.all(Array.from({ length: 6 }, () => docket.http("/klaim.v1.IntakeService/FileClaim", { method: "POST", headers: { authorization: `Bearer ${token}`, "content-type": "application/proto" }, body: heads })));
  for (const answer of empty) assert.match(answer.body.toString(), /invalid_argument.*300,000 parts/s);
  assert.ok(memory() - before < 400 << 20, `${(memory() - before) >> 20} MiB`);
});

test("who holds connections open without asking anything keeps nobody out, and how the daemon is stays to be seen", async () => {
  const { hostname, port } = new URL(docket.url);
  const idle = [];
  for (let i = 0; i < 400; i++) {
    const socket = tlsConnect({ host: hostname, port, ca: docket.ca });
    socket.on("error", () => {});
    idle.push(new Promise((open) => { socket.once("secureConnect", () => open(socket)); socket.once("close", () => open(socket)); }));
  }
  const sockets = await Promise.all(idle);
  assert.equal((await docket.call("RegistryService/ListProgrammes", {}, token)).status, 200);
  assert.equal((await docket.http("/")).status, 200);
  const told = await fetch(`${docket.status}/metrics`);
  assert.equal(told.status, 200);
  assert.match(await told.text(), /klaim_log_events/);
  assert.equal((await fetch(`${docket.status}/healthz`)).status, 200);
  assert.equal((await fetch(`${docket.status}/vkey`)).status, 404);
  for (const socket of sockets) socket.destroy();
});

test("a page that isn't known to have changed isn't sent again; the header alone can be asked for", async () => {
  for (const path of ["/vkey", "/"]) {
    const whole = await docket.http(path);
    assert.equal(whole.status, 200);
    assert.equal((await docket.http(path, { headers: { "if-none-match": whole.headers.etag } })).status, 304, path);
    const head = await docket.http(path, { method: "HEAD" });
    assert.equal(head.status, 200);
    assert.equal(head.body.length, 0);
    assert.equal(head.headers["content-length"], String(whole.body.length));
  }
});

test("what only tells something can be asked for by GET", async () => {
  const ask = (query) => docket.http(`/klaim.v1.RegistryService/ListProgrammes?${query}`, { headers: { authorization: `Bearer ${token}` } });
  const json = await ask(`connect=v1&encoding=json&message=${encodeURIComponent('{"page":{"size":2}}')}`);
  assert.equal(json.status, 200, json.body.toString());
  assert.equal(JSON.parse(json.body).programmes.length, 2);
  const packed = gzipSync(Buffer.from('{"page":{"size":3}}')).toString("base64url");
  assert.equal(JSON.parse((await ask(`encoding=json&base64=1&compression=gzip&message=${packed}`)).body).programmes.length, 3);
  assert.equal((await ask("encoding=json&message={}&surprise=1")).status, 400);
  // A name that is no UTF-8 is told as JSON all the same.
  const body = await new Promise((answered, failed) => {
    const path = "/klaim.v1.RegistryService/ListProgrammes?encoding=json&message={}&\u00e9=1";
    httpsRequest(docket.url, { path, ca: docket.ca, headers: { authorization: `Bearer ${token}` } }, async (response) => answered(Buffer.concat(await response.toArray())))
      .on("error", failed)
      .end();
  });
  assert.match(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body)).message, /^\\xe9: isn't understood/);
  const common = { baseUrl: docket.url, httpVersion: "1.1", nodeOptions: { ca: docket.ca }, interceptors: [bearer], useHttpGet: true };
  for (const useBinaryFormat of [true, false]) {
    const registry = createClient(await service("RegistryService"), createConnectTransport({ ...common, useBinaryFormat }));
    assert.equal((await registry.listProgrammes({ page: { size: 2 } })).programmes.length, 2);
  }
});

test("a partner's system calls by its certificate, with no password", async () => {
  const key = (name) => readFileSync(join(docket.folder, "people", name));
  const answer = await new Promise((answered, failed) => {
    const call = httpsRequest(`${docket.url}/klaim.v1.SessionService/GetOwnAccount`, { method: "POST", ca: docket.ca, cert: key("legal-team.crt"), key: key("legal-team.key"), headers: { "content-type": "application/json" } }, (response) => {
      let text = "";
      response.on("data", (part) => (text += part));
      response.on("end", () => answered({ status: response.statusCode, message: JSON.parse(text) }));
    });
    call.on("error", failed);
    call.end("{}");
  });
  assert.equal(answer.status, 200, JSON.stringify(answer.message));
  assert.equal(answer.message.account.name, "legal-team");
});

test("long answers are compressed for who can read that", async () => {
  const answer = await docket.http("/klaim.v1.RegistryService/ListRespondents", { method: "POST", headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "accept-encoding": "gzip" }, body: "{}" });
  assert.equal(answer.headers["content-encoding"], "gzip");
  assert.ok(JSON.parse(gunzipSync(answer.body)).respondents.length > 5);
});

test("without a session nothing is answered, and little is read", async () => {
  assert.equal((await docket.call("RegistryService/ListProgrammes", {})).status, 401);
  assert.equal((await docket.call("RegistryService/ListProgrammes", {}, "x".repeat(43))).status, 401);
  const long = await docket.http("/klaim.v1.SessionService/SignIn", { method: "POST", headers: { "content-type": "application/json" }, body: Buffer.alloc(100 << 10, 32) }).catch(() => ({ status: 413 }));
  assert.equal(long.status, 413);
  const huge = await docket.http("/klaim.v1.RegistryService/ListProgrammes", { method: "POST", headers: { authorization: `Bearer ${token}`, "content-type": "application/json" }, body: Buffer.alloc(9 << 20, 32) }).catch(() => ({ status: 413 }));
  assert.equal(huge.status, 413);
});

test("a browser's session is a cookie that no script sees, and no other site can use", async () => {
  const person = await docket.person("browser", "paralegal");
  const origin = docket.url;
  const signedIn = await docket.call("SessionService/SignIn", { name: person.name, password: person.password }, undefined, { origin });
  assert.equal(signedIn.status, 200);
  assert.equal(signedIn.message.session.token ?? "", "", "the token isn't in the body");
  const [cookie] = signedIn.headers["set-cookie"];
  assert.match(cookie, /^__Host-klaim=[\w-]{20,}; Path=\/; Secure; HttpOnly; SameSite=Strict$/);
  const pair = cookie.split(";")[0];
  const call = (headers) => docket.call("SessionService/GetOwnAccount", {}, undefined, { cookie: pair, ...headers });
  assert.equal((await call({ origin })).message.account.name, "browser");
  assert.equal((await call({ origin: "https://evil.example" })).status, 403, "another site");
  assert.equal((await call({ origin: "null" })).status, 403, "a sandboxed frame");
  assert.equal((await call({})).status, 403, "who doesn't say where the call comes from");
  assert.equal((await call({ "sec-fetch-site": "cross-site" })).status, 403);
  assert.equal((await call({ "sec-fetch-site": "same-origin" })).status, 200);
  assert.match(await raw("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close"), /^HTTP\/1.1 421 /, "another name");
  const form = await docket.http("/klaim.v1.SessionService/GetOwnAccount", { method: "POST", headers: { cookie: pair, origin, "content-type": "application/x-www-form-urlencoded" }, body: "a=b" });
  assert.equal(form.status, 415, "what a form can send is no call");
  const out = await docket.call("SessionService/SignOut", {}, undefined, { cookie: pair, origin });
  assert.match(out.headers["set-cookie"][0], /Max-Age=0/);
  const later = await call({ origin });
  assert.equal(later.status, 401);
  assert.match(later.headers["set-cookie"][0], /Max-Age=0/, "a cookie that is worth nothing goes");
});

test("the page may load nothing from elsewhere and runs no script of its own text", async () => {
  const page = await docket.http("/", { headers: { "accept-encoding": "br" } });
  assert.equal(page.status, 200);
  assert.match(page.headers["content-security-policy"], /default-src 'none'/);
  assert.ok(!/unsafe/.test(page.headers["content-security-policy"]));
  assert.equal(page.headers["cache-control"], "no-cache");
  const html = (await docket.http("/")).body.toString();
  assert.ok(!/<script(?![^>]*src=)/.test(html), "no inline script");
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(html)[1];
  const asset = await docket.http(script, { headers: { "accept-encoding": "br, gzip" } });
  assert.equal(asset.headers["content-encoding"], "br");
  assert.match(asset.headers["cache-control"], /immutable/);
  assert.equal((await docket.http(script, { headers: { "if-none-match": asset.headers.etag } })).status, 304);
  assert.equal((await docket.http("/assets/../../log.key")).status, 404);
});

test("the first load is under 250 KB compressed", async () => {
  const html = (await docket.http("/")).body.toString();
  let bytes = html.length;
  for (const [, path] of html.matchAll(/(?:src|href)="(\/[^"]+)"/g)) bytes += (await docket.http(path, { headers: { "accept-encoding": "br" } })).body.length;
  assert.ok(bytes < 250_000, `${bytes} bytes`);
});
