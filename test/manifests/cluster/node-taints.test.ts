import { describe, expect, it } from "vitest";
import { taintsPatch } from "../../../src/manifests/cluster/node-taints.ts";

const taint = (key: string, value: string, effect = "NoSchedule") => ({ key, value, effect, timeAdded: undefined });
const node = (...taints: readonly object[]) => ({ spec: { taints } });

describe("taints of a Node", () => {
  it("stand beside those that others set", () => {
    const other = { key: "node.kubernetes.io/unreachable", effect: "NoExecute" };
    expect(taintsPatch(node(other), { wanted: [taint("dedicated", "db")] })).toEqual({
      spec: { taints: [other, { key: "dedicated", value: "db", effect: "NoSchedule" }] },
    });
  });

  it("take the place of one with another value, and of none with another effect", () => {
    const present = [taint("dedicated", "web"), taint("dedicated", "web", "NoExecute")];
    expect(taintsPatch(node(...present), { wanted: [taint("dedicated", "db")] })).toEqual({
      spec: { taints: [present[1], { key: "dedicated", value: "db", effect: "NoSchedule" }] },
    });
  });

  it("that are to go leave those of others", () => {
    const other = taint("other", "x");
    const gone = [{ key: "dedicated", effect: "NoSchedule" }];
    expect(taintsPatch(node(taint("dedicated", "db"), other), { wanted: [], gone })).toEqual({
      spec: { taints: [other] },
    });
    expect(taintsPatch(node(other), { wanted: [], gone })).toEqual({});
  });

  it("that stand there need no patch", () => {
    expect(taintsPatch(node({ key: "dedicated", effect: "NoSchedule" }), { wanted: [taint("dedicated", "")] })).toEqual(
      {},
    );
    expect(taintsPatch({}, { wanted: [] })).toEqual({});
  });
});
