import type { CommandModule } from "yargs";
import { requireCluster } from "../../config/cluster/parse-cluster.ts";
import { requireValid } from "../../config/issue.ts";
import { isKubeadmFile, readStrictly } from "../../config/kubeadm/load/migrate.ts";
import { clusterSource, fileOption } from "../cluster-source.ts";
import { hostDefaults, warn } from "../init-source.ts";

type Arguments = { readonly config: string };

export const configValidate: CommandModule<object, Arguments> = {
  command: "validate",
  describe: "Check a cluster file, or a file of kubeadm's kinds, and list everything that is wrong with it",
  builder: (yargs) => yargs.options(fileOption),
  handler: ({ config }) => {
    const source = clusterSource(config);
    if (isKubeadmFile(source.text)) {
      const parsed = readStrictly(source.text, hostDefaults());
      requireValid(parsed, source.file);
      if (parsed.kind === "ok") warn(parsed.warnings);
      process.stdout.write("ok\n");
      return;
    }
    const { cluster, documents } = requireCluster(source);
    const besides = documents.length > 0 ? `, with ${documents.map(({ kind }) => kind).join(", ")}` : "";
    process.stdout.write(`ok: cluster ${cluster.name} of ${cluster.hosts.length} hosts${besides}\n`);
  },
};
