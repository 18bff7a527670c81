import { randomBytes } from "node:crypto";
import type { CommandModule } from "yargs";
import { SlipwayError } from "../../base/errors.ts";
import { requireValid } from "../../config/issue.ts";
import { bootstrapTokenFromFlags } from "../../config/kubeadm/flags/token-flags.ts";
import type { KubeClient } from "../../kube/client.ts";
import { fromBase64, parseKubeconfig } from "../../kubeconfig/kubeconfig.ts";
import { newToken } from "../../tokens/bootstrap-token.ts";
import { caPin } from "../../tokens/ca-pin.ts";
import { joinCommand } from "../../tokens/join-command.ts";
import { createToken } from "../../tokens/manage-tokens.ts";
import { parseCertificates } from "../../x509/certificate.ts";
import { kubeconfigOption, withClient } from "../cluster-client.ts";

type Arguments = {
  readonly token?: string | undefined;
  readonly ttl: string;
  readonly usages: readonly string[];
  readonly groups: readonly string[];
  readonly description: string;
  readonly "print-join-command": boolean;
  readonly "certificate-key"?: string | undefined;
  readonly kubeconfig?: string | undefined;
};

export const tokenCreate: CommandModule<object, Arguments> = {
  command: "create [token]",
  describe: "Make a bootstrap token and tell the cluster",
  builder: (yargs) =>
    yargs.positional("token", { type: "string", describe: "a random one unless given" }).options({
      ...kubeconfigOption,
      ttl: { type: "string", default: "24h0m0s", describe: "how long it lives; 0 for ever" },
      usages: {
        type: "string",
        array: true,
        default: ["signing", "authentication"],
        describe: "what it may be used for",
      },
      groups: {
        type: "string",
        array: true,
        default: ["system:bootstrappers:kubeadm:default-node-token"],
        describe: "the groups of who signs in with it",
      },
      description: { type: "string", default: "", describe: "what it is for" },
      "print-join-command": { type: "boolean", default: false, describe: "print the whole command that joins a host" },
      "certificate-key": { type: "string", describe: "with --print-join-command: join as a control plane" },
    }),
  handler: async (argv) => {
    const certificateKey = argv["certificate-key"];
    if (certificateKey && !argv["print-join-command"]) throw keyWithoutCommand();
    const text = argv.token ?? newToken(randomBytes);
    const token = requireValid(bootstrapTokenFromFlags({ ...argv, token: text }), "the command line");
    await withClient(argv.kubeconfig, async (client) => {
      const command = argv["print-join-command"] ? await joinCommandOf(client, text, certificateKey) : undefined;
      await createToken(client, token, new Date());
      process.stdout.write(`${command ?? text}\n`);
    });
  },
};

/** Server and authority come from cluster-info, which is where the joining host will look. */
async function joinCommandOf(client: KubeClient, token: string, certificateKey: string | undefined): Promise<string> {
  const configMaps = { group: "", version: "v1", resource: "configmaps" };
  const { data } = await client.get(configMaps, { namespace: "kube-public", name: "cluster-info" });
  const cluster = parseKubeconfig((data as Record<string, string>).kubeconfig ?? "")?.clusters?.[0]?.cluster;
  const bundle = parseCertificates(fromBase64(cluster?.["certificate-authority-data"]) ?? "") ?? [];
  const endpoint = (cluster?.server ?? "").replace(/^https:\/\//, "");
  return joinCommand({ endpoint, token, pins: bundle.map(caPin), certificateKey });
}

function keyWithoutCommand(): SlipwayError {
  return new SlipwayError({
    code: "USAGE",
    exit: "usage",
    message: "--certificate-key needs --print-join-command",
    remedy: "add --print-join-command, or leave the key out",
  });
}
