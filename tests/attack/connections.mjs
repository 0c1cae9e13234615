// Connections that do nothing, or little, for as long as they may; and a daemon that may have few.
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { bin } from "../console/docket.mjs";
import { answer, open, pause } from "./raw.mjs";

// Opens as many as `addresses` have seats for and more, takes a lost one's place again, and does to each as told. How many were opened.
async function hold(victim, port, { count, addresses, seconds, does = () => {}, name }) {
  const until = Date.now() + seconds * 1000;
  let opened = 0;
  const held = new Set();
  const address = (i) => `127.0.${4 + Math.floor((i % addresses) / 250)}.${1 + ((i % addresses) % 250)}`;
  await Promise.all(Array.from({ length: Math.min(count, 64) }, async (_, lane) => {
    const mine = Math.floor(count / 64) + (lane < count % 64 ? 1 : 0);
    const sockets = Array(mine).fill(null);
    while (Date.now() < until && !victim.ended) {
      for (let i = 0; i < mine; ++i) {
        if (sockets[i] && !sockets[i].destroyed) continue;
        if (Date.now() >= until) break;
        sockets[i] = await open(victim, port, { from: address(lane + 64 * i), name });
        if (!sockets[i]) { await pause(50); continue; }
        ++opened;
        held.add(sockets[i].resume());
        does(sockets[i]);
      }
      await pause(50);
    }
  }));
  const standing = [...held].filter((socket) => !socket.destroyed).length;
  for (const socket of held) socket.destroy();
  return `${opened} opened, ${standing} stood at the end`;
}

export const idleConnectionsOfOneAddress = async (victim) => `256 of one address to HTTP: ${await hold(victim, "http", { count: 256, addresses: 1, seconds: 12 })}`;
export const idleConnectionsToHttp = async (victim) => `1,000 of 40 addresses: ${await hold(victim, "http", { count: 1_000, addresses: 40, seconds: 14 })}`;
export const idleConnectionsToGrpc = async (victim) => `1,000 of 40 addresses: ${await hold(victim, "grpc", { count: 1_000, addresses: 40, seconds: 14 })}`;

// The bystanders' own address is the attacker's too, as behind one router.
export async function idleConnectionsBesideOthers(victim) {
  const until = Date.now() + 12_000;
  const sockets = [];
  let opened = 0;
  while (Date.now() < until && !victim.ended) {
    for (let i = 0; i < 200; ++i) {
      if (sockets[i] && !sockets[i].destroyed) continue;
      sockets[i] = await open(victim, i % 2 ? "http" : "grpc", { from: "127.0.0.1" });
      if (sockets[i]) ++opened;
    }
    await pause(20);
  }
  for (const socket of sockets) socket?.destroy();
  return `200 of the bystanders' own address to both ports: ${opened} opened`;
}

// A witness beside connections that ask it for nothing: a log's question is answered.
export async function idleConnectionsToWitness(victim, expect) {
  const key = join(victim.folder, "witness.key");
  execFileSync(join(bin, "klaim"), ["witness", "new-key", "--key", key, "--name", "saksi"]);
  const serving = spawn(join(bin, "klaim"), ["witness", "serve", "--log", join(victim.folder, "log.vkey"), "--key", key, "--state", join(victim.folder, "last-checkpoint")]);
  const [said] = await once(serving.stdout, "data");
  const port = Number(/:(\d+)/.exec(String(said))[1]);
  const begin = (from) => connect({ host: "127.0.0.1", port, localAddress: from }).on("error", () => {});
  const idle = Array.from({ length: 200 }, (_, i) => begin(`127.0.4.${1 + (i % 20)}`));
  const keep = setInterval(() => idle.forEach((socket, i) => { if (socket.destroyed) idle[i] = begin(`127.0.4.${1 + (i % 20)}`); }), 50);
  await pause(500);
  const times = [];
  for (let i = 0; i < 8; ++i) {
    const begun = performance.now();
    const socket = begin("127.0.0.2");
    socket.write(`POST /add-checkpoint HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 6\r\nConnection: close\r\n\r\nold 0\n`);
    const answered = await answer(socket, 5_000);
    socket.destroy();
    times.push(answered ? performance.now() - begun : Infinity);
  }
  clearInterval(keep);
  for (const socket of idle) socket.destroy();
  serving.kill("SIGTERM");
  const slowest = Math.max(...times);
  expect(slowest < 1_000, slowest === Infinity ? `${times.filter((time) => time === Infinity).length} of 8 questions had no answer in 5 s` : `an answer took ${Math.round(slowest)} ms`);
  return `200 idle ones of 20 addresses; the slowest answer to another: ${Math.round(slowest)} ms`;
}

// Connections to the way of its own that those have who watch: they hold it, and ask nothing.
export async function idleConnectionsToStatus(victim) {
  const [host, port] = victim.status.split(":");
  const until = Date.now() + 12_000;
  const sockets = [];
  let opened = 0;
  while (Date.now() < until) {
    for (let i = 0; i < 300; ++i) {
      if (sockets[i] && !sockets[i].destroyed) continue;
      ++opened;
      sockets[i] = connect({ host, port: Number(port), localAddress: `127.0.4.${1 + (i % 30)}` }).on("error", () => {});
    }
    await pause(50);
  }
  for (const socket of sockets) socket.destroy();
  return `300 of 30 addresses to the status port: ${opened} opened`;
}

const dribble = (bytes, everyMillis) => (socket) => {
  let at = 0;
  const timer = setInterval(() => (socket.destroyed || at >= bytes.length ? clearInterval(timer) : socket.write(bytes.subarray(at, ++at))), everyMillis);
  timer.unref();
};

// A byte of a header every half second.
export async function slowHeaders(victim) {
  const head = Buffer.from(`POST /klaim.v1.SessionService/SignIn HTTP/1.1\r\nHost: ${victim.url.slice(8)}\r\nX-Slow: ${"a".repeat(4_000)}`);
  return `400 of 20 addresses: ${await hold(victim, "http", { count: 400, addresses: 20, seconds: 14, does: dribble(head, 500) })}`;
}

// A byte of a body every half second, by strangers and by somebody who signed in.
export async function slowBodies(victim) {
  const head = (more, length) => Buffer.from(`POST /klaim.v1.SessionService/SignIn HTTP/1.1\r\nHost: ${victim.url.slice(8)}\r\nContent-Type: application/json\r\n${more}Content-Length: ${length}\r\n\r\n`);
  const begin = (bytes) => (socket) => {
    socket.write(bytes);
    dribble(Buffer.alloc(60_000, 32), 500)(socket);
  };
  const token = await victim.sessionOf("audit-1");
  const [strangers, known] = await Promise.all([
    hold(victim, "http", { count: 300, addresses: 20, seconds: 14, does: begin(head("", 60_000)) }),
    hold(victim, "http", { count: 100, addresses: 1, seconds: 14, does: begin(head(`Authorization: Bearer ${token}\r\n`, 8_000_000)) }),
  ]);
  return `300 strangers: ${strangers}; 100 of an account: ${known}`;
}

// Two hundred requests at once on each of a hundred connections, and nobody takes the answers.
export async function requestsInRows(victim) {
  const asks = Buffer.from(`GET /metrics HTTP/1.1\r\nHost: ${victim.url.slice(8)}\r\n\r\n`.repeat(200));
  return `100 of 10 addresses, each asks 200 times for /metrics: ${await hold(victim, "http", { count: 100, addresses: 10, seconds: 10, does: (socket) => socket.pause().write(asks) })}`;
}

// Handshakes, as many as can be made: what one costs is the daemon's.
export async function handshakes(victim) {
  const until = Date.now() + 8_000;
  let made = 0;
  await Promise.all(Array.from({ length: 16 }, async (_, lane) => {
    while (Date.now() < until && !victim.ended) {
      const socket = await open(victim, lane % 2 ? "grpc" : "http", { from: `127.0.4.${lane + 1}` });
      if (socket) ++made;
      socket?.destroy();
    }
  }));
  return `${made} handshakes in 8 s`;
}

// As many connections as are let in, on both ports, where the daemon has the least of open files that it takes.
export async function connectionsBeyondOpenFiles(victim) {
  execFileSync("prlimit", ["--pid", String(victim.daemon.pid), "--nofile=8192:8192"]);
  const ticks = () => readFileSync(`/proc/${victim.daemon.pid}/stat`, "utf8").split(") ")[1].split(" ").slice(11, 13).reduce((sum, each) => sum + Number(each), 0);
  const before = ticks();
  const held = await Promise.all(["http", "grpc"].map((port) => hold(victim, port, { count: 1_400, addresses: 40, seconds: 14 })));
  const used = victim.ended ? "" : `, ${Math.round((ticks() - before) / 14)} % of a processor`;
  return `1,400 to each port of a daemon that may open 8,192 files: ${held.join("; ")}${used}`;
}

// A daemon that may open 64 files says so, and ends as it should.
export async function fewOpenFiles(victim, expect) {
  const stop = new Promise((over) => victim.daemon.once("exit", over));
  victim.daemon.kill("SIGTERM");
  await stop;
  const started = (files) => new Promise((ended) => execFile("bash", ["-c", `ulimit -n ${files}; exec "$0" --docket "$1"`, join(bin, "klaimd"), victim.folder], { timeout: 20_000 }, (error, _, said) => ended({ code: error?.code, signal: error?.signal, said })));
  for (const files of [24, 64, 256]) {
    const { code, signal, said } = await started(files);
    expect(code === 1 && !signal, `with ${files} files it ended by ${signal ?? code ?? 0}: ${said.trim().slice(0, 200)}`);
    expect(/files/.test(said), `with ${files} files it says what is wrong: ${said.trim().slice(0, 200)}`);
  }
  victim.ended = null;
  await victim.serve();
  return "ulimit -n 24, 64 and 256";
}
fewOpenFiles.alone = true;
