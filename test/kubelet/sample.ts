import type { Container } from "../../src/kubelet/api/container.ts";
import type { Pod, PodSpec } from "../../src/kubelet/api/pod.ts";
import { containerHash } from "../../src/kubelet/cri/container-hash.ts";
import type { ContainerRecord, PodRuntime, SandboxRecord } from "../../src/kubelet/cri/pod-runtime.ts";

export const uid = "11111111-2222-3333-4444-555555555555";

export function container(more: Partial<Container> = {}): Container {
  return { name: "main", image: "example.test/app:1", ...more };
}

export function pod(spec: Partial<PodSpec> = {}, metadata: Partial<Pod["metadata"]> = {}): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "default", uid, ...metadata },
    spec: { containers: [container()], ...spec },
  };
}

export function record(of: Container, more: Partial<ContainerRecord> = {}): ContainerRecord {
  return {
    id: `id-${of.name}`,
    name: of.name,
    sandboxId: "sandbox",
    state: "running",
    createdAtMs: 1000,
    startedAtMs: 1000,
    finishedAtMs: 0,
    exitCode: 0,
    reason: "",
    message: "",
    image: of.image,
    imageRef: "sha256:1",
    imageId: "",
    logPath: "",
    memory: {
      hash: containerHash(of),
      restartCount: 0,
      terminationMessagePath: "",
      terminationMessagePolicy: "File",
      terminationGracePeriodSeconds: undefined,
      preStop: undefined,
    },
    terminationMessageFile: undefined,
    user: undefined,
    ...more,
  };
}

export function ended(of: Container, exitCode: number, more: Partial<ContainerRecord> = {}): ContainerRecord {
  return record(of, { state: "exited", exitCode, finishedAtMs: 2000, ...more });
}

export function sandbox(more: Partial<SandboxRecord> = {}): SandboxRecord {
  return { id: "sandbox", ready: true, attempt: 0, createdAtMs: 500, ips: ["10.244.0.5"], ...more };
}

export function runtime(
  containers: readonly ContainerRecord[],
  sandboxes: readonly SandboxRecord[] = [sandbox()],
): PodRuntime {
  return { uid, name: "web", namespace: "default", sandboxes, containers };
}
