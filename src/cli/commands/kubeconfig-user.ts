import { randomBytes } from "node:crypto";
import type { CommandModule } from "yargs";
import { parseDuration } from "../../base/duration.ts";
import { SlipwayError } from "../../base/errors.ts";
import { keyPool } from "../../certs/key-pair.ts";
import { existingAuthority } from "../../certs/pki/existing-material.ts";
import { controlPlaneInput } from "../../config/kubeadm/values/control-plane-node.ts";
import { keyAlgorithm } from "../../config/kubeadm/values/key-algorithm.ts";
import { readTree } from "../../hosts/tree/read-tree.ts";
import { clusterServerUrl } from "../../kubeconfig/server-url.ts";
import { userKubeconfig } from "../../kubeconfig/user-kubeconfig.ts";
import type { Authority } from "../../x509/issue-certificate.ts";
import { initInputOf } from "../init-source.ts";

type Arguments = {
  readonly "client-name": string;
  readonly org: readonly string[];
  readonly token?: string | undefined;
  readonly "validity-period": string;
  readonly config?: string | undefined;
  readonly rootfs: string;
};

export const kubeconfigUser: CommandModule<object, Arguments> = {
  command: "user",
  describe: "Print a kubeconfig for a further user, signed by the cluster's authority on this machine",
  builder: (yargs) =>
    yargs.options({
      "client-name": { type: "string", demandOption: true, describe: "the user's name: CN of its certificate" },
      org: {
        type: "string",
        array: true,
        default: [] as string[],
        describe: "the user's groups: O of its certificate",
      },
      token: { type: "string", describe: "a bearer token instead of a certificate" },
      "validity-period": { type: "string", default: "8760h0m0s", describe: "how long the certificate is valid" },
      config: { type: "string", describe: "a kubeadm file to take server and certificates folder from" },
      rootfs: { type: "string", default: "/", describe: "the directory that stands for the host's root" },
    }),
  handler: async (argv) => {
    const config = initInputOf({ config: argv.config });
    const { cluster } = config;
    const now = new Date();
    const user = {
      userName: argv["client-name"],
      organizations: argv.org.flatMap((names) => names.split(",")).filter(Boolean),
      server: clusterServerUrl(controlPlaneInput(config)),
      clusterName: cluster.clusterName,
      token: argv.token,
      validityMs: validityMs(argv["validity-period"]),
    };
    const authority = await authorityAt(argv.rootfs, cluster.certificatesDir, now);
    const making = { now, random: randomBytes, newKeyPair: keyPool(keyAlgorithm(cluster), 0) };
    process.stdout.write(await userKubeconfig(user, authority, making));
  },
};

function validityMs(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw usage(`--validity-period ${text} is not a duration such as 8760h`);
}

async function authorityAt(rootfs: string, certificatesDir: string, now: Date): Promise<Authority> {
  const base = `${certificatesDir}/ca`;
  const found = existingAuthority(await readTree(rootfs, [certificatesDir]), base, now);
  if (found?.privateKey) return { certificate: found.certificate, privateKey: found.privateKey };
  throw new SlipwayError({
    code: "CA_MISSING",
    exit: "configuration",
    message: `${base}.crt and ${base}.key are needed to sign, and are not both there`,
    remedy: "run this on a control-plane host that holds the authority's key",
  });
}

function usage(message: string): SlipwayError {
  return new SlipwayError({ code: "USAGE", exit: "usage", message, remedy: "see `slipway kubeconfig user --help`" });
}
