// A docket served by the real daemon, with people who can sign in, for tests of the console and its gateway.
import { execFileSync, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const bin = process.env.KLAIM_BIN ?? join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../../build/release/bin");

// RFC 6238 with the 30 seconds and six digits of common authenticators.
export function totp(secret, shift = 0) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  let bits = "";
  for (const char of secret) bits += alphabet.indexOf(char).toString(2).padStart(5, "0");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + shift));
  const hash = createHmac("sha1", key).update(counter).digest();
  const at = hash[19] & 15;
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, "0");
}

export class Docket {
  static async make({ claims = 300, flags = [] } = {}) {
    const docket = new Docket();
    docket.folder = mkdtempSync(join(tmpdir(), "klaim-console-"));
    docket.flags = flags;
    execFileSync(join(bin, "klaim"), ["init", "--docket", docket.folder, "--name", "SBMI"]);
    await docket.start();
    if (claims) {
      docket.klaim("generate", "--claims", String(claims), "--seed", "3", "--duplicates", "15", "--out", join(docket.folder, "sample"));
      docket.klaim("programme", "open", join(docket.folder, "sample/programmes.json"));
      docket.klaim("respondent", "import", join(docket.folder, "sample/respondents.csv"), "--links", join(docket.folder, "sample/links.csv"));
      for (const code of ["HK-FEES-2025", "TW-WAGES-2025", "FISH-CREW-2025"]) docket.klaim("import", join(docket.folder, `sample/claims-${code}.csv`), "--programme", code);
    }
    return docket;
  }

  start() {
    this.daemon = spawn(join(bin, "klaimd"), ["--docket", this.folder, ...this.flags, ...(this.httpPort ? ["--http-port", String(this.httpPort)] : [])], { stdio: ["ignore", "pipe", "pipe"] });
    return new Promise((ready, failed) => {
      let said = "";
      this.daemon.stderr.on("data", (text) => (said += text));
      this.daemon.stdout.on("data", (text) => {
        if (!String(text).includes("ready")) return;
        const addresses = JSON.parse(readFileSync(join(this.folder, "addresses.json"), "utf8"));
        this.url = `https://${addresses.http}`;
        this.httpPort = Number(addresses.http.split(":")[1]);
        this.grpc = addresses.grpc;
        this.status = `http://${addresses.status}`;
        this.ca = readFileSync(addresses.ca);
        ready();
      });
      this.daemon.once("exit", (code) => failed(new Error(`klaimd ended with ${code}: ${said}`)));
    });
  }
  stop(signal = "SIGTERM") {
    return new Promise((ended) => {
      this.daemon.removeAllListeners("exit");
      // A daemon that doesn't end is a failure, not something to wait for.
      const late = setTimeout(() => this.daemon.kill("SIGKILL"), 20_000);
      this.daemon.once("exit", (code) => {
        clearTimeout(late);
        ended(code);
      });
      this.daemon.kill(signal);
    });
  }
  async end() {
    const code = await this.stop();
    if (code !== 0) throw new Error(`klaimd ended with ${code} when it was told to stop`);
    rmSync(this.folder, { recursive: true, force: true });
  }

  klaim(...words) {
    return execFileSync(join(bin, "klaim"), ["--quiet", "--addresses", join(this.folder, "addresses.json"), ...words], { encoding: "utf8", maxBuffer: 64 << 20 });
  }
  json(...words) {
    return JSON.parse(this.klaim("--json", ...words));
  }

  // One HTTP request; the answer's status, headers and body.
  http(path, { method = "GET", headers = {}, body } = {}) {
    return new Promise((answered, failed) => {
      const call = request(this.url + path, { method, headers, ca: this.ca }, (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("end", () => answered({ status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) }));
      });
      call.on("error", failed);
      call.end(body);
    });
  }
  // A unary call in JSON, as curl would make it.
  async call(method, message, token, headers = {}) {
    const answer = await this.http(`/klaim.v1.${method}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}), ...headers },
      body: JSON.stringify(message),
    });
    return { status: answer.status, headers: answer.headers, message: JSON.parse(answer.body.toString() || "{}") };
  }
  async must(method, message, token) {
    const answer = await this.call(method, message, token);
    if (answer.status !== 200) throw new Error(`${method}: ${JSON.stringify(answer.message)}`);
    return answer.message;
  }

  // Opens an account and gives it a password, and a second factor where its roles demand one.
  async person(name, roles, organisation = 0) {
    const opened = this.json("--as", "administrator", "account", "open", "--organisation", String(organisation), "--name", name, "--role", roles);
    const recovered = this.json("--as", "administrator", "account", "recover", opened.account_id, "--reason", "first password");
    const { first_password } = recovered;
    for (const proposal of [opened.account_id, recovered.receipt.sequence]) this.klaim("account", "confirm", proposal);
    const password = `kata sandi ${name} ${randomUUID()}`;
    const person = { name, organisation, password, firstPassword: first_password, accountId: opened.account_id, secret: "" };
    const { session } = await this.must("SessionService/SignIn", { organisationId: String(organisation), name, password: first_password });
    await this.must("SessionService/ChangePassword", { oldPassword: first_password, newPassword: password }, session.token);
    if (/treasurer|approver|administrator/.test(roles)) {
      const { uri } = await this.must("SessionService/EnrolSecondFactor", {}, session.token);
      person.secret = /secret=([A-Z2-7]+)/.exec(uri)[1];
      await this.must("SessionService/ConfirmSecondFactor", { requestId: randomUUID(), secondFactorCode: totp(person.secret, -1) }, session.token);
    }
    return person;
  }
  // A code is good once: each sign-in takes the next one that is allowed.
  code(person) {
    person.shift = (person.shift ?? -1) + 1;
    return person.secret ? totp(person.secret, person.shift) : "";
  }
  async token(person) {
    const { session } = await this.must("SessionService/SignIn", { organisationId: String(person.organisation), name: person.name, password: person.password, secondFactorCode: this.code(person) });
    return session.token;
  }
}
