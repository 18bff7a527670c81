import type { ClusterConfiguration } from "../kubeadm/cluster-configuration.ts";
import { manifestsDir, ports } from "../kubeadm/constants.ts";
import { dnsServiceIp } from "../kubeadm/values/service-address.ts";
import type { KubeletConfiguration } from "./kubelet-configuration.ts";

/** What kubeadm sets where the user left a field alone (app/componentconfigs/kubelet.go). */
export function defaultKubeletConfiguration(
  kubelet: KubeletConfiguration,
  { networking, certificatesDir }: Pick<ClusterConfiguration, "networking" | "certificatesDir">,
): KubeletConfiguration {
  const { x509, webhook, anonymous } = kubelet.authentication;
  return {
    ...kubelet,
    staticPodPath: kubelet.staticPodPath || manifestsDir,
    clusterDNS: kubelet.clusterDNS.length > 0 ? kubelet.clusterDNS : [dnsServiceIp(networking.serviceSubnet)],
    clusterDomain: kubelet.clusterDomain || networking.dnsDomain,
    authentication: {
      x509: { clientCAFile: x509.clientCAFile || `${certificatesDir}/ca.crt` },
      anonymous: { enabled: anonymous.enabled ?? false },
      webhook: { ...webhook, enabled: webhook.enabled ?? true },
    },
    authorization: { ...kubelet.authorization, mode: kubelet.authorization.mode || "Webhook" },
    healthzBindAddress: kubelet.healthzBindAddress || "127.0.0.1",
    healthzPort: kubelet.healthzPort ?? ports.kubeletHealthz,
    rotateCertificates: true,
    cgroupDriver: kubelet.cgroupDriver || "systemd",
  };
}
