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

/** The limits in systemd's words, which differ between the two versions of cgroups. */
export function limitProperties(limits: CgroupLimits, version: 1 | 2): Property[] {
  const { cpuShares, cpuQuotaUs, cpuPeriodUs = 100_000, memoryLimitBytes, pidsLimit } = limits;
  const cpu: Property[] =
    cpuShares === undefined
      ? []
      : [version === 1 ? ["CPUShares", "t", String(cpuShares)] : ["CPUWeight", "t", String(cpuWeight(cpuShares))]];
  const memory = version === 1 ? "MemoryLimit" : "MemoryMax";
  return [
    ...cpu,
    ...(cpuQuotaUs === undefined
      ? []
      : [["CPUQuotaPerSecUSec", "t", String(Math.ceil((cpuQuotaUs * usPerSecond) / cpuPeriodUs))] as const]),
    ...(memoryLimitBytes === undefined ? [] : [[memory, "t", String(memoryLimitBytes)] as const]),
    ...(pidsLimit === undefined ? [] : [["TasksMax", "t", String(pidsLimit)] as const]),
  ];
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
