import { expect, test } from "vitest";
import {
  nodeOfPod,
  nodeVerdict,
  templateForNode,
} from "../../../../src/components/controller-manager/daemonset/daemon-plan.ts";
import type { Node } from "../../../../src/kube/kinds/node.ts";
import type { DaemonSet } from "../../../../src/kube/kinds/workloads.ts";
import { podWith } from "../pod.ts";

const set = (spec: Partial<DaemonSet["spec"]["template"]["spec"]> = {}): DaemonSet => ({
  apiVersion: "apps/v1",
  kind: "DaemonSet",
  metadata: { name: "agent" },
  spec: { selector: {}, template: { metadata: { labels: { app: "agent" } }, spec: { containers: [], ...spec } } },
});
const node = (spec: Node["spec"] = {}): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name: "n1", labels: { disk: "ssd" } },
  spec,
});
const taint = (key: string, effect: string) => ({ taints: [{ key, effect }] });

test.each([
  ["a plain node", set(), node(), true, true],
  [
    "a cordoned node",
    set(),
    node({ unschedulable: true, ...taint("node.kubernetes.io/unschedulable", "NoSchedule") }),
    true,
    true,
  ],
  ["a node that is not ready", set(), node(taint("node.kubernetes.io/not-ready", "NoExecute")), true, true],
  ["a tainted node: what runs may stay", set(), node(taint("dedicated", "NoSchedule")), false, true],
  ["a node that evicts", set(), node(taint("dedicated", "NoExecute")), false, false],
  ["a node that is not selected", set({ nodeSelector: { disk: "hdd" } }), node(), false, false],
  [
    "no network yet, for a pod that needs one",
    set(),
    node(taint("node.kubernetes.io/network-unavailable", "NoSchedule")),
    false,
    true,
  ],
  [
    "no network yet, for a pod of the host's",
    set({ hostNetwork: true }),
    node(taint("node.kubernetes.io/network-unavailable", "NoSchedule")),
    true,
    true,
  ],
])("%s", (_, ...[daemons, one, shouldRun, mayStay]) => {
  expect(nodeVerdict(daemons, one)).toEqual({ shouldRun, mayStay });
});

test("a daemon is pinned to its node before it is scheduled", () => {
  const { metadata, spec } = templateForNode(set(), "n7", "abc");
  expect(metadata?.labels).toEqual({ app: "agent", "controller-revision-hash": "abc" });
  expect(nodeOfPod(podWith({ spec: { ...spec, nodeName: "" } }))).toBe("n7");
  expect(spec.tolerations).toHaveLength(6);
});
