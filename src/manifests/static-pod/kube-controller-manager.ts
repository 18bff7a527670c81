import { kubernetesDir, ports } from "../../config/kubeadm/constants.ts";
import { kubernetesImage } from "../../config/kubeadm/values/images.ts";
import { commandArguments, type DefaultArguments, extraArgument } from "./arguments.ts";
import { mergeEnvironment } from "./environment.ts";
import { type StaticPod, staticPod } from "./pod.ts";
import { probeHost, probes } from "./probes.ts";
import type { StaticPodContext } from "./static-pod-context.ts";
import { certificateMounts, hostPathVolumes, mountOf } from "./volumes.ts";

const kubeconfig = `${kubernetesDir}/controller-manager.conf`;

export function kubeControllerManagerPod(context: StaticPodContext): StaticPod {
  const { cluster, host, startupTimeout } = context;
  const { extraArgs, extraEnvs, extraVolumes } = cluster.controllerManager;
  const bindAddress = extraArgument(extraArgs, "bind-address") ?? "127.0.0.1";
  const target = { liveness: "/healthz", startup: "/healthz" };
  const mounts = [
    ...certificateMounts(cluster.certificatesDir, host.caFolders),
    mountOf("kubeconfig", kubeconfig, "FileOrCreate"),
  ];
  return staticPod({
    name: "kube-controller-manager",
    image: kubernetesImage(cluster, "kube-controller-manager"),
    command: ["kube-controller-manager", ...commandArguments(controllerManagerDefaults(context), extraArgs)],
    env: mergeEnvironment(host.proxyEnv, extraEnvs),
    probes: probes({ scheme: "HTTPS", host: probeHost(bindAddress), ...target }, startupTimeout),
    probePort: ports.controllerManager,
    requests: { cpu: "200m" },
    volumes: hostPathVolumes(mounts, extraVolumes),
  });
}

function controllerManagerDefaults({ cluster, isCaExternal }: StaticPodContext): DefaultArguments {
  const { certificatesDir: pki, networking } = cluster;
  const podArguments = networking.podSubnet
    ? {
        "allocate-node-cidrs": "true",
        "cluster-cidr": networking.podSubnet,
        "service-cluster-ip-range": networking.serviceSubnet || undefined,
      }
    : {};
  return {
    "authentication-kubeconfig": kubeconfig,
    "authorization-kubeconfig": kubeconfig,
    "bind-address": "127.0.0.1",
    "client-ca-file": `${pki}/ca.crt`,
    "cluster-name": cluster.clusterName,
    "cluster-signing-cert-file": isCaExternal ? "" : `${pki}/ca.crt`,
    "cluster-signing-key-file": isCaExternal ? "" : `${pki}/ca.key`,
    controllers: "*,bootstrapsigner,tokencleaner",
    kubeconfig,
    "leader-elect": "true",
    "requestheader-client-ca-file": `${pki}/front-proxy-ca.crt`,
    "root-ca-file": `${pki}/ca.crt`,
    "service-account-private-key-file": `${pki}/sa.key`,
    "use-service-account-credentials": "true",
    ...podArguments,
  };
}
