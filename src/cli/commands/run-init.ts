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
  if (outcome && outcome.joinCommands.length > 0 && argv.output !== "json") {
    process.stdout.write(farewell(argv, outcome));
  }
}

/** The documents of --config, else those that the flags stand for; pods get kubeadm users' usual subnet. */
function documentsOf(argv: InitArguments): readonly Document[] {
  if (argv.config === undefined)
    return initDocuments({ ...argv, podNetworkCidr: argv.podNetworkCidr ?? "10.244.0.0/16" });
  const { file, text } = clusterSource(argv.config);
  return withNodeName(requireValid(readDocuments(text), file), "InitConfiguration", argv.nodeName);
}

function farewell(argv: InitArguments, { joinCommands, certificateKey }: InitOutcome): string {
  const lines = argv["skip-token-print"]
    ? []
    : ["", "Join workers by running this on each of them, as root:", "", ...joinCommands.map((one) => `  ${one}`)];
  return [
    "",
    "The control plane is up. To use it, as root on that host:",
    "",
    "  export KUBECONFIG=/etc/kubernetes/admin.conf",
    ...lines,
    ...(certificateKey && !argv["skip-certificate-key-print"]
      ? [
          "",
          "Join further control planes within two hours by running this on each of them, as root. The key is a secret:",
          "",
          ...joinCommands.map((one) => `  ${one} --control-plane --certificate-key ${certificateKey}`),
        ]
      : []),
    "",
    "",
  ].join("\n");
}
