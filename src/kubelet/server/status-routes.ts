import type { Pod } from "../api/pod.ts";
import { containerNameLabel } from "../cri/labels.ts";
import type { PodListing } from "../cri/pod-runtime.ts";
import { orphanPod } from "../pods/orphan-pod.ts";
import type { PodWorkers } from "../pods/pod-workers.ts";
import type { StatusStore } from "../status/status-store.ts";
import type { Route } from "./route.ts";
import { answer, answerJson } from "./route.ts";

export type StatusRouteOptions = {
  readonly workers: PodWorkers;
  readonly statuses: StatusStore;
  readonly configuration: unknown;
  listing(): ReadonlyMap<string, PodListing>;
  /** Undefined while the kubelet is well. */
  problem(): string | undefined;
};

/** /healthz, /pods, /runningpods and /configz. */
export function statusRoutes({
  workers,
  statuses,
  configuration,
  listing,
  problem,
}: StatusRouteOptions): readonly Route[] {
  return [
    {
      name: "healthz",
      respond: (_, response) => {
        const trouble = problem();
        if (trouble) response.writeHead(500).end(trouble);
        else answer(response, "ok");
      },
    },
    {
      name: "pods",
      respond: (_, response) =>
        answerJson(response, podList(workers.all().map(({ pod }) => ({ ...pod, status: statuses.get(pod) })))),
    },
    {
      name: "runningpods",
      respond: (_, response) => answerJson(response, podList([...listing().values()].map(runningPod))),
    },
    { name: "configz", respond: (_, response) => answerJson(response, { kubeletconfig: configuration }) },
  ];
}

function podList(items: readonly Pod[]) {
  return { kind: "PodList", apiVersion: "v1", metadata: {}, items };
}

function runningPod(found: PodListing): Pod {
  const containers = found.containers
    .filter(({ state }) => state === "CONTAINER_RUNNING")
    .map((container) => ({ name: container.labels[containerNameLabel] ?? "", image: container.image?.image ?? "" }));
  const pod = orphanPod(found);
  return { ...pod, spec: { containers } };
}
