import { existsSync, readFileSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { until } from "../base/until.ts";
import type { CriClient } from "../kube/cri/client.ts";
import { criClient } from "../kube/cri/client.ts";
import { type CgroupHierarchy, cgroupHierarchy } from "./cgroups/hierarchy.ts";
import type { Log } from "./log.ts";
import type { NodeResources } from "./node/allocatable.ts";
import { nodeResources } from "./node/allocatable.ts";
import { requireFitHost, setKernelDefaults } from "./node/host-requirements.ts";
import type { Machine } from "./node/machine.ts";
import { readDisk, readMachine } from "./node/machine.ts";
import { nodeAddresses } from "./node/registration/node-addresses.ts";
import { nodeName } from "./node/registration/node-name.ts";
import type { KubeletSettings } from "./settings.ts";

/** What the kubelet found when it started: the machine, the runtime, and its own name. */
export type Ground = {
  readonly cri: CriClient;
  readonly runtimeName: string;
  readonly runtimeVersion: string;
  readonly machine: Machine;
  readonly cgroups: CgroupHierarchy;
  readonly resources: NodeResources;
  readonly nodeName: string;
  readonly certDir: string;
  /** The file system that images are on. */
  readonly imageRoot: string;
  addresses(): readonly string[];
};

/** Waits for the runtime and reads the host; rejects when the kubelet must not run on it. */
export async function findGround({ flags, config }: KubeletSettings, log: Log): Promise<Ground> {
  const cri = criClient(config.containerRuntimeEndpoint);
  const { runtimeName, runtimeVersion } = await until(() => cri.version({}, { deadlineMs: 2000 }), {
    for: `the container runtime at ${config.containerRuntimeEndpoint}`,
    withinMs: 120_000,
    everyMs: 200,
  });
  log.info("Container runtime initialized", { containerRuntime: runtimeName, version: runtimeVersion });
  const machine = readMachine(process.arch);
  const cgroups = cgroupHierarchy(readFileSync("/proc/self/mountinfo", "utf8"));
  requireFitHost(config, machine, cgroups.version);
  await setKernelDefaults(config.protectKernelDefaults, log);
  return {
    cri,
    cgroups,
    runtimeName,
    runtimeVersion: `${runtimeName}://${runtimeVersion.split("~")[0]}`,
    machine,
    resources: nodeResources(machine, readDisk("/"), config),
    nodeName: nodeName(flags.hostnameOverride, hostname()),
    certDir: flags.certDir || join(flags.rootDir, "pki"),
    imageRoot: await imageRoot(cri, flags.rootDir),
    addresses: () => nodeAddresses(flags.nodeIp, networkInterfaces(), readFileSync("/proc/net/route", "utf8")),
  };
}

/** Where the runtime keeps images, if it tells and the path is one of this host. */
async function imageRoot(cri: CriClient, otherwise: string): Promise<string> {
  const told = await cri.imageFsInfo({}).catch(() => undefined);
  const mountpoint = told?.imageFilesystems[0]?.fsId?.mountpoint;
  return mountpoint && existsSync(mountpoint) ? mountpoint : otherwise;
}
