import type { HealthCheck } from "./health.ts";

/** What must have been done once after the start, each by its name in /readyz. */
export class HookStates {
  readonly #states = new Map<string, string | undefined>();

  constructor(names: readonly string[]) {
    for (const name of names) this.#states.set(name, "not finished");
  }

  finished(name: string): void {
    this.#states.set(name, undefined);
  }

  failed(name: string, problem: string): void {
    this.#states.set(name, problem);
  }

  checks(): HealthCheck[] {
    return [...this.#states.keys()].map((name) => ({ name, problem: () => this.#states.get(name) }));
  }
}
