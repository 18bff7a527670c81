import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parseYaml } from "../../../base/yaml.ts";

/** What is used of KubeProxyConfiguration (kubeproxy.config.k8s.io/v1alpha1), with upstream's defaults. */
export type ProxyConfig = {
  readonly kubeconfig: string;
  readonly nodeName: string;
  readonly clusterCidrs: readonly string[];
  readonly masqueradeAll: boolean;
  readonly masqueradeMark: string;
  readonly minSyncPeriodMs: number;
  readonly healthzBindAddress: string;
  readonly metricsBindAddress: string;
};

type Document = {
  apiVersion?: string;
  kind?: string;
  mode?: string;
  clusterCIDR?: string;
  hostnameOverride?: string;
  healthzBindAddress?: string;
  metricsBindAddress?: string;
  clientConnection?: { kubeconfig?: string };
  nftables?: { masqueradeAll?: boolean; masqueradeBit?: number | null; minSyncPeriod?: string };
};

/** Reads flags and the file that --config names; throws for unknown flags, wrong kinds and modes that are not served. */
export function loadConfig(argv: readonly string[], hostname: string): ProxyConfig {
  const { values } = parseArgs({
    args: [...argv],
    options: { config: { type: "string" }, "hostname-override": { type: "string" }, v: { type: "string" } },
  });
  if (!values.config) throw new Error("--config is required");
  const document = parseYaml(readFileSync(values.config, "utf8")) as Document;
  if (document.kind !== "KubeProxyConfiguration" || document.apiVersion !== "kubeproxy.config.k8s.io/v1alpha1") {
    throw new Error(
      `${values.config}: a kubeproxy.config.k8s.io/v1alpha1 KubeProxyConfiguration is wanted, not ${document.apiVersion} ${document.kind}`,
    );
  }
  return proxyConfig(document, values["hostname-override"] || document.hostnameOverride || hostname);
}

/** The defaulted configuration of a document. */
export function proxyConfig(document: Document, nodeName: string): ProxyConfig {
  const { mode = "" } = document;
  if (mode !== "" && mode !== "nftables") {
    throw new Error(`mode: ${mode} is not served by this kube-proxy; use nftables (or leave mode empty)`);
  }
  const kubeconfig = document.clientConnection?.kubeconfig;
  if (!kubeconfig) throw new Error("clientConnection.kubeconfig is required");
  return {
    kubeconfig,
    nodeName: nodeName.trim().toLowerCase(),
    clusterCidrs: (document.clusterCIDR ?? "").split(",").filter((cidr) => cidr !== ""),
    masqueradeAll: document.nftables?.masqueradeAll ?? false,
    masqueradeMark: `0x${(2 ** (document.nftables?.masqueradeBit ?? 14)).toString(16)}`,
    minSyncPeriodMs: durationMs(document.nftables?.minSyncPeriod) || 1_000,
    healthzBindAddress: document.healthzBindAddress || "0.0.0.0:10256",
    metricsBindAddress: document.metricsBindAddress || "127.0.0.1:10249",
  };
}

/** Go's durations, as far as configurations use them: `1h2m3.5s`, `500ms`. */
function durationMs(text = ""): number {
  const units = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
  return [...text.matchAll(/([\d.]+)(ms|h|m|s)/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * units[unit as keyof typeof units],
    0,
  );
}
