import { hostPort, parseIp } from "../../base/ip-address.ts";
import { ports } from "../../config/kubeadm/constants.ts";
import { kubernetesImage } from "../../config/kubeadm/values/images.ts";
import { commandArguments, type DefaultArguments, extraArgument } from "./arguments.ts";
import { mergeEnvironment } from "./environment.ts";
import { externalEtcdMounts } from "./external-etcd-mounts.ts";
import { type StaticPod, staticPod } from "./pod.ts";
import { probes } from "./probes.ts";
import type { StaticPodContext } from "./static-pod-context.ts";
import { certificateMounts, hostPathVolumes } from "./volumes.ts";

export const apiServerEndpointAnnotation = "kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint";
const knownAuthorizationModes = ["Node", "RBAC", "Webhook", "ABAC", "AlwaysAllow", "AlwaysDeny"];

export function kubeApiServerPod(context: StaticPodContext): StaticPod {
  const { cluster, node, host, startupTimeout } = context;
  const { advertiseAddress, bindPort } = node.localAPIEndpoint;
  const target = { liveness: "/livez", readiness: "/readyz", startup: "/livez" };
  const mounts = certificateMounts(cluster.certificatesDir, host.caFolders);
  return staticPod({
    name: "kube-apiserver",
    image: kubernetesImage(cluster, "kube-apiserver"),
    command: ["kube-apiserver", ...apiServerArguments(context)],
    env: mergeEnvironment(host.proxyEnv, cluster.apiServer.extraEnvs),
    probes: probes({ scheme: "HTTPS", host: probedAddress(advertiseAddress), ...target }, startupTimeout),
    probePort: bindPort,
    requests: { cpu: "250m" },
    volumes: hostPathVolumes([...mounts, ...externalEtcdMounts(cluster, mounts)], cluster.apiServer.extraVolumes),
    annotations: { [apiServerEndpointAnnotation]: hostPort(advertiseAddress, bindPort) },
  });
}

function probedAddress(advertiseAddress: string): string {
  return advertiseAddress === "0.0.0.0" || advertiseAddress === "::" ? "" : advertiseAddress;
}

function apiServerArguments(context: StaticPodContext): string[] {
  const { cluster, node } = context;
  const pki = cluster.certificatesDir;
  const defaults: DefaultArguments = {
    "advertise-address": node.localAPIEndpoint.advertiseAddress,
    "allow-privileged": "true",
    "authorization-mode": "Node,RBAC",
    "client-ca-file": `${pki}/ca.crt`,
    "enable-admission-plugins": "NodeRestriction",
    "enable-bootstrap-token-auth": "true",
    "kubelet-client-certificate": `${pki}/apiserver-kubelet-client.crt`,
    "kubelet-client-key": `${pki}/apiserver-kubelet-client.key`,
    "kubelet-preferred-address-types": "InternalIP,ExternalIP,Hostname",
    "proxy-client-cert-file": `${pki}/front-proxy-client.crt`,
    "proxy-client-key-file": `${pki}/front-proxy-client.key`,
    "requestheader-allowed-names": "front-proxy-client",
    "requestheader-client-ca-file": `${pki}/front-proxy-ca.crt`,
    "requestheader-extra-headers-prefix": "X-Remote-Extra-",
    "requestheader-group-headers": "X-Remote-Group",
    "requestheader-username-headers": "X-Remote-User",
    "secure-port": String(node.localAPIEndpoint.bindPort),
    "service-account-issuer": `https://kubernetes.default.svc.${cluster.networking.dnsDomain}`,
    "service-account-key-file": `${pki}/sa.pub`,
    "service-account-signing-key-file": `${pki}/sa.key`,
    "service-cluster-ip-range": cluster.networking.serviceSubnet,
    "tls-cert-file": `${pki}/apiserver.crt`,
    "tls-private-key-file": `${pki}/apiserver.key`,
    ...etcdArguments(context),
    ...authorizationOverride(context),
  };
  const extra = cluster.apiServer.extraArgs.filter(({ name }) => name !== "authorization-mode");
  return commandArguments(defaults, extra);
}

/** A configuration file excludes the mode; of the user's modes, those that the API server knows are kept. */
function authorizationOverride({ cluster }: StaticPodContext): DefaultArguments {
  const { extraArgs } = cluster.apiServer;
  const modes = extraArgument(extraArgs, "authorization-mode");
  if (extraArgument(extraArgs, "authorization-config") !== undefined) return { "authorization-mode": undefined };
  if (modes === undefined) return {};
  const known = modes.split(",").filter((mode) => knownAuthorizationModes.includes(mode));
  return known.length > 0 ? { "authorization-mode": known.join(",") } : {};
}

function etcdArguments({ cluster, node }: StaticPodContext): DefaultArguments {
  const { external, local } = cluster.etcd;
  if (external) {
    const hasClientCertificate = external.certFile !== "" && external.keyFile !== "";
    return {
      "etcd-servers": external.endpoints.join(","),
      "etcd-cafile": external.caFile || undefined,
      "etcd-certfile": hasClientCertificate ? external.certFile : undefined,
      "etcd-keyfile": hasClientCertificate ? external.keyFile : undefined,
    };
  }
  const pki = cluster.certificatesDir;
  return {
    "etcd-servers":
      extraArgument(local?.extraArgs ?? [], "advertise-client-urls") ??
      `https://${hostPort(loopback(node.localAPIEndpoint.advertiseAddress), ports.etcdClient)}`,
    "etcd-cafile": `${pki}/etcd/ca.crt`,
    "etcd-certfile": `${pki}/apiserver-etcd-client.crt`,
    "etcd-keyfile": `${pki}/apiserver-etcd-client.key`,
  };
}

/** The loopback address of the same family. */
export function loopback(address: string): string {
  return parseIp(address)?.family === 6 ? "::1" : "127.0.0.1";
}
