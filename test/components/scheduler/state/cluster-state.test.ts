import { expect, test } from "vitest";
import { SnapshotOverlay } from "../../../../src/components/scheduler/state/snapshot-overlay.ts";
import { clusterOf, infoOf, nodeOf, podOf } from "../cluster.ts";

test("an assumed pod counts at once, and goes when it is forgotten", () => {
  const state = clusterOf([nodeOf("n1")]);
  const info = infoOf("a", { cpu: "1" });
  state.assume(info, "n1");
  expect(state.node("n1")?.requested.cpu).toBe(1000);
  state.forget(info);
  expect(state.node("n1")?.requested.cpu).toBe(0);
});

test("a confirmed pod is not forgotten", () => {
  const state = clusterOf([nodeOf("n1")]);
  const info = infoOf("a", { cpu: "1" });
  state.assume(info, "n1");
  state.setPod(podOf("a", { cpu: "1", spec: { nodeName: "n1" } }));
  state.forget(info);
  expect(state.node("n1")?.pods.size).toBe(1);
});

test("a pod that is told before its node is counted when the node comes", () => {
  const state = clusterOf([], { n1: [podOf("a", { cpu: "1" })] });
  state.setNode(nodeOf("n1"));
  expect(state.node("n1")?.requested.cpu).toBe(1000);
});

test("a changed pod takes the place of itself", () => {
  const state = clusterOf([nodeOf("n1")], { n1: [podOf("a", { cpu: "1" })] });
  state.setPod(podOf("a", { cpu: "2", spec: { nodeName: "n1" } }));
  expect(state.node("n1")?.requested.cpu).toBe(2000);
  state.removePod("default/a");
  expect([...state.allPods()]).toEqual([]);
});

test("what if some pods were gone: nothing real changes", () => {
  const state = clusterOf([nodeOf("n1"), nodeOf("n2")], {
    n1: [podOf("a", { cpu: "1", owner: "rs" }), podOf("b", { cpu: "1" })],
  });
  const a = infoOf("a", { cpu: "1", owner: "rs" });
  const without = new SnapshotOverlay(state, {
    gone: [{ info: a, nodeName: "n1" }],
    added: [{ info: infoOf("c", { cpu: "3" }), nodeName: "n2" }],
  });
  expect(without.node("n1")?.requested.cpu).toBe(1000);
  expect(without.node("n2")?.requested.cpu).toBe(3000);
  expect([...without.podsIn("default")].map(({ info }) => info.key)).toEqual(["default/b", "default/c"]);
  expect([...without.podsOf("rs")]).toEqual([]);
  expect(state.node("n1")?.requested.cpu).toBe(2000);
});

test("an attempt for a pod that was made anew does not forget the new one", () => {
  const state = clusterOf([nodeOf("n1")]);
  const old = infoOf("a", { cpu: "1" });
  const second = { ...old, pod: { ...old.pod, metadata: { ...old.pod.metadata, uid: "second" } } };
  state.assume(second, "n1");
  state.forget(old);
  expect(state.node("n1")?.pods.size).toBe(1);
});
