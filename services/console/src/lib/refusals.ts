// What the daemon says when it says no, in the reader's language. Each refusal has a reason
// (proto/klaim/v1/reason.proto): refusals.json of a language has its sentence, with {} for each argument. A sentence
// without its reason, as records and reports hold it, is known by what its reason says in English.
import { getOption } from "@bufbuild/protobuf";
import type { ErrorInfo } from "../gen/google/rpc/error_details_pb";
import type { FilingError } from "../gen/klaim/v1/intake_service_pb";
import { language, word } from "./i18n.svelte";

interface Table {
  reasons: Record<string, string>;
  words: Record<string, string>;
  said: [RegExp, string][]; // what a reason says in English, and its name
}
const files = import.meta.glob<Pick<Table, "reasons" | "words">>("../locales/*/refusals.json", { import: "default" });
const tables = new Map<string, Table>();

// The longest first: "is more than the cap" before "is more than {}".
async function compile(): Promise<[RegExp, string][]> {
  const { ReasonSchema, says } = await import("../gen/klaim/v1/reason_pb");
  return ReasonSchema.values
    .map((value): [string, string] => [getOption(value, says), value.name.replace(/^REASON_/, "")])
    .filter(([sentence]) => sentence !== "")
    .sort(([one], [other]) => other.length - one.length)
    .map(([sentence, name]) => [
      new RegExp(
        `^${sentence
          .split("{}")
          .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
          .join("(.+?)")}$`,
      ),
      name,
    ]);
}

// Not with the page itself, which needs to be there quickly.
export async function loadRefusals(): Promise<void> {
  const file = files[`../locales/${language()}/refusals.json`];
  if (!file || tables.has(language())) return;
  const [{ reasons, words }, said] = await Promise.all([file(), compile()]);
  tables.set(language(), { reasons, words, said });
}

function fill(sentence: string, given: (i: number) => string, table: Table): string {
  let i = 0;
  return sentence.replaceAll("{}", () => {
    const value = given(++i);
    return table.words[value] ?? (/^[a-z_]+$/.test(value) ? word("ClaimStatus", value) : value);
  });
}

function translate(text: string, table: Table): string | undefined {
  for (const [pattern, name] of table.said) {
    const found = pattern.exec(text);
    const sentence = table.reasons[name];
    if (found && sentence !== undefined) return fill(sentence, (i) => found[i] ?? "", table);
  }
  return undefined;
}

const begun = (sentence: string): string => sentence[0]!.toUpperCase() + sentence.slice(1);

// The sentence of a reason in the reader's language.
function sentenceOf(info: ErrorInfo | undefined): string | undefined {
  return info?.domain === "klaim" ? tables.get(language())?.reasons[info.reason] : undefined;
}
export const hasWords = (info: ErrorInfo | undefined): boolean => sentenceOf(info) !== undefined;

// Of a field, by its reason; as the daemon said it where there is none.
export function refused(info: ErrorInfo | undefined, text: string): string {
  const table = tables.get(language());
  const sentence = sentenceOf(info);
  if (!table || !info || sentence === undefined) return refusal(text);
  return begun(fill(sentence, (i) => info.metadata[String(i)] ?? "", table));
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
  return whole === undefined && field ? `${begun(said)} (${field})` : begun(said);
}

// Of one filing among many: each field with what is wrong with it.
export function refusedFiling({ reasons, fields, message }: FilingError): string {
  if (!reasons.length || !reasons.every(hasWords)) return refusal(message);
  return reasons.map((info, i) => refused(info, message) + (fields[i] ? ` (${fields[i]})` : "")).join("; ");
}
