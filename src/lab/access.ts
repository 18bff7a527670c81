import { access, appendFile, chmod, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { clusterFile } from "./cluster-file.ts";
import { makeKeyPair } from "./keys.ts";
import { hostPaths, type LabPaths } from "./layout.ts";
import { hostFiles, reachableResolvers } from "./machine/host-files.ts";
import { prepareMachine } from "./machine/machine.ts";
import { hostAddress, labNetwork, prefixLength } from "./network/addresses.ts";
import { mtuOfDefaultRoute } from "./network/network.ts";
import type { LabHost, LabState } from "./state.ts";
import { machineOf, viewOf } from "./view.ts";

/** Makes the key that logs in to the lab's hosts, once. */
export async function ensureAccess({ key, knownHosts }: LabPaths): Promise<void> {
  if (await exists(`${key}.pub`)) return;
  const { privateKey, publicKey } = await makeKeyPair("slipway lab");
  await writeFile(key, privateKey, { mode: 0o600 });
  await chmod(key, 0o600);
  await writeFile(knownHosts, "");
  await writeFile(`${key}.pub`, publicKey);
}

/** Lays the disk of each host that has none yet, notes its key in known_hosts, and writes cluster.yaml. */
export async function prepareHosts(paths: LabPaths, state: LabState): Promise<void> {
  for (const host of state.hosts) await prepareHost(paths, state, host);
  const lab = viewOf(paths, state);
  await writeFile(paths.clusterFile, clusterFile(lab.name, lab.hosts, paths));
}

async function prepareHost(paths: LabPaths, state: LabState, host: LabHost): Promise<void> {
  const { dir } = hostPaths(paths, host.name);
  const done = join(dir, "prepared");
  if (await exists(done)) return;
  await rm(dir, { recursive: true, force: true });
  const address = hostAddress(state.subnet, host.ordinal);
  const hostKey = await makeKeyPair(host.name);
  const files = hostFiles({
    name: host.name,
    settings: { address, prefixLength, gateway: labNetwork(state.subnet).gateway, mtu: await mtuOfDefaultRoute() },
    resolvConf: await resolvers(),
    hostKey,
    loginKey: await readFile(`${paths.key}.pub`, "utf8"),
  });
  await prepareMachine(machineOf(paths, state, host), files);
  await appendFile(paths.knownHosts, `${address} ${hostKey.publicKey.split(" ").slice(0, 2).join(" ")}\n`);
  await writeFile(done, "");
}

/** This machine's name servers; behind systemd-resolved's stub, those that it asks. */
async function resolvers(): Promise<string> {
  const own = reachableResolvers(await readFile("/etc/resolv.conf", "utf8").catch(() => ""));
  if (own.includes("nameserver")) return own;
  return reachableResolvers(await readFile("/run/systemd/resolve/resolv.conf", "utf8").catch(() => ""));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
