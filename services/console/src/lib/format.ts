// Money, dates and numbers as readers write them.
import type { DescEnum } from "@bufbuild/protobuf";
import { currencies, signsOfSeveral } from "../gen/currencies";
import type { PartialDate, Protected } from "../gen/klaim/v1/common_pb";
import { ClaimStatus } from "../gen/klaim/v1/claim_events_pb";
import { locale, t, word } from "./i18n.svelte";

// ISO 4217: two where a currency isn't known.
export function digitsOf(currency: string): number {
  return currencies[currency]?.digits ?? 2;
}

export function money(minor: bigint, currency: string, short = false): string {
  if (!currency) return count(minor);
  const digits = digitsOf(currency);
  // Exact: the amount is told to the formatter as a decimal text, never as a float.
  const negative = minor < 0n;
  const text = (negative ? -minor : minor).toString().padStart(digits + 1, "0");
  const decimal = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  const format = new Intl.NumberFormat(locale(), {
    style: "currency",
    currency,
    currencyDisplay: currency === "IDR" ? "narrowSymbol" : "code",
    ...(short
      ? { notation: "compact", maximumFractionDigits: 1, minimumFractionDigits: 0 }
      : { minimumFractionDigits: digits }),
  });
  return format.format(`${negative ? "-" : ""}${decimal}` as unknown as number);
}

// Which currency a code or sign means; undefined for none, or a sign of several.
function meantBy(sign: string): string | undefined {
  const wanted = sign.toUpperCase();
  return Object.entries(currencies).find(
    ([code, { signs }]) => code === wanted || signs.some((own) => own.toUpperCase() === wanted),
  )?.[0];
}

// "1.250.000" is "1250000" where the groups behind the first have three digits; null when they haven't, and of "0.500".
function ungrouped(text: string, separator: string): string | null {
  const groups = text.split(separator);
  const fits = groups.every(
    (group, i) =>
      /^\d+$/.test(group) &&
      (groups.length === 1 || (i === 0 ? group.length <= 3 && group[0] !== "0" : group.length === 3)),
  );
  return fits ? groups.join("") : null;
}

// What was typed, in minor units, or why it isn't taken: the same rules as the daemon's (engine/domain/core/money.cc),
// tried on the same cases (tests/domain/money_cases.json).
export function readMoney(
  text: string,
  currency: string,
): { minor: bigint } | { problem: "money" | "currency" | "sign" | "ways" | "decimals" | "large"; meant?: string } {
  const digits = digitsOf(currency);
  const whole = text
    .replace(/[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g, "")
    .replace(/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g, " ")
    .trim();
  const match = /^(\D*)(.*?)(\D*)$/s.exec(whole);
  if (!match || !/\d/.test(match[2]!)) return { problem: "money" };
  const behind = match[3]!
    .trim()
    .replace(/^(,--|,-|\.-)/, "")
    .trim();
  for (const sign of [match[1]!.trim(), behind]) {
    if (!sign) continue;
    const meant = meantBy(sign);
    if (meant === currency) continue;
    if (meant) return { problem: "currency", meant };
    if (signsOfSeveral.includes(sign.toLowerCase())) return { problem: "sign" };
    return { problem: "money" };
  }
  const number = match[2]!;
  const [point, comma, space] = [number.lastIndexOf("."), number.lastIndexOf(","), number.includes(" ")];
  const times = (separator: string) => number.split(separator).length - 1;
  let decimalsAt = -1;
  let thousands = ".";
  if (point >= 0 && comma >= 0) {
    if (space) return { problem: "money" };
    decimalsAt = Math.max(point, comma);
    thousands = point < comma ? "." : ",";
  } else if (comma >= 0) {
    if (times(",") > 1) thousands = ",";
    else {
      decimalsAt = comma;
      if (number.length - comma === 4 && !space && comma <= 3 && number[0] !== "0") return { problem: "ways" };
    }
  } else if (point >= 0 && digits === 3 && times(".") === 1) return { problem: "ways" };
  if (space) {
    if (point >= 0) decimalsAt = point;
    thousands = " ";
  }
  const units = ungrouped(decimalsAt < 0 ? number : number.slice(0, decimalsAt), thousands);
  const fraction = decimalsAt < 0 ? "" : number.slice(decimalsAt + 1);
  if (units === null || !/^\d*$/.test(fraction) || (decimalsAt >= 0 && !fraction)) return { problem: "money" };
  if (fraction.length > digits) return { problem: "decimals" };
  const minor = BigInt(units + fraction.padEnd(digits, "0"));
  return minor > 1_000_000_000_000_000n ? { problem: "large" } : { minor };
}

// Why what was typed isn't an amount of this currency, for who types it; empty when it is, and for nothing typed.
export function moneyProblem(text: string, currency: string): string {
  if (!text.trim()) return "";
  const read = readMoney(text, currency);
  return "minor" in read ? "" : t(`check.money.${read.problem}`, { currency, meant: read.meant ?? "" });
}

// What was typed and can't be read is never taken for nothing: whoever sends it is told instead.
export class Unread extends Error {}

export function amountOf(text: string, currency: string): bigint {
  const read = readMoney(text, currency);
  if ("minor" in read) return read.minor;
  throw new Unread(t(`check.money.${read.problem}`, { currency, meant: read.meant ?? "" }));
}
export function hundredthsOf(text: string, most: number): number {
  const read = parseHundredths(text, most);
  if (read === null) throw new Unread(t("check.number", { most }));
  return read;
}

// A number with up to two decimals, in hundredths, of "6", "6,5" or "12,25": months, or percent. Null for whatever else
// stands there.
export function parseHundredths(text: string, most: number): number | null {
  const match = /^(\d{1,7})(?:,(\d{1,2}))?$/.exec(text.trim());
  if (!match) return null;
  const hundredths = Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
  return hundredths > most * 100 ? null : hundredths;
}

export function count(value: bigint | number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

export function percent(basisPoints: number): string {
  return new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 1 }).format(basisPoints / 10_000);
}

export function moment(micros: bigint): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(
    new Date(Number(micros / 1000n)),
  );
}

export function date(value: PartialDate | undefined): string {
  if (!value || !value.year) return "–";
  if (!value.month) return String(value.year);
  const then = new Date(Date.UTC(value.year, value.month - 1, value.day || 1));
  const shape: Intl.DateTimeFormatOptions = value.day
    ? { day: "numeric", month: "short", year: "numeric" }
    : { month: "long", year: "numeric" };
  return new Intl.DateTimeFormat(locale(), { ...shape, timeZone: "UTC" }).format(then);
}

// A date of birth, which the vocabulary has as YYYY, YYYY-MM or YYYY-MM-DD, as readers write it: "17 Mei 1980".
export function birthDate(text: string): string {
  const [year, month, day] = text.split("-").map(Number);
  return /^\d{4}(-\d{2}){0,2}$/.test(text)
    ? date({ year: year ?? 0, month: month ?? 0, day: day ?? 0 } as PartialDate)
    : text;
}
// What was typed, as the vocabulary has it: 17-05-1980, 17/5/1980, 05-1980, 1980 or 1980-05-17. Null when it is none of
// these.
export function parseBirthDate(text: string): string | null {
  const parts = text.trim().split(/[-/.\s]+/);
  if (parts[0]!.length !== 4) parts.reverse();
  const [year = "", ...rest] = parts;
  if (!/^\d{4}$/.test(year) || rest.length > 2 || !rest.every((part) => /^\d{1,2}$/.test(part))) return null;
  return [year, ...rest.map((part) => part.padStart(2, "0"))].join("-");
}

// Of <input type="date">, as the vocabulary has it.
export function dateOf(text: string): { year: number; month: number; day: number } | undefined {
  const [year, month, day] = text.split("-").map(Number);
  return year && month && day ? { year, month, day } : undefined;
}
export function inputDate(value: PartialDate | undefined): string {
  return value?.year && value.month && value.day
    ? `${String(value.year).padStart(4, "0")}-${String(value.month).padStart(2, "0")}-${String(value.day).padStart(2, "0")}`
    : "";
}
export function today(daysAhead = 0): { year: number; month: number; day: number } {
  const now = new Date();
  now.setDate(now.getDate() + daysAhead);
  return { year: now.getFullYear(), month: now.getMonth() + 1, day: now.getDate() };
}

// Personal data: what may be seen is in clear, else it is told that it is sealed or was erased.
export function open(value: Protected | undefined): string {
  switch (value?.content.case) {
    case "clear":
      return value.content.value;
    case "sealed":
      return t("sealed");
    case "erased":
      return t("erased");
    default:
      return "";
  }
}
export function seal(text: string): { content: { case: "clear"; value: string } } | undefined {
  return text.trim() ? { content: { case: "clear", value: text.trim() } } : undefined;
}

// The name of an enum's value, as people say it.
export function enumWord(type: DescEnum, value: number): string {
  const name = type.value[value]?.name ?? String(value);
  return word(type.name, name.replace(type.sharedPrefix?.toUpperCase() ?? "", ""));
}
export function enumValues(type: DescEnum): number[] {
  return type.values.map((value) => value.number).filter((number) => number !== 0);
}

// Where most placements go, the most frequent first.
export const destinations = ["HK", "TW", "MY", "SG", "SA", "KR", "JP", "AE", "QA", "BN", "KW", "OM", "CN"];
export function countryName(code: string): string {
  try {
    return code ? (new Intl.DisplayNames(locale(), { type: "region" }).of(code) ?? code) : "";
  } catch {
    return code;
  }
}

// The code of a country by its code or its name, in the reader's language or in English; empty for what is neither.
export function countryCode(text: string): string {
  const wanted = text.trim();
  if (/^[a-z]{2}$/i.test(wanted))
    return countryName(wanted.toUpperCase()) === wanted.toUpperCase() ? "" : wanted.toUpperCase();
  const fold = (name: string) => name.toLowerCase().replace(/[^\p{L}]/gu, "");
  for (const language of [locale(), "id", "en"]) {
    const names = new Intl.DisplayNames(language, { type: "region", fallback: "none" });
    for (let i = 0; i < 26 * 26; i++) {
      const code = String.fromCharCode(65 + Math.floor(i / 26), 65 + (i % 26));
      const name = names.of(code);
      if (name && (fold(name) === fold(wanted) || fold(name.replace(/ (SAR|DAK) .*$/, "")) === fold(wanted)))
        return code;
    }
  }
  return "";
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// How a claim stands, at a glance.
export function toneOf(status: ClaimStatus): "" | "good" | "warn" | "bad" {
  if ([ClaimStatus.PAID, ClaimStatus.ALLOCATED, ClaimStatus.DETERMINED, ClaimStatus.ELIGIBLE].includes(status))
    return "good";
  if ([ClaimStatus.DEFICIENT, ClaimStatus.SUSPENDED].includes(status)) return "warn";
  if ([ClaimStatus.INELIGIBLE, ClaimStatus.WITHDRAWN, ClaimStatus.CLOSED].includes(status)) return "bad";
  return "";
}
