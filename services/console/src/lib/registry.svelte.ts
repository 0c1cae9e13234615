// Programmes, respondents and organisations, which many views name: read once, and again when they changed.
import {
  RegistryService,
  type Organisation,
  type Programme,
  type Respondent,
} from "../gen/klaim/v1/registry_service_pb";
import { api } from "./api";
import { everyRow } from "./list.svelte";

class Registry {
  programmes = $state<Programme[]>([]);
  organisations = $state<Organisation[]>([]);
  respondents = $state<Map<bigint, Respondent>>(new Map());
  #programmes: Promise<void> | undefined;
  #organisations: Promise<void> | undefined;
  #respondents: Promise<void> | undefined;

  loadProgrammes(again = false): Promise<void> {
    if (again || !this.#programmes)
      this.#programmes = everyRow(async (cursor) => {
        const answer = await api(RegistryService).listProgrammes({ page: { size: 1000, cursor } });
        return { rows: answer.programmes, next: answer.page?.nextCursor ?? "" };
      }).then((rows) => void (this.programmes = rows));
    return this.#programmes;
  }
  loadOrganisations(again = false): Promise<void> {
    if (again || !this.#organisations)
      this.#organisations = everyRow(async (cursor) => {
        const answer = await api(RegistryService).listOrganisations({ page: { size: 1000, cursor } });
        return { rows: answer.organisations, next: answer.page?.nextCursor ?? "" };
      }).then((rows) => void (this.organisations = rows));
    return this.#organisations;
  }
  loadRespondents(again = false): Promise<void> {
    if (again || !this.#respondents)
      this.#respondents = everyRow(async (cursor) => {
        const answer = await api(RegistryService).listRespondents({ page: { size: 1000, cursor } });
        return { rows: answer.respondents, next: answer.page?.nextCursor ?? "" };
      }).then((rows) => void (this.respondents = new Map(rows.map((row) => [row.respondentId, row]))));
    return this.#respondents;
  }
  forget(): void {
    this.#programmes = this.#organisations = this.#respondents = undefined;
  }

  programme(id: bigint): Programme | undefined {
    return this.programmes.find((row) => row.programmeId === id);
  }
  currencyOf(programmeId: bigint): string {
    return this.programme(programmeId)?.opened?.currency ?? "";
  }
  programmeName(id: bigint): string {
    return this.programme(id)?.opened?.code ?? String(id);
  }
  respondentName(id: bigint): string {
    return this.respondents.get(id)?.registered?.name ?? `#${id}`;
  }
  organisationName(id: bigint): string {
    return id === 0n
      ? "SBMI"
      : (this.organisations.find((row) => row.organisationId === id)?.registered?.name ?? `#${id}`);
  }
}

export const registry = new Registry();
