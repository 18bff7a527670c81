import { expect, test } from "vitest";
import {
  type DaemonNode,
  membershipPlan,
  rolloutPlan,
} from "../../../../src/components/controller-manager/daemonset/daemon-rollout.ts";
import type { DaemonSet } from "../../../../src/kube/kinds/workloads.ts";
import { deleted, notReady, podWith } from "../pod.ts";

const view = { hash: "new", nowMs: Date.parse("2026-01-01T01:00:00Z") };
const daemon = (name: string, hash: string, more: Parameters<typeof podWith>[0] = {}) =>
  podWith({ ...more, metadata: { name, labels: { "controller-revision-hash": hash }, ...more?.metadata } });
const node = (name: string, pods: DaemonNode["pods"], { shouldRun = true, mayStay = true } = {}): DaemonNode => ({
  name,
  shouldRun,
  mayStay,
  pods,
});
const set = (rollingUpdate: object = {}): DaemonSet => ({
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "agent" },
  spec: {
    selector: {},
    template: { spec: { containers: [] } },
    updateStrategy: { type: "RollingUpdate", rollingUpdate },
  },
});
const names = ({ create, remove }: ReturnType<typeof rolloutPlan>) => ({
  create,
  remove: remove.map(({ metadata }) => metadata.name),
});

test.each<[string, DaemonNode, { create: string[]; remove: string[] }]>([
  ["a node without one gets one", node("n1", []), { create: ["n1"], remove: [] }],
  ["a second one goes", node("n1", [daemon("a", "new"), daemon("b", "new")]), { create: [], remove: ["b"] }],
  [
    "a failed one goes",
    node("n1", [daemon("a", "new", { status: { phase: "Failed" } })]),
    { create: [], remove: ["a"] },
  ],
  [
    "one that is going is waited for",
    node("n1", [daemon("a", "new", { metadata: { name: "a", ...deleted } })]),
    { create: [], remove: [] },
  ],
  [
    "one that may not stay goes",
    node("n1", [daemon("a", "new")], { shouldRun: false, mayStay: false }),
    { create: [], remove: ["a"] },
  ],
  ["one that may stay stays", node("n1", [daemon("a", "new")], { shouldRun: false }), { create: [], remove: [] }],
])("%s", (_, one, expected) => {
  expect(names(membershipPlan([one], { surge: false, hash: "new" }))).toEqual(expected);
});

test("old daemons go one at a time, broken ones at once", () => {
  const old = ["a", "b", "c"].map((name) => node(name, [daemon(name, "old")]));
  expect(names(rolloutPlan(set(), old, view)).remove).toEqual(["a"]);
  const broken = node("d", [daemon("d", "old", { status: notReady })]);
  expect(names(rolloutPlan(set(), [...old, broken], view)).remove).toEqual(["d"]);
  expect(
    names(rolloutPlan(set({ maxUnavailable: "50%" }), [...old, node("e", [daemon("e", "old")])], view)).remove,
  ).toEqual(["a", "b"]);
});

test("nothing more goes while a new daemon is not available", () => {
  const nodes = [node("a", [daemon("a", "new", { status: notReady })]), node("b", [daemon("b", "old")])];
  expect(names(rolloutPlan(set(), nodes, view))).toEqual({ create: [], remove: [] });
});

test("with surge the new daemon comes first, and the old one goes when it is available", () => {
  const surging = set({ maxSurge: 1, maxUnavailable: 0 });
  const old = [node("a", [daemon("a", "old")]), node("b", [daemon("b", "old")])];
  expect(names(rolloutPlan(surging, old, view))).toEqual({ create: ["a"], remove: [] });
  const both = [node("a", [daemon("a", "old"), daemon("a2", "new")]), node("b", [daemon("b", "old")])];
  expect(names(rolloutPlan(surging, both, view))).toEqual({ create: ["b"], remove: ["a"] });
});

test("OnDelete leaves the rollout to people", () => {
  const manual = { ...set(), spec: { ...set().spec, updateStrategy: { type: "OnDelete" as const } } };
  expect(names(rolloutPlan(manual, [node("a", [daemon("a", "old")])], view))).toEqual({ create: [], remove: [] });
});
