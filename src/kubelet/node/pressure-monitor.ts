import { type Pressure, PressureMemory, pressure, type Signals } from "./pressure.ts";

export type PressureOptions = {
  /** Thresholds by signal: `nodefs.available`, `memory.available`. */
  readonly evictionHard: Readonly<Record<string, string>>;
  /** How long pressure is told on after it went. */
  readonly holdMs: number;
  /** Ms that never jump. */
  readonly uptimeMs: () => number;
  read(): Signals;
  onTurn(): void;
};

/** Whether the node lacks memory, disk or process ids; looked at whenever somebody asks for a check. */
export class PressureMonitor {
  readonly #options: PressureOptions;
  readonly #memory: PressureMemory;
  #current: Pressure = { memory: false, disk: false, pid: false };

  constructor(options: PressureOptions) {
    this.#options = options;
    this.#memory = new PressureMemory(options.holdMs);
  }

  /** As it was found last. */
  get current(): Pressure {
    return this.#current;
  }

  check(): Pressure {
    const { read, evictionHard, uptimeMs, onTurn } = this.#options;
    const before = this.#current;
    this.#current = this.#memory.observe(pressure(read(), evictionHard), uptimeMs());
    if (JSON.stringify(before) !== JSON.stringify(this.#current)) onTurn();
    return this.#current;
  }
}
