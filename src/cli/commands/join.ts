import type { CommandModule } from "yargs";
import { type Document, readDocuments } from "../../config/document.ts";
import { requireValid } from "../../config/issue.ts";
import { withNodeName } from "../../config/kubeadm/flags/init-flags.ts";
import { controlPlaneOnlyFlags, type JoinFlags, joinDocuments } from "../../config/kubeadm/flags/join-flags.ts";
import { connectHost } from "../../hosts/connect.ts";
import { clusterSource } from "../cluster-source.ts";
import { refuseFlagsBesideConfig } from "../flags-beside-config.ts";
import { type HostArguments, hostOptions, oneHost } from "../one-host.ts";
import { cacheFolder } from "../session/folders.ts";
import { runSession } from "../session/session.ts";
import {
  type PreflightArguments,
  preflightOptions,
  type SessionArguments,
  sessionOf,
  sessionOptions,
} from "../session/session-options.ts";
import { slipwayVersion } from "../slipway-version.ts";

/** kubeadm's flags of join, by kubeadm's names. */
const joinOptions = {
  config: { type: "string", describe: "a file with a JoinConfiguration; - reads standard input" },
  "apiserver-advertise-address": { type: "string", describe: "with --control-plane: this host's own address" },
  "apiserver-bind-port": { type: "number", describe: "with --control-plane: the API server's port (6443)" },
  "certificate-key": { type: "string", describe: "with --control-plane: opens the shared certificates" },
  "control-plane": { type: "boolean", default: false, describe: "become a further control plane" },
  "cri-socket": { type: "string", describe: "the container runtime's socket" },
  "discovery-file": { type: "string", describe: "a kubeconfig that tells where the cluster is" },
  "discovery-token": { type: "string", describe: "the token that proves cluster-info; --token unless given" },
  "discovery-token-ca-cert-hash": {
    type: "string",
    array: true,
    describe: "sha256:<hex> of the authority's public key",
  },
  "discovery-token-unsafe-skip-ca-verification": { type: "boolean", describe: "trust whoever answers" },
  patches: { type: "string", describe: "a folder of patches to the kubelet's configuration, as kubeadm's" },
  "node-name": { type: "string", describe: "the Node's name; the host's own unless given" },
  "tls-bootstrap-token": { type: "string", describe: "the token for the kubelet's certificate; --token unless given" },
  token: { type: "string", describe: "the bootstrap token, for both" },
  "dry-run": { type: "boolean", default: false, describe: "print what would change, and change nothing" },
} as const;

type Arguments = JoinFlags &
  SessionArguments &
  PreflightArguments &
  HostArguments & { readonly config?: string; readonly "dry-run": boolean };

export const join: CommandModule<object, Arguments> = {
  command: "join [endpoint]",
  describe: "Make a host a worker or a further control plane of a cluster",
  builder: (yargs) =>
    yargs
      .positional("endpoint", { type: "string", describe: "address:port of the cluster's API server" })
      .options({ ...joinOptions, ...hostOptions, ...sessionOptions, ...preflightOptions })
      .command(phase)
      .example(
        "slipway join 192.0.2.11:6443 --token … --discovery-token-ca-cert-hash sha256:…",
        "as init prints it",
      ) as never,
  handler: runJoin,
};

/** kubeadm's way to say `--phase`: `join phase control-plane-prepare certs 192.0.2.11:6443 --token …`. */
const phase: CommandModule<object, Arguments & { readonly name: string; readonly words: readonly string[] }> = {
  command: "phase <name> [words..]",
  describe: "Run one phase of join: preflight, control-plane-prepare, etcd-join, kubelet-join, …",
  builder: (yargs) =>
    yargs
      .positional("name", { type: "string", demandOption: true, describe: "the phase" })
      .positional("words", {
        type: "string",
        array: true,
        describe: "its part or all, and the API server's address:port",
      })
      .example(
        "slipway join phase kubelet-join 192.0.2.11:6443 --token … --discovery-token-ca-cert-hash …",
        "",
      ) as never,
  handler: ({ name, words, ...argv }) => {
    // an endpoint has a port, a part of a phase none
    const part = words.find((word) => !word.includes(":") && word !== "all");
    const endpoint = words.find((word) => word.includes(":"));
    return runJoin({ ...argv, endpoint, phase: [part ? `${name}/${part}` : name] });
  },
};

async function runJoin(argv: Arguments): Promise<void> {
  refuseFlagsBesideConfig(process.argv.slice(2));
  const documents = documentsOf(argv);
  await runSession(sessionOf(argv), async ({ around, ...session }) => {
    // what joins is loaded while the host is on its way
    const [host, { joinCluster }, { buildDistribution }] = await Promise.all([
      connectHost(oneHost(argv), around),
      import("../../join/join.ts"),
      import("../../runtime/build-distribution.ts"),
    ]);
    const cache = cacheFolder(around.env, around.home);
    try {
      return await joinCluster({
        ...session,
        host,
        documents,
        mode: argv["dry-run"] ? "plan" : "apply",
        distribution: (kubernetesVersion) => buildDistribution({ cache, version: slipwayVersion, kubernetesVersion }),
        skipPhases: argv["skip-phases"],
        onlyPhases: argv.phase,
        ignoredPreflightErrors: argv["ignore-preflight-errors"],
      });
    } finally {
      await host.close();
    }
  });
}

function documentsOf(argv: Arguments): readonly Document[] {
  for (const flag of controlPlaneOnlyFlags(argv)) {
    process.stderr.write(`warning: --${flag} means nothing without --control-plane\n`);
  }
  if (argv.config === undefined) return joinDocuments(argv);
  const { file, text } = clusterSource(argv.config);
  return withNodeName(requireValid(readDocuments(text), file), "JoinConfiguration", argv.nodeName);
}
