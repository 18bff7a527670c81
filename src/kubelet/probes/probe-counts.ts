import { Metrics } from "../../kube/serving/metrics.ts";
import type { ProbeResult } from "./probe-result.ts";

export type ProbedContainer = {
  readonly kind: "Liveness" | "Readiness" | "Startup";
  readonly container: string;
  readonly pod: string;
  readonly namespace: string;
  readonly podUid: string;
};

/** /metrics/probes: how often each probe ended in which way. */
export class ProbeCounts {
  readonly #metrics = new Metrics();
  readonly #count = this.#metrics.counter(
    "prober_probe_total",
    "Cumulative number of a liveness, readiness or startup probe for a container by result.",
  );

  count(probed: ProbedContainer, { kind }: ProbeResult): void {
    const { container, pod, namespace, podUid } = probed;
    const result = { success: "successful", failure: "failed", unknown: "unknown" }[kind];
    this.#count({ container, namespace, pod, pod_uid: podUid, probe_type: probed.kind, result });
  }

  text(): string {
    return this.#metrics.text();
  }
}
