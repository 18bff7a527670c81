import type { CommandModule } from "yargs";
import { keyPool } from "../../certs/key-pair.ts";
import { leafRequests } from "../../certs/pki/generate-csrs.ts";
import { kubernetesDir } from "../../config/kubeadm/constants.ts";
import { controlPlaneInput } from "../../config/kubeadm/values/control-plane-node.ts";
import { keyAlgorithm } from "../../config/kubeadm/values/key-algorithm.ts";
import { readTree } from "../../hosts/tree/read-tree.ts";
import { writeTree } from "../../hosts/tree/write-tree.ts";
import { kubeconfigRequests } from "../../kubeconfig/kubeconfig-requests.ts";
import { initOptions } from "../init-options.ts";
import { type InitSourceArguments, initInputOf } from "../init-source.ts";

type Arguments = InitSourceArguments & { readonly "kubeconfig-dir": string; readonly rootfs: string };

export const certsGenerateCsr: CommandModule<object, Arguments> = {
  command: "generate-csr",
  describe: "Make the keys and requests that an external authority needs to sign",
  builder: (yargs) =>
    yargs.options({
      config: initOptions.config,
      "cert-dir": initOptions["cert-dir"],
      "kubeconfig-dir": { type: "string", default: kubernetesDir, describe: "where kubeconfigs are kept" },
      rootfs: { type: "string", default: "/", describe: "the directory that stands for the host's root" },
    }),
  handler: async (argv) => {
    const config = initInputOf({ config: argv.config, certDir: argv.certDir });
    const { cluster } = config;
    const input = controlPlaneInput(config);
    const folder = argv["kubeconfig-dir"];
    const existing = await readTree(argv.rootfs, [...new Set([folder, cluster.certificatesDir])]);
    const newKeyPair = keyPool(keyAlgorithm(cluster), 0);
    const files = [
      ...(await leafRequests(input, existing, newKeyPair)),
      ...(await kubeconfigRequests(input, { existing, newKeyPair, folder })),
    ];
    const secretFolders = [...new Set(files.map(({ path }) => path.slice(0, path.lastIndexOf("/"))))];
    await writeTree(
      argv.rootfs,
      files,
      secretFolders.sort().map((path) => ({ path, mode: 0o700 })),
    );
    for (const { path } of files) process.stdout.write(`Wrote ${path}\n`);
  },
};
