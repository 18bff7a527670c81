import type { CommandModule } from "yargs";
import { ClusterHosts } from "../../apply/cluster-hosts.ts";
import { type ApiStatus, type ClusterStatus, clusterStatus, type HostStatus } from "../../apply/status.ts";
import { exitCodes } from "../../base/errors.ts";
import { requireCluster } from "../../config/cluster/parse-cluster.ts";
import { clusterSource, fileOption } from "../cluster-source.ts";
import { table } from "../render/table.ts";
import { operator } from "../session/operator.ts";

type Arguments = { readonly config: string; readonly output: "table" | "json"; readonly hosts: readonly string[] };

export const status: CommandModule<object, Arguments> = {
  command: "status",
  describe: "Tell how a cluster is: hosts, Nodes, components, certificates",
  builder: (yargs) =>
    yargs.options({
      ...fileOption,
      output: { alias: "o", choices: ["table", "json"] as const, default: "table" as const, describe: "how to print" },
      hosts: { type: "string", array: true, default: [] as string[], describe: "only these hosts" },
    }),
  handler: async ({ config, output, hosts: only }) => {
    const file = requireCluster(clusterSource(config));
    const hosts = new ClusterHosts(file.cluster, operator(), only);
    try {
      const found = await clusterStatus(file, hosts.sources);
      process.stdout.write(output === "json" ? `${JSON.stringify(found, null, 2)}\n` : asText(found));
      process.exitCode = exitCodeOf(found);
    } finally {
      await hosts.close();
    }
  },
};

/** A host that does not answer weighs most; then an API that doesn't, then anything that is not ready. */
function exitCodeOf({ hosts, api }: ClusterStatus): number {
  if (hosts.some(({ kind }) => kind === "unreachable")) return exitCodes.connection;
  if (api.kind === "down") return exitCodes.clusterApi;
  return [...api.nodes, ...api.components].every(({ isReady }) => isReady) ? exitCodes.ok : exitCodes.failure;
}

function asText({ hosts, api }: ClusterStatus): string {
  const headings = ["HOST", "ROLE", "KUBELET", "FIRST CERTIFICATE TO EXPIRE"];
  return `${table([headings, ...hosts.map(hostRow)])}\n${apiText(api)}`;
}

function hostRow(host: HostStatus): string[] {
  if (host.kind === "unreachable") return [host.name, host.role, "unreachable", host.error.split("\n")[0] ?? ""];
  const { firstExpiry } = host;
  return [host.name, host.role, host.kubelet, firstExpiry ? `${firstExpiry.notAfter} ${firstExpiry.name}` : "-"];
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
  const components = api.components.map(({ name, node, isReady, restarts }) => [
    name,
    node,
    ready(isReady),
    String(restarts),
  ]);
  return [
    table([["NODE", "READY", "VERSION", ""], ...nodes]),
    "\n",
    table([["COMPONENT", "NODE", "READY", "RESTARTS"], ...components]),
  ].join("");
}
