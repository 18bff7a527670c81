import type { CommandModule } from "yargs";
import { ClusterHosts } from "../../apply/cluster-hosts.ts";
import { gatherFacts, type HostFacts } from "../../apply/gather-facts.ts";
import { exitCodes, SlipwayError } from "../../base/errors.ts";
import { requireCluster } from "../../config/cluster/parse-cluster.ts";
import type { Facts } from "../../hosts/facts.ts";
import { clusterSource, fileOption } from "../cluster-source.ts";
import { table } from "../render/table.ts";
import { operator } from "../session/operator.ts";
import { nameList } from "../session/session-options.ts";

type Arguments = {
  readonly config: string;
  readonly output: "table" | "json";
  readonly hosts: readonly string[];
  readonly parallel: number;
};

export const hosts: CommandModule<object, Arguments> = {
  command: "hosts",
  describe: "Connect to the hosts of a cluster file and print their facts",
  builder: (yargs) =>
    yargs.options({
      ...fileOption,
      output: { alias: "o", choices: ["table", "json"] as const, default: "table" as const, describe: "how to print" },
      hosts: nameList("only these hosts"),
      parallel: { type: "number", default: 10, describe: "hosts that are asked at once" },
    }),
  handler: async ({ config, output, hosts: only, parallel }) => {
    const { cluster } = requireCluster(clusterSource(config));
    const reached = new ClusterHosts(cluster, operator(), only);
    try {
      const found = await gatherFacts(reached.sources, parallel);
      process.stdout.write(output === "json" ? `${JSON.stringify(found.map(plain), null, 2)}\n` : asTable(found));
      process.exitCode = exitCodeOf(found);
    } finally {
      await reached.close();
    }
  },
};

function plain(found: HostFacts): object {
  if (found.kind === "failed") return { host: found.host, error: found.message };
  // A proxy's URL may hold a password.
  const { proxies: _, ...told } = found.facts;
  return { host: found.host, ...told };
}

function asTable(found: readonly HostFacts[]): string {
  const rows = found.flatMap((one) => (one.kind === "ok" ? [row(one.host, one.facts)] : []));
  const failures = found.flatMap((one) => (one.kind === "failed" ? [`\n${one.message}\n`] : []));
  return [table([headings, ...rows]), ...failures].join("");
}

const headings = [
  "NAME",
  "HOSTNAME",
  "OS",
  "ARCH",
  "KERNEL",
  "CPUS",
  "MEMORY",
  "SWAP",
  "ADDRESS",
  "CGROUP",
  "RUNTIME",
  "CLOCK",
];

function row(name: string, facts: Facts): string[] {
  const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  return [
    name,
    facts.hostname,
    facts.os.prettyName,
    facts.arch,
    facts.kernel,
    String(facts.cpus),
    gibibytes(facts.memoryBytes),
    facts.swapBytes === 0 ? "none" : gibibytes(facts.swapBytes),
    facts.defaultRouteAddress ?? "no default route",
    facts.cgroup,
    facts.runtimeSockets.length === 0 ? "none" : facts.runtimeSockets.join(" "),
    `${facts.clockOffsetMs >= 0 ? "+" : ""}${Math.round(facts.clockOffsetMs)} ms`,
  ];
}

function exitCodeOf(found: readonly HostFacts[]): number {
  const failed = found.find((one) => one.kind === "failed");
  if (failed === undefined) return exitCodes.ok;
  return failed.error instanceof SlipwayError ? exitCodes[failed.error.details.exit] : exitCodes.failure;
}
