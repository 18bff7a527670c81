import type { Facts } from "../facts.ts";
import { factFiles } from "./facts-script.ts";

/** When the facts were asked for and when they had come, in ms since the epoch by the operator's clock. */
export type AskedAndAnswered = { readonly askedAtMs: number; readonly answeredAtMs: number };

/** Makes facts of what `factsScript` printed. */
export function parseFacts(output: string, times: AskedAndAnswered): Facts {
  const sections = sectionsOf(output);
  const text = (name: string): string => sections.get(name)?.trim() ?? "";
  const lines = (name: string): string[] => text(name).split("\n").filter(Boolean);
  const network = lines("network");
  const addresses = network.flatMap(addressLine);
  const routes = network.filter((line) => line.startsWith("default "));
  const defaultRouteAddress = addressOfDefaultRoute(routes, addresses);
  return {
    hostname: text(factFiles.hostname),
    os: parseOsRelease(text(factFiles.osRelease) || text(factFiles.vendorOsRelease)),
    arch: goArchitecture(text("machine")),
    kernel: text(factFiles.kernel),
    cgroup: cgroupVersion(lines(factFiles.mounts)),
    cpus: countOfList(text(factFiles.cpus)),
    memoryBytes: meminfo(text(factFiles.memory), "MemTotal"),
    swapBytes: meminfo(text(factFiles.memory), "SwapTotal"),
    addresses: addresses.map(({ scope: _, ...address }) => address),
    ...(defaultRouteAddress === undefined ? {} : { defaultRouteAddress }),
    initSystem: text("init") === "systemd" ? "systemd" : "other",
    packageManager: packageManager(lines("packageManagers")),
    runtimeSockets: lines("sockets"),
    clockOffsetMs: clockOffset(text("clock"), times),
    bootId: text(factFiles.bootId),
    machineId: text(factFiles.machineId),
    freeDiskBytes: Object.fromEntries(lines("disk").map(freeBytes)),
    modules: modules(lines(factFiles.modules), text("sysModules")),
    security: { selinux: selinux(text(factFiles.selinux)), apparmor: text(factFiles.apparmor) === "Y" },
    firewall: firewall(text("firewall"), text(factFiles.ufw)),
    canLowerOomScore: text("oom") === "yes",
    usesSystemdResolved: text("resolved") === "yes",
    proxies: Object.fromEntries(lines("proxies").map(assignment)),
  };
}

function sectionsOf(output: string): Map<string, string> {
  const parts = output.split(/^==> (\S+) <==\n/m).slice(1);
  return new Map(parts.flatMap((name, index) => (index % 2 === 0 ? [[name, parts[index + 1] ?? ""]] : [])));
}

/** os-release(5): shell assignments, quoted or not. */
export function parseOsRelease(text: string): Facts["os"] {
  const values = new Map(
    text.split("\n").flatMap((line) => {
      const [, name, quoted] = /^([A-Z0-9_]+)=(.*)$/.exec(line.trim()) ?? [];
      return name === undefined || quoted === undefined ? [] : [[name, unquoted(quoted)] as const];
    }),
  );
  return {
    id: values.get("ID") ?? "linux",
    versionId: values.get("VERSION_ID") ?? "",
    prettyName: values.get("PRETTY_NAME") ?? "Linux",
    idLike: values.get("ID_LIKE")?.split(" ").filter(Boolean) ?? [],
  };
}

function unquoted(value: string): string {
  const [, inner] = /^(?:"(.*)"|'(.*)')$/.exec(value)?.filter((part) => part !== undefined) ?? [];
  return (inner ?? value).replace(/\\([$"'`\\])/g, "$1");
}

function goArchitecture(machine: string): string {
  const names: Readonly<Record<string, string>> = { x86_64: "amd64", aarch64: "arm64", armv7l: "arm" };
  return names[machine] ?? machine;
}

function cgroupVersion(mounts: readonly string[]): Facts["cgroup"] {
  const kinds = mounts.map((line) => line.split(" ")).filter(([, path]) => path?.startsWith("/sys/fs/cgroup"));
  const hasV1 = kinds.some(([, , type]) => type === "cgroup");
  const hasV2 = kinds.some(([, , type]) => type === "cgroup2");
  if (!hasV1) return "v2";
  return hasV2 ? "hybrid" : "v1";
}

function meminfo(text: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) * 1024;
}

type ScopedAddress = Facts["addresses"][number] & { readonly scope: string };

/** A line of `ip -o addr`: `2: eth0    inet 10.0.0.2/24 brd 10.0.0.255 scope global eth0\…`. */
function addressLine(line: string): ScopedAddress[] {
  const [, name, address, prefix, scope] = /^\d+: (\S+)\s+inet6? ([^/\s]+)(?:\/(\d+))?.* scope (\w+)/.exec(line) ?? [];
  if (name === undefined || address === undefined) return [];
  const whole = address.includes(":") ? 128 : 32;
  return [{ interface: name, address, prefixLength: Number(prefix ?? whole), scope: scope ?? "" }];
}

/** The route's own source address, else the first global one of its interface; IPv6's are there only without any of IPv4. */
function addressOfDefaultRoute(routes: readonly string[], addresses: readonly ScopedAddress[]): string | undefined {
  for (const route of routes) {
    const source = / src (\S+)/.exec(route)?.[1];
    if (source) return source;
    const name = / dev (\S+)/.exec(route)?.[1];
    const isV6 = / via \S*:/.test(route);
    const found = addresses.find(
      (one) => one.interface === name && one.scope === "global" && one.address.includes(":") === isV6,
    );
    if (found) return found.address;
  }
  return undefined;
}

function packageManager([first]: readonly string[]): Facts["packageManager"] {
  if (first === "apt-get") return "apt";
  return first === "dnf" || first === "zypper" ? first : "none";
}

/** Against the middle of the round trip; the script reads the clock first of all. */
function clockOffset(nanoseconds: string, { askedAtMs, answeredAtMs }: AskedAndAnswered): number {
  return Math.round(Number(nanoseconds) / 1e6 - (askedAtMs + answeredAtMs) / 2);
}

function assignment(line: string): [string, string] {
  const [name = ""] = line.split("=", 1);
  return [name, line.slice(name.length + 1)];
}

function freeBytes(line: string): [string, number] {
  const [blocks = "", size = "", ...path] = line.split(" ");
  return [path.join(" "), Number(blocks) * Number(size)];
}

/** A list of CPUs as the kernel writes it: `0-3,8`. */
function countOfList(list: string): number {
  const ranges = list
    .split(",")
    .filter(Boolean)
    .map((range) => range.split("-").map(Number));
  return ranges.reduce((count, [first = 0, last = first]) => count + last - first + 1, 0);
}

/** Those loaded, and those built in that show themselves under /sys/module. */
function modules(loaded: readonly string[], shown: string): string[] {
  const names = loaded.map((line) => line.split(" ")[0] ?? "");
  return [...new Set([...names, ...shown.split(" ").filter(Boolean)])].sort();
}

function firewall(active: string, ufwConf: string): Facts["firewall"] {
  if (active === "firewalld") return "firewalld";
  return /^ENABLED=yes/m.test(ufwConf) ? "ufw" : "none";
}

function selinux(enforce: string): Facts["security"]["selinux"] {
  if (enforce === "") return "disabled";
  return enforce === "1" ? "enforcing" : "permissive";
}
