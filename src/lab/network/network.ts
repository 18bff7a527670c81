import { readFile, writeFile } from "node:fs/promises";
import { run } from "../command.ts";
import { type LabNetwork, labNetwork, linkPrefix, prefixLength } from "./addresses.ts";
import { labRules, removeRules } from "./rules.ts";

/** Makes the bridge and its rules, or leaves them as they are. */
export async function ensureNetwork(network: LabNetwork): Promise<void> {
  const { bridge, gateway, mac } = network;
  if (!(await linkNames()).includes(bridge)) {
    await run(["ip", "link", "add", bridge, "address", mac, "type", "bridge"]);
  }
  await run(["ip", "address", "replace", `${gateway}/${prefixLength}`, "dev", bridge]);
  await run(["ip", "link", "set", bridge, "up"]);
  await enableForwarding();
  await run(["nft", "-f", "-"], { input: labRules(network) });
}

/** Removes the bridge, the links of its hosts and the rules. */
export async function removeNetwork(index: number): Promise<void> {
  const network = labNetwork(index);
  await removeLinks((name) => name === network.bridge || name.startsWith(linkPrefix(index)));
  await run(["nft", "-f", "-"], { input: removeRules(network) });
}

/** Removes links by name. That of a killed host may outlive it: the kernel clears a network namespace away in its own time. */
export async function removeLinks(isMeant: (name: string) => boolean): Promise<void> {
  for (const name of (await linkNames()).filter(isMeant)) {
    // Gone meanwhile is as good.
    await run(["ip", "link", "delete", name]).catch(async (thrown) => {
      if ((await linkNames()).includes(name)) throw thrown;
    });
  }
}

async function linkNames(): Promise<readonly string[]> {
  const links = JSON.parse(await run(["ip", "-json", "link", "show"])) as { ifname: string }[];
  return links.map(({ ifname }) => ifname);
}

/** Destinations of this machine's routes, as `ip route` prints them. */
export async function routeDestinations(): Promise<readonly string[]> {
  const routes = JSON.parse(await run(["ip", "-json", "-4", "route", "show", "table", "all"])) as { dst: string }[];
  return routes.map(({ dst }) => dst);
}

/** The MTU of the way out: a larger one inside the lab would only make packets that have to be cut up. */
export async function mtuOfDefaultRoute(): Promise<number> {
  const [route] = JSON.parse(await run(["ip", "-json", "-4", "route", "show", "default"])) as { dev: string }[];
  if (!route) return 1500;
  return Number(await readFile(`/sys/class/net/${route.dev}/mtu`, "utf8"));
}

async function enableForwarding(): Promise<void> {
  const path = "/proc/sys/net/ipv4/ip_forward";
  if ((await readFile(path, "utf8")).trim() !== "1") await writeFile(path, "1");
}
