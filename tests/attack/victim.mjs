// What is attacked: a docket with people, claims and money, of which each step gets a copy, served by a real daemon of its own.
import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { Docket } from "../console/docket.mjs";
import { service } from "../console/vocabulary.mjs";

// So much and the daemon is ended: what comes after is known, and the machine is others' too.
const tooMuch = 4096;

export const text = (value) => ({ content: { case: "clear", value } });

// A filing that nothing is wrong with, of somebody who isn't registered.
export const filing = (place, name = `Uji ${randomUUID()}`) => ({
  requestId: randomUUID(),
  programmeId: BigInt(place.programme),
  claimant: {
    case: "newClaimant",
    value: { person: { name: text(name) }, capacity: 1, workerStatus: 1, consents: [{ purpose: 1, givenOn: { year: 2026, month: 1, day: 15 } }] },
  },
  claimCase: { case: "newCase", value: { placement: { destination: "HK", origin: { code: "33.02" } } } },
  respondentIds: [BigInt(place.respondent)],
  heads: [{ code: "excess_recruitment_fee", claimed: { currency: "HKD", minorUnits: 100000n }, documentedMinor: 100000n }],
});

// gRPC from one address of this machine, by a person's certificate (`name`), a session's token, or as a stranger; `close` ends it.
export class Caller {
  constructor(place, { name, token, from, purpose } = {}) {
    const file = (end) => readFileSync(join(place.folder, "people", `${name}.${end}`));
    const tls = { ca: readFileSync(join(place.folder, "authority/ca.crt")), ...(name ? { cert: file("crt"), key: file("key") } : {}), ...(from ? { localAddress: from } : {}) };
    this.sessions = new Http2SessionManager(`https://${place.grpc}`, {}, tls);
    const headers = (next) => (request) => {
      if (token) request.header.set("authorization", `Bearer ${token}`);
      if (purpose) request.header.set("klaim-purpose-bin", Buffer.from(purpose).toString("base64"));
      return next(request);
    };
    this.transport = createGrpcTransport({ baseUrl: `https://${place.grpc}`, sessionManager: this.sessions, interceptors: [headers] });
  }
  async to(name) {
    return createClient(await service(name), this.transport);
  }
  close() {
    this.sessions.abort();
  }
}

export class Victim extends Docket {
  // The docket that is copied for each step. Its people need no second factor, whose codes would be good once.
  static async make(claims) {
    const victim = Object.setPrototypeOf(await Docket.make({ claims }), Victim.prototype);
    victim.people = {};
    const partner = victim.json("--as", "administrator", "organisation", "register", "--name", "Mitra", "--country", "HK").organisation_id;
    for (const [name, roles, organisation] of [["sari", "lawyer+valuer"], ["audit-1", "auditor"], ["audit-2", "auditor"], ["mitra", "partner", partner]]) {
      victim.people[name] = await victim.person(name, roles, organisation);
      victim.klaim("organisation", "certificate", "issue", "--docket", victim.folder, "--organisation", String(organisation ?? 0), "--name", name);
    }
    await victim.findNumbers();
    victim.allocate();
    if ((await victim.stop()) !== 0) throw new Error("klaimd didn't end as it was told to");
    return victim;
  }

  // Numbers that filings and questions name: a programme, one whose people are looked at for a purpose alone, an agency.
  async findNumbers() {
    const registry = await new Caller(this, { name: "legal-team" }).to("RegistryService");
    const { programmes } = await registry.listProgrammes({});
    const rules = programmes.find((each) => each.opened.code === "HK-FEES-2025");
    this.programme = String(rules.programmeId);
    const guarded = await registry.openProgramme({ requestId: randomUUID(), programme: { ...rules.opened, code: "HK-GUARDED", viewPurposeRequired: true } });
    this.guarded = String(guarded.programmeId);
    const { respondents } = await registry.listRespondents({ page: { size: 1 } });
    this.respondent = String(respondents[0].respondentId);
  }

  // Money shared out to a group, as the README's tour does it.
  allocate() {
    const [proposal] = this.json("groups", "proposals", "--size", "1", "--programme", this.programme).proposals;
    const group = this.json("groups", "certify", proposal.proposal_id, "--name", "Hong Kong").group_id;
    this.klaim("claim", "determine", "--group", group);
    this.settlement = this.json("settlement", "record", "--programme", this.programme, "--group", group, "--respondent", this.respondent, "--currency", "HKD",
      "--instalment", "31-01-2027=20.000", "--forum", "Labour Tribunal Hong Kong").settlement_id;
    this.klaim("settlement", "receive", this.settlement, "--amount", "20.000", "--booked-on", "31-01-2027", "--bank-reference", "HSBC-77");
    const plan = { name: "pro rata", costs_basis_points: 0, steps: [{ rule: "ALLOCATION_RULE_PRO_RATA" }] };
    writeFileSync(join(this.folder, "plan.json"), JSON.stringify(plan));
    this.allocation = this.json("settlement", "allocate", this.settlement, "--plan", join(this.folder, "plan.json")).allocation_id;
  }

  // A copy of the docket, served anew.
  async copy() {
    const copy = Object.assign(Object.create(Victim.prototype), this, { folder: mkdtempSync(join(tmpdir(), "klaim-attacked-")), httpPort: undefined, flags: [] });
    cpSync(this.folder, copy.folder, { recursive: true });
    copy.tokens = {};
    return copy;
  }
  async serve() {
    await this.start();
    this.ended = null;
    this.daemon.removeAllListeners("exit");
    this.daemon.once("exit", (code, signal) => (this.ended = signal ?? `exit ${code}`));
    this.said = "";
    this.saidBytes = 0;
    this.daemon.stderr.on("data", (part) => {
      this.saidBytes += part.length;
      this.said = (this.said + part).slice(-10_000);
      this.damage ??= /^.*damage.*$/m.exec(String(part))?.[0];
    });
    this.status = JSON.parse(readFileSync(join(this.folder, "addresses.json"), "utf8")).status;
    this.before = this.memory().now;
    clearInterval(this.guard);
    this.guard = setInterval(() => {
      if (this.memory().now < tooMuch) return;
      this.tookTooMuch = true;
      this.daemon.kill("SIGKILL");
    }, 50);
  }
  async sessionOf(name) {
    return (this.tokens[name] ??= await this.token(this.people[name]));
  }

  // MiB: what is held now, and the most that ever was.
  memory() {
    if (this.ended) return this.last;
    const said = readFileSync(`/proc/${this.daemon.pid}/status`, "utf8");
    const mebibytes = (field) => Math.round(Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(said)?.[1] ?? 0) / 1024);
    const now = { now: mebibytes("VmRSS"), peak: mebibytes("VmHWM") };
    return (this.last = now.peak ? now : this.last);
  }
  // Whether it runs, and says so itself.
  alive() {
    if (this.ended) return Promise.resolve(false);
    return new Promise((answered) => {
      const call = get(`http://${this.status}/healthz`, { timeout: 5_000 }, (answer) => answered(answer.resume().statusCode === 200));
      call.on("timeout", () => call.destroy());
      call.on("error", () => answered(false));
    });
  }

  // Others at their work, in a process of their own; `done` ends it and gives what they measured.
  async bystanders() {
    const child = fork(new URL("bystanders.mjs", import.meta.url).pathname, { serialization: "advanced" });
    const { folder, grpc, url, status, programme, respondent } = this;
    child.send({ folder, grpc, url, status, programme, respondent, token: await this.sessionOf("sari") });
    await once(child, "message");
    return {
      done: async () => {
        child.send("done");
        const [measured] = await once(child, "message");
        child.disconnect();
        return measured;
      },
    };
  }

  // Of the docket that was copied, which isn't served any more.
  forget() {
    rmSync(this.folder, { recursive: true, force: true });
  }
  async remove() {
    clearInterval(this.guard);
    if (!this.ended) {
      const late = setTimeout(() => this.daemon.kill("SIGKILL"), 20_000);
      this.daemon.kill("SIGTERM");
      await once(this.daemon, "exit");
      clearTimeout(late);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
