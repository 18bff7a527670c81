import { randomBytes } from "node:crypto";
import type { CommandModule } from "yargs";
import { SlipwayError } from "../../base/errors.ts";
import { keyPool } from "../../certs/key-pair.ts";
import { keyAlgorithm } from "../../config/kubeadm/values/key-algorithm.ts";
import { writeTree } from "../../hosts/tree/write-tree.ts";
import { type Renewal, renew, renewableNames } from "../../kubeconfig/lifetime/renewal.ts";
import { type CertsArguments, certsOptions, certsSource } from "../certs-source.ts";

export const certsRenew: CommandModule<object, CertsArguments & { readonly name: string }> = {
  command: "renew <name>",
  describe: "Renew a certificate of the control plane, or all of them",
  builder: (yargs) =>
    yargs
      .positional("name", { type: "string", demandOption: true, describe: "which one, or all" })
      .options(certsOptions)
      .example("slipway certs renew all", "then restart the control plane's pods"),
  handler: async (argv) => {
    const { cluster, existing } = await certsSource(argv);
    const names = chosen(argv.name, renewableNames(cluster));
    const newKeyPair = keyPool(keyAlgorithm(cluster), names.length);
    const making = { now: new Date(), random: randomBytes, newKeyPair };
    const renewals = await Promise.all(names.map((name) => renew(name, { cluster, existing, making })));
    await writeTree(
      argv.rootfs,
      renewals.flatMap((one) => (one.kind === "renewed" ? one.files : [])),
    );
    for (const one of renewals) process.stdout.write(`${told(one)}\n`);
    if (argv.name === "all") process.stdout.write(`\n${restart}\n`);
  },
};

const restart =
  "Done. Restart kube-apiserver, kube-controller-manager, kube-scheduler and etcd, so that they use the new certificates.";

function chosen(name: string, names: readonly string[]): readonly string[] {
  if (name === "all") return names;
  if (names.includes(name)) return [name];
  throw new SlipwayError({
    code: "UNKNOWN_CERTIFICATE",
    exit: "usage",
    message: `there is no certificate ${name} to renew`,
    remedy: `say all, or one of ${names.join(", ")}`,
  });
}

function told(renewal: Renewal): string {
  switch (renewal.kind) {
    case "renewed":
      return `${renewal.name} renewed`;
    case "missing":
      return `MISSING! ${renewal.name}`;
    case "external":
      return `${renewal.name} can't be renewed: the key of its authority ${renewal.authority} is not here`;
    default:
      return renewal satisfies never;
  }
}
