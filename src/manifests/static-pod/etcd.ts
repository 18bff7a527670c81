import { hostPort } from "../../base/ip-address.ts";
import type { LocalEtcd } from "../../config/kubeadm/cluster-configuration.ts";
import { ports } from "../../config/kubeadm/constants.ts";
import { etcdImage } from "../../config/kubeadm/values/images.ts";
import { commandArguments, type DefaultArguments, extraArgument } from "./arguments.ts";
import { mergeEnvironment } from "./environment.ts";
import { type EtcdFeatures, etcdFeatures } from "./etcd-version.ts";
import { type EtcdMember, existing, initialCluster } from "./joined-etcd-members.ts";
import { loopback } from "./kube-apiserver.ts";
import { type StaticPod, staticPod } from "./pod.ts";
import { type ProbeTarget, probes } from "./probes.ts";
import type { StaticPodContext } from "./static-pod-context.ts";
import { mountOf, volume, volumeMount } from "./volumes.ts";

export const etcdUrlsAnnotation = "kubeadm.kubernetes.io/etcd.advertise-client-urls";

export function etcdPeerUrl(advertiseAddress: string): string {
  return `https://${hostPort(advertiseAddress, ports.etcdPeer)}`;
}

/**
 * etcd's pod. With `members` (all of them, this host included) it joins an existing cluster; without, it starts one of
 * its own.
 */
export function etcdPod(context: StaticPodContext, local: LocalEtcd, members: readonly EtcdMember[] = []): StaticPod {
  const { cluster, node, startupTimeout } = context;
  const { advertiseAddress } = node.localAPIEndpoint;
  const image = etcdImage(cluster);
  const features = etcdFeatures(image.slice(image.lastIndexOf(":") + 1));
  const clientUrl = `https://${hostPort(advertiseAddress, ports.etcdClient)}`;
  const data = mountOf("etcd-data", local.dataDir, "DirectoryOrCreate", false);
  const certs = mountOf("etcd-certs", `${cluster.certificatesDir}/etcd`, "DirectoryOrCreate", false);
  const metrics = metricsUrl(local, advertiseAddress);
  return staticPod({
    name: "etcd",
    image,
    command: ["etcd", ...commandArguments(etcdDefaults(context, local, { features, members }), local.extraArgs)],
    env: mergeEnvironment([], local.extraEnvs),
    probes: probes({ ...probeEndpoint(metrics), ...probePaths(features) }, startupTimeout),
    probePort: Number(metrics.port) || ports.etcdMetrics,
    requests: { cpu: "100m", memory: "100Mi" },
    volumes: { volumes: [certs, data].map(volume), volumeMounts: [data, certs].map(volumeMount) },
    annotations: { [etcdUrlsAnnotation]: clientUrl },
  });
}

type Variant = { readonly features: EtcdFeatures; readonly members: readonly EtcdMember[] };

function etcdDefaults(
  { cluster, node }: StaticPodContext,
  local: LocalEtcd,
  { features, members }: Variant,
): DefaultArguments {
  const { advertiseAddress } = node.localAPIEndpoint;
  const pki = `${cluster.certificatesDir}/etcd`;
  const clientUrl = `https://${hostPort(advertiseAddress, ports.etcdClient)}`;
  const peerUrl = etcdPeerUrl(advertiseAddress);
  const loopbackUrl = `https://${hostPort(loopback(advertiseAddress), ports.etcdClient)}`;
  const joined = members.length > 0 ? members : [{ name: node.name, peerUrl }];
  return {
    "advertise-client-urls": clientUrl,
    "cert-file": `${pki}/server.crt`,
    "client-cert-auth": "true",
    "data-dir": local.dataDir,
    "initial-advertise-peer-urls": peerUrl,
    "initial-cluster": initialCluster(joined),
    "initial-cluster-state": members.length > 0 ? existing : undefined,
    "key-file": `${pki}/server.key`,
    "listen-client-urls": `${loopbackUrl},${clientUrl}`,
    "listen-metrics-urls": `http://${hostPort(loopback(advertiseAddress), ports.etcdMetrics)}`,
    "listen-peer-urls": peerUrl,
    name: node.name,
    "peer-cert-file": `${pki}/peer.crt`,
    "peer-client-cert-auth": "true",
    "peer-key-file": `${pki}/peer.key`,
    "peer-trusted-ca-file": `${pki}/ca.crt`,
    "snapshot-count": "10000",
    "trusted-ca-file": `${pki}/ca.crt`,
    ...(features.hasFeatureGates
      ? { "feature-gates": "InitialCorruptCheck=true", "watch-progress-notify-interval": "5s" }
      : { "experimental-initial-corrupt-check": "true", "experimental-watch-progress-notify-interval": "5s" }),
  };
}

/** The first of `listen-metrics-urls`, where the probes go. */
function metricsUrl(local: LocalEtcd, advertiseAddress: string): URL {
  const first = extraArgument(local.extraArgs, "listen-metrics-urls")?.split(",")[0] ?? "";
  return URL.canParse(first)
    ? new URL(first)
    : new URL(`http://${hostPort(loopback(advertiseAddress), ports.etcdMetrics)}`);
}

function probeEndpoint({ protocol, hostname }: URL): Pick<ProbeTarget, "scheme" | "host"> {
  return { scheme: protocol === "https:" ? "HTTPS" : "HTTP", host: hostname.replace(/^\[|\]$/g, "") };
}

function probePaths({ hasLivez }: EtcdFeatures): Pick<ProbeTarget, "liveness" | "readiness" | "startup"> {
  return hasLivez
    ? { liveness: "/livez", readiness: "/readyz", startup: "/readyz" }
    : { liveness: "/health?exclude=NOSPACE&serializable=true", startup: "/health?serializable=false" };
}
