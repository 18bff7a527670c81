import { type Document, readDocuments } from "../../document.ts";
import { type Issue, judged, type Parsed, type Report } from "../../issue.ts";
import { kubeProxyApiVersion, kubeProxyConfiguration } from "../../kube-proxy/kube-proxy-configuration.ts";
import { adviseKubelet } from "../../kubelet/kubelet-advice.ts";
import { kubeletApiVersion, kubeletConfiguration } from "../../kubelet/kubelet-configuration.ts";
import { clusterConfiguration } from "../cluster-configuration.ts";
import { kubeadmApiGroup } from "../constants.ts";
import { defaultClusterConfiguration, defaultInitConfiguration } from "../defaults/dynamic-defaults.ts";
import type { HostDefaults } from "../defaults/host-defaults.ts";
import { initConfiguration } from "../init-configuration.ts";
import { checkerFor } from "../validate/checker.ts";
import { checkClusterConfiguration } from "../validate/cluster-configuration.ts";
import { checkInitConfiguration } from "../validate/init-configuration.ts";
import { type InitInput, type InitParts, initInput } from "./init-input.ts";
import { kubeadmBodies, reportUnused } from "./kubeadm-documents.ts";

export type Reading = {
  /** Fields that are not known are errors rather than warnings. */
  readonly strict?: boolean;
};

const groups = [kubeadmApiGroup, ...[kubeletApiVersion, kubeProxyApiVersion].map((version) => version.split("/")[0])];

/**
 * Reads a file for `init`: an InitConfiguration, a ClusterConfiguration or both, and component configurations; whatever is
 * missing is defaulted. Every problem of the file is in the result at once.
 */
export function loadInit(text: string, host: HostDefaults, reading: Reading = {}): Parsed<InitInput> {
  const read = readDocuments(text);
  return read.kind === "invalid" ? read : initOf(read.value, host, reading);
}

/** The same from documents: of a file, of flags (`initDocuments`), or of both. */
export function initOf(
  documents: readonly Document[],
  host: HostDefaults,
  { strict = false }: Reading = {},
): Parsed<InitInput> {
  const issues: Issue[] = [];
  const parsed = judged(
    decodeInit(documents, host, (issue) => issues.push(issue)),
    issues,
    strict,
  );
  if (parsed.kind === "invalid") return parsed;
  // the component configurations are completed from the cluster's, once that is known to hold
  const warnings = [...parsed.warnings, ...kubeletAdvice(documents, parsed.value)];
  return { kind: "ok", value: initInput(parsed.value), warnings };
}

function decodeInit(documents: readonly Document[], host: HostDefaults, report: Report): InitParts {
  const bodies = kubeadmBodies(documents, report);
  if (!bodies.InitConfiguration && !bodies.ClusterConfiguration) {
    report({ path: "", code: "WRONG_KIND", message: "neither an InitConfiguration nor a ClusterConfiguration" });
  }
  reportUnused(documents, (document) => groups.includes(document.group), report);
  const init = defaultInitConfiguration(initConfiguration.decode(bodies.InitConfiguration, "", report), host);
  const given = clusterConfiguration.decode(bodies.ClusterConfiguration, "", report);
  const cluster = defaultClusterConfiguration(given, init.localAPIEndpoint.bindPort);
  const checker = checkerFor(report);
  checkInitConfiguration(init, checker);
  checkClusterConfiguration(cluster, checker);
  const kubelet = componentDocument(documents, kubeletApiVersion, report);
  const kubeProxy = componentDocument(documents, kubeProxyApiVersion, report);
  return {
    init,
    cluster,
    kubelet: kubelet && kubeletConfiguration.decode(kubelet.body, "KubeletConfiguration", report),
    kubeProxy: kubeProxy && kubeProxyConfiguration.decode(kubeProxy.body, "KubeProxyConfiguration", report),
  };
}

function kubeletAdvice(documents: readonly Document[], { cluster, kubelet }: InitParts): readonly Issue[] {
  const issues: Issue[] = [];
  const given = documents.find(({ apiVersion }) => apiVersion === kubeletApiVersion)?.body ?? {};
  if (kubelet) adviseKubelet(kubelet, given, { cluster, report: (issue) => issues.push(issue) });
  return issues;
}

function componentDocument(documents: readonly Document[], apiVersion: string, report: Report): Document | undefined {
  const found = documents.find(({ group }) => group === apiVersion.split("/")[0]);
  if (found && found.apiVersion !== apiVersion) {
    report({
      path: found.kind,
      code: "WRONG_KIND",
      message: `${found.apiVersion} is not supported; write ${apiVersion}`,
    });
  }
  return found;
}
