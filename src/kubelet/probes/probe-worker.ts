import { messageOf } from "../../base/errors.ts";
import { timerDelay } from "../../base/timer-delay.ts";
import type { Probe } from "../api/probe.ts";
import { type ProbeResult, unknown } from "./probe-result.ts";

export type ProbeKind = "startup" | "liveness" | "readiness";

export type WorkerOptions = {
  readonly kind: ProbeKind;
  readonly probe: Probe;
  /** Ms since the container's start. */
  readonly ageMs: number;
  /** Ms that never jump. */
  readonly uptimeMs: () => number;
  run(probe: Probe): Promise<ProbeResult>;
  /** Called when the verdict changes. */
  onVerdict(verdict: boolean): void;
  /** Called for each failed probe. */
  onFailure(result: ProbeResult): void;
};

const seconds = 1000;
/**
 * Until its first success, but no longer than one period, a container is asked this often whether it is ready or has
 * started, and failures don't count: a server that listens a moment after its start need not wait for the next period.
 * (Upstream's first probe comes at a random moment of the first period.)
 */
const eagerMs = 500;

/** Runs one probe of one container in its rhythm and turns results into a verdict by its thresholds. */
export class ProbeWorker {
  readonly #options: WorkerOptions;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #run = 0;
  #last: boolean | undefined;
  #eagerUntilMs = 0;
  /** Undefined until a threshold is reached. */
  verdict: boolean | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  start(): void {
    const { kind, probe, ageMs, uptimeMs } = this.#options;
    const delayMs = (probe.initialDelaySeconds ?? 0) * seconds;
    // A clock that was set back makes the container younger than new.
    const leftMs = Math.max(0, delayMs - Math.max(0, ageMs));
    if (kind !== "liveness") this.#eagerUntilMs = uptimeMs() + leftMs + this.#periodMs;
    this.#schedule(leftMs);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tick(), timerDelay(delayMs));
  }

  async #tick(): Promise<void> {
    const { probe, uptimeMs } = this.#options;
    const begun = uptimeMs();
    const result = await this.#options.run(probe).catch((thrown) => unknown(messageOf(thrown)));
    if (this.#stopped) return;
    const isEager = this.#last === undefined && uptimeMs() < this.#eagerUntilMs;
    if (isEager && result.kind !== "success") {
      this.#schedule(Math.max(0, Math.min(eagerMs, this.#periodMs) - (uptimeMs() - begun)));
      return;
    }
    this.#count(result);
    if (this.#isOver()) return;
    this.#schedule(Math.max(0, this.#periodMs - (uptimeMs() - begun)));
  }

  get #periodMs(): number {
    return (this.#options.probe.periodSeconds || 10) * seconds;
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
