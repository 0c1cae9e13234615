// Money, dates and numbers as readers write them.
import type { DescEnum } from "@bufbuild/protobuf";
import type { PartialDate, Protected } from "../gen/klaim/v1/common_pb";
import { ClaimStatus } from "../gen/klaim/v1/claim_events_pb";
import { locale, t, word } from "./i18n.svelte";

// Currencies of the docket with their minor digits (ISO 4217); two where it isn't told otherwise.
const minorDigits: Record<string, number> = { JPY: 0, KRW: 0, VND: 0, CLP: 0, BHD: 3, KWD: 3, OMR: 3, JOD: 3, TND: 3 };

export function digitsOf(currency: string): number {
  return minorDigits[currency] ?? 2;
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
    ...(short ? { notation: "compact", maximumFractionDigits: 1, minimumFractionDigits: 0 } : { minimumFractionDigits: digits }),
  });
  return format.format(`${negative ? "-" : ""}${decimal}` as unknown as number);
}

// "1.250.000,50" or "1250000.50" in minor units; null when it can be read in two ways, or not at all.
export function parseMoney(text: string, currency: string): bigint | null {
  const digits = digitsOf(currency);
  const plain = text.replace(/^(rp|[a-z]{3})\.?\s*/i, "").replace(/\s/g, "");
  const match = /^(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,3}))?$/.exec(plain);
  if (!match || (match[2] ?? "").length > digits) return null;
  const whole = match[1]!.replaceAll(".", "");
  return BigInt(whole + (match[2] ?? "").padEnd(digits, "0"));
}

export function count(value: bigint | number): string {
  return new Intl.NumberFormat(locale()).format(value);
}

export function percent(basisPoints: number): string {
  return new Intl.NumberFormat(locale(), { style: "percent", maximumFractionDigits: 1 }).format(basisPoints / 10_000);
}

export function moment(micros: bigint): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(new Date(Number(micros / 1000n)));
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
  return /^\d{4}(-\d{2}){0,2}$/.test(text) ? date({ year: year ?? 0, month: month ?? 0, day: day ?? 0 } as PartialDate) : text;
}
// What was typed, as the vocabulary has it: 17-05-1980, 17/5/1980, 05-1980, 1980 or 1980-05-17. Null when it is none of these.
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

const decoder = new TextDecoder();
const encoder = new TextEncoder();

// Personal data: what may be seen is in clear, else it is told that it is sealed or was erased.
export function open(value: Protected | undefined): string {
  switch (value?.content.case) {
    case "clear":
      return decoder.decode(value.content.value);
    case "sealed":
      return t("sealed");
    case "erased":
      return t("erased");
    default:
      return "";
  }
}
export function seal(text: string): { content: { case: "clear"; value: Uint8Array<ArrayBuffer> } } | undefined {
  return text.trim() ? { content: { case: "clear", value: encoder.encode(text.trim()) } } : undefined;
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

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// How a claim stands, at a glance.
export function toneOf(status: ClaimStatus): "" | "good" | "warn" | "bad" {
  if ([ClaimStatus.PAID, ClaimStatus.ALLOCATED, ClaimStatus.DETERMINED, ClaimStatus.ELIGIBLE].includes(status)) return "good";
  if ([ClaimStatus.DEFICIENT, ClaimStatus.SUSPENDED].includes(status)) return "warn";
  if ([ClaimStatus.INELIGIBLE, ClaimStatus.WITHDRAWN, ClaimStatus.CLOSED].includes(status)) return "bad";
  return "";
}
