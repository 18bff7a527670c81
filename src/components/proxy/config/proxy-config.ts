import { parseDuration } from "../../../base/duration.ts";
import type { Issue } from "../../../config/issue.ts";
import {
  type KubeProxyConfiguration,
  kubeProxyApiVersion,
  kubeProxyConfiguration,
} from "../../../config/kube-proxy/kube-proxy-configuration.ts";
import { type ConntrackSettings, conntrackSettings } from "./conntrack-settings.ts";
import { refusals } from "./refusals.ts";

/** What is used of KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1), with upstream's defaults. */
export type ProxyConfig = {
  readonly kubeconfig: string;
  readonly nodeName: string;
  readonly localTraffic: LocalTraffic;
  readonly masqueradeAll: boolean;
  /** The packet mark, e.g. `0x4000`. */
  readonly masqueradeMark: string;
  readonly minSyncPeriodMs: number;
  readonly syncPeriodMs: number;
  readonly healthz: ListenAddress;
  readonly metrics: ListenAddress;
  readonly bindAddressHardFail: boolean;
  readonly nodePorts: NodePortAddresses;
  readonly conntrack: ConntrackSettings;
  readonly oomScoreAdj: number;
};

export type ListenAddress = { readonly host: string; readonly port: number };

/** How packets of this cluster's (or node's) own pods are known. */
export type LocalTraffic =
  | { readonly kind: "cidrs"; readonly cidrs: readonly string[] }
  | { readonly kind: "nodeCidr" }
  | { readonly kind: "bridge"; readonly name: string }
  | { readonly kind: "prefix"; readonly prefix: string };

/** Which of the node's addresses take node ports. */
export type NodePortAddresses =
  /** The Node's own addresses; nftables mode's default (KEP-3866). */
  { readonly kind: "primary" } | { readonly kind: "cidrs"; readonly cidrs: readonly string[] };

/** Our syncs write only what changed, so they can follow each other faster than upstream's default of 1 s. */
const defaultMinSyncMs = 100;
const defaultSyncMs = 30_000;
const defaultOomScoreAdj = -999;
const defaultMasqueradeBit = 14;

/** The configuration of a parsed document; throws naming every field that is wrong or not served here. */
export function proxyConfig(document: unknown, nodeName: string): ProxyConfig {
  const { apiVersion, kind } = (document ?? {}) as { apiVersion?: string; kind?: string };
  if (kind !== "KubeProxyConfiguration" || apiVersion !== kubeProxyApiVersion)
    throw new Error(`a ${kubeProxyApiVersion} KubeProxyConfiguration is wanted, not ${apiVersion} ${kind}`);
  const issues: Issue[] = [];
  const config = kubeProxyConfiguration.decode(document, "", (issue) => issues.push(issue));
  const refused = [...issues.map(({ path, message }) => `${path}: ${message}`), ...refusals(config)];
  if (refused.length > 0) throw new Error(refused.join("; "));
  return {
    kubeconfig: config.clientConnection.kubeconfig,
    nodeName: (nodeName || config.hostnameOverride).trim().toLowerCase(),
    localTraffic: localTrafficOf(config),
    masqueradeAll: config.nftables.masqueradeAll,
    masqueradeMark: `0x${(2 ** (config.nftables.masqueradeBit ?? defaultMasqueradeBit)).toString(16)}`,
    minSyncPeriodMs: milliseconds(config.nftables.minSyncPeriod) || defaultMinSyncMs,
    syncPeriodMs: milliseconds(config.nftables.syncPeriod) || defaultSyncMs,
    healthz: listenAddress(config.healthzBindAddress, { host: anyHost(config.bindAddress), port: 10256 }),
    metrics: listenAddress(config.metricsBindAddress, { host: loopback(config.bindAddress), port: 10249 }),
    bindAddressHardFail: config.bindAddressHardFail,
    nodePorts: nodePortsOf(config.nodePortAddresses),
    conntrack: conntrackSettings(config.conntrack),
    oomScoreAdj: config.oomScoreAdj ?? defaultOomScoreAdj,
  };
}

function localTrafficOf({ detectLocalMode, detectLocal, clusterCIDR }: KubeProxyConfiguration): LocalTraffic {
  switch (detectLocalMode) {
    case "NodeCIDR":
      return { kind: "nodeCidr" };
    case "BridgeInterface":
      return { kind: "bridge", name: detectLocal.bridgeInterface };
    case "InterfaceNamePrefix":
      return { kind: "prefix", prefix: detectLocal.interfaceNamePrefix };
    default:
      return { kind: "cidrs", cidrs: clusterCIDR.split(",").filter((cidr) => cidr !== "") };
  }
}

function nodePortsOf(addresses: readonly string[]): NodePortAddresses {
  const isPrimary = addresses.length === 0 || addresses.includes("primary");
  return isPrimary ? { kind: "primary" } : { kind: "cidrs", cidrs: addresses };
}

/** `host`, `host:port`, `[v6]:port` or nothing, over a default. */
function listenAddress(text: string, otherwise: ListenAddress): ListenAddress {
  if (text === "") return otherwise;
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]*|.*:.*:.*?))(?::(\d+))?$/.exec(text) ?? [];
  return { host: bracketed ?? plain ?? otherwise.host, port: Number(port ?? otherwise.port) };
}

function anyHost(bindAddress: string): string {
  return bindAddress.includes(":") ? "::" : "0.0.0.0";
}

function loopback(bindAddress: string): string {
  return bindAddress.includes(":") ? "::1" : "127.0.0.1";
}

function milliseconds(text: string): number {
  return parseDuration(text) ?? 0;
}
