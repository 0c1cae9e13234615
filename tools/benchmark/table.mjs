// Writes the figures of one run, lines of JSON as figures.h has them, into their table of docs/performance.md.
//   node tools/benchmark/table.mjs all|size|overload|soak|cluster COMMIT < FIGURES
// A table stands between <!-- figures NAME: begin --> and <!-- figures NAME: end -->.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { pathToFileURL } from "node:url";

export const document = new URL("../../docs/performance.md", import.meta.url);
const limits = ["limit", "target", "wanted"]; // floors that nobody measured

// Names that differ in their numbers only stand in one row.
export const rowOf = (name) => name.replaceAll("_", " ").replace(/\d[\d,]*( \/ \d[\d,]*)*/g, "#");

export function parse(text) {
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}
// Names of the rows of all tables; of those of the tables named, if any.
export function rowsOfDocument(tables) {
  const text = readFileSync(document, "utf8");
  const rows = tables.flatMap((table) => [...between(text, table).matchAll(/^\| (?!figure \||---)(.*?) \|/gm)]);
  return rows.map(([, label]) => rowOf(label));
}

function between(text, table) {
  const found = new RegExp(`<!-- figures ${table}: begin -->\n([^]*?)<!-- figures ${table}: end -->`).exec(text);
  if (!found) throw new Error(`docs/performance.md has no place for the figures of ${table}`);
  return found[1];
}
// Three digits tell enough, and thousands are separated.
function written(value) {
  if (Math.abs(value) < 1000) return String(Number(value.toPrecision(3)));
  return Number(value.toPrecision(4)).toLocaleString("en-US");
}
// One text for several that differ in numbers: "link 1,000 / 10,000 records".
function joined(names) {
  const numbers = names.map((name) => name.match(/\d+/g) ?? []);
  let at = 0;
  return names[0].replaceAll("_", " ").replace(/\d+/g, () => {
    const here = [...new Set(numbers.map((of) => of[at]))].map((number) => (number.length > 3 ? Number(number).toLocaleString("en-US") : number));
    at++;
    return here.join(" / ");
  });
}
const each = (figures, cell) => (new Set(figures.map(cell)).size === 1 ? cell(figures[0]) : figures.map(cell).join(" / "));

function row(figures) {
  const [first] = figures;
  const limit = limits.includes(first.floor_name);
  const floor = first.floor_name === undefined || limit ? "" : `${joined(figures.map((of) => of.floor_name))}: ${each(figures, (of) => written(of.floor_value))}`;
  const ratio = floor === "" ? "" : each(figures, (of) => (of.ratio === undefined ? "" : String(of.ratio)));
  const wanted = limit ? `${written(first.floor_value)} ${first.unit}`.trim() : first.wanted_ratio === undefined ? "" : `${first.wanted_ratio} of it`;
  return `| ${joined(figures.map((of) => of.name))} | ${`${each(figures, (of) => written(of.value))} ${first.unit}`.trim()} | ${floor} | ${ratio} | ${wanted} |\n`;
}
export function tableOf(figures) {
  const rows = new Map();
  for (const figure of figures) {
    const name = rowOf(figure.name);
    rows.set(name, [...(rows.get(name) ?? []), figure]);
  }
  return "| figure | measured | floor | ratio | wanted |\n| --- | --- | --- | --- | --- |\n" + [...rows.values()].map(row).join("");
}

function main([table, commit]) {
  const text = readFileSync(document, "utf8");
  const old = between(text, table);
  const machine = `${cpus().length} processors (${cpus()[0].model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const heading = `Commit ${commit}, ${new Date().toISOString().slice(0, 10)}, ${machine}.\n\n`;
  const begin = `<!-- figures ${table}: begin -->\n`;
  writeFileSync(document, text.replace(begin + old, () => begin + heading + tableOf(parse(readFileSync(0, "utf8")))));
}
if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main(process.argv.slice(2));
