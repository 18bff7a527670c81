import { type Document, readDocuments } from "../document.ts";
import type { Issue, Parsed, Report } from "../issue.ts";
import { kubeProxyApiVersion, kubeProxyConfiguration } from "../kube-proxy/kube-proxy-configuration.ts";
import { kubeletApiVersion, kubeletConfiguration } from "../kubelet/kubelet-configuration.ts";
import { clusterConfiguration } from "./cluster-configuration.ts";
import { kubeadmApiGroup } from "./constants.ts";
import { decodeKind } from "./decode-kind.ts";
import { defaultClusterConfiguration, defaultInitConfiguration } from "./dynamic-defaults.ts";
import type { HostDefaults } from "./host-defaults.ts";
import { initConfiguration } from "./init-configuration.ts";
import { type InitInput, initInput } from "./init-input.ts";

/** Reads a file for `init`: any of InitConfiguration, ClusterConfiguration and component configurations, at least one of the first two. */
export function loadInit(text: string, host: HostDefaults): Parsed<InitInput> {
  const read = readDocuments(text);
  if (read.kind === "invalid") return read;
  const issues: Issue[] = [];
  const report: Report = (issue) => issues.push(issue);
  const input = decodeInit(read.value, host, report);
  const [warnings, errors] = [issues.filter(isWarning), issues.filter((issue) => !isWarning(issue))];
  return errors.length > 0
    ? { kind: "invalid", issues: [...errors, ...warnings] }
    : { kind: "ok", value: input, warnings };
}

/** kubeadm reads past fields that it doesn't know, with a warning; `config validate` and `config migrate` don't. */
export function isWarning({ code }: Issue): boolean {
  return code === "UNKNOWN_FIELD";
}

function decodeInit(documents: readonly Document[], host: HostDefaults, report: Report): InitInput {
  const find = (kind: string) => documents.find((one) => one.group === kubeadmApiGroup && one.kind === kind);
  const [initDocument, clusterDocument] = [find("InitConfiguration"), find("ClusterConfiguration")];
  if (!initDocument && !clusterDocument) {
    report({ path: "", code: "WRONG_KIND", message: "neither an InitConfiguration nor a ClusterConfiguration" });
  }
  const init = defaultInitConfiguration(decodeKind(initConfiguration, initDocument, report), host);
  const cluster = decodeKind(clusterConfiguration, clusterDocument, report);
  const kubelet = componentDocument(documents, kubeletApiVersion, report);
  const kubeProxy = componentDocument(documents, kubeProxyApiVersion, report);
  return initInput({
    init,
    cluster: defaultClusterConfiguration(cluster, init.localAPIEndpoint.bindPort),
    kubelet: kubelet && kubeletConfiguration.decode(kubelet.body, "KubeletConfiguration", report),
    kubeProxy: kubeProxy && kubeProxyConfiguration.decode(kubeProxy.body, "KubeProxyConfiguration", report),
  });
}

function componentDocument(documents: readonly Document[], apiVersion: string, report: Report): Document | undefined {
  const found = documents.find(({ group }) => group === apiVersion.split("/")[0]);
  if (found && found.apiVersion !== apiVersion) {
    report({ path: "", code: "WRONG_KIND", message: `${found.apiVersion} is not supported; write ${apiVersion}` });
  }
  return found;
}
