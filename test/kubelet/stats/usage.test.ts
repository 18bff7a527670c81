import { expect, test } from "vitest";
import type { ContainerStats } from "../../../src/kube/cri/stats.ts";
import { podUsages } from "../../../src/kubelet/stats/usage.ts";

const nothing = { cpu: undefined, memory: undefined, writableLayer: undefined, swap: undefined, io: undefined };
const noMemory = {
  ...{ timestamp: 0, availableBytes: undefined, usageBytes: undefined, rssBytes: undefined },
  ...{ pageFaults: undefined, majorPageFaults: undefined, psi: undefined },
};
const stats = (pod: string, name: string, attempt: number, memory: number): ContainerStats => {
  const labels = {
    "io.kubernetes.pod.uid": `uid-${pod}`,
    "io.kubernetes.pod.name": pod,
    "io.kubernetes.pod.namespace": "default",
    "io.kubernetes.container.name": name,
  };
  return {
    ...nothing,
    attributes: { id: `${name}-${attempt}`, metadata: { name, attempt }, labels, annotations: {} },
    memory: { ...noMemory, workingSetBytes: { value: memory } },
  };
};

test("usage comes by pod, and of a container that was restarted only the newest run counts", () => {
  const found = podUsages([
    stats("a", "main", 1, 20),
    stats("a", "main", 0, 10),
    stats("a", "side", 0, 5),
    stats("b", "main", 0, 1),
  ]);
  expect(found.map(({ name, containers }) => [name, containers.map((one) => [one.name, one.workingSetBytes])])).toEqual(
    [
      [
        "a",
        [
          ["main", 20],
          ["side", 5],
        ],
      ],
      ["b", [["main", 1]]],
    ],
  );
});

test("what belongs to no pod is left out", () => {
  expect(podUsages([{ ...nothing, attributes: undefined }])).toEqual([]);
});
