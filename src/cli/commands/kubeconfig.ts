import type { CommandModule } from "yargs";
import { ClusterHosts } from "../../apply/cluster-hosts.ts";
import { SlipwayError } from "../../base/errors.ts";
import { type ClusterFile, requireCluster } from "../../config/cluster/parse-cluster.ts";
import { adminKubeconfig } from "../../config/kubeadm/constants.ts";
import type { Host } from "../../hosts/host.ts";
import { kubeconfigText, parseKubeconfig } from "../../kubeconfig/kubeconfig.ts";
import { renameKubeconfig } from "../../kubeconfig/merge-kubeconfig.ts";
import { clusterSource, fileOption } from "../cluster-source.ts";
import { mergeIntoFile, operatorKubeconfigPath } from "../operator-kubeconfig.ts";
import { operator } from "../session/operator.ts";
import { kubeconfigUser } from "./kubeconfig-user.ts";

type Arguments = {
  readonly config?: string | undefined;
  readonly merge: boolean;
  readonly kubeconfig?: string | undefined;
};

/** `slipway kubeconfig`: admin access to a cluster of a file, printed or merged; `user` makes access for others. */
export const kubeconfig: CommandModule<object, Arguments> = {
  command: "kubeconfig",
  describe: "Access to a cluster for people and programs",
  builder: (yargs) =>
    yargs
      .command(kubeconfigUser)
      .options({
        config: { ...fileOption.config, demandOption: false },
        merge: { type: "boolean", default: false, describe: "bring it into your own kubeconfig, other contexts kept" },
        kubeconfig: { type: "string", describe: "the file to merge into; $KUBECONFIG or ~/.kube/config unless given" },
      })
      .example("slipway kubeconfig -f cluster.yaml --merge", "then: kubectl get nodes"),
  handler: async ({ config, merge, kubeconfig: target }) => {
    if (config === undefined) throw noFile();
    const file = requireCluster(clusterSource(config));
    const renamed = renameKubeconfig(await adminOf(file), file.cluster.name);
    if (!merge) {
      process.stdout.write(kubeconfigText(renamed));
      return;
    }
    const path = target ?? operatorKubeconfigPath();
    await mergeIntoFile(path, renamed);
    process.stdout.write(`${path}: context ${renamed["current-context"]} is now the current one\n`);
  },
};

/** admin.conf of the first control plane, read over SSH. */
async function adminOf({ cluster }: ClusterFile) {
  const first = cluster.hosts.find(({ isControlPlane }) => isControlPlane)?.name ?? "";
  const reached = new ClusterHosts(cluster, operator(), [first]);
  try {
    const [source] = reached.sources;
    const host = await source?.connect();
    const parsed = host && parseKubeconfig(await adminText(host));
    if (parsed?.clusters?.[0]) return parsed;
    throw noAdmin(first);
  } finally {
    await reached.close();
  }
}

async function adminText(host: Host): Promise<string> {
  const [result] = await host.batch([{ kind: "read", path: adminKubeconfig, want: "content" }]);
  const content = result?.kind === "read" && result.state.kind === "file" ? result.state.content : undefined;
  if (!content) throw noAdmin(host.name);
  return Buffer.from(content).toString("utf8");
}

function noAdmin(host: string): SlipwayError {
  return new SlipwayError({
    code: "KUBECONFIG_MISSING",
    exit: "hostStep",
    host,
    message: `there is no usable ${adminKubeconfig}`,
    remedy: "bring the cluster up first: slipway apply -f <the file>",
  });
}

function noFile(): SlipwayError {
  return new SlipwayError({
    code: "USAGE",
    exit: "usage",
    message: "say which cluster: -f cluster.yaml, or make access for somebody: `kubeconfig user`",
    remedy: "see `slipway kubeconfig --help`",
  });
}
