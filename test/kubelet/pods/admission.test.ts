import { expect, test } from "vitest";
import { refusePod } from "../../../src/kubelet/pods/admission.ts";
import { container, pod } from "../sample.ts";

const allocatable = { cpu: "2", memory: "1Gi", "ephemeral-storage": "2Gi", pods: "2" };
const context = {
  others: [],
  allocatable,
  labels: { zone: "a" },
  allowedUnsafeSysctls: ["net.core.*"],
  pressure: { memory: false, disk: false, pid: false },
  hasAppArmor: false,
};
const armoured = pod({ securityContext: { appArmorProfile: { type: "RuntimeDefault" } } });
const asking = (requests: Record<string, string>) => pod({ containers: [container({ resources: { requests } })] });
const setting = (name: string) => pod({ securityContext: { sysctls: [{ name, value: "1" }] } });
const onPort = (hostPort: number) => pod({ containers: [container({ ports: [{ containerPort: 80, hostPort }] })] });

test("a pod that fits is let in", () => {
  expect(refusePod(asking({ cpu: "2", memory: "1Gi" }), context)).toBeUndefined();
  expect(refusePod(pod({ nodeSelector: { zone: "a" } }), context)).toBeUndefined();
  expect(refusePod(setting("net/ipv4/tcp_syncookies"), context)).toBeUndefined();
  expect(refusePod(setting("net.core.somaxconn"), context)).toBeUndefined();
});

test.each([
  ["too much CPU", asking({ cpu: "3" }), [], "OutOfcpu"],
  ["no CPU left", asking({ cpu: "1500m" }), [asking({ cpu: "1" })], "OutOfcpu"],
  ["too much memory", asking({ memory: "2Gi" }), [], "OutOfmemory"],
  [
    "too much disk",
    asking({ "ephemeral-storage": "2Gi" }),
    [asking({ "ephemeral-storage": "1Gi" })],
    "OutOfephemeral-storage",
  ],
  ["huge pages that the node lacks", asking({ "hugepages-2Mi": "2Mi" }), [], "OutOfhugepages-2Mi"],
  ["too many pods", pod(), [pod(), pod()], "OutOfpods"],
  ["a taken host port", onPort(80), [onPort(80)], "NodePorts"],
  ["another node's labels", pod({ nodeSelector: { zone: "b" } }), [], "NodeAffinity"],
  ["an unsafe sysctl", setting("kernel.msgmax"), [], "SysctlForbidden"],
  ["a profile of AppArmor, which the host lacks,", armoured, [], "AppArmor"],
  ["another operating system", pod({ os: { name: "windows" } }), [], "PodOSNotSupported"],
])("%s is refused", (_, wanted, others, reason) => {
  expect(refusePod(wanted, { ...context, others })?.reason).toBe(reason);
});

const onlyMemory = { memory: true, disk: false, pid: false };
const critical = pod({ priority: 2_000_000_000 });
const tolerant = pod({ tolerations: [{ key: "node.kubernetes.io/memory-pressure", operator: "Exists" }] });

test.each([
  ["best effort under memory pressure", pod(), onlyMemory, "The node had condition: [MemoryPressure]. "],
  ["a better quality under memory pressure", asking({ cpu: "1" }), onlyMemory, undefined],
  ["one that tolerates memory pressure", tolerant, onlyMemory, undefined],
  [
    "any under disk pressure",
    asking({ cpu: "1" }),
    { ...onlyMemory, disk: true },
    "The node had condition: [MemoryPressure DiskPressure]. ",
  ],
  [
    "any when process ids run out",
    asking({ cpu: "1" }),
    { memory: false, disk: false, pid: true },
    "The node had condition: [PIDPressure]. ",
  ],
  ["a critical pod under any pressure", critical, { memory: true, disk: true, pid: true }, undefined],
])("admission under pressure: %s", (_, wanted, pressure, message) => {
  const refusal = refusePod(wanted, { ...context, pressure });
  expect(refusal).toEqual(message && { reason: "Evicted", message });
});
