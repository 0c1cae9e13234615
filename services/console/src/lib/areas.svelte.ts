// Names of Indonesia's areas by their official code (Kepmendagri): "33" and "33.26" at once, "33.26.04.2001" once its
// regency's list is there. Kept by the page's worker, so that what was looked at is there without a network, too.
export interface Village {
  code: string;
  name: string;
  district: string;
}

let regencies = $state.raw<Record<string, string>>({});
let asked: Promise<void> | undefined;
const villages = $state<Record<string, Village[]>>({});
const underWay = new Map<string, Promise<void>>();

async function read<T>(file: string): Promise<T> {
  const answer = await fetch(`/areas/${file}.json`);
  if (!answer.ok) throw new Error(file);
  return (await answer.json()) as T;
}
export function loadRegencies(): Promise<void> {
  asked ??= read<Record<string, string>>("regencies")
    .then((read) => void (regencies = read))
    .catch(() => void (asked = undefined)); // asked again with the next name
  return asked;
}
export function loadVillages(regency: string): Promise<void> {
  if (!/^\d{2}\.\d{2}$/.test(regency) || villages[regency]) return Promise.resolve();
  const before = underWay.get(regency);
  if (before) return before;
  const now = read<[string, string, string][]>(regency)
    .then((rows) => void (villages[regency] = rows.map(([code, name, district]) => ({ code, name, district }))))
    .catch(() => undefined)
    .finally(() => underWay.delete(regency));
  underWay.set(regency, now);
  return now;
}

// Provinces, regencies and cities, by code.
export function areaList(): [string, string][] {
  return Object.entries(regencies).sort(([one], [other]) => one.localeCompare(other));
}
// Regencies and cities alone.
export function regencyList(): [string, string][] {
  return Object.entries(regencies).filter(([code]) => code.length === 5);
}
export function villagesOf(regency: string): Village[] {
  return villages[regency] ?? [];
}
// The name of a province or regency; its code until it is known.
export function areaName(code: string): string {
  return regencies[code] ?? code;
}
// The same for lists: "Kab. Magelang".
export function areaShort(code: string): string {
  return areaName(code).replace(/^Kabupaten /, "Kab. ");
}
// "Kebonrejo, Kec. Salaman, Kabupaten Magelang"; the code until it is known.
export function villageName(code: string): string {
  const regency = code.slice(0, 5);
  const found = villages[regency]?.find((village) => village.code === code);
  return found ? `${found.name}, Kec. ${found.district}, ${areaShort(regency)}` : code;
}
// With its code, since villages of one name are many; the code alone until the name is known.
export function villageWithCode(code: string): string {
  const name = villageName(code);
  return name === code ? code : `${name} · ${code}`;
}
// To be called in an effect, with the codes that are shown.
export function loadNames(codes: string[]): void {
  void loadRegencies();
  for (const code of codes) if (code.length > 5) void loadVillages(code.slice(0, 5));
}
