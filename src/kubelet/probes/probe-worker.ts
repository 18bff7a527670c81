import type { Probe } from "../api/probe.ts";
import type { ProbeResult } from "./probe-result.ts";

export type ProbeKind = "startup" | "liveness" | "readiness";

export type WorkerOptions = {
  readonly kind: ProbeKind;
  readonly probe: Probe;
  readonly startedAtMs: number;
  readonly now: () => number;
  run(probe: Probe): Promise<ProbeResult>;
  /** Called when the verdict changes. */
  onVerdict(verdict: boolean): void;
  /** Called for each failed probe. */
  onFailure(result: ProbeResult): void;
};

const seconds = 1000;

/** Runs one probe of one container in its rhythm and turns results into a verdict by its thresholds. */
export class ProbeWorker {
  readonly #options: WorkerOptions;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #run = 0;
  #last: boolean | undefined;
  /** Undefined until a threshold is reached. */
  verdict: boolean | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  start(): void {
    const { probe, startedAtMs, now } = this.#options;
    const firstAt = startedAtMs + (probe.initialDelaySeconds ?? 0) * seconds;
    this.#schedule(Math.max(0, firstAt - now()));
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tick(), delayMs);
  }

  async #tick(): Promise<void> {
    const { probe, now } = this.#options;
    const begun = now();
    const result = await this.#options.run(probe);
    if (this.#stopped) return;
    this.#count(result);
    if (this.#isOver()) return;
    this.#schedule(Math.max(0, (probe.periodSeconds || 10) * seconds - (now() - begun)));
  }

  /** A container that failed waits for its end; one that started needs no more startup probes. */
  #isOver(): boolean {
    const { kind } = this.#options;
    if (kind === "startup") return this.verdict !== undefined;
    return kind === "liveness" && this.verdict === false;
  }

  #count(result: ProbeResult): void {
    if (result.kind === "unknown") return;
    const { probe, onFailure, onVerdict } = this.#options;
    const passed = result.kind === "success";
    if (!passed) onFailure(result);
    this.#run = this.#last === passed ? this.#run + 1 : 1;
    this.#last = passed;
    const threshold = passed ? probe.successThreshold || 1 : probe.failureThreshold || 3;
    if (this.#run < threshold || this.verdict === passed) return;
    this.verdict = passed;
    onVerdict(passed);
  }
}
