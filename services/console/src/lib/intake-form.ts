// A claim as it is taken in, before it is filed: its fields as they were typed.
import { ClaimantCapacity, ConsentPurpose, WorkerStatus } from "../gen/klaim/v1/claimant_events_pb";
import type { PartialDate } from "../gen/klaim/v1/common_pb";
import {
  amountOf,
  countryCode,
  dateOf,
  hundredthsOf,
  inputDate,
  moneyProblem,
  parseBirthDate,
  parseHundredths,
  seal,
  today,
} from "./format";
import { t } from "./i18n.svelte";
import type { Filing } from "./outbox.svelte";

export interface Head {
  code: string;
  amount: string;
  from: string;
  until: string;
  months: string;
  wage: string;
  paid: string;
}
export interface Form {
  programme: string;
  name: string;
  nationalId: string;
  birthDate: string;
  phone: string;
  village: string;
  address: string;
  capacity: number;
  status: number;
  consent: boolean;
  consentOn: string;
  destination: string;
  job: string;
  vessel: string;
  began: string;
  ended: string;
  respondents: string[];
  heads: Head[];
  indicators: number[];
  atRisk: boolean;
  story: string;
}
export const emptyHead = (): Head => ({ code: "", amount: "", from: "", until: "", months: "", wage: "", paid: "" });
export const emptyForm = (programme: string): Form => ({
  programme,
  name: "",
  nationalId: "",
  birthDate: "",
  phone: "",
  village: "",
  address: "",
  capacity: ClaimantCapacity.WORKER,
  status: WorkerStatus.RETURNED,
  consent: false,
  consentOn: inputDate(today() as PartialDate),
  destination: "",
  job: "",
  vessel: "",
  began: "",
  ended: "",
  respondents: [],
  heads: [emptyHead()],
  indicators: [],
  atRisk: false,
  story: "",
});

// As it is filed, always under the identification it was begun with.
export function filingOf(id: string, form: Form, currency: string): Filing {
  const consent = (purpose: ConsentPurpose) => ({ purpose, givenOn: dateOf(form.consentOn) });
  return {
    requestId: id,
    programmeId: BigInt(form.programme || 0),
    claimant: {
      case: "newClaimant",
      value: {
        person: {
          name: seal(form.name),
          nationalId: seal(form.nationalId),
          birthDate: seal(parseBirthDate(form.birthDate) ?? form.birthDate),
          phone: seal(form.phone),
          village: seal(form.village),
          address: seal(form.address),
        },
        capacity: form.capacity,
        workerStatus: form.status,
        consents: form.consent ? [consent(ConsentPurpose.PURSUE_CLAIM)] : [],
      },
    },
    claimCase: {
      case: "newCase",
      value: {
        placement: {
          job: form.job,
          destination: countryCode(form.destination),
          vessel: form.vessel,
          beganOn: dateOf(form.began),
          endedOn: dateOf(form.ended),
          origin: form.village ? { code: form.village.split(".").slice(0, 2).join(".") } : undefined,
        },
        indicators: form.indicators,
        atRisk: form.atRisk,
        story: form.story.trim() ? { text: seal(form.story) } : undefined,
      },
    },
    respondentIds: form.respondents.map((respondent) => BigInt(respondent)),
    heads: form.heads
      .filter((head) => head.code)
      .map((head) => ({
        code: head.code,
        claimed: { currency, minorUnits: amountOf(head.amount, currency) },
        periodFrom: dateOf(head.from),
        periodUntil: dateOf(head.until),
        monthsHundredths: head.months ? hundredthsOf(head.months, 600) : 0,
        agreedWageMinor: head.wage ? amountOf(head.wage, currency) : 0n,
        paidMinor: head.paid ? amountOf(head.paid, currency) : 0n,
      })),
  };
}
// What is wrong with it, by the field it stands in; a field of a head has the head's number after it.
export function problemsOf(form: Form, currency: string): Record<string, string> {
  const found: Record<string, string> = {};
  if (!form.name.trim()) found.name = t("check.empty");
  if (form.nationalId && !/^\d{16}$/.test(form.nationalId.replace(/\s/g, ""))) found.nationalId = t("check.nik");
  if (form.birthDate && parseBirthDate(form.birthDate) === null) found.birthDate = t("check.birth");
  if (form.village && !/^\d{2}\.\d{2}(\.\d{2}\.\d{4})?$/.test(form.village)) found.village = t("check.village");
  if (form.destination.trim() && !countryCode(form.destination)) found.destination = t("check.country");
  if (!form.consent) found.consent = t("check.consent");
  if (!form.respondents.length) found.respondents = t("check.respondents");
  if (!form.heads.some((head) => head.code)) found.code0 = t("check.heads");
  form.heads.forEach((head, i) => {
    if (head.code && !head.amount.trim()) found[`amount${i}`] = t("check.empty");
    for (const [field, text] of [
      ["amount", head.amount],
      ["wage", head.wage],
      ["paid", head.paid],
    ] as const) {
      const problem = moneyProblem(text, currency);
      if (problem) found[`${field}${i}`] = problem;
    }
    if (head.months && parseHundredths(head.months, 600) === null)
      found[`months${i}`] = t("check.number", { most: 600 });
  });
  return found;
}
// What the daemon refused, at the fields of this form; what has no field here stays above it.
const fieldOf: Record<string, string> = {
  "new_claimant.person.name": "name",
  "new_claimant.person.national_id": "nationalId",
  "new_claimant.person.birth_date": "birthDate",
  "new_claimant.person.phone": "phone",
  "new_claimant.person.village": "village",
  "new_claimant.person.address": "address",
  "new_claimant.consents": "consentOn",
  "new_claimant.consents.given_on": "consentOn",
  "new_case.placement.destination": "destination",
  "new_case.placement.job": "job",
  "new_case.placement.vessel": "vessel",
  "new_case.placement.began_on": "began",
  "new_case.placement.ended_on": "ended",
  "new_case.story": "story",
  "new_case.story.text": "story",
  respondent_ids: "respondents",
  programme_id: "programme",
  "heads.code": "code",
  "heads.claimed": "amount",
  "heads.claimed.minor_units": "amount",
  "heads.claimed.currency": "amount",
  "heads.agreed_wage_minor": "wage",
  "heads.paid_minor": "paid",
  "heads.period_from": "from",
  "heads.period_until": "until",
  "heads.months_hundredths": "months",
};
export function placed(form: Form, refused: [string, string][]): { at: Record<string, string>; rest: string[] } {
  const at: Record<string, string> = {};
  const rest: string[] = [];
  const coded = form.heads.flatMap((head, i) => (head.code ? [i] : []));
  for (const [path, what] of refused) {
    const head = /^heads\[(\d+)\]/.exec(path);
    const field = fieldOf[path.replace(/\[\d+\]/g, "")];
    if (field) at[head ? `${field}${coded[Number(head[1])] ?? 0}` : field] = what;
    else rest.push(`${what} (${path})`);
  }
  return { at, rest };
}
