import { type Labels, Metrics } from "../../kube/serving/metrics.ts";
import type { ProbeResult } from "./probe-result.ts";

/** What is probed, as upstream's metric names it. */
export type ProbedContainer = {
  readonly kind: "Liveness" | "Readiness" | "Startup";
  readonly container: string;
  readonly pod: string;
  readonly namespace: string;
  readonly podUid: string;
};

type Count = { readonly labels: Labels; value: number };

/** How often each container of the pods that are here was probed, and with what result (/metrics/probes). */
export class ProbeCounts {
  readonly #pods = new Map<string, Map<string, Count>>();

  count(probed: ProbedContainer, { kind }: ProbeResult): void {
    const { container, pod, namespace, podUid } = probed;
    const result = { success: "successful", failure: "failed", unknown: "unknown" }[kind];
    const counts = this.#pods.get(podUid) ?? new Map<string, Count>();
    this.#pods.set(podUid, counts);
    const key = [container, probed.kind, result].join(" ");
    const labels = { container, namespace, pod, pod_uid: podUid, probe_type: probed.kind, result };
    const known = counts.get(key) ?? { labels, value: 0 };
    counts.set(key, known);
    known.value++;
  }

  /** The pod is gone, and so are its series, as upstream's with their worker. */
  forget(podUid: string): void {
    this.#pods.delete(podUid);
  }

  text(): string {
    const metrics = new Metrics();
    const count = metrics.counter(
      "prober_probe_total",
      "Cumulative number of a liveness, readiness or startup probe for a container by result.",
    );
    for (const counts of this.#pods.values()) for (const { labels, value } of counts.values()) count(labels, value);
    return metrics.text();
  }
}
