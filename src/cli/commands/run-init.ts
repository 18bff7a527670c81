import { type Document, readDocuments } from "../../config/document.ts";
import { requireValid } from "../../config/issue.ts";
import { type InitFlags, initDocuments, withNodeName } from "../../config/kubeadm/flags/init-flags.ts";
import { connectHost } from "../../hosts/connect.ts";
import { type InitOutcome, initCluster } from "../../init/init.ts";
import { buildDistribution } from "../../runtime/build-distribution.ts";
import { clusterSource } from "../cluster-source.ts";
import { refuseFlagsBesideConfig } from "../flags-beside-config.ts";
import { type HostArguments, oneHost } from "../one-host.ts";
import { cacheFolder } from "../session/folders.ts";
import { runSession } from "../session/session.ts";
import { type PreflightArguments, type SessionArguments, sessionOf } from "../session/session-options.ts";
import { slipwayVersion } from "../slipway-version.ts";

export type InitArguments = InitFlags &
  SessionArguments &
  PreflightArguments &
  HostArguments & {
    readonly config?: string;
    readonly "node-name"?: string;
    readonly "dry-run": boolean;
    readonly "skip-token-print": boolean;
    readonly "upload-certs": boolean;
    readonly "skip-certificate-key-print": boolean;
  };

/** Runs `slipway init`; a file apart from the command, so that `init phase` need not load the whole workflow. */
export async function runInit(argv: InitArguments): Promise<void> {
  refuseFlagsBesideConfig(process.argv.slice(2));
  const documents = documentsOf(argv);
  let outcome: InitOutcome | undefined;
  await runSession(sessionOf(argv), async ({ around, ...session }) => {
    const host = await connectHost(oneHost(argv), around);
    const cache = cacheFolder(around.env, around.home);
    try {
      outcome = await initCluster({
        ...session,
        host,
        documents,
        mode: argv["dry-run"] ? "plan" : "apply",
        network: { provider: "slipway", backend: "vxlan" },
        distribution: (kubernetesVersion) => buildDistribution({ cache, version: slipwayVersion, kubernetesVersion }),
        skipPhases: argv["skip-phases"],
        onlyPhases: argv.phase,
        ignoredPreflightErrors: argv["ignore-preflight-errors"],
        hasUploadedCerts: argv["upload-certs"],
      });
      return outcome.summary;
    } finally {
      await host.close();
    }
  });
  if (outcome && argv.output !== "json") process.stdout.write(farewell(argv, outcome));
}

/** The documents of --config, else those that the flags stand for; pods get kubeadm users' usual subnet. */
function documentsOf(argv: InitArguments): readonly Document[] {
  if (argv.config === undefined)
    return initDocuments({ ...argv, podNetworkCidr: argv.podNetworkCidr ?? "10.244.0.0/16" });
  const { file, text } = clusterSource(argv.config);
  return withNodeName(requireValid(readDocuments(text), file), "InitConfiguration", argv.nodeName);
}

function farewell(argv: InitArguments, { joinCommands, certificateKey }: InitOutcome): string {
  const key = argv["skip-certificate-key-print"] ? undefined : certificateKey;
  const commands = argv["skip-token-print"] ? [] : joinCommands;
  return [
    ...(joinCommands.length > 0 ? reached : []),
    ...(commands.length > 0 ? paste("Join workers by running this on each of them, as root:", commands) : []),
    ...(key ? shared(key, commands) : []),
  ].join("\n");
}

const reached = [
  "",
  "The control plane is up. To use it, as root on that host:",
  "",
  "  export KUBECONFIG=/etc/kubernetes/admin.conf",
  "",
];

function paste(text: string, commands: readonly string[]): string[] {
  return [text, "", ...commands.map((one) => `  ${one}`), "", ""];
}

/** Without a token of this run: `token create --print-join-command` makes the rest of the command. */
function shared(key: string, commands: readonly string[]): string[] {
  if (commands.length === 0) return paste("The certificates are shared for two hours. Their key, a secret:", [key]);
  const joining = commands.map((one) => `${one} --control-plane --certificate-key ${key}`);
  return paste(
    "Join further control planes within two hours by running this on each of them. The key is a secret:",
    joining,
  );
}
