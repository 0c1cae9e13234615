// tools/bench --quick measures every figure and comes to its end; what the documents tell is still measured.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { minute, test } from "../console/bounded.mjs";
import { parse, rowOf, rowsOfDocument, tableOf } from "../../tools/benchmark/table.mjs";

// A dozen dockets are made and served, one of them in a browser on a slow network.
test("every figure is measured", { timeout: 9 * minute }, async () => {
  const bench = new URL("../../tools/bench", import.meta.url).pathname;
  const run = spawn(bench, ["--quick"], { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  run.stdout.setEncoding("utf8").on("data", (text) => {
    said += text;
    process.stdout.write(text); // the last figure shows where one hangs
  });
  const [code] = await once(run, "close");
  assert.equal(code, 0, "tools/bench --quick comes to its end");
  const figures = parse(said);
  for (const { name, value, unit } of figures) {
    assert.ok(Number.isFinite(value), `${name} is ${value}`);
    assert.equal(typeof unit, "string", name);
  }
  const measured = new Set(figures.map(({ name }) => rowOf(name)));
  const missing = rowsOfDocument(["all", "size", "overload", "soak"]).filter((row) => !measured.has(row));
  assert.deepEqual(missing, [], "docs/performance.md tells what isn't measured");
  // One row of the table each.
  assert.equal(tableOf(figures).trim().split("\n").length, measured.size + 2);
});

test("figures of several sizes stand in one row, beside what was measured and what is wanted", () => {
  const table = tableOf(parse([
    '{"name":"link_1000_records","value":0.21,"unit":"s","floor_name":"sorting_their_keys","floor_value":0.0134,"ratio":15.672}',
    '{"name":"link_10000_records","value":2.711,"unit":"s","floor_name":"sorting_their_keys","floor_value":0.13,"ratio":20.854}',
    '{"name":"link_1000_resident","value":48.2,"unit":"MiB","floor_name":"limit","floor_value":4096,"ratio":0.012}',
    '{"name":"unary_64_in_flight","value":25213.7,"unit":"claims/s","floor_name":"echo_64_in_flight","floor_value":76312,"ratio":0.33,"wanted_ratio":0.6}',
  ].join("\n")));
  assert.deepEqual(table.trim().split("\n").slice(2), [
    "| link 1,000 / 10,000 records | 0.21 / 2.71 s | sorting their keys: 0.0134 / 0.13 | 15.672 / 20.854 |  |",
    "| link 1,000 resident | 48.2 MiB |  |  | 4,096 MiB |",
    "| unary 64 in flight | 25,210 claims/s | echo 64 in flight: 76,310 | 0.33 | 0.6 of it |",
  ]);
  const [first] = table.split("\n").slice(2);
  assert.equal(rowOf(first.split(" | ")[0].slice(2)), rowOf("link_1000_records"), "a row is found by its figure's name");
});
