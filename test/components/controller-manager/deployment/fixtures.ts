import type { Deployment, ReplicaSet } from "../../../../src/kube/kinds/workloads.ts";

const template = (image: string) => ({
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "c", image }] },
});

export function deploymentOf(
  replicas: number,
  spec: Partial<Deployment["spec"]> = {},
  more: Partial<Deployment> = {},
): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "x", uid: "d1", generation: 1 },
    spec: {
      replicas,
      selector: { matchLabels: { app: "web" } },
      template: template("new"),
      progressDeadlineSeconds: 600,
      ...spec,
    },
    ...more,
  };
}

/** A set that wants `replicas`, of which `available` are (all, if not said). */
export function setOf(
  name: string,
  replicas: number,
  {
    available = replicas,
    image = name,
    annotations = {},
  }: { available?: number; image?: string; annotations?: Record<string, string> } = {},
): ReplicaSet {
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name, namespace: "x", uid: name, annotations, creationTimestamp: `2026-01-0${name.length}T00:00:00Z` },
    spec: { replicas, selector: { matchLabels: { app: "web" } }, template: template(image) },
    status: { replicas, readyReplicas: available, availableReplicas: available },
  };
}
