import type { NetworkInterfaceInfo } from "node:os";

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

/**
 * The node's IPs, primary first: those of --node-ip, else the address on the interface of the default route, else the
 * first global one. `routes` is the text of /proc/net/route.
 */
export function nodeAddresses(nodeIp: string, interfaces: Interfaces, routes: string): string[] {
  const given = nodeIp.split(",").filter((ip) => ip !== "" && ip !== "0.0.0.0" && ip !== "::");
  if (given.length > 0) return given;
  const preferred = defaultRouteInterface(routes);
  const global = (name: string) =>
    (interfaces[name] ?? []).filter(({ internal, address }) => !internal && !address.startsWith("fe80:"));
  const names = Object.keys(interfaces).sort((a, b) => Number(b === preferred) - Number(a === preferred));
  const candidates = names.flatMap(global);
  const family = nodeIp === "::" ? "IPv6" : "IPv4";
  const chosen = candidates.find((one) => one.family === family) ?? candidates[0];
  return chosen ? [chosen.address] : [];
}

/** The interface of the default route with the lowest metric. */
export function defaultRouteInterface(routes: string): string | undefined {
  const rows = routes
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
  return rows
    .filter(([, destination, , , , , , mask]) => destination === "00000000" && mask === "00000000")
    .sort((a, b) => Number(a[6]) - Number(b[6]))[0]?.[0];
}
