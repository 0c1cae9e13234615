// node:test's `test` with a bound: a minute, unless the test says that it needs more, and why. Each test that begins is told in the file
// that KLAIM_PROGRESS names, if any, as tests/testing/bounded_tests.h does.
import { appendFileSync } from "node:fs";
import { basename } from "node:path";
import { test as unbounded } from "node:test";

export const minute = 60_000;

// options: those of node:test, as { timeout: 3 * minute }.
export function test(name, options, run) {
  if (run === undefined) return test(name, {}, options);
  return unbounded(name, { timeout: minute, ...options }, (context) => {
    if (process.env.KLAIM_PROGRESS) appendFileSync(process.env.KLAIM_PROGRESS, `${basename(process.argv[1])}: ${name}\n`);
    return run(context);
  });
}
