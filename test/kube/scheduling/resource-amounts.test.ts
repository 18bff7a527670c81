import { expect, test } from "vitest";
import type { Container, PodSpec } from "../../../src/kube/kinds/pod.ts";
import { podLimits, podRequests, podScoreRequests } from "../../../src/kube/scheduling/resource-amounts.ts";

const container = (cpu: string, more: Partial<Container> = {}): Container => ({
  name: cpu,
  resources: { requests: { cpu } },
  ...more,
});
const pod = (spec: PodSpec) => ({ apiVersion: "v1", kind: "Pod", metadata: {}, spec });

test.each<[string, PodSpec, number]>([
  ["containers add up", { containers: [container("1"), container("500m")] }, 1500],
  [
    "init containers run one by one",
    { containers: [container("1")], initContainers: [container("2"), container("3")] },
    3000,
  ],
  [
    "a sidecar stays beside them",
    { containers: [container("1")], initContainers: [container("1", { restartPolicy: "Always" })] },
    2000,
  ],
  [
    "an init container runs beside the sidecars before it",
    { containers: [container("1")], initContainers: [container("1", { restartPolicy: "Always" }), container("4")] },
    5000,
  ],
  ["the sandbox costs too", { containers: [container("1")], overhead: { cpu: "250m" } }, 1250],
  [
    "requests of the pod stand for the sum",
    { containers: [container("1")], resources: { requests: { cpu: "3" } } },
    3000,
  ],
])("%s", (_, spec, cpu) => {
  expect(podRequests(pod(spec)).cpu).toBe(cpu);
});

test("scores assume a little for containers that ask for nothing", () => {
  expect(podScoreRequests(pod({ containers: [{ name: "c" }] }))).toEqual({ cpu: 100, memory: 200 * 1024 * 1024 });
  expect(podRequests(pod({ containers: [{ name: "c" }] }))).toEqual({});
});

test("extended resources count in whole units", () => {
  const spec = { containers: [{ name: "c", resources: { requests: { "example.com/gpu": "2" } } }] };
  expect(podRequests(pod(spec))).toEqual({ "example.com/gpu": 2 });
});

test("limits add up in the same way; the sandbox adds to what is limited, and to nothing else", () => {
  const limited = { name: "c", resources: { limits: { cpu: "1" } } };
  const overhead = { cpu: "250m", memory: "1Mi" };
  const sidecar = { ...limited, restartPolicy: "Always" as const };
  expect(podLimits(pod({ containers: [limited], initContainers: [sidecar], overhead }))).toEqual({ cpu: 2250 });
});
