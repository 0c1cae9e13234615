// Writes the currencies that the page knows, from the one list of them: node make-currencies.mjs LIST OUT
import { readFileSync, writeFileSync } from "node:fs";

const [, , list, out] = process.argv;
const text = readFileSync(list, "utf8");
const several = /^KLAIM_SIGNS_OF_SEVERAL\("(.*)"\)$/m.exec(text)[1].split("|");
const rows = [...text.matchAll(/^KLAIM_CURRENCY\((\w{3}), (\d), "(.*)"\)$/gm)];
if (rows.length === 0) throw new Error(`${list} has no currencies`);
const lines = rows.map(
  ([, code, digits, signs]) =>
    `  ${code}: { digits: ${digits}, signs: ${JSON.stringify(signs.split("|").filter(Boolean))} },`,
);
writeFileSync(
  out,
  `// Made from engine/domain/core/currencies.def by make-currencies.mjs.\nexport const currencies: Record<string, { digits: number; signs: string[] }> = {\n${lines.join("\n")}\n};\nexport const signsOfSeveral = ${JSON.stringify(several)};\n`,
);
