import { describe, expect, it } from "vitest";
import { SlipwayError } from "../../src/base/errors.ts";
import { planHosts } from "../../src/lab/plan-hosts.ts";

let next = 0;
const newId = () => `id-${++next}`;

describe("planHosts", () => {
  it("names control planes cp1, cp2, … and workers worker1, worker2, …, counted through", () => {
    const hosts = planHosts([], { controlPlanes: 2, workers: 1 }, newId);
    expect(hosts.map(({ name, role, ordinal }) => [name, role, ordinal])).toEqual([
      ["cp1", "control-plane", 1],
      ["cp2", "control-plane", 2],
      ["worker1", "worker", 3],
    ]);
  });

  it("keeps the hosts there are, with their ordinals and ids, and adds the new ones after them", () => {
    const before = planHosts([], { controlPlanes: 1, workers: 1 }, newId);
    const after = planHosts(before, { controlPlanes: 2, workers: 1 }, newId);
    expect(after.slice(0, 2)).toEqual(before);
    expect(after[2]).toMatchObject({ name: "cp2", ordinal: 3 });
    expect(new Set(after.map(({ machineId }) => machineId)).size).toBe(3);
  });

  it("refuses to shrink a lab, and one that no subnet can hold", () => {
    const before = planHosts([], { controlPlanes: 1, workers: 2 }, newId);
    expect(codeOf(() => planHosts(before, { controlPlanes: 1, workers: 1 }, newId))).toBe("LAB_SHRINK");
    expect(codeOf(() => planHosts([], { controlPlanes: 1, workers: 240 }, newId))).toBe("LAB_TOO_LARGE");
  });
});

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof SlipwayError) return thrown.details.code;
    throw thrown;
  }
  return undefined;
}
