// Texts by key, in ICU message syntax. A language is one file under locales/.
import { IntlMessageFormat } from "intl-messageformat";
import en from "../locales/en.json";
import id from "../locales/id.json";

export type Language = "id" | "en";
type Messages = Record<string, string>;

const messages: Record<Language, Messages> = { id, en };
export const languages: Record<Language, { name: string; direction: "ltr" | "rtl"; locale: string }> = {
  id: { name: "Bahasa Indonesia", direction: "ltr", locale: "id-ID" },
  en: { name: "English", direction: "ltr", locale: "en-GB" },
};

const remembered = globalThis.localStorage?.getItem("language");
const state = $state<{ language: Language }>({ language: remembered === "en" ? "en" : "id" });
const compiled = new Map<string, IntlMessageFormat>();

export function language(): Language {
  return state.language;
}
export function locale(): string {
  return languages[state.language].locale;
}
export function setLanguage(to: Language): void {
  state.language = to;
  localStorage.setItem("language", to);
  document.documentElement.lang = to;
  document.documentElement.dir = languages[to].direction;
}

export function t(key: string, values?: Record<string, string | number | bigint>): string {
  const text = messages[state.language][key] ?? messages.en[key];
  if (text === undefined) return key;
  if (!values && !text.includes("{")) return text;
  const cached = `${state.language} ${key}`;
  let format = compiled.get(cached);
  if (!format) compiled.set(cached, (format = new IntlMessageFormat(text, locale())));
  const plain: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(values ?? {})) plain[name] = typeof value === "bigint" ? Number(value) : value;
  return String(format.format(plain));
}

// A word of the vocabulary: an enum's value, a head's code, an event's name. As it stands where there is no word for it.
export function word(kind: string, name: string): string {
  const key = `${kind}.${name.toLowerCase()}`;
  return messages[state.language][key] ?? messages.en[key] ?? name.toLowerCase().replaceAll("_", " ");
}
export function known(key: string): boolean {
  return messages[state.language][key] !== undefined;
}
