import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { clusterApiVersion } from "../config/cluster/cluster-kind.ts";
import { kubeadmDocuments } from "../config/cluster/kubeadm-documents.ts";
import { requireCluster } from "../config/cluster/parse-cluster.ts";
import { type Document, readDocuments } from "../config/document.ts";
import { type Issue, issueText, requireValid } from "../config/issue.ts";
import type { HostDefaults } from "../config/kubeadm/defaults/host-defaults.ts";
import { type InitFlags, initDocuments, withNodeName } from "../config/kubeadm/flags/init-flags.ts";
import type { InitInput } from "../config/kubeadm/load/init-input.ts";
import { initOf } from "../config/kubeadm/load/load-init.ts";
import { newToken } from "../tokens/bootstrap-token.ts";
import { clusterSource } from "./cluster-source.ts";
import { ownAddress } from "./own-address.ts";

export type InitSourceArguments = InitFlags & { readonly config?: string | undefined };

/** What the commands that work on this machine start from: --config, else what the flags stand for. Warnings go to stderr. */
export function initInputOf(argv: InitSourceArguments): InitInput {
  const parsed = initOf(initDocumentsOf(argv), hostDefaults());
  const input = requireValid(parsed, argv.config ?? "the command line");
  if (parsed.kind === "ok") warn(parsed.warnings);
  return input;
}

/** The documents of --config, with what a Cluster among them says of the same settings; else those that the flags stand for. */
export function initDocumentsOf(argv: InitSourceArguments): readonly Document[] {
  if (argv.config === undefined) return initDocuments(argv);
  const source = clusterSource(argv.config);
  const documents = requireValid(readDocuments(source.text), source.file);
  const isCluster = documents.some(({ apiVersion }) => apiVersion === clusterApiVersion);
  const given = isCluster ? kubeadmDocuments(requireCluster(source)) : documents;
  return withNodeName(given, "InitConfiguration", argv.nodeName);
}

/** What this machine supplies to a configuration. */
export function hostDefaults(): HostDefaults {
  return { hostname: hostname(), advertiseAddress: ownAddress(), newToken: () => newToken(randomBytes) };
}

export function warn(warnings: readonly Issue[]): void {
  for (const issue of warnings) process.stderr.write(`warning: ${issueText(issue)}\n`);
}
