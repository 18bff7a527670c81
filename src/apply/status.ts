import { messageOf } from "../base/errors.ts";
import { authorities, leaves } from "../certs/pki/profiles.ts";
import type { ClusterFile } from "../config/cluster/parse-cluster.ts";
import { defaultCertificatesDir } from "../config/kubeadm/constants.ts";
import type { Host } from "../hosts/host.ts";
import type { Op } from "../hosts/op.ts";
import type { KubeObject } from "../kube/object.ts";
import { resources } from "../kube/resources.ts";
import { rotatedCertificate } from "../phases/cluster/found-credentials.ts";
import { readRotatedCertificate } from "../phases/cluster/kubelet-identity.ts";
import type { HostSource } from "../phases/engine/run/workflow-run.ts";
import { parseCertificate } from "../x509/certificate.ts";
import { adminClientOf } from "./admin-client.ts";

/** How a cluster is, as its hosts and its API tell. */
export type ClusterStatus = {
  readonly hosts: readonly HostStatus[];
  readonly api: ApiStatus;
};

export type HostStatus =
  | { readonly kind: "unreachable"; readonly name: string; readonly role: string; readonly error: string }
  | {
      readonly kind: "reached";
      readonly name: string;
      readonly role: string;
      /** systemd's word: active, inactive, failed, … */
      readonly kubelet: string;
      /** Of the host's certificates, the kubelet's included, the one that ends first. */
      readonly firstExpiry?: { readonly name: string; readonly notAfter: string };
    };

export type ApiStatus =
  | { readonly kind: "down"; readonly error: string }
  | { readonly kind: "up"; readonly nodes: readonly NodeStatus[]; readonly components: readonly ComponentStatus[] };

export type NodeStatus = {
  readonly name: string;
  readonly isReady: boolean;
  readonly version: string;
  readonly isInFile: boolean;
};
/** A pod of kube-system. */
export type ComponentStatus = {
  readonly name: string;
  readonly node: string;
  readonly isReady: boolean;
  readonly restarts: number;
};

/** Asks every host and the API; what does not answer is told as such, nothing rejects. */
export async function clusterStatus({ cluster }: ClusterFile, sources: readonly HostSource[]): Promise<ClusterStatus> {
  const names = new Set(cluster.hosts.map(({ nodeName, name }) => nodeName ?? name));
  const roles = new Map(cluster.hosts.map(({ name, role }) => [name, role]));
  const first = cluster.hosts.find(({ isControlPlane }) => isControlPlane)?.name;
  const control = sources.find(({ name }) => name === first);
  const [hosts, api] = await Promise.all([
    Promise.all(sources.map((source) => hostStatus(source, roles.get(source.name) ?? ""))),
    control ? apiStatus(control, names) : ({ kind: "down", error: "no control plane is selected" } as const),
  ]);
  return { hosts, api };
}

async function hostStatus({ name, connect }: HostSource, role: string): Promise<HostStatus> {
  try {
    const host = await connect();
    const paths = [...authorities, ...leaves].map(({ file }) => `${defaultCertificatesDir}/${file}.crt`);
    const isActive: Op = { kind: "run", argv: ["systemctl", "is-active", "kubelet"], okExitCodes: [0, 3, 4] };
    const ops = [isActive, readRotatedCertificate, ...paths.map(readOp)];
    const [kubelet, rotated, ...certificates] = await host.batch(ops, { keepGoing: true });
    const found = [
      ...expiryOf(rotated?.kind === "ran" ? rotated.stdout : undefined, rotatedCertificate),
      ...certificates.flatMap((result, index) => expiryOf(textOf(result), paths[index] ?? "")),
    ];
    const [firstExpiry] = found.sort((a, b) => a.notAfter.localeCompare(b.notAfter));
    const state = kubelet?.kind === "ran" ? kubelet.stdout.trim() || "not installed" : "unknown";
    return { kind: "reached", name, role, kubelet: state, ...(firstExpiry ? { firstExpiry } : {}) };
  } catch (thrown) {
    return { kind: "unreachable", name, role, error: messageOf(thrown) };
  }
}

type Node = KubeObject & {
  status?: { conditions?: { type: string; status: string }[]; nodeInfo?: { kubeletVersion?: string } };
};
type Pod = KubeObject & {
  spec?: { nodeName?: string };
  status?: { conditions?: { type: string; status: string }[]; containerStatuses?: { restartCount: number }[] };
};

async function apiStatus({ connect }: HostSource, names: ReadonlySet<string>): Promise<ApiStatus> {
  try {
    const client = await adminClientOf(await connect());
    try {
      const [nodes, pods] = await Promise.all([
        client.list<Node>(resources.nodes),
        client.list<Pod>(resources.pods, { namespace: "kube-system" }),
      ]);
      return {
        kind: "up",
        nodes: nodes.items.map((node) => nodeStatus(node, names)),
        components: pods.items.map(componentStatus),
      };
    } finally {
      client.close();
    }
  } catch (thrown) {
    return { kind: "down", error: messageOf(thrown) };
  }
}

function nodeStatus({ metadata, status }: Node, names: ReadonlySet<string>): NodeStatus {
  const name = metadata.name ?? "";
  return {
    name,
    isReady: isTrue(status, "Ready"),
    version: status?.nodeInfo?.kubeletVersion ?? "",
    isInFile: names.has(name),
  };
}

function componentStatus({ metadata, spec, status }: Pod): ComponentStatus {
  const restarts = (status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
  return { name: metadata.name ?? "", node: spec?.nodeName ?? "", isReady: isTrue(status, "Ready"), restarts };
}

function isTrue(status: { conditions?: { type: string; status: string }[] } | undefined, type: string): boolean {
  return status?.conditions?.some((one) => one.type === type && one.status === "True") ?? false;
}

function expiryOf(pem: string | undefined, path: string): { name: string; notAfter: string }[] {
  const certificate = pem === undefined ? undefined : parseCertificate(pem);
  return certificate ? [{ name: path, notAfter: certificate.notAfter.toISOString() }] : [];
}

function readOp(path: string): Op {
  return { kind: "read", path, want: "content" };
}

function textOf(result: Awaited<ReturnType<Host["batch"]>>[number] | undefined): string | undefined {
  const content = result?.kind === "read" && result.state.kind === "file" ? result.state.content : undefined;
  return content && Buffer.from(content).toString("utf8");
}
