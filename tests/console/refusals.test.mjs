// Every reason of a refusal (proto/klaim/v1/reason.proto) has its sentence in Indonesian, and each refusal in the sources gives as many
// arguments as its reason has places.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "./bounded.mjs";

const root = new URL("../../", import.meta.url);
const vocabulary = readFileSync(new URL("proto/klaim/v1/reason.proto", root), "utf8");
const says = new Map(
  [...vocabulary.matchAll(/REASON_(\w+) = \d+ \[\(says\) = "((?:[^"\\]|\\.)*)"\]/g)].map(([, name, sentence]) => [name, sentence]),
);
const places = (sentence) => sentence.split("{}").length - 1;

// The arguments of a call, from behind its opening bracket.
function argumentsAt(text, at) {
  const found = [];
  let depth = 0;
  let one = "";
  for (let i = at; i < text.length; i++) {
    const c = text[i];
    if (c === '"') {
      const end = /^"(?:[^"\\]|\\.)*"/s.exec(text.slice(i))[0];
      one += end;
      i += end.length - 1;
    } else if (depth === 0 && (c === "," || c === ")")) {
      found.push(one.trim());
      one = "";
      if (c === ")") return found;
    } else {
      depth += "([{".includes(c) ? 1 : ")]}".includes(c) ? -1 : 0;
      one += c;
    }
  }
  return found;
}

test("each reason is said in Indonesian and each further language, with the same places", () => {
  assert.ok(says.size > 400, `found ${says.size}`);
  const locales = new URL("services/console/src/locales/", root);
  const languages = readdirSync(locales).filter((language) => language !== "en"); // which the reasons say themselves
  assert.ok(languages.includes("id"));
  for (const language of languages) {
    const { reasons } = JSON.parse(readFileSync(new URL(`${language}/refusals.json`, locales)));
    assert.deepEqual([...says.keys()].filter((name) => !(name in reasons)), [], language);
    assert.deepEqual(Object.keys(reasons).filter((name) => !says.has(name)), [], language);
    for (const [name, sentence] of says) assert.equal(places(reasons[name]), places(sentence), `${language}: ${name}`);
  }
});

test("no two reasons say the same", () => {
  const sentences = [...says.values()];
  assert.deepEqual(sentences.filter((sentence, i) => sentences.indexOf(sentence) !== i), []);
});

test("each refusal fills the places of its reason", () => {
  const wrong = [];
  let looked = 0;
  const sources = ["engine/", "services/"].flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true }).map((name) => folder + name),
  );
  for (const name of sources.filter((name) => /\.(cc|h)$/.test(name) && !name.includes("node_modules"))) {
    const text = readFileSync(new URL(name, root), "utf8");
    for (const call of text.matchAll(/\b(InvalidField|NotNow|Taken|TakenBy|AnotherPerson|WrongDocument|Refuse)\(/g)) {
      const given = argumentsAt(text, call.index + call[0].length);
      const at = given.findIndex((one) => /^v1::REASON_\w+$/.test(one));
      if (at < 0) continue;
      looked += 1;
      const reason = given[at].slice("v1::REASON_".length);
      const [list] = given.slice(at + 1);
      const filled = list?.startsWith("{") ? argumentsAt(`${list.slice(1, -1)})`, 0).filter(Boolean) : given.slice(at + 1);
      if (!says.has(reason) || filled.length !== places(says.get(reason))) wrong.push(`${name}: ${reason}`);
    }
  }
  assert.ok(looked > 400, `found ${looked}`);
  assert.deepEqual(wrong, []);
});
