// A list of the daemon's, page by page. It knows whether it is whole: components/Rest.svelte says so where it isn't,
// and offers the rest.
export type ReadPage<Row> = (cursor: string) => Promise<{ rows: Row[]; next: string }>;

// Unknown for a field the answer hasn't, which then fits no list.
type RowOf<Answer, Field> = Field extends keyof Answer
  ? Answer[Field] extends (infer Row)[]
    ? Row
    : unknown
  : unknown;

// How a list of the daemon's is read: the call that answers a page of it, and the field of the answer its rows are in.
export function pages<Answer extends { page?: { nextCursor: string } }, Field extends string>(
  size: number,
  ask: (page: { size: number; cursor: string }) => Promise<Answer>,
  field: Field,
): ReadPage<RowOf<Answer, Field>> {
  return async (cursor) => {
    const answer = await ask({ size, cursor });
    const rows = answer[field as unknown as keyof Answer] as RowOf<Answer, Field>[];
    return { rows, next: answer.page?.nextCursor ?? "" };
  };
}

export class List<Row> {
  rows = $state.raw<Row[]>([]);
  whole = $state(true);
  readonly #read: ReadPage<Row>;
  #next = "";
  // Of the latest load: what an earlier one answers late is dropped.
  #load = 0;

  constructor(read: ReadPage<Row>) {
    this.#read = read;
  }

  // From the beginning, as many rows as are shown already: what was asked for stays in sight when a view is loaded
  // again.
  async load(): Promise<void> {
    const load = ++this.#load;
    const shown = this.rows.length;
    const rows: Row[] = [];
    let next = "";
    do {
      const page = await this.#read(next);
      rows.push(...page.rows);
      next = page.next;
    } while (next && rows.length < shown);
    if (load === this.#load) this.#show(rows, next);
  }

  async more(): Promise<void> {
    if (this.whole) return;
    const load = this.#load;
    const page = await this.#read(this.#next);
    if (load === this.#load) this.#show([...this.rows, ...page.rows], page.next);
  }

  // Another list is to be shown in its place.
  forget(): void {
    this.#load++;
    this.#show([], "");
  }

  #show(rows: Row[], next: string): void {
    this.rows = rows;
    this.#next = next;
    this.whole = next === "";
  }
}

// All of a list that must be whole, as where each row is looked for by its number.
export async function everyRow<Row>(read: ReadPage<Row>): Promise<Row[]> {
  const list = new List(read);
  await list.load();
  while (!list.whole) await list.more();
  return list.rows;
}
