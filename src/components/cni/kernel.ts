import { execFile } from "node:child_process";
import type { Backend, Route } from "./overlay.ts";
import { networkAddress, vtepMac, vxlan } from "./overlay.ts";

/** The link that carries a node's own address. */
export type Uplink = { readonly name: string; readonly mtu: number };

/** Finds the link that has `address`; throws when none has. */
export async function uplinkOf(address: string): Promise<Uplink> {
  const links = JSON.parse(await ip(["-json", "address", "show"])) as {
    ifname: string;
    mtu: number;
    addr_info: { local?: string }[];
  }[];
  const link = links.find(({ addr_info }) => addr_info.some(({ local }) => local === address));
  if (!link) throw new Error(`no interface has this node's address ${address}`);
  return { name: link.ifname, mtu: link.mtu };
}

/** Makes the VTEP as wished, anew if it exists with other settings. */
export async function ensureVtep({
  address,
  podCidr,
  uplink,
}: {
  address: string;
  podCidr: string;
  uplink: Uplink;
}): Promise<void> {
  const mac = vtepMac(podCidr);
  const found = JSON.parse((await ip(["-json", "-details", "link", "show", vxlan.device], [1])) || "[]") as Vtep[];
  const data = found[0]?.linkinfo?.info_data;
  const isRight =
    found[0]?.address === mac &&
    data?.id === vxlan.id &&
    data.local === address &&
    data.link === uplink.name &&
    data.port === vxlan.port;
  const create = [
    ...(found.length > 0 ? [`link del ${vxlan.device}`] : []),
    `link add ${vxlan.device} address ${mac} mtu ${uplink.mtu - vxlan.overheadBytes} type vxlan id ${vxlan.id} dev ${uplink.name} local ${address} dstport ${vxlan.port} nolearning`,
  ];
  await ipBatch([
    ...(isRight ? [] : create),
    `address replace ${networkAddress(podCidr)}/32 dev ${vxlan.device}`,
    `link set ${vxlan.device} up`,
  ]);
}

/** Takes the VTEP away, where another backend is used now. */
export async function removeVtep(): Promise<void> {
  await ip(["link", "del", vxlan.device], [1]);
}

/** Replaces this node's entries by `routes`: removes what is ours and no longer wished, then writes all. */
export async function syncRoutes(routes: readonly Route[], backend: Backend): Promise<void> {
  const wanted = new Set(routes.map(({ podCidr, device }) => `${podCidr} ${device}`));
  const stale = (await currentRoutes()).filter(({ dst, dev }) => !wanted.has(`${dst} ${dev}`));
  const removals = stale.map(({ dst, dev }) => `route del ${dst} dev ${dev} proto ${routeProtocol}`);
  await ipBatch([...removals, ...routes.flatMap(routeCommands)]);
  if (backend === "vxlan") await syncForwarding(routes);
}

/** Our own number among the kernel's route protocols, so that only our routes are ever removed. */
const routeProtocol = 76;

function routeCommands({ podCidr, via, device, lladdr }: Route): string[] {
  return [
    ...(lladdr ? [`neigh replace ${via} lladdr ${lladdr} nud permanent dev ${device}`] : []),
    `route replace ${podCidr} via ${via} dev ${device} onlink proto ${routeProtocol}`,
  ];
}

async function currentRoutes(): Promise<{ dst: string; dev: string }[]> {
  const text = await ip(["-json", "route", "show", "proto", String(routeProtocol)]);
  return JSON.parse(text || "[]") as { dst: string; dev: string }[];
}

/** Forwarding entries and neighbours of the VTEP: adds what is missing, removes what no peer stands for. */
async function syncForwarding(routes: readonly Route[]): Promise<void> {
  const entries = JSON.parse(
    (await run("bridge", ["-json", "fdb", "show", "dev", vxlan.device])) || "[]",
  ) as Forwarding[];
  const wanted = new Map(routes.flatMap(({ lladdr, remote }) => (lladdr && remote ? [[lladdr, remote] as const] : [])));
  const stale = entries.filter(({ mac, dst }) => dst && wanted.get(mac) !== dst);
  const lines = [
    ...stale.map(({ mac, dst }) => `fdb del ${mac} dev ${vxlan.device} dst ${dst} self`),
    ...[...wanted].map(([mac, remote]) => `fdb replace ${mac} dev ${vxlan.device} dst ${remote} self permanent`),
  ];
  if (lines.length > 0) await run("bridge", ["-batch", "-"], { stdin: `${lines.join("\n")}\n` });
  const neighbours = JSON.parse((await ip(["-json", "neigh", "show", "dev", vxlan.device])) || "[]") as Neighbour[];
  const known = new Set(routes.map(({ via }) => via));
  const left = neighbours.filter(({ dst, state }) => state?.includes("PERMANENT") && !known.has(dst));
  await ipBatch(left.map(({ dst }) => `neigh del ${dst} dev ${vxlan.device}`));
}

type Vtep = { address: string; linkinfo?: { info_data?: { id: number; local?: string; link?: string; port: number } } };
type Forwarding = { mac: string; dst?: string };
type Neighbour = { dst: string; state?: string[] };

function ip(args: readonly string[], okExitCodes: readonly number[] = []): Promise<string> {
  return run("ip", args, { okExitCodes });
}

async function ipBatch(lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await run("ip", ["-batch", "-"], { stdin: `${lines.join("\n")}\n` });
}

/** Runs a command and gives its stdout; rejects with its stderr. */
export function run(
  command: string,
  args: readonly string[],
  { stdin, okExitCodes = [] }: { stdin?: string; okExitCodes?: readonly number[] } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, [...args], { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error?.code;
      if (!error || (typeof code === "number" && okExitCodes.includes(code))) resolve(error ? "" : stdout);
      else reject(new Error(`${command} ${args.join(" ")}: ${stderr.trim() || error.message}`, { cause: error }));
    });
    child.stdin?.on("error", () => {}); // a command that exits early reports through its exit code
    child.stdin?.end(stdin ?? "");
  });
}
