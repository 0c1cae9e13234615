// A sheet of claims, as an organisation keeps it: which column means what is for its user to say.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { ClaimantCapacity, ConsentPurpose, WorkerStatus } from "../gen/klaim/v1/claimant_events_pb";
import type { ImportedLineSchema } from "../gen/klaim/v1/import_export_service_pb";
import type { Programme, Respondent } from "../gen/klaim/v1/registry_service_pb";
import { moneyProblem, readMoney, seal } from "./format";
import { t } from "./i18n.svelte";

export interface Sheet {
  header: string[];
  rows: { line: number; cells: string[]; problem?: string }[];
}

// A file as text: UTF-8, or UTF-16 with its mark. Null when it is neither, and a letter would be lost.
export function decode(bytes: ArrayBuffer): string | null {
  const [first, second] = new Uint8Array(bytes.slice(0, 2));
  const utf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  try {
    return new TextDecoder(utf16 ? (first === 0xff ? "utf-16le" : "utf-16be") : "utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

// RFC 4180 with comma, semicolon or tab, told by the header line.
export function parseCsv(text: string): Sheet {
  // Old Macs end lines with CR alone; Excel writes "sep=;" above its header.
  const whole = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const told = /^sep=(.)\n/i.exec(whole);
  const plain = told ? whole.slice(told[0].length) : whole;
  const first = plain.slice(0, plain.search(/\n|$/));
  const delimiter =
    told?.[1] ?? [";", "\t", ","].sort((one, other) => first.split(other).length - first.split(one).length)[0]!;
  const rows: { line: number; cells: string[]; problem?: string }[] = [];
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  let line = told ? 2 : 1;
  let began = line;
  const end = () => {
    cells.push(cell);
    if (cells.some((value) => value.trim())) rows.push({ line: began, cells });
    cells = [];
    cell = "";
    began = line;
  };
  for (let i = 0; i < plain.length; i++) {
    const char = plain[i]!;
    if (char === "\n") line += 1;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (plain[i + 1] === '"') cell += plain[++i];
      else quoted = false;
    } else if (char === '"' && cell === "") quoted = true;
    else if (char === delimiter) {
      cells.push(cell);
      cell = "";
    } else if (char === "\n") end();
    else if (char !== "\r") cell += char;
  }
  const open = quoted;
  if (cell || cells.length) end();
  const header = rows.shift()?.cells.map((name) => name.trim().toLowerCase()) ?? [];
  for (const row of rows) {
    const moved = row.cells.some((value, i) => value.trim() && !header[i]);
    if (moved || header.some((name, i) => name && i >= row.cells.length))
      row.problem = t("sheet.shape", { cells: row.cells.length, columns: header.length });
  }
  if (open && rows.length) rows[rows.length - 1]!.problem = t("sheet.unclosed");
  return { header, rows };
}

// Fields of a line, with the names under which columns are found by themselves.
export const fields: Record<string, { names: string[]; required?: boolean }> = {
  reference: { names: ["nomor", "reference"], required: true },
  name: { names: ["nama", "name"], required: true },
  national_id: { names: ["nik", "national_id"] },
  birth_date: { names: ["tanggal_lahir", "birth_date"] },
  phone: { names: ["telepon", "phone"] },
  village: { names: ["desa", "village"] },
  address: { names: ["alamat", "address"] },
  capacity: { names: ["selaku", "capacity"] },
  worker_status: { names: ["keadaan", "worker_status"], required: true },
  consent_date: { names: ["tanggal_persetujuan", "consent_date"], required: true },
  destination: { names: ["tujuan", "destination"] },
  job: { names: ["pekerjaan", "job"] },
  vessel: { names: ["kapal", "vessel"] },
  respondents: { names: ["termohon", "respondents"], required: true },
  head_1: { names: ["pos_1", "head_1"], required: true },
  amount_1: { names: ["jumlah_1", "amount_1"], required: true },
};

// Columns with something in them that no field takes: what stands there isn't brought along, and must be said to be
// left out.
export function unused(sheet: Sheet, mapping: Record<string, string>): string[] {
  const used = new Set(Object.values(mapping));
  return sheet.header.filter(
    (name, i) => name && !used.has(name) && sheet.rows.some((row) => (row.cells[i] ?? "").trim()),
  );
}

export function guess(header: string[]): Record<string, string> {
  const mapping: Record<string, string> = {};
  for (const [field, { names }] of Object.entries(fields))
    mapping[field] = names.find((name) => header.includes(name)) ?? "";
  return mapping;
}

const statuses: Record<string, WorkerStatus> = {
  pulang: 1,
  returned: 1,
  di_luar_negeri: 2,
  abroad: 2,
  hilang: 3,
  missing: 3,
  meninggal: 4,
  deceased: 4,
};
const capacities: Record<string, ClaimantCapacity> = {
  "": 1,
  pekerja: 1,
  worker: 1,
  istri: 2,
  suami: 2,
  spouse: 2,
  orang_tua: 3,
  parent: 3,
  anak: 4,
  child: 4,
  ahli_waris: 5,
  heir: 5,
  wali: 6,
  guardian: 6,
};
const fold = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");

// Day first, or ISO.
export function parseDay(text: string): { year: number; month: number; day: number } | null {
  const iso = /^(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?$/.exec(text);
  const day = /^(?:(?:(\d{1,2})[-/.])?(\d{1,2})[-/.])?(\d{4})$/.exec(text);
  const [year, month, date] = iso ? [iso[1], iso[2], iso[3]] : day ? [day[3], day[2], day[1]] : [];
  if (!year) return null;
  const found = { year: Number(year), month: Number(month ?? 0), day: Number(date ?? 0) };
  if (
    found.month > 12 ||
    (found.day && new Date(Date.UTC(found.year, found.month - 1, found.day)).getUTCDate() !== found.day)
  )
    return null;
  return found;
}

export interface ReadLine {
  line: number;
  cells: string[];
  problems: { column: string; what: string }[];
  imported: MessageInitShape<typeof ImportedLineSchema> | null;
}

export function readLines(
  sheet: Sheet,
  mapping: Record<string, string>,
  programme: Programme,
  respondents: Iterable<Respondent>,
): ReadLine[] {
  const names = new Map<string, bigint[]>();
  for (const row of respondents) {
    const known = new Set(
      [
        row.registered?.name ?? "",
        ...(row.registered?.aliases ?? []),
        ...(row.registered?.licences.map((licence) => licence.number) ?? []),
      ].map(fold),
    );
    for (const name of known) names.set(name, [...(names.get(name) ?? []), row.respondentId]);
  }
  const seen = new Set<string>();
  const currency = programme.opened?.currency ?? "";
  const heads = new Set(programme.opened?.heads.map((head) => head.code));
  return sheet.rows.map(({ line, cells, problem }) => {
    const problems: { column: string; what: string }[] = [];
    if (problem) return { line, cells, problems: [{ column: "", what: problem }], imported: null };
    const cell = (field: string) =>
      mapping[field]
        ? (cells[sheet.header.indexOf(mapping[field]!)] ?? "")
            .trim()
            .replace(/^'(?=[\d=+\-@])/, "")
            .replace(/^="([^"]*)"$/, "$1")
        : "";
    const wrong = (field: string, key: string) => void problems.push({ column: mapping[field] || field, what: t(key) });
    for (const [field, { required }] of Object.entries(fields))
      if (required && !cell(field)) wrong(field, "check.empty");
    const reference = cell("reference");
    if (seen.has(reference)) wrong("reference", "sheet.twice");
    seen.add(reference);
    const status = statuses[cell("worker_status").toLowerCase()];
    if (cell("worker_status") && !status) wrong("worker_status", "sheet.status");
    const capacity = capacities[cell("capacity").toLowerCase()];
    if (!capacity) wrong("capacity", "sheet.capacity");
    const consent = parseDay(cell("consent_date"));
    if (cell("consent_date") && !consent) wrong("consent_date", "sheet.date");
    const birth = cell("birth_date") ? parseDay(cell("birth_date")) : undefined;
    if (birth === null) wrong("birth_date", "sheet.date");
    if (cell("national_id") && !/^\d{16}$/.test(cell("national_id").replace(/\s/g, "")))
      wrong("national_id", "check.nik");
    const read = readMoney(cell("amount_1"), currency);
    const amount = "minor" in read ? read.minor : null;
    if (moneyProblem(cell("amount_1"), currency))
      problems.push({ column: mapping["amount_1"] || "amount_1", what: moneyProblem(cell("amount_1"), currency) });
    if (cell("head_1") && !heads.has(cell("head_1"))) wrong("head_1", "sheet.head");
    const ids = cell("respondents")
      .split("|")
      .map((name) => names.get(fold(name)) ?? []);
    if (cell("respondents") && ids.some((found) => found.length !== 1)) wrong("respondents", "sheet.respondent");
    if (problems.length) return { line, cells, problems, imported: null };
    const two = (value: number) => String(value).padStart(2, "0");
    return {
      line,
      cells,
      problems,
      imported: {
        number: line,
        becomes: {
          case: "filing",
          value: {
            requestId: `${programme.opened?.code}:${reference}`,
            programmeId: programme.programmeId,
            claimant: {
              case: "newClaimant",
              value: {
                person: {
                  name: seal(cell("name")),
                  nationalId: seal(cell("national_id")),
                  birthDate: birth
                    ? seal(
                        [
                          birth.year,
                          ...(birth.month ? [two(birth.month)] : []),
                          ...(birth.day ? [two(birth.day)] : []),
                        ].join("-"),
                      )
                    : undefined,
                  phone: seal(cell("phone")),
                  village: seal(cell("village")),
                  address: seal(cell("address")),
                },
                capacity: capacity!,
                workerStatus: status!,
                consents: [{ purpose: ConsentPurpose.PURSUE_CLAIM, givenOn: consent! }],
              },
            },
            claimCase: {
              case: "newCase",
              value: {
                placement: {
                  destination: cell("destination").toUpperCase(),
                  job: cell("job"),
                  vessel: cell("vessel"),
                  origin: cell("village") ? { code: cell("village").split(".").slice(0, 2).join(".") } : undefined,
                },
              },
            },
            respondentIds: ids.map((found) => found[0]!),
            heads: [{ code: cell("head_1"), claimed: { currency, minorUnits: amount! } }],
          },
        },
      },
    };
  });
}
