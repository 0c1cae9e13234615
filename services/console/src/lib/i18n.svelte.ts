// Texts by key, in ICU message syntax. A language is a folder under locales/, found by its being there: language.json
// (its own name, direction, and the locale by which numbers and dates are written), texts.json, and, but for the
// daemon's English, refusals.json.
import { IntlMessageFormat } from "intl-messageformat";

type Messages = Record<string, string>;
interface About {
  name: string;
  direction: "ltr" | "rtl";
  locale: string;
}

const byLanguage = <Content>(files: Record<string, Content>): Record<string, Content> =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [path.split("/").at(-2)!, content]));
export const languages = byLanguage(
  import.meta.glob<About>("../locales/*/language.json", { eager: true, import: "default" }),
);
const messages = byLanguage(import.meta.glob<Messages>("../locales/*/texts.json", { eager: true, import: "default" }));
const first = "id";

const remembered = globalThis.localStorage?.getItem("language") ?? "";
const state = $state<{ language: string }>({ language: remembered in languages ? remembered : first });
const compiled = new Map<string, IntlMessageFormat>();

export function language(): string {
  return state.language;
}
export function locale(): string {
  return languages[state.language]!.locale;
}
export function setLanguage(to: string): void {
  state.language = to;
  localStorage.setItem("language", to);
  document.documentElement.lang = to;
  document.documentElement.dir = languages[to]!.direction;
}

export function t(key: string, values?: Record<string, string | number | bigint>): string {
  const text = messages[state.language]?.[key];
  if (text === undefined) return key;
  if (!values && !text.includes("{")) return text;
  const cached = `${state.language} ${key}`;
  let format = compiled.get(cached);
  if (!format) compiled.set(cached, (format = new IntlMessageFormat(text, locale())));
  const plain: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(values ?? {}))
    plain[name] = typeof value === "bigint" ? Number(value) : value;
  return String(format.format(plain));
}

// A word of the vocabulary: an enum's value, a head's code, an event's name. As it stands where there is no word for
// it.
export function word(kind: string, name: string): string {
  const key = `${kind}.${name.toLowerCase()}`;
  return messages[state.language]?.[key] ?? name.toLowerCase().replaceAll("_", " ");
}
export function known(key: string): boolean {
  return messages[state.language]?.[key] !== undefined;
}
