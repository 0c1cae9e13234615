// Who only wants to work while others attack: a partner's system over gRPC, a person over HTTP, and who watches the daemon. Each
// begins a call every so often whether the last was answered or not, now and then on a connection of its own.
import { Agent, request } from "node:https";
import { get } from "node:http";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Caller, filing } from "./victim.mjs";

const patience = 10_000;  // ms
const mostWaiting = 20;   // calls of one bystander; a further one isn't begun, and counts as never answered

class Bystander {
  constructor(everyMillis, call) {
    this.everyMillis = everyMillis;
    this.call = call;
    this.tries = [];  // ms each; Infinity for what was refused or not answered in time
    this.faults = {};
    this.waiting = new Set();
    this.number = 0;
  }
  async once() {
    const begun = performance.now();
    try {
      await this.call(this.number++);
      this.tries.push(performance.now() - begun);
    } catch (error) {
      this.fault(String(error.code ?? "") + " " + String(error.message).slice(0, 120));
    }
  }
  fault(why) {
    this.tries.push(Infinity);
    this.faults[why] = (this.faults[why] ?? 0) + 1;
  }
  start() {
    this.timer = setInterval(() => {
      if (this.waiting.size >= mostWaiting) return this.fault("was kept waiting by earlier calls");
      const call = this.once().finally(() => this.waiting.delete(call));
      this.waiting.add(call);
    }, this.everyMillis);
  }
  async end() {
    clearInterval(this.timer);
    await Promise.all(this.waiting);
    const sorted = this.tries.sort((a, b) => a - b);
    const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    return { tries: sorted.length, refused: sorted.filter((each) => each === Infinity).length, median: at(0.5), p99: at(0.99), faults: this.faults };
  }
}

async function partner(place) {
  const kept = new Caller(place, { name: "mitra" });
  const options = { timeoutMs: patience };
  let latest = 0n;
  return new Bystander(40, async (number) => {
    const caller = number % 10 === 9 ? new Caller(place, { name: "mitra" }) : kept;
    try {
      const intake = await caller.to("IntakeService");
      if (number % 2 === 1) {
        const { receipt } = await intake.fileClaim(filing(place), options);
        if (receipt.sequence > latest) latest = receipt.sequence;
      } else {
        await intake.listClaims({ page: { size: 5 }, newestFirst: true, atLeastSequence: latest }, options);
      }
    } finally {
      if (caller !== kept) caller.close();
    }
  });
}

function person(place) {
  const ca = readFileSync(join(place.folder, "authority/ca.crt"));
  const kept = new Agent({ keepAlive: true, maxSockets: 4, ca });
  return new Bystander(40, (number) => new Promise((answered, failed) => {
    const method = number % 2 ? "RegistryService/ListProgrammes" : "IntakeService/ListClaims";
    const call = request(`${place.url}/klaim.v1.${method}`, {
      method: "POST",
      agent: number % 10 === 9 ? new Agent({ ca }) : kept,
      headers: { "content-type": "application/json", authorization: `Bearer ${place.token}` },
      timeout: patience,
    }, (response) => {
      response.resume();
      response.on("error", failed);
      response.on("end", () => response.statusCode === 200 ? answered() : failed(new Error(`HTTP ${response.statusCode}`)));
    });
    setTimeout(() => call.destroy(new Error("wasn't answered in time")), patience).unref();
    call.on("error", failed);
    call.end(JSON.stringify({ page: { size: 5 } }));
  }));
}

function watcher(place) {
  return new Bystander(200, (number) => new Promise((answered, failed) => {
    const call = get(`http://${place.status}/${number % 2 ? "metrics" : "healthz"}`, { timeout: patience, agent: false }, (response) => {
      response.resume();
      response.on("end", () => response.statusCode === 200 ? answered() : failed(new Error(`HTTP ${response.statusCode}`)));
    });
    setTimeout(() => call.destroy(new Error("wasn't answered in time")), patience).unref();
    call.on("error", failed);
  }));
}

if (process.send) {
  process.once("message", async (place) => {
    const all = { partner: await partner(place), person: person(place), watcher: watcher(place) };
    // What is slow once isn't an attacker's doing: connections and what is compiled.
    for (const each of Object.values(all)) for (let i = 0; i < 20; ++i) await each.once();
    for (const each of Object.values(all)) Object.assign(each, { tries: [], faults: {} });
    for (const each of Object.values(all)) each.start();
    process.once("message", async () => {
      const measured = {};
      await Promise.all(Object.entries(all).map(async ([name, each]) => (measured[name] = await each.end())));
      process.send(measured, () => process.exit(0));
    });
    process.send("begun");
  });
}
