import type {
  LinuxContainerSecurityContext,
  LinuxSandboxSecurityContext,
  NamespaceOption,
} from "../../kube/cri/security.ts";
import type { Container, SecurityContext } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";
import { allContainers } from "../api/pod.ts";
import { ContainerConfigError } from "./container-error.ts";
import { apparmorProfile, seccompProfile } from "./security-profile.ts";

/** What an image says about its user. */
export type ImageUser = { readonly uid: number | undefined; readonly username: string };

export type SecurityDefaults = { readonly rootDir: string; readonly seccompDefault: boolean };

const maskedPaths = [
  "/proc/asound",
  "/proc/acpi",
  "/proc/interrupts",
  "/proc/kcore",
  "/proc/keys",
  "/proc/latency_stats",
  "/proc/timer_list",
  "/proc/timer_stats",
  "/proc/sched_debug",
  "/proc/scsi",
  "/sys/firmware",
  "/sys/devices/virtual/powercap",
];
const readonlyPaths = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

/** Which namespaces pods share with the host and containers with each other. */
export function namespaceOptions(pod: Pod, targetId?: string): NamespaceOption {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace } = pod.spec;
  const base = {
    network: hostNetwork ? "NODE" : "POD",
    ipc: hostIPC ? "NODE" : "POD",
  } as const;
  if (targetId !== undefined) return { ...base, pid: "TARGET", targetId };
  return { ...base, pid: hostPID ? "NODE" : shareProcessNamespace ? "POD" : "CONTAINER" };
}

export function sandboxSecurityContext(pod: Pod): LinuxSandboxSecurityContext {
  const context = pod.spec.securityContext ?? {};
  return {
    privileged: allContainers(pod).some((container) => container.securityContext?.privileged),
    namespaceOptions: namespaceOptions(pod),
    seccomp: { profileType: "RuntimeDefault" },
    selinuxOptions: context.seLinuxOptions,
    supplementalGroups: supplementalGroups(pod),
    ...(context.runAsUser !== undefined && { runAsUser: { value: context.runAsUser } }),
    // The runtime refuses a group without a user.
    ...(context.runAsUser !== undefined &&
      context.runAsGroup !== undefined && { runAsGroup: { value: context.runAsGroup } }),
  };
}

/** Throws ContainerConfigError when runAsNonRoot can't be granted. */
export function containerSecurityContext(
  pod: Pod,
  container: Container,
  image: ImageUser,
  options: SecurityDefaults & { readonly targetId?: string | undefined },
): LinuxContainerSecurityContext {
  const own = container.securityContext ?? {};
  const effective = effectiveUser(pod, own);
  verifyNonRoot(pod, own, effective.runAsUser, image);
  const unmasked = own.procMount === "Unmasked";
  const runAsUser = effective.runAsUser ?? image.uid;
  return {
    capabilities: { addCapabilities: own.capabilities?.add ?? [], dropCapabilities: own.capabilities?.drop ?? [] },
    privileged: own.privileged ?? false,
    namespaceOptions: namespaceOptions(pod, options.targetId),
    selinuxOptions: own.seLinuxOptions ?? pod.spec.securityContext?.seLinuxOptions,
    ...(runAsUser !== undefined ? { runAsUser: { value: runAsUser } } : { runAsUsername: image.username }),
    ...(effective.runAsGroup !== undefined && { runAsGroup: { value: effective.runAsGroup } }),
    readonlyRootfs: own.readOnlyRootFilesystem ?? false,
    supplementalGroups: supplementalGroups(pod),
    supplementalGroupsPolicy: pod.spec.securityContext?.supplementalGroupsPolicy ?? "Merge",
    noNewPrivs: own.allowPrivilegeEscalation === false,
    maskedPaths: unmasked ? [] : maskedPaths,
    readonlyPaths: unmasked ? [] : readonlyPaths,
    seccomp: seccompProfile(pod, container, options),
    apparmor: apparmorProfile(pod, container),
  };
}

function effectiveUser(pod: Pod, own: SecurityContext) {
  const podContext = pod.spec.securityContext ?? {};
  return {
    runAsUser: own.runAsUser ?? podContext.runAsUser,
    runAsGroup: own.runAsGroup ?? podContext.runAsGroup,
  };
}

function supplementalGroups(pod: Pod): number[] {
  const { supplementalGroups: groups = [], fsGroup } = pod.spec.securityContext ?? {};
  return fsGroup === undefined || groups.includes(fsGroup) ? groups : [...groups, fsGroup];
}

function verifyNonRoot(pod: Pod, own: SecurityContext, runAsUser: number | undefined, image: ImageUser): void {
  const nonRoot = own.runAsNonRoot ?? pod.spec.securityContext?.runAsNonRoot;
  if (!nonRoot) return;
  if (runAsUser !== undefined) {
    if (runAsUser === 0) throw new ContainerConfigError("container's runAsUser breaks non-root policy");
    return;
  }
  if (image.uid === 0 || (image.uid === undefined && image.username === "")) {
    throw new ContainerConfigError("container has runAsNonRoot and image will run as root");
  }
  if (image.uid === undefined) {
    throw new ContainerConfigError(
      `container has runAsNonRoot and image has non-numeric user (${image.username}), cannot verify user is non-root`,
    );
  }
}
