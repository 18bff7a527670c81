import type { KubeObject } from "../../../kube/object.ts";

type Fields = Record<string, unknown>;

/** Between the versions of kinds that are served in more than one: "Kind from to". */
export const conversions: Readonly<Record<string, (object: KubeObject) => KubeObject>> = {
  "Event v1 events.k8s.io/v1": eventsFromCore,
  "Event events.k8s.io/v1 v1": coreFromEvents,
  "HorizontalPodAutoscaler autoscaling/v1 autoscaling/v2": autoscalerV2,
  "HorizontalPodAutoscaler autoscaling/v2 autoscaling/v1": autoscalerV1,
};

/** events.k8s.io renames fields; the old ones live on under `deprecated…`. */
const renamed: readonly (readonly [core: string, events: string])[] = [
  ["involvedObject", "regarding"],
  ["message", "note"],
  ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
  ["reportingComponent", "reportingController"],
];

function eventsFromCore(object: KubeObject): KubeObject {
  return renameFields({ ...object, apiVersion: "events.k8s.io/v1" }, (pair) => pair);
}

function coreFromEvents(object: KubeObject): KubeObject {
  return renameFields({ ...object, apiVersion: "v1" }, ([core, events]) => [events, core]);
}

type Pair = readonly [string, string];

function renameFields(object: KubeObject, direction: (pair: Pair) => Pair): KubeObject {
  const names = new Map(renamed.map(direction));
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [names.get(name) ?? name, value]),
  ) as unknown as KubeObject;
}

/** autoscaling/v1 knows one metric, CPU utilization, as a field of its own. */
function autoscalerV2(object: KubeObject): KubeObject {
  const { targetCPUUtilizationPercentage: target, ...spec } = (object.spec ?? {}) as Fields;
  const { currentCPUUtilizationPercentage: current, ...status } = (object.status ?? {}) as Fields;
  return {
    ...object,
    apiVersion: "autoscaling/v2",
    spec: {
      ...spec,
      ...(target !== undefined && { metrics: [cpu("target", { type: "Utilization", averageUtilization: target })] }),
    },
    ...(object.status !== undefined && {
      status: {
        ...status,
        ...(current !== undefined && { currentMetrics: [cpu("current", { averageUtilization: current })] }),
      },
    }),
  };
}

function autoscalerV1(object: KubeObject): KubeObject {
  const { metrics, behavior: _behavior, ...spec } = (object.spec ?? {}) as Fields;
  const { currentMetrics, conditions: _conditions, ...status } = (object.status ?? {}) as Fields;
  const target = utilization(metrics, "target");
  const current = utilization(currentMetrics, "current");
  return {
    ...object,
    apiVersion: "autoscaling/v1",
    spec: { ...spec, ...(target !== undefined && { targetCPUUtilizationPercentage: target }) },
    ...(object.status !== undefined && {
      status: { ...status, ...(current !== undefined && { currentCPUUtilizationPercentage: current }) },
    }),
  };
}

function cpu(side: "target" | "current", value: Fields): Fields {
  return { type: "Resource", resource: { name: "cpu", [side]: value } };
}

function utilization(metrics: unknown, side: "target" | "current"): unknown {
  const list = (metrics ?? []) as { resource?: { name: string } & Record<string, { averageUtilization?: number }> }[];
  return list.find(({ resource }) => resource?.name === "cpu")?.resource?.[side]?.averageUtilization;
}
