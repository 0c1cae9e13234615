// The page reads amounts as the daemon does: the same cases (tests/domain/money_cases.json; engine/domain/core/money.cc is tried on them too).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { test } from "./bounded.mjs";

const root = new URL("../../", import.meta.url);

test("an amount is a currency and a number, in the page too", async () => {
  const { outputFiles } = await build({
    stdin: { contents: 'export { readMoney } from "./lib/format";', resolveDir: new URL("services/console/src", root).pathname, loader: "ts" },
    bundle: true, write: false, format: "esm", platform: "node", tsconfigRaw: "{}",
    // What it says of problems is no part of reading.
    plugins: [{ name: "words", setup: (it) => { it.onResolve({ filter: /i18n\.svelte$/ }, () => ({ path: "words", namespace: "none" })); it.onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "export const locale = () => 'id'; export const t = String; export const word = String;" })); } }],
  });
  const { readMoney } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
  const cases = JSON.parse(readFileSync(new URL("tests/domain/money_cases.json", root)));
  assert.ok(cases.length > 50);
  const problems = [];
  for (const [text, currency, wanted] of cases) {
    const read = readMoney(text, currency);
    const got = "minor" in read ? Number(read.minor) : read.problem;
    if (got !== wanted) problems.push(`${JSON.stringify(text)} in ${currency}: ${got}, wanted ${wanted}`);
  }
  assert.deepEqual(problems, []);
});
