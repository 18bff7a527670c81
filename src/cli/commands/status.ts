import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import type { CommandModule } from "yargs";
import { ClusterHosts } from "../../apply/cluster-hosts.ts";
import type { ApiStatus } from "../../apply/status/api-status.ts";
import { type ClusterStatus, clusterStatus } from "../../apply/status/cluster-status.ts";
import { type Drift, driftOf, type HostDrift } from "../../apply/status/drift.ts";
import { exitCodes } from "../../base/errors.ts";
import { once } from "../../base/once.ts";
import { type ClusterFile, requireCluster } from "../../config/cluster/parse-cluster.ts";
import { defaultKubernetesVersion } from "../../config/kubeadm/distribution.ts";
import { buildDistribution } from "../../runtime/build-distribution.ts";
import { resolveRuntimeWish } from "../../runtime/resolve-runtime-wish.ts";
import { clusterSource, fileOption } from "../cluster-source.ts";
import { table } from "../render/table.ts";
import { cacheFolder } from "../session/folders.ts";
import { runName, thisOwner } from "../session/identity.ts";
import { operator } from "../session/operator.ts";
import { slipwayVersion } from "../slipway-version.ts";

type Arguments = {
  readonly config: string;
  readonly output: "table" | "json";
  readonly hosts: readonly string[];
  readonly drift: boolean;
};

/** For each step of connecting, which on a host that is well takes milliseconds. */
const connectWithinMs = 10_000;
const driftWithinMs = 30_000;

export const status: CommandModule<object, Arguments> = {
  command: "status",
  describe: "Tell how a cluster is: hosts, drift, Nodes, components, certificates",
  builder: (yargs) =>
    yargs.options({
      ...fileOption,
      output: { alias: "o", choices: ["table", "json"] as const, default: "table" as const, describe: "how to print" },
      hosts: { type: "string", array: true, default: [] as string[], describe: "only these hosts" },
      drift: {
        type: "boolean",
        default: true,
        describe: "find out what `plan` would put right; --no-drift is quicker",
      },
    }),
  handler: async ({ config, output, hosts: only, drift }) => {
    const file = requireCluster(clusterSource(config));
    const hosts = new ClusterHosts(file.cluster, { ...operator(), connectWithinMs }, only);
    try {
      const finding = drift ? findDrift(file, only) : Promise.resolve(new Map());
      const found = await clusterStatus(file, hosts.sources, finding);
      process.stdout.write(output === "json" ? `${JSON.stringify(found, null, 2)}\n` : asText(found));
      process.exitCode = exitCodeOf(found);
    } finally {
      await hosts.close();
    }
    // what was not through in time still waits for its host
    if (drift) process.exit();
  },
};

function findDrift(file: ClusterFile, only: readonly string[]): Promise<Drift> {
  const around = { ...operator(), connectWithinMs };
  const cache = cacheFolder(around.env, around.home);
  const now = () => new Date();
  const owner = thisOwner(runName(now(), randomBytes(2).toString("hex")), now());
  const kubernetesVersion = file.cluster.settings.kubernetesVersion ?? defaultKubernetesVersion;
  return driftOf({
    file,
    around,
    now,
    withinMs: driftWithinMs,
    lock: { owner, isDead: () => false, isBreaking: false },
    distribution: once(() => buildDistribution({ cache, version: slipwayVersion, kubernetesVersion })),
    runtime: resolveRuntimeWish(file.cluster.settings.runtime, { folder: dirname(file.file), cache, around }),
    ...(only.length > 0 ? { only } : {}),
  });
}

/** A host that does not answer weighs most; then an API that doesn't, then anything that is not ready. */
function exitCodeOf({ hosts, api }: ClusterStatus): number {
  if (hosts.some(({ kind }) => kind === "unreachable")) return exitCodes.connection;
  if (api.kind === "down") return exitCodes.clusterApi;
  return [...api.nodes, ...api.components].every(({ isReady }) => isReady) ? exitCodes.ok : exitCodes.failure;
}

function asText({ hosts, api }: ClusterStatus): string {
  const headings = ["HOST", "ROLE", "KUBELET", "DRIFT", "FIRST CERTIFICATE TO EXPIRE"];
  return `${table([headings, ...hosts.map(hostRow)])}\n${apiText(api)}`;
}

function hostRow(host: ClusterStatus["hosts"][number]): string[] {
  const { name, role } = host;
  if (host.kind === "unreachable") return [name, role, "unreachable", "", host.error.split("\n")[0] ?? ""];
  const { firstExpiry } = host;
  return [name, role, host.kubelet, driftText(host), firstExpiry ? `${firstExpiry.notAfter} ${firstExpiry.name}` : "-"];
}

/** The first of what differs, and how many more, `plan` shows all of it; or the first line of why that is not known. */
function driftText({ drift, driftUnknown }: Partial<HostDrift>): string {
  if (drift === undefined) return "-";
  const [first, ...others] = drift;
  const known = others.length > 0 ? `${first} and ${others.length} more` : (first ?? "none");
  if (driftUnknown === undefined) return known;
  return [...(first ? [known] : []), `? ${driftUnknown.split("\n")[0]}`].join("; ");
}

function apiText(api: ApiStatus): string {
  if (api.kind === "down") return `the API does not answer: ${api.error}\n`;
  const ready = (isReady: boolean) => (isReady ? "yes" : "NO");
  const nodes = api.nodes.map((node) => [
    node.name,
    ready(node.isReady),
    node.version,
    node.isInFile ? "" : "not in the file",
  ]);
  const components = api.components.map(({ name, node, isReady, version, restarts }) => [
    ...[name, node, ready(isReady), version],
    String(restarts),
  ]);
  return [
    table([["NODE", "READY", "VERSION", ""], ...nodes]),
    "\n",
    table([["COMPONENT", "NODE", "READY", "VERSION", "RESTARTS"], ...components]),
  ].join("");
}
