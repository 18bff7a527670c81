import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";

/** This machine's global address on the interface of its default route, IPv4 first; "" when there is none. */
export function ownAddress(): string {
  const interfaces = networkInterfaces();
  const addresses = defaultRouteInterfaces().flatMap((name) => interfaces[name] ?? []);
  const globals = addresses.filter(({ address, internal }) => !internal && !address.startsWith("fe80:"));
  return (globals.find(({ family }) => family === "IPv4") ?? globals[0])?.address ?? "";
}

function defaultRouteInterfaces(): string[] {
  return [...lines("/proc/net/route").flatMap(ofIpv4), ...lines("/proc/net/ipv6_route").flatMap(ofIpv6)];
}

/** Interface, destination, …, mask as the eighth column; a default route has neither. */
function ofIpv4(line: string): string[] {
  const [name = "", destination, , , , , , mask] = line.split(/\s+/);
  return destination === "00000000" && mask === "00000000" ? [name] : [];
}

/** Destination, prefix length, …, interface as the last column. */
function ofIpv6(line: string): string[] {
  const columns = line.trim().split(/\s+/);
  const name = columns.at(-1) ?? "";
  return /^0+$/.test(columns[0] ?? "") && columns[1] === "00" && name !== "lo" ? [name] : [];
}

function lines(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    return [];
  }
}
