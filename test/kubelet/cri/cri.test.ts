import { expect, test } from "vitest";
import { containerConfig } from "../../../src/kubelet/cri/container-config.ts";
import { containerHash } from "../../../src/kubelet/cri/container-hash.ts";
import { containerAnnotations, containerMemory } from "../../../src/kubelet/cri/labels.ts";
import { linuxResources } from "../../../src/kubelet/cri/linux-resources.ts";
import { fingerprint, groupByPod } from "../../../src/kubelet/cri/pod-runtime.ts";
import { sandboxConfig } from "../../../src/kubelet/cri/sandbox-config.ts";
import {
  containerSecurityContext,
  namespaceOptions,
  sandboxSecurityContext,
} from "../../../src/kubelet/cri/security-context.ts";
import { container, pod, uid } from "../sample.ts";

test("the hash is FNV-1a over upstream's printing of name and image", () => {
  // Upstream: fnv32a of `([]uint8)[123 34 105 ...]`, the bytes of {"image":"x","name":"a"}.
  const printed = `([]uint8)[${[...Buffer.from('{"image":"x","name":"a"}')].join(" ")}]`;
  let hash = 0x811c9dc5n;
  for (const byte of Buffer.from(printed)) hash = ((hash ^ BigInt(byte)) * 0x01000193n) & 0xffffffffn;
  expect(containerHash({ name: "a", image: "x" })).toBe(hash.toString(16));
});

test("what a container remembers is read back", () => {
  const preStop = { exec: { command: ["bye"] } };
  const annotations = containerAnnotations(
    pod({ terminationGracePeriodSeconds: 9 }),
    container({
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
      lifecycle: { preStop },
    }),
    4,
  );
  expect(annotations).toMatchObject({
    "io.kubernetes.container.restartCount": "4",
    "io.kubernetes.container.terminationMessagePath": "/dev/termination-log",
    "io.kubernetes.pod.terminationGracePeriod": "9",
  });
  expect(containerMemory(annotations)).toEqual({
    hash: containerHash(container()),
    restartCount: 4,
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    terminationGracePeriodSeconds: 9,
    preStop,
  });
  expect(containerMemory({ "io.kubernetes.container.preStopHandler": "{" })).toMatchObject({
    restartCount: 0,
    preStop: undefined,
  });
});

const sandboxContext = {
  attempt: 2,
  podLogsDir: "/var/log/pods",
  hostname: "web",
  dns: { servers: ["10.96.0.10"], searches: [], options: [] },
  cgroupParent: "/kubepods/x",
};

test("a sandbox carries the pod's labels, log folder, ports and sysctls", () => {
  const wanted = pod(
    {
      containers: [container({ ports: [{ containerPort: 80, hostPort: 8080 }] })],
      securityContext: { sysctls: [{ name: "net/ipv4/ip_forward", value: "1" }] },
    },
    { labels: { app: "web" } },
  );
  expect(sandboxConfig(wanted, sandboxContext)).toMatchObject({
    metadata: { name: "web", namespace: "default", uid, attempt: 2 },
    hostname: "web",
    logDirectory: `/var/log/pods/default_web_${uid}`,
    labels: { app: "web", "io.kubernetes.pod.name": "web", "io.kubernetes.pod.uid": uid },
    portMappings: [{ protocol: "TCP", containerPort: 80, hostPort: 8080 }],
    linux: { cgroupParent: "/kubepods/x", sysctls: { "net.ipv4.ip_forward": "1" } },
  });
});

test("on the host's network there is neither host name nor port mapping", () => {
  const config = sandboxConfig(pod({ hostNetwork: true }), sandboxContext);
  expect(config.hostname).toBeUndefined();
  expect(config.portMappings).toEqual([]);
});

test.each([
  [{}, { network: "POD", ipc: "POD", pid: "CONTAINER" }],
  [
    { hostNetwork: true, hostIPC: true, hostPID: true },
    { network: "NODE", ipc: "NODE", pid: "NODE" },
  ],
  [{ shareProcessNamespace: true }, { network: "POD", ipc: "POD", pid: "POD" }],
])("namespaces of %o", (spec, expected) => {
  expect(namespaceOptions(pod(spec))).toEqual(expected);
});

test("an ephemeral container sees the processes of its target", () => {
  expect(namespaceOptions(pod(), "target")).toMatchObject({ pid: "TARGET", targetId: "target" });
});

const image = { uid: undefined, username: "" };
const defaults = { rootDir: "/var/lib/kubelet", seccompDefault: false };

test("the container's own user, then the pod's, then the image's", () => {
  const podWith = pod({
    securityContext: { runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000, supplementalGroups: [5] },
  });
  expect(containerSecurityContext(podWith, container(), image, defaults)).toMatchObject({
    runAsUser: { value: 1000 },
    runAsGroup: { value: 3000 },
    supplementalGroups: [5, 2000],
    noNewPrivs: false,
    seccomp: { profileType: "Unconfined" },
  });
  const own = container({ securityContext: { runAsUser: 7, allowPrivilegeEscalation: false } });
  expect(containerSecurityContext(podWith, own, image, defaults)).toMatchObject({
    runAsUser: { value: 7 },
    noNewPrivs: true,
  });
  expect(containerSecurityContext(pod(), container(), { uid: 9, username: "" }, defaults)).toMatchObject({
    runAsUser: { value: 9 },
  });
  expect(containerSecurityContext(pod(), container(), { uid: undefined, username: "app" }, defaults)).toMatchObject({
    runAsUsername: "app",
  });
});

test.each([
  [{ uid: 0, username: "" }, {}, "container has runAsNonRoot and image will run as root"],
  [{ uid: undefined, username: "app" }, {}, "image has non-numeric user (app), cannot verify user is non-root"],
  [{ uid: 5, username: "" }, { runAsUser: 0 }, "container's runAsUser breaks non-root policy"],
])("runAsNonRoot refuses %o with %o", (user, more, message) => {
  const strict = container({ securityContext: { runAsNonRoot: true, ...more } });
  expect(() => containerSecurityContext(pod(), strict, user, defaults)).toThrow(message);
});

test("seccomp: own profile, pod's, default; none for the privileged", () => {
  const of = (more: object, spec = {}) =>
    containerSecurityContext(pod(spec), container({ securityContext: more }), image, {
      ...defaults,
      seccompDefault: true,
    }).seccomp;
  expect(of({})).toEqual({ profileType: "RuntimeDefault" });
  expect(of({ privileged: true })).toEqual({ profileType: "Unconfined" });
  expect(of({ seccompProfile: { type: "Localhost", localhostProfile: "p.json" } })).toEqual({
    profileType: "Localhost",
    localhostRef: "/var/lib/kubelet/seccomp/p.json",
  });
  expect(of({}, { securityContext: { seccompProfile: { type: "Unconfined" } } })).toEqual({
    profileType: "Unconfined",
  });
});

test("a sandbox is privileged when one of its containers is", () => {
  expect(
    sandboxSecurityContext(pod({ containers: [container({ securityContext: { privileged: true } })] })).privileged,
  ).toBe(true);
  expect(sandboxSecurityContext(pod()).privileged).toBe(false);
});

test("command and arguments are expanded, the log is named by restarts", () => {
  const config = containerConfig(pod(), container({ command: ["run", "$(WHO)"], args: ["$$(WHO)"] }), {
    restartCount: 3,
    imageRef: "sha256:1",
    environment: new Map([["WHO", "me"]]),
    mounts: [],
    resources: {},
    securityContext: {},
  });
  expect(config).toMatchObject({
    command: ["run", "me"],
    args: ["$(WHO)"],
    logPath: "main/3.log",
    metadata: { name: "main", attempt: 3 },
    image: { image: "sha256:1", userSpecifiedImage: "example.test/app:1" },
    envs: [{ key: "WHO", value: "me" }],
  });
});

test("resources: shares by request or else by limit, quota and memory by limit", () => {
  const context = {
    memoryCapacityBytes: 4 * 2 ** 30,
    cpuCFSQuota: true,
    cpuPeriodUs: 100_000,
    cgroupVersion: 1 as const,
    hugepages: [
      { pageBytes: 2 ** 21, pages: 8 },
      { pageBytes: 2 ** 30, pages: 0 },
    ],
    canLimitSwap: true,
    singleProcessOOMKill: false,
  };
  const limited = container({ resources: { limits: { cpu: "500m", memory: "64Mi", "hugepages-2Mi": "4Mi" } } });
  expect(linuxResources(pod({ containers: [limited] }), limited, context)).toMatchObject({
    cpuShares: 512,
    cpuQuota: 50_000,
    cpuPeriod: 100_000,
    memoryLimitInBytes: 64 * 2 ** 20,
    hugepageLimits: [
      { pageSize: "2MB", limit: 4 * 2 ** 20 },
      { pageSize: "1GB", limit: 0 },
    ],
  });
  expect(linuxResources(pod(), container(), context)).not.toHaveProperty("unified");
  const v2 = { ...context, cgroupVersion: 2 as const };
  const unified = (changes: Partial<typeof v2>) => linuxResources(pod(), container(), { ...v2, ...changes }).unified;
  expect(unified({})).toEqual({ "memory.swap.max": "0", "memory.oom.group": "1" });
  expect(unified({ singleProcessOOMKill: true })).toEqual({ "memory.swap.max": "0" });
  expect(unified({ canLimitSwap: false })).toEqual({ "memory.oom.group": "1" });
});

test("listings are grouped by pod, and a changed state changes the fingerprint", () => {
  const labels = {
    "io.kubernetes.pod.uid": uid,
    "io.kubernetes.pod.name": "web",
    "io.kubernetes.pod.namespace": "default",
  };
  const box = {
    id: "s",
    metadata: undefined,
    state: "SANDBOX_READY" as const,
    createdAt: 0,
    labels,
    annotations: {},
    runtimeHandler: "",
  };
  const one = (state: "CONTAINER_RUNNING" | "CONTAINER_EXITED") => ({
    id: "c",
    podSandboxId: "s",
    metadata: undefined,
    image: undefined,
    imageRef: "",
    imageId: "",
    state,
    createdAt: 0,
    labels,
    annotations: {},
  });
  const pods = groupByPod([box, { ...box, id: "foreign", labels: {} }], [one("CONTAINER_RUNNING")]);
  expect([...pods.keys()]).toEqual([uid]);
  const after = groupByPod([box], [one("CONTAINER_EXITED")]);
  const prints = [pods, after].map((all) => [...all.values()].map(fingerprint));
  expect(prints[0]).not.toEqual(prints[1]);
});

test("what this kubelet does not have is refused, not left out", () => {
  expect(() => sandboxConfig(pod({ hostUsers: false }), sandboxContext)).toThrow("hostUsers: false");
  const context = {
    restartCount: 0,
    imageRef: "",
    environment: new Map(),
    mounts: [],
    resources: {},
    securityContext: {},
  };
  const refused = (more: Parameters<typeof container>[0]) => () => containerConfig(pod(), container(more), context);
  expect(refused({ volumeDevices: [{ name: "disk", devicePath: "/dev/disk" }] })).toThrow('block device "disk"');
  expect(refused({ resources: { claims: [{ name: "gpu" }] } })).toThrow("claims of dynamic resources");
  const mount = { name: "v", mountPath: "/v", readOnly: true, recursiveReadOnly: "Enabled" };
  expect(refused({ volumeMounts: [mount] })).toThrow('volume "v" requested recursive read-only mode');
});
