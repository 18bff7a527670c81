import { expect, test } from "vitest";
import { statefulPlan } from "../../../../src/components/controller-manager/statefulset/stateful-plan.ts";
import { claimsOf, statefulPod } from "../../../../src/components/controller-manager/statefulset/stateful-pod.ts";
import { statefulStatus } from "../../../../src/components/controller-manager/statefulset/stateful-status.ts";
import type { StatefulSet } from "../../../../src/kube/kinds/workloads.ts";
import { deleted, notReady, podWith } from "../pod.ts";

const nowMs = Date.parse("2026-01-01T01:00:00Z");
const same = { current: "db-1", update: "db-1", nowMs };
const rolling = { current: "db-1", update: "db-2", nowMs };
const setOf = (spec: Partial<StatefulSet["spec"]> = {}): StatefulSet => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "db", namespace: "x", uid: "s1" },
  spec: {
    replicas: 3,
    serviceName: "db",
    selector: { matchLabels: { app: "db" } },
    template: { metadata: { labels: { app: "db" } }, spec: { containers: [] } },
    ...spec,
  },
});
const member = (ordinal: number, more: Parameters<typeof podWith>[0] = {}, revision = "db-1") =>
  podWith({
    ...more,
    metadata: { name: `db-${ordinal}`, labels: { "controller-revision-hash": revision }, ...more?.metadata },
  });
const sick = { status: notReady };
const going = (ordinal: number) => member(ordinal, { metadata: { name: `db-${ordinal}`, ...deleted } });
const words = (actions: ReturnType<typeof statefulPlan>) =>
  actions.map((one) => (one.kind === "create" ? `+${one.ordinal} ${one.revision}` : `-${one.pod.metadata.name}`));

test.each<[string, StatefulSet, ReturnType<typeof podWith>[], typeof same, string[]]>([
  ["the first comes first", setOf(), [], same, ["+0 update"]],
  ["the next waits until it is ready", setOf(), [member(0, sick)], same, []],
  ["then comes", setOf(), [member(0)], same, ["+1 update"]],
  ["a gap is filled before anything else", setOf(), [member(0), member(2)], same, ["+1 update"]],
  [
    "all at once in parallel",
    setOf({ podManagementPolicy: "Parallel" }),
    [member(0, sick)],
    same,
    ["+1 update", "+2 update"],
  ],
  ["surplus goes from the last", setOf({ replicas: 1 }), [member(0), member(1), member(2)], same, ["-db-2"]],
  ["one at a time", setOf({ replicas: 1 }), [member(0), member(1), going(2)], same, []],
  [
    "all at once in parallel",
    setOf({ replicas: 1, podManagementPolicy: "Parallel" }),
    [member(0), member(1), member(2)],
    same,
    ["-db-2", "-db-1"],
  ],
  ["a failed pod is made anew", setOf(), [member(0, { status: { phase: "Failed" } })], same, ["-db-0"]],
  ["ordinals may start elsewhere", setOf({ ordinals: { start: 5 } }), [], same, ["+5 update"]],
  ["a rollout begins with the last", setOf(), [member(0), member(1), member(2)], rolling, ["-db-2"]],
  ["what the rollout has reached is made new", setOf(), [member(0), member(1)], rolling, ["+2 update"]],
  [
    "without a partition, what it has not is made old",
    { ...setOf({ updateStrategy: { type: "RollingUpdate" } }), status: { currentReplicas: 2, replicas: 2 } },
    [member(1), member(2, {}, "db-2")],
    rolling,
    ["+0 current"],
  ],
  [
    "with a partition of 0 it is made new",
    setOf({ updateStrategy: { rollingUpdate: { partition: 0 } } }),
    [member(1), member(2, {}, "db-2")],
    rolling,
    ["+0 update"],
  ],
  [
    "what people deleted with OnDelete comes back new",
    setOf({ updateStrategy: { type: "OnDelete" } }),
    [member(0), member(1)],
    rolling,
    ["+2 update"],
  ],
  [
    "an ordered set that shrinks waits for a sick pod below",
    setOf({ replicas: 1 }),
    [member(0), member(1, sick), member(2)],
    same,
    [],
  ],
  [
    "but takes the sick one away when its turn comes",
    setOf({ replicas: 1 }),
    [member(0), member(1), member(2, sick)],
    same,
    ["-db-2"],
  ],
  [
    "a parallel set replaces broken old pods whatever else is unavailable",
    setOf({ podManagementPolicy: "Parallel" }),
    [member(0, sick), member(1, sick), member(2)],
    rolling,
    ["-db-1", "-db-0"],
  ],
  [
    "and as many healthy ones as may be unavailable",
    setOf({ podManagementPolicy: "Parallel", updateStrategy: { rollingUpdate: { maxUnavailable: 2 } } }),
    [member(0), member(1), member(2)],
    rolling,
    ["-db-2", "-db-1"],
  ],
  [
    "of which a share is rounded down, but never to none",
    setOf({ podManagementPolicy: "Parallel", updateStrategy: { rollingUpdate: { maxUnavailable: "50%" } } }),
    [member(0), member(1), member(2)],
    rolling,
    ["-db-2"],
  ],
  ["it waits for the new pod", setOf(), [member(0), member(1), member(2, sick, "db-2")], rolling, []],
  [
    "and stops at the partition",
    setOf({ updateStrategy: { rollingUpdate: { partition: 2 } } }),
    [member(0), member(1), member(2, {}, "db-2")],
    rolling,
    [],
  ],
  [
    "below the partition pods stay old",
    setOf({ updateStrategy: { rollingUpdate: { partition: 2 } } }),
    [member(1), member(2, {}, "db-2")],
    rolling,
    ["+0 current"],
  ],
  [
    "OnDelete leaves it to people",
    setOf({ updateStrategy: { type: "OnDelete" } }),
    [member(0), member(1), member(2)],
    rolling,
    [],
  ],
])("%s", (_, ...[set, pods, view, expected]) => {
  expect(words(statefulPlan(set, pods, view))).toEqual(expected);
});

test("a member has its name, its place and its claims", () => {
  const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name: "data" }, spec: {} };
  const set = setOf({ volumeClaimTemplates: [claim] });
  const revision = {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: { name: "db-1" },
    revision: 1,
    data: { spec: { template: { ...set.spec.template, $patch: "replace" } } },
  };
  const pod = statefulPod(set, 1, revision);
  expect(pod.metadata).toMatchObject({
    name: "db-1",
    labels: {
      app: "db",
      "statefulset.kubernetes.io/pod-name": "db-1",
      "apps.kubernetes.io/pod-index": "1",
      "controller-revision-hash": "db-1",
    },
  });
  expect(pod.spec).toMatchObject({
    hostname: "db-1",
    subdomain: "db",
    volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data-db-1" } }],
  });
  expect(claimsOf(set, 1).map(({ metadata }) => [metadata.name, metadata.labels])).toEqual([
    ["data-db-1", { app: "db" }],
  ]);
});

test("the new revision becomes the current one when every pod has it and is ready", () => {
  const pods = [0, 1, 2].map((ordinal) => member(ordinal, {}, "db-2"));
  expect(statefulStatus(setOf(), pods, rolling)).toMatchObject({
    replicas: 3,
    updatedReplicas: 3,
    currentReplicas: 3,
    currentRevision: "db-2",
  });
  expect(statefulStatus(setOf(), pods.with(0, member(0)), rolling)).toMatchObject({
    updatedReplicas: 2,
    currentReplicas: 1,
    currentRevision: "db-1",
  });
});
