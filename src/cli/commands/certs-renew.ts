import { randomBytes } from "node:crypto";
import type { CommandModule } from "yargs";
import { applyCluster } from "../../apply/apply.ts";
import { clusterConfigurationOf } from "../../apply/cluster-configuration.ts";
import { SlipwayError } from "../../base/errors.ts";
import { keyPool } from "../../certs/key-pair.ts";
import { type ClusterFile, requireCluster } from "../../config/cluster/parse-cluster.ts";
import { keyAlgorithm } from "../../config/kubeadm/values/key-algorithm.ts";
import { writeTree } from "../../hosts/tree/write-tree.ts";
import { type Renewal, renew, renewableNames } from "../../kubeconfig/lifetime/renewal.ts";
import { certsRenew } from "../../phases/certs-renew.ts";
import { defaultRuntimeWish } from "../../runtime/runtime-wish.ts";
import {
  type CertsArguments,
  type CertsHostsArguments,
  certsHostsOptions,
  certsOptions,
  certsSource,
} from "../certs-source.ts";
import { clusterSource } from "../cluster-source.ts";
import { runSession } from "../session/session.ts";
import { type SessionArguments, sessionOptions } from "../session/session-options.ts";

const { output, verbose, "break-lock": breakLock } = sessionOptions;

type Arguments = CertsArguments &
  CertsHostsArguments &
  Pick<SessionArguments, "output" | "verbose" | "break-lock"> & { readonly name: string };

export const certsRenewCommand: CommandModule<object, Arguments> = {
  command: "renew <name>",
  describe: "Renew a certificate of the control plane, or all of them",
  builder: (yargs) =>
    yargs
      .positional("name", { type: "string", demandOption: true, describe: "which one, or all" })
      .options({ ...certsOptions, ...certsHostsOptions, output, verbose, "break-lock": breakLock })
      .conflicts("file", ["config", "cert-dir"])
      .example("slipway certs renew all", "then restart the control plane's pods")
      .example("slipway certs renew all -f cluster.yaml", "on every control plane of a file, with the restarts"),
  handler: async (argv) => {
    if (argv.file !== undefined) return renewOnHosts(argv.file, argv);
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

/** Renews on the control planes of a cluster file, one after the other, and restarts what uses the certificates. */
async function renewOnHosts(path: string, argv: Arguments): Promise<void> {
  const file = requireCluster(clusterSource(path));
  const names = chosen(argv.name, renewableNames(clusterConfigurationOf(file)));
  await runSession(
    { output: argv.output, verbose: argv.verbose, breakLock: argv["break-lock"] },
    ({ around, ...session }) => {
      const only = argv.hosts.length > 0 ? argv.hosts : controlPlanesOf(file);
      const distribution = () => Promise.reject(new Error("nothing is brought to a host to renew its certificates"));
      const runtime = Promise.resolve(defaultRuntimeWish);
      const work = { file, phases: [certsRenew(names)], mode: "apply", only, distribution, runtime } as const;
      return applyCluster({ ...session, around, ...work });
    },
  );
}

function controlPlanesOf({ cluster }: ClusterFile): readonly string[] {
  return cluster.hosts.flatMap(({ name, isControlPlane }) => (isControlPlane ? [name] : []));
}

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
