import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { CgroupLimits } from "./cgroup-limits.ts";
import type { CgroupName } from "./names.ts";
import { sliceName } from "./names.ts";
import { cpuWeight } from "./resources.ts";

const run = promisify(execFile);
const manager = ["org.freedesktop.systemd1", "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager"];
const accounted = ["MemoryAccounting", "CPUAccounting", "IOAccounting", "TasksAccounting"];
const usPerSecond = 1_000_000;

/** A unit's property as busctl takes it: name, D-Bus type, value. */
type Property = readonly [name: string, type: string, ...value: string[]];

/** Makes pods' slices through systemd, for the systemd cgroup driver: it must know every cgroup that it owns. */
export class SystemdSlices {
  readonly #version: 1 | 2;

  constructor(version: 1 | 2) {
    this.#version = version;
  }

  /** Starts a slice with its limits, or changes the limits of one that is there. */
  async ensure(name: CgroupName, limits: CgroupLimits): Promise<void> {
    const slice = sliceName(name);
    const properties = [...sliceProperties(name), ...limitProperties(limits, this.#version)];
    try {
      await busctl("StartTransientUnit", "ssa(sv)a(sa(sv))", [slice, "replace", ...encoded(properties), "0"]);
      // The call only queues a job; this one waits for its end, so that systemd does not overrule what is written next.
      await run("systemctl", ["start", slice]);
    } catch (thrown) {
      if (!isExisting(thrown)) throw thrown;
      const changes = limitProperties(limits, this.#version);
      if (changes.length > 0) await busctl("SetUnitProperties", "sba(sv)", [slice, "true", ...encoded(changes)]);
    }
  }

  /** Stops a slice; one that is not there needs no stopping. */
  async stop(name: CgroupName): Promise<void> {
    await run("systemctl", ["stop", sliceName(name)]).catch(() => undefined);
  }
}

function sliceProperties(name: CgroupName): Property[] {
  const parent = name.slice(0, -1);
  return [
    ["Description", "s", `pod cgroup ${name.join("/")}`],
    ...(parent.length > 0 ? [["Wants", "as", "1", sliceName(parent)] as const] : []),
    ["DefaultDependencies", "b", "false"],
    ...accounted.map((property): Property => [property, "b", "true"]),
  ];
}

/** The limits in systemd's words, which differ between the two versions of cgroups. Huge pages it does not know. */
export function limitProperties(limits: CgroupLimits, version: 1 | 2): Property[] {
  const { memoryLimitBytes, pidsLimit } = limits;
  const properties = version === 1 ? propertiesV1(limits) : propertiesV2(limits);
  return [
    ...properties,
    ...property(version === 1 ? "MemoryLimit" : "MemoryMax", memoryLimitBytes),
    ...property("TasksMax", pidsLimit),
  ];
}

function propertiesV1({ cpuShares, cpuQuotaUs, cpuPeriodUs }: CgroupLimits): Property[] {
  return [...property("CPUShares", cpuShares), ...property("CPUQuotaPerSecUSec", perSecond(cpuQuotaUs, cpuPeriodUs))];
}

function propertiesV2({ cpuShares, cpuQuotaUs, cpuPeriodUs, cpuset }: CgroupLimits): Property[] {
  return [
    ...property("CPUWeight", cpuShares === undefined ? undefined : cpuWeight(cpuShares)),
    ...property("CPUQuotaPeriodUSec", cpuQuotaUs === undefined ? undefined : cpuPeriodUs),
    ...property("CPUQuotaPerSecUSec", perSecond(cpuQuotaUs, cpuPeriodUs)),
    ...(cpuset === undefined ? [] : [["AllowedCPUs", "ay", ...byteArray(cpuMask(cpuset))] as const]),
  ];
}

function property(name: string, value: number | undefined): Property[] {
  return value === undefined ? [] : [[name, "t", String(value)]];
}

function perSecond(quotaUs: number | undefined, periodUs = 100_000): number | undefined {
  return quotaUs === undefined ? undefined : Math.ceil((quotaUs * usPerSecond) / periodUs);
}

/** The CPUs of a list such as "0-2,8" as bits, CPU 0 first. */
export function cpuMask(list: string): readonly number[] {
  const ranges = list.split(",").map((range) => range.split("-").map(Number));
  const mask: number[] = [];
  for (const [first = 0, last = first] of ranges) {
    for (let cpu = first; cpu <= last; cpu++) {
      const byte = Math.floor(cpu / 8);
      mask[byte] = (mask[byte] ?? 0) | (1 << (cpu % 8));
    }
  }
  return Array.from(mask, (byte) => byte ?? 0);
}

function byteArray(bytes: readonly number[]): string[] {
  return [bytes.length, ...bytes].map(String);
}

function encoded(properties: readonly Property[]): string[] {
  return [String(properties.length), ...properties.flat()];
}

async function busctl(method: string, signature: string, values: readonly string[]): Promise<void> {
  await run("busctl", ["--system", "call", ...manager, method, signature, ...values]);
}

function isExisting(thrown: unknown): boolean {
  const { stderr = "" } = thrown as { stderr?: string };
  return /already (exists|loaded)|has a fragment file/.test(stderr);
}
