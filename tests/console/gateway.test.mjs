// The Connect gateway, as clients that know nothing of us find it.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { compressionGzip, createConnectTransport } from "@connectrpc/connect-node";
import { createConnectTransport as createWebTransport } from "@connectrpc/connect-web";
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
      yield { part: { case: "begun", value: { requestId: randomUUID(), caseId: claims[0].filed.caseId, title: { text: { content: { case: "clear", value: new TextEncoder().encode("Kontrak") } } }, mediaType: "text/plain", sizeBytes: BigInt(content.length), sha256 } } };
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
  const old = Buffer.from(claimant.person.name.clear, "base64").toString();
  const finds = async (query) => ((await must("SearchService/Search", { query, most: 50 })).claimants ?? []).some((found) => found.claimantId === claimantId);
  const until = async (check) => { for (let i = 0; i < 100 && !(await check()); i++) await new Promise((again) => setTimeout(again, 100)); };
  await until(() => finds(old));
  assert.ok(await finds(old));
  await must("PrivacyService/CorrectClaimant", { requestId: randomUUID(), claimantId, person: { name: { clear: Buffer.from("Zubaidah Xaverina").toString("base64") } }, reason: "As on her card." });
  await until(() => finds("xaver zubai"));
  assert.ok(await finds("xaver zubai"));
  assert.ok(!(await finds(old)), "the old name");
});

test("what can't be a call is refused with what to do", async () => {
  const post = (path, headers, body) => docket.http(path, { method: "POST", headers: { authorization: `Bearer ${token}`, ...headers }, body });
  assert.equal((await post("/klaim.v1.RegistryService/NoSuch", { "content-type": "application/json" }, "{}")).status, 404);
  assert.equal((await post("/klaim.v1.RegistryService/ListProgrammes", { "content-type": "text/plain" }, "{}")).status, 415);
  assert.equal((await docket.http("/klaim.v1.RegistryService/ListProgrammes")).status, 404);
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
