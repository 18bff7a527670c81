import type { Document } from "../document.ts";
import type { Report } from "../issue.ts";
import { isRecord } from "../shape/shape.ts";
import { rolesOf } from "./cluster.ts";
import type { ClusterDocument } from "./cluster-kind.ts";
import type { HostSpec } from "./host-kind.ts";

/** What holds between fields; looked at when each field for itself is right. */
export function clusterRules({ spec }: ClusterDocument, documents: readonly Document[], report: Report): void {
  for (const [index, host] of spec.hosts.entries()) hostRules(host, `spec.hosts[${index}]`, report);
  uniqueRule(spec.hosts, { field: "name", of: ({ name }) => name }, report);
  uniqueRule(spec.hosts, { field: "ssh.address", of: destination }, report);
  uniqueRule(spec.hosts, { field: "privateAddress", of: ({ privateAddress }) => privateAddress }, report);
  uniqueRule(spec.hosts, { field: "localhost", of: (host) => (isLocal(host) ? "this machine" : undefined) }, report);
  controlPlaneRule(spec.hosts, report);
  endpointRule(spec, documents, report);
  for (const setting of sharedSettings(spec)) agreementRule(setting, documents, report);
  networkRule(spec.network, documents, report);
}

function hostRules(host: HostSpec, path: string, report: Report): void {
  if ((host.ssh === undefined) === !isLocal(host)) {
    report({
      path,
      code: "REQUIRED",
      message: "a host is reached by ssh or is localhost: give exactly one of the two",
    });
  }
  if (host.privateAddress && host.privateInterface) {
    const message = "give privateAddress or privateInterface, not both";
    report({ path: `${path}.privateInterface`, code: "FORBIDDEN", message });
  }
  for (const [index, { src, content }] of host.files.entries()) {
    if ((src === undefined) !== (content === undefined)) continue;
    report({ path: `${path}.files[${index}]`, code: "REQUIRED", message: "give src or content, one of the two" });
  }
}

type Unique = { readonly field: string; readonly of: (host: HostSpec) => string | undefined };

function uniqueRule(hosts: readonly HostSpec[], { field, of }: Unique, report: Report): void {
  const first = new Map<string, number>();
  for (const [index, host] of hosts.entries()) {
    const value = of(host);
    if (value === undefined) continue;
    const before = first.get(value);
    if (before === undefined) first.set(value, index);
    else
      report({
        path: `spec.hosts[${index}].${field}`,
        code: "INVALID_VALUE",
        message: `${value} is spec.hosts[${before}] already`,
      });
  }
}

function controlPlaneRule(hosts: readonly HostSpec[], report: Report): void {
  if (rolesOf(hosts).some((role) => role !== "worker")) return;
  report({ path: "spec.hosts", code: "INVALID_VALUE", message: "no host has the role control-plane" });
}

/** The embedded network carries IPv4; another one, which `provider: none` leaves to the user, may carry more. */
function networkRule(
  { provider, podSubnet }: ClusterDocument["spec"]["network"],
  documents: readonly Document[],
  report: Report,
): void {
  const subnet = podSubnet ?? saidBy(documents, ["networking", "podSubnet"]);
  if (provider !== "slipway" || typeof subnet !== "string" || !subnet.includes(":")) return;
  const message = `${subnet} has IPv6, which provider slipway does not carry yet: give one IPv4 network, or provider none`;
  report({ path: "spec.network.podSubnet", code: "INVALID_VALUE", message });
}

/** Several control planes are one cluster by an address that all of them share; it can't be given later (kubeadm). */
function endpointRule(
  { hosts, controlPlaneEndpoint }: ClusterDocument["spec"],
  documents: readonly Document[],
  report: Report,
): void {
  const isShared = rolesOf(hosts).filter((role) => role !== "worker").length > 1;
  if (!isShared || (controlPlaneEndpoint ?? saidBy(documents, ["controlPlaneEndpoint"]))) return;
  const message = "several control planes need one address for all: a name or a load balancer, as host:port";
  report({ path: "spec.controlPlaneEndpoint", code: "REQUIRED", message });
}

/** Two hosts behind different bastions may share an address. */
function destination({ ssh }: HostSpec): string | undefined {
  if (ssh === undefined) return undefined;
  const via = (ssh.bastion ?? []).map(({ address }) => address);
  return [...via, `${ssh.address}${ssh.port ? `:${ssh.port}` : ""}`].join(" > ");
}

function isLocal({ localhost }: HostSpec): boolean {
  return localhost?.enabled === true;
}

type SharedSetting = {
  readonly path: string;
  readonly value: string | undefined;
  readonly kubeadmPath: readonly string[];
};

/** Settings that a ClusterConfiguration beside the Cluster may say too. */
export function sharedSettings({
  kubernetesVersion,
  imageRepository,
  controlPlaneEndpoint,
  network,
}: Omit<ClusterDocument["spec"], "hosts">): SharedSetting[] {
  return [
    { path: "spec.kubernetesVersion", value: kubernetesVersion, kubeadmPath: ["kubernetesVersion"] },
    { path: "spec.imageRepository", value: imageRepository, kubeadmPath: ["imageRepository"] },
    { path: "spec.controlPlaneEndpoint", value: controlPlaneEndpoint, kubeadmPath: ["controlPlaneEndpoint"] },
    { path: "spec.network.podSubnet", value: network.podSubnet, kubeadmPath: ["networking", "podSubnet"] },
    { path: "spec.network.serviceSubnet", value: network.serviceSubnet, kubeadmPath: ["networking", "serviceSubnet"] },
    { path: "spec.network.dnsDomain", value: network.dnsDomain, kubeadmPath: ["networking", "dnsDomain"] },
  ];
}

function agreementRule(
  { path, value, kubeadmPath }: SharedSetting,
  documents: readonly Document[],
  report: Report,
): void {
  const other = saidBy(documents, kubeadmPath);
  if (value === undefined || other === undefined || other === value) return;
  const message = `${value}, but the ClusterConfiguration says ${String(other)}: give it in one place`;
  report({ path, code: "INVALID_VALUE", message });
}

/** What the ClusterConfiguration beside the Cluster has at this path. */
function saidBy(documents: readonly Document[], path: readonly string[]): unknown {
  const configuration = documents.find(({ kind }) => kind === "ClusterConfiguration");
  return path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), configuration?.body);
}
