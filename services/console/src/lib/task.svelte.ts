// What a view asks the daemon to do: one thing at a time, with what went wrong or what came of it, and the view as it
// is afterwards.
import { failureOf, type Failure } from "./api";

export class Task {
  busy = $state(false);
  failure = $state<Failure | null>(null);
  said = $state("");
  readonly #reload: () => Promise<void>;

  constructor(reload: () => Promise<void>) {
    this.#reload = reload;
  }

  // True when it was done. What `work` answers with, if it is a text, is told.
  run = async (work: () => Promise<unknown>): Promise<boolean> => {
    this.busy = true;
    this.failure = null;
    try {
      const told = await work();
      if (typeof told === "string") this.said = told;
      await this.#reload();
      return true;
    } catch (error) {
      this.failure = failureOf(error);
      return false;
    } finally {
      this.busy = false;
    }
  };
}
