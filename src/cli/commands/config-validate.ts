import type { CommandModule } from "yargs";
import { requireCluster } from "../../config/cluster/parse-cluster.ts";
import { clusterSource, fileOption } from "../cluster-source.ts";

type Arguments = { readonly config: string };

export const configValidate: CommandModule<object, Arguments> = {
  command: "validate",
  describe: "Check a cluster file and list everything that is wrong with it",
  builder: (yargs) => yargs.options(fileOption),
  handler: ({ config }) => {
    const { cluster, documents } = requireCluster(clusterSource(config));
    const besides = documents.length > 0 ? `, with ${documents.map(({ kind }) => kind).join(", ")}` : "";
    process.stdout.write(`ok: cluster ${cluster.name} of ${cluster.hosts.length} hosts${besides}\n`);
  },
};
