// Every no of the domain has its sentence in each language of the console: read from the sources, so that a new one isn't forgotten.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "./bounded.mjs";

const root = new URL("../../", import.meta.url);

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
// The sentence that an expression gives, with {} for what isn't written there.
function sentence(expression) {
  if (/^("(?:[^"\\]|\\.)*"\s*)+$/s.test(expression)) return [...expression.matchAll(/"((?:[^"\\]|\\.)*)"/gs)].map(([, part]) => part.replaceAll('\\"', '"')).join("");
  if (expression.startsWith("absl::StrCat(")) return argumentsAt(expression, "absl::StrCat(".length).map(sentence).join("");
  const either = /\?\s*("(?:[^"\\]|\\.)*")\s*:/s.exec(expression);
  return either ? sentence(either[1]) : "{}";
}

// What the page's people never meet: programs talk there to programs, or the operator at the command line.
const notOfThePage = ["docket_split.cc", "exchange_service.cc", "filing_stream.cc", "upload_stream.cc", "web_exchange.cc"];

test("each refusal of the domain is said in Indonesian", () => {
  const { patterns } = JSON.parse(readFileSync(new URL("services/console/src/locales/id/refusals.json", root)));
  for (const [pattern, text] of Object.entries(patterns)) assert.equal(pattern.split("{}").length, text.split("{}").length, pattern);
  const known = Object.keys(patterns).map((pattern) => new RegExp(`^${pattern.split("{}").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".+?")}$`));
  const without = [];
  let looked = 0;
  const sources = ["engine/domain/", "engine/sequencer/", "services/"].flatMap((folder) => readdirSync(new URL(folder, root), { recursive: true }).filter((name) => !name.includes("node_modules")).map((name) => folder + name));
  for (const name of sources.filter((name) => name.endsWith(".cc") && !notOfThePage.some((other) => name.endsWith(`/${other}`)))) {
    const text = readFileSync(new URL(name, root), "utf8");
    for (const call of text.matchAll(/\b(InvalidField|NotNow|Taken|TakenBy|AnotherPerson|WrongDocument)\(/g)) {
      const said = sentence(argumentsAt(text, call.index + call[0].length)[call[1] === "WrongDocument" ? 0 : 1] ?? "{}");
      if (!/[a-z]{2}/.test(said.replaceAll("{}", ""))) continue;
      looked += 1;
      if (!known.some((pattern) => pattern.test(said))) without.push(`${name}: ${said}`);
    }
  }
  assert.ok(looked > 200, `found ${looked}`);
  assert.deepEqual(without, []);
});
