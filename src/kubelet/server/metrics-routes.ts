import type { CriClient } from "../../kube/cri/client.ts";
import { Metrics, processMetrics } from "../../kube/serving/metrics.ts";
import type { PodListing } from "../cri/pod-runtime.ts";
import { readDisk } from "../node/machine.ts";
import type { ProbeCounts } from "../probes/probe-counts.ts";
import { CpuRates } from "../stats/cpu-rates.ts";
import { resourceMetrics } from "../stats/resource-metrics.ts";
import { summary } from "../stats/summary.ts";
import { machineUsage, podUsages } from "../stats/usage.ts";
import type { Route } from "./route.ts";
import { answer, answerJson, HttpError } from "./route.ts";

export type MetricsOptions = {
  readonly cri: CriClient;
  readonly nodeName: string;
  readonly kubeletRoot: string;
  readonly memoryCapacityBytes: number;
  readonly probes: ProbeCounts;
  readonly now: () => number;
  listing(): ReadonlyMap<string, PodListing>;
};

/** Counters of pods that are gone are forgotten after this. */
const rateMemoryMs = 10 * 60_000;
const textFormat = "text/plain; version=0.0.4; charset=utf-8";

/** /metrics, /metrics/resource, /metrics/probes and /stats/summary. */
export function metricsRoutes(options: MetricsOptions): readonly Route[] {
  const own = ownMetrics(options);
  const rates = new CpuRates();
  const startedAtMs = options.now();
  const usages = async () => podUsages((await options.cri.listContainerStats({})).stats);
  return [
    {
      name: "metrics",
      async respond({ path: [page] }, response) {
        if (page === undefined) return answer(response, own(), textFormat);
        if (page === "probes") return answer(response, options.probes.text(), textFormat);
        if (page !== "resource") throw new HttpError(404, "404 page not found");
        const now = options.now();
        answer(response, resourceMetrics(machineUsage(now), await usages(), now), textFormat);
      },
    },
    {
      name: "stats",
      async respond({ path: [page] }, response) {
        if (page !== "summary") throw new HttpError(404, "404 page not found");
        const nowMs = options.now();
        const facts = {
          ...options,
          startedAtMs,
          nowMs,
          machine: machineUsage(nowMs),
          disk: readDisk(options.kubeletRoot),
        };
        answerJson(response, summary({ ...facts, pods: await usages(), rate: (key, usage) => rates.rate(key, usage) }));
        rates.forgetBefore(nowMs - rateMemoryMs);
      },
    },
  ];
}

/** The kubelet's own: what runs here, and what it costs. */
function ownMetrics({ nodeName, listing }: MetricsOptions): () => string {
  const metrics = new Metrics();
  const process = processMetrics(metrics);
  const name = metrics.gauge("kubelet_node_name", "The node's name. The count is always 1.");
  const pods = metrics.gauge("kubelet_running_pods", "Number of pods that have a running pod sandbox");
  const containers = metrics.gauge("kubelet_running_containers", "Number of containers currently running");
  return () => {
    const all = [...listing().values()];
    const byState = (state: string) => all.flatMap((pod) => pod.containers.filter((one) => one.state === state)).length;
    name(1, { node: nodeName });
    pods(all.filter(({ sandboxes }) => sandboxes.some(({ state }) => state === "SANDBOX_READY")).length);
    containers(byState("CONTAINER_RUNNING"), { container_state: "running" });
    containers(byState("CONTAINER_EXITED"), { container_state: "exited" });
    containers(byState("CONTAINER_CREATED"), { container_state: "created" });
    process();
    return metrics.text();
  };
}
