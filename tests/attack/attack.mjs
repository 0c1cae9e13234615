// An attacker's steps against a real daemon, each on a fresh copy of one docket, while others work: what it cost them, and what it took.
//   node tests/attack/attack.mjs [STEP...]    all steps, or those whose names begin so; --list names them
// Ends with 1 when a bar is broken: the daemon lives; 99 of 100 calls of the bystanders are answered, within a second; it takes less than
// 1 GiB, and writes less than 1 MiB into the journal.
import * as connections from "./connections.mjs";
import * as http2 from "./http2.mjs";
import * as memory from "./memory.mjs";
import * as texts from "./texts.mjs";
import * as work from "./work.mjs";
import { Victim } from "./victim.mjs";

const slowestMillis = 1_000;
const mostMebibytes = 1_024;
const mostSaidBytes = 1 << 20;  // into the journal
const mostShown = 8;  // of what one step broke
const longestStep = 180_000;  // ms

const named = (from, ...functions) => functions.map((name) => [name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), from[name]]);
const steps = [
  ...named(texts, "badBytesInHeaders", "purposesInAnyScript", "forgedCursors"),
  ...named(work, "caseFilesWithoutPurpose", "chainOfRespondents", "longLists", "filingsWithoutEnd", "crumbs", "readersOfTheLog", "exportsOfOneAccount"),
  ...named(connections, "fewOpenFiles", "connectionsBeyondOpenFiles"),
  ...named(memory, "gzipEnvelopes", "gzipEnvelopesOfStrangers", "manyObjectsInJson", "gzipOverGrpc", "gzipOverGrpcOfStrangers", "emptySubmessages", "emptySubmessagesOfStrangers"),
  ...named(connections, "idleConnectionsOfOneAddress", "idleConnectionsToHttp", "idleConnectionsToGrpc", "idleConnectionsBesideOthers", "idleConnectionsToStatus", "idleConnectionsToWitness", "slowHeaders",
    "slowBodies", "requestsInRows", "handshakes"),
  ...["grpc", "http"].flatMap((port) =>
    named(http2, "rapidReset", "rapidResetOfMany", "madeYouReset", "continuationFlood", "framesForNothing", "manyHeaderBytes", "callsOfStrangers", "badBytesOverHttp2",
      "deafStrangers", "deafAccount", "unfinishedBodiesOfStrangers", "unfinishedBodiesOfAccount").map(([name, step]) => [`${name}-to-${port}`, (victim, ...more) => step(victim, port, ...more)])),
  ...named(work, "longMetadataBesideOthers", "signInsOfStrangers", "signInsInOnesName", "questionsAboutThePast"),
];

const millis = (time) => (time === Infinity ? "never" : Math.round(time));
const measuredAs = ({ median, p99, refused, tries }) => `${millis(median)}/${millis(p99)}/${refused} of ${tries}`;

// One step: what was sent, what it took, and which bars it broke.
async function attack(docket, [name, step], options) {
  const victim = await docket.copy();
  const broken = [];
  const expect = (holds, text) => { if (!holds && !broken.includes(text)) broken.push(text); };
  let bystanders, measured = {}, sent;
  try {
    await victim.serve();
    bystanders = step.alone ? null : await victim.bystanders();
    const late = new Promise((_, over) => setTimeout(() => over(new Error(`it isn't over after ${longestStep / 1000} s`)), longestStep).unref());
    sent = await Promise.race([step(victim, expect, options), late]).catch((error) => {
      expect(false, `the step itself failed: ${error.message}`);
      return "(cut off)";
    });
    measured = (await bystanders?.done()) ?? {};
    bystanders = null;
    const alive = await victim.alive();
    const held = victim.memory();
    expect(alive, victim.tookTooMuch ? `was ended at ${held.peak} MiB` : `klaimd ended: ${victim.ended ?? "says nothing"} ${victim.said.split("\n").slice(-3).join(" ").slice(-300)}`);
    expect(held.peak < mostMebibytes, `${held.peak} MiB`);
    expect(!victim.damage, `nothing is damaged, and it says: ${victim.damage}`);
    expect(victim.saidBytes < mostSaidBytes, `${Math.round(victim.saidBytes / 1024)} KiB were written into the journal, as: ${victim.said.split("\n").at(-2)?.slice(0, 160)}`);
    for (const [who, each] of Object.entries(measured)) expect(each.p99 < slowestMillis, `${who}: ${measuredAs(each)} ${JSON.stringify(each.faults)}`);
    return { name, sent, alive: alive ? "yes" : "NO", memory: `${victim.before}/${held.peak}/${held.now}`, measured, broken };
  } finally {
    await bystanders?.done().catch(() => {});
    await victim.remove();
  }
}

const width = Math.max(...steps.map(([name]) => name.length));
const line = (...cells) => console.log(cells.map((cell, i) => String(cell).padEnd([width, 5, 14, 22, 22, 22, 0][i])).join("  "));

function show({ name, sent, alive, memory: held, measured, broken }) {
  const cell = (who) => (measured[who] ? measuredAs(measured[who]) : "");
  line(name, alive, held, cell("partner"), cell("person"), cell("watcher"), broken.length ? "NO" : "holds");
  console.log(`    ${sent}`);
  for (const text of broken.slice(-mostShown)) console.log(`    BROKEN: ${text}`);
  if (broken.length > mostShown) console.log(`    BROKEN: and ${broken.length - mostShown} more of the kind`);
}

const words = process.argv.slice(2);
if (words.includes("--list")) {
  for (const [name] of steps) console.log(name);
  process.exit(0);
}
const chosen = steps.filter(([name]) => words.length === 0 || words.some((word) => name.startsWith(word)));
if (chosen.length === 0) {
  console.error(`attack: there is no step ${words.join(", ")}; --list names them`);
  process.exit(2);
}
const seed = Number(process.env.KLAIM_SEED ?? 20_231);
console.log(`${chosen.length} steps, seed ${seed}. Bystanders: ms at the median / of 99 in 100 / refused of all their calls. Memory: MiB before / most / after.`);
const docket = await Victim.make(1_000);
let failed = 0;
try {
  line("step", "alive", "memory", "partner (gRPC)", "person (HTTP)", "watcher", "bars");
  for (const step of chosen) {
    const result = await attack(docket, step, { seed });
    show(result);
    if (result.broken.length) ++failed;
  }
} finally {
  docket.forget();
}
console.log(failed ? `${failed} of ${chosen.length} steps broke a bar` : `${chosen.length} steps, and all bars hold`);
process.exit(failed ? 1 : 0);
