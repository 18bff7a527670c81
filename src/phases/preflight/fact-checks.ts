import type { Facts } from "../../hosts/facts.ts";
import type { Check, Finding } from "../engine/check.ts";
import { parseVersion } from "./kernel-version.ts";
import { isOurNode, journalProbe } from "./own-host.ts";
import type { PreflightNode } from "./preflight-context.ts";

type FactCheck = {
  readonly name: string;
  readonly isForControlPlanesOnly?: boolean;
  /** The complaint; undefined when all is well. */
  readonly complaint: (facts: Facts, node: PreflightNode) => string | undefined;
  readonly severity: Finding["severity"];
};

const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;

/** Checks that the host's facts answer. Names and limits are kubeadm's where it has the check (app/preflight/checks.go). */
const factChecks: readonly FactCheck[] = [
  {
    name: "NumCPU",
    severity: "error",
    isForControlPlanesOnly: true,
    complaint: ({ cpus }) =>
      cpus < 2 ? `the number of available CPUs ${cpus} is less than the required 2` : undefined,
  },
  {
    name: "Mem",
    severity: "error",
    isForControlPlanesOnly: true,
    complaint: ({ memoryBytes }) =>
      memoryBytes < 1700 * mebibyte
        ? `the system RAM (${Math.floor(memoryBytes / mebibyte)} MB) is less than the minimum 1700 MB`
        : undefined,
  },
  {
    name: "Architecture",
    severity: "error",
    complaint: ({ arch }) => (arch === "amd64" ? undefined : `${arch}: programs are shipped for amd64 only`),
  },
  {
    name: "InitSystem",
    severity: "error",
    complaint: ({ initSystem }) => (initSystem === "systemd" ? undefined : "systemd does not run this host"),
  },
  {
    name: "PackageManager",
    severity: "error",
    complaint: ({ packageManager, os }) =>
      packageManager === "apt" ? undefined : `${os.prettyName} has no apt: packages can't be installed`,
  },
  {
    name: "SystemVerification",
    severity: "warning",
    complaint: ({ cgroup }) =>
      cgroup === "v2"
        ? undefined
        : "cgroup v1 is deprecated: the upstream kubelet refuses it unless failCgroupV1 is false",
  },
  {
    name: "KernelVersion",
    severity: "warning",
    complaint: ({ kernel }) =>
      isKnownKernel(kernel) ? undefined : `kernel ${kernel} is neither 5.4, 5.10, 5.15 nor 6 or newer`,
  },
  {
    name: "Firewalld",
    severity: "warning",
    complaint: ({ firewall }, { input }) =>
      firewall === "none"
        ? undefined
        : `${firewall} is active: see that it lets ports ${input.init.localAPIEndpoint.bindPort} and 10250 through`,
  },
  {
    name: "Swap",
    severity: "warning",
    complaint: ({ swapBytes }, { input }) =>
      swapBytes > 0 && input.kubelet.failSwapOn === false
        ? "swap is on and stays on, as failSwapOn is false"
        : undefined,
  },
  {
    name: "DiskSpace",
    severity: "error",
    complaint: ({ freeDiskBytes }) => {
      const full = Object.entries(freeDiskBytes).filter(([path, bytes]) => bytes < (leastFreeBytes[path] ?? 0));
      const text = full.map(([path, bytes]) => `${path} has ${(bytes / gibibyte).toFixed(1)} GiB free`).join(", ");
      return text === "" ? undefined : `${text}; a node needs 2 GiB below /var/lib and 0.3 GiB below /opt`;
    },
  },
];

const leastFreeBytes: Readonly<Record<string, number>> = { "/var/lib": 2 * gibibyte, "/opt": 0.3 * gibibyte };

/** The checks of facts for a host that is to become a node; one that is a node already was checked before. */
export function checksOfFacts(facts: Facts, node: PreflightNode): Check[] {
  return factChecks
    .filter(({ isForControlPlanesOnly }) => !isForControlPlanesOnly || node.role === "control-plane")
    .map(({ name, severity, complaint }) => ({
      name,
      probe: () => [journalProbe],
      judge: ([journal]) => {
        if (isOurNode(journal)) return [];
        const message = complaint(facts, node);
        return message === undefined ? [] : [{ severity, message }];
      },
    }));
}

/** The kernels that k8s.io/system-validators accepts. */
function isKnownKernel(kernel: string): boolean {
  const [major, minor] = parseVersion(kernel);
  return major >= 6 || (major === 5 && [4, 10, 15].includes(minor));
}
