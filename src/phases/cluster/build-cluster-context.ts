import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { parseIp } from "../../base/ip-address.ts";
import { keyPool } from "../../certs/key-pair.ts";
import type { Making } from "../../certs/pki/making.ts";
import type { Cluster, ClusterHost } from "../../config/cluster/cluster.ts";
import { kubeadmDocuments } from "../../config/cluster/kubeadm-documents.ts";
import type { ClusterFile } from "../../config/cluster/parse-cluster.ts";
import type { Document } from "../../config/document.ts";
import { requireValid } from "../../config/issue.ts";
import type { InitInput } from "../../config/kubeadm/load/init-input.ts";
import { initOf } from "../../config/kubeadm/load/load-init.ts";
import { keyAlgorithm } from "../../config/kubeadm/values/key-algorithm.ts";
import type { Facts } from "../../hosts/facts.ts";
import type { Host } from "../../hosts/host.ts";
import { criSocketOf } from "../../runtime/cri-socket.ts";
import type { Distribution } from "../../runtime/distribution.ts";
import { defaultRuntimeWish, type RuntimeWish } from "../../runtime/runtime-wish.ts";
import { newToken } from "../../tokens/bootstrap-token.ts";
import { advertiseAddressOf } from "./advertise-address.ts";
import { type ClusterContext, type NetworkWish, nodeOf } from "./cluster-context.ts";
import { clusterMeans } from "./cluster-means.ts";
import type { NodeWish } from "./node-wish.ts";

export type ContextInput = {
  readonly file: ClusterFile;
  readonly distribution: () => Promise<Distribution>;
  /** Debian's packages with containerd's defaults unless given. */
  readonly runtime?: RuntimeWish;
  readonly hostNamed: (name: string) => Promise<Host>;
  /** Name of the control plane that a run works through; the first of the file unless given. */
  readonly first?: string;
  /** Of the hosts that answered. */
  readonly factsOf: (name: string) => Facts | undefined;
  readonly now: () => Date;
  /** Nodes that are not in the file are removed. */
  readonly isPruning?: boolean;
  /** Names of preflight checks whose errors count as warnings, or `all`. */
  readonly ignoredPreflightErrors?: readonly string[];
};

/** Turns a cluster file and the hosts' facts into what the phases carry. Throws CONFIG_INVALID for kubeadm documents that don't hold. */
export function buildClusterContext({ file, hostNamed, factsOf, now, ...given }: ContextInput): ClusterContext {
  const { distribution, runtime = defaultRuntimeWish, isPruning = false, ignoredPreflightErrors = [] } = given;
  const { cluster } = file;
  const documents = kubeadmDocuments(file);
  const wishes = cluster.hosts.map((host) => nodeWish(host, { documents, facts: factsOf(host.name), runtime }));
  const { first = cluster.hosts.find(({ isControlPlane }) => isControlPlane)?.name ?? "" } = given;
  const input = wishes.find(({ host }) => host === first)?.input;
  const making = () => makingOf(now, input);
  const nodes = new Map(wishes.map((wish) => [wish.host, wish]));
  const control = async () => ({ host: await hostNamed(first), node: nodeOf({ nodes }, { host: { name: first } }) });
  return {
    nodes,
    firstControlPlane: first,
    hostSettings: { hosts: new Map(cluster.hosts.map((host) => [host.name, host])), folder: dirname(file.file) },
    ignoredPreflightErrors,
    network: networkOf(cluster),
    distribution,
    runtime,
    hostNamed,
    isPruning,
    bootstrapTokens: [],
    ...clusterMeans({ making, first: control }),
  };
}

type NodeSource = {
  readonly documents: readonly Document[];
  readonly facts: Facts | undefined;
  readonly runtime: RuntimeWish;
};

function nodeWish(host: ClusterHost, { documents, facts, runtime }: NodeSource): NodeWish {
  const address = addressOf(host, facts);
  const isUnknown = facts === undefined && address === "";
  const defaults = {
    hostname: host.nodeName ?? facts?.hostname ?? host.name,
    advertiseAddress: isUnknown ? documentationAddress : address,
    criSocket: criSocketOf(runtime.install, facts?.runtimeSockets ?? []),
    newToken: () => newToken(randomBytes),
  };
  const input = requireValid(initOf(documents, defaults), "the cluster file's kubeadm configuration");
  return {
    host: host.name,
    role: host.isControlPlane ? "control-plane" : "worker",
    input: withRegistration(isUnknown ? withoutAddress(input) : input, host),
    labels: host.labels,
    annotations: host.annotations,
  };
}

/** Stands in while the configuration of a host that can't be reached is read (RFC 5737). */
const documentationAddress = "192.0.2.1";

/** A host that did not answer may have no address that is known; what concerns the others goes on without it. */
function withoutAddress(input: InitInput): InitInput {
  const localAPIEndpoint = { ...input.init.localAPIEndpoint, advertiseAddress: "" };
  return { ...input, init: { ...input.init, localAPIEndpoint } };
}

/** The address that nodes know each other by: what the file says, else that of the default route, else that of SSH. */
function addressOf({ privateAddress, privateInterface, ssh }: ClusterHost, facts: Facts | undefined): string {
  const ofInterface = facts?.addresses.find((one) => one.interface === privateInterface && !one.address.includes(":"));
  const reachedBy = ssh && parseIp(ssh.address) ? ssh.address : undefined;
  return (
    privateAddress ??
    ofInterface?.address ??
    facts?.defaultRouteAddress ??
    reachedBy ??
    (facts ? advertiseAddressOf(facts) : "")
  );
}

function withRegistration(input: InitInput, host: ClusterHost): InitInput {
  const { nodeRegistration } = input.init;
  const own = (host.taints ?? []).map(({ key, value = "", effect }) => ({ key, value, effect, timeAdded: undefined }));
  const isWorkerToo = host.isControlPlane && host.isWorker;
  const defaults = host.isControlPlane && !isWorkerToo ? nodeRegistration.taints : [];
  const kubeletExtraArgs = [...nodeRegistration.kubeletExtraArgs, ...(host.kubelet?.extraArgs ?? [])];
  const registration = { ...nodeRegistration, taints: host.taints ? own : defaults, kubeletExtraArgs };
  return {
    ...input,
    init: { ...input.init, nodeRegistration: registration },
    kubelet: { ...input.kubelet, ...(host.kubelet?.config as Partial<InitInput["kubelet"]> | undefined) },
  };
}

function networkOf({ settings }: Cluster): NetworkWish {
  const { provider, backend } = settings.network;
  return provider === "none" ? { provider } : { provider, backend };
}

function makingOf(now: () => Date, input: InitInput | undefined): Making {
  const newKeyPair = keyPool(input ? keyAlgorithm(input.cluster) : "RSA-2048", 0);
  return { now: now(), random: randomBytes, newKeyPair };
}
