import { kubernetesDir, ports } from "../../config/kubeadm/constants.ts";
import { kubernetesImage } from "../../config/kubeadm/values/images.ts";
import { commandArguments, extraArgument } from "./arguments.ts";
import { mergeEnvironment } from "./environment.ts";
import { type StaticPod, staticPod } from "./pod.ts";
import { probeHost, probes } from "./probes.ts";
import type { StaticPodContext } from "./static-pod-context.ts";
import { hostPathVolumes, mountOf } from "./volumes.ts";

const kubeconfig = `${kubernetesDir}/scheduler.conf`;
const defaults = {
  "authentication-kubeconfig": kubeconfig,
  "authorization-kubeconfig": kubeconfig,
  "bind-address": "127.0.0.1",
  kubeconfig,
  "leader-elect": "true",
} as const;

export function kubeSchedulerPod({ cluster, host, startupTimeout }: StaticPodContext): StaticPod {
  const { extraArgs, extraEnvs, extraVolumes } = cluster.scheduler;
  const bindAddress = extraArgument(extraArgs, "bind-address") ?? defaults["bind-address"];
  const target = { liveness: "/livez", readiness: "/readyz", startup: "/livez" };
  return staticPod({
    name: "kube-scheduler",
    image: kubernetesImage(cluster, "kube-scheduler"),
    command: ["kube-scheduler", ...commandArguments(defaults, extraArgs)],
    env: mergeEnvironment(host.proxyEnv, extraEnvs),
    probes: probes({ scheme: "HTTPS", host: probeHost(bindAddress), ...target }, startupTimeout),
    probePort: ports.scheduler,
    requests: { cpu: "100m" },
    volumes: hostPathVolumes([mountOf("kubeconfig", kubeconfig, "FileOrCreate")], extraVolumes),
  });
}
