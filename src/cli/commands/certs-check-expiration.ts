import type { CommandModule } from "yargs";
import { ClusterHosts } from "../../apply/cluster-hosts.ts";
import { expirationsOn, type HostExpirations } from "../../apply/expirations.ts";
import { exitCodes } from "../../base/errors.ts";
import { requireCluster } from "../../config/cluster/parse-cluster.ts";
import { expirationInfo } from "../../kubeconfig/lifetime/expiration.ts";
import { expirationObject, expirationText } from "../../kubeconfig/lifetime/print-expiration.ts";
import {
  type CertsArguments,
  type CertsHostsArguments,
  certsHostsOptions,
  certsOptions,
  certsSource,
} from "../certs-source.ts";
import { clusterSource } from "../cluster-source.ts";
import { type ObjectOutput, outputOption, printedObject } from "../print-object.ts";
import { operator } from "../session/operator.ts";

type Arguments = CertsArguments & CertsHostsArguments & { readonly output: ObjectOutput };

export const certsCheckExpiration: CommandModule<object, Arguments> = {
  command: "check-expiration",
  describe: "Tell when the control plane's certificates and kubeconfigs expire",
  builder: (yargs) =>
    yargs
      .options({ ...certsOptions, ...certsHostsOptions, ...outputOption })
      .conflicts("file", ["config", "cert-dir"])
      .example("slipway certs check-expiration -f cluster.yaml", "on every control plane of a file"),
  handler: async (argv) => {
    const now = new Date();
    const { file, output, hosts } = argv;
    if (file !== undefined) return checkHosts(file, { output, only: hosts, now });
    const info = expirationInfo(await certsSource(argv));
    const text = () => expirationText(info, now);
    process.stdout.write(printedObject(output, text, () => expirationObject(info, now)));
  },
};

type Asked = { readonly output: ObjectOutput; readonly only: readonly string[]; readonly now: Date };

async function checkHosts(path: string, { output, only, now }: Asked): Promise<void> {
  const file = requireCluster(clusterSource(path));
  const hosts = new ClusterHosts(file.cluster, operator(), only);
  try {
    const found = await expirationsOn(file, hosts.sources);
    const text = () => found.map((one) => `${one.host}:\n${textOf(one, now)}`).join("\n");
    process.stdout.write(printedObject(output, text, () => found.map((one) => objectOf(one, now))));
    if (found.some(({ kind }) => kind === "unreachable")) process.exitCode = exitCodes.connection;
  } finally {
    await hosts.close();
  }
}

function textOf(found: HostExpirations, now: Date): string {
  return found.kind === "read" ? expirationText(found.info, now) : `does not answer: ${found.error}\n`;
}

function objectOf(found: HostExpirations, now: Date): object {
  const { host } = found;
  return found.kind === "read" ? { host, ...expirationObject(found.info, now) } : { host, error: found.error };
}
