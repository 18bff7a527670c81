import type { Report } from "../issue.ts";
import type { ClusterConfiguration } from "../kubeadm/cluster-configuration.ts";
import { type KubeletConfiguration, kubeletConfiguration } from "./kubelet-configuration.ts";
import { defaultKubeletConfiguration } from "./kubelet-defaults.ts";

/** Fields that kubeadm sets; a user's other value is kept and told (app/componentconfigs/kubelet.go). */
const advised = [
  ["staticPodPath", (kubelet) => kubelet.staticPodPath],
  ["clusterDNS", (kubelet) => kubelet.clusterDNS.join(",")],
  ["clusterDomain", (kubelet) => kubelet.clusterDomain],
  ["authentication.x509.clientCAFile", (kubelet) => kubelet.authentication.x509.clientCAFile],
  ["authentication.anonymous.enabled", (kubelet) => kubelet.authentication.anonymous.enabled],
  ["authentication.webhook.enabled", (kubelet) => kubelet.authentication.webhook.enabled],
  ["authorization.mode", (kubelet) => kubelet.authorization.mode],
  ["healthzBindAddress", (kubelet) => kubelet.healthzBindAddress],
  ["healthzPort", (kubelet) => kubelet.healthzPort],
] as const satisfies readonly (readonly [string, (kubelet: KubeletConfiguration) => unknown])[];

/** Tells where a user's KubeletConfiguration departs from what kubeadm would set. */
export function adviseKubelet(
  kubelet: KubeletConfiguration,
  given: Readonly<Record<string, unknown>>,
  { cluster, report }: { cluster: ClusterConfiguration; report: Report },
): void {
  const usual = defaultKubeletConfiguration(
    kubeletConfiguration.decode({}, "", () => {}),
    cluster,
  );
  const chosen = defaultKubeletConfiguration(kubelet, cluster);
  const tell = (field: string, message: string) =>
    report({ path: `KubeletConfiguration.${field}`, code: "UNUSUAL_VALUE", message });
  for (const [field, of] of advised) {
    if (of(chosen) !== of(usual)) tell(field, `${of(usual)} is recommended, not ${of(chosen)}`);
  }
  if (given.rotateCertificates === false) tell("rotateCertificates", "is always true");
  if (kubelet.readOnlyPort !== 0) tell("readOnlyPort", "opens the kubelet to everybody without authentication");
}
