// Programmes, respondents and organisations, which many views name: read once, and again when they changed.
import {
  RegistryService,
  type Organisation,
  type Programme,
  type Respondent,
} from "../gen/klaim/v1/registry_service_pb";
import { api } from "./api";
import { everyRow, pages } from "./list.svelte";

class Registry {
  programmes = $state<Programme[]>([]);
  organisations = $state<Organisation[]>([]);
  respondents = $state<Map<bigint, Respondent>>(new Map());
  #programmes: Promise<void> | undefined;
  #organisations: Promise<void> | undefined;
  #respondents: Promise<void> | undefined;

  loadProgrammes(again = false): Promise<void> {
    if (again || !this.#programmes)
      this.#programmes = everyRow(
        pages(1000, (page) => api(RegistryService).listProgrammes({ page }), "programmes"),
      ).then((rows) => void (this.programmes = rows));
    return this.#programmes;
  }
  loadOrganisations(again = false): Promise<void> {
    if (again || !this.#organisations)
      this.#organisations = everyRow(
        pages(1000, (page) => api(RegistryService).listOrganisations({ page }), "organisations"),
      ).then((rows) => void (this.organisations = rows));
    return this.#organisations;
  }
  loadRespondents(again = false): Promise<void> {
    if (again || !this.#respondents)
      this.#respondents = everyRow(
        pages(1000, (page) => api(RegistryService).listRespondents({ page }), "respondents"),
      ).then((rows) => void (this.respondents = new Map(rows.map((row) => [row.respondentId, row]))));
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
