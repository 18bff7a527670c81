import { resolve } from "node:path";
import type { CommandModule } from "yargs";
import { ClusterHosts } from "../../apply/cluster-hosts.ts";
import { collectSupport } from "../../apply/support/support.ts";
import { supportEntries, writeSupportArchive } from "../../apply/support/write-support-archive.ts";
import { requireCluster } from "../../config/cluster/parse-cluster.ts";
import { clusterSource, fileOption } from "../cluster-source.ts";
import { operator } from "../session/operator.ts";
import { slipwayVersion } from "../slipway-version.ts";

type Arguments = {
  readonly config: string;
  readonly output?: string | undefined;
  readonly lines: number;
  readonly hosts: readonly string[];
};

/** `slipway support`: one archive to send to whoever helps, whatever of the cluster still answers. */
export const support: CommandModule<object, Arguments> = {
  command: "support",
  describe: "Collect logs, manifests and state of every host into one redacted archive",
  builder: (yargs) =>
    yargs.options({
      ...fileOption,
      output: {
        alias: "o",
        type: "string",
        describe: "the archive; slipway-support-<cluster>-<time>.tar.gz unless given",
      },
      lines: { type: "number", default: 1000, describe: "how many last lines of each log" },
      hosts: { type: "string", array: true, default: [] as string[], describe: "only these hosts" },
    }),
  handler: async ({ config, output, lines, hosts: only }) => {
    const file = requireCluster(clusterSource(config));
    const hosts = new ClusterHosts(file.cluster, operator(), only);
    const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
    const name = `slipway-support-${file.cluster.name}-${time}`;
    try {
      const report = (text: string) => process.stderr.write(`${text}\n`);
      const collected = await collectSupport({ file, sources: hosts.sources, lines, report });
      const path = resolve(output ?? `${name}.tar.gz`);
      const version = { path: "slipway-version.txt", text: `${slipwayVersion}\n` };
      await writeSupportArchive(path, supportEntries(name, [version, ...collected]));
      process.stdout.write(`${path}\n`);
    } finally {
      await hosts.close();
    }
  },
};
