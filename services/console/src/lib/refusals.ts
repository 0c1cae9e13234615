// What the daemon says when it says no, in the reader's language. It speaks English, in sentences that are always the
// same but for their numbers and names: refusals.json of a language (i18n.svelte.ts) has each with {} in those places.
import { language, word } from "./i18n.svelte";

interface Table {
  patterns: [RegExp, string][];
  words: Record<string, string>;
}
const files = import.meta.glob<{ patterns: Record<string, string>; words: Record<string, string> }>(
  "../locales/*/refusals.json",
  { import: "default" },
);
const tables = new Map<string, Table>();

// The longest first: "is more than the cap" before "is more than {}".
function compile(patterns: Record<string, string>): [RegExp, string][] {
  return Object.entries(patterns)
    .sort(([one], [other]) => other.length - one.length)
    .map(([pattern, text]) => [
      new RegExp(
        `^${pattern
          .split("{}")
          .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
          .join("(.+?)")}$`,
      ),
      text,
    ]);
}

// Not with the page itself, which needs to be there quickly.
export async function loadRefusals(): Promise<void> {
  const file = files[`../locales/${language()}/refusals.json`];
  if (!file || tables.has(language())) return;
  const { patterns, words } = await file();
  tables.set(language(), { patterns: compile(patterns), words });
}

function translate(text: string, table: Table): string | undefined {
  for (const [pattern, into] of table.patterns) {
    const found = pattern.exec(text);
    if (!found) continue;
    let i = 0;
    return into.replaceAll("{}", () => {
      const given = found[++i] ?? "";
      return table.words[given] ?? (/^[a-z_]+$/.test(given) ? word("ClaimStatus", given) : given);
    });
  }
  return undefined;
}

// As the daemon said it where there is no sentence for it. A field's path, which says where a programme must look, goes
// to the end.
export function refusal(text: string): string {
  const table = tables.get(language());
  if (!table) return text;
  const whole = translate(text, table);
  const [, field, what] = /^([\w.[\]-]+): (.*)$/s.exec(text) ?? [];
  const said = whole ?? (what === undefined ? undefined : translate(what, table));
  if (said === undefined) return text;
  const sentence = said[0]!.toUpperCase() + said.slice(1);
  return whole === undefined && field ? `${sentence} (${field})` : sentence;
}
