import type { RenderedFile } from "../../base/rendered-file.ts";
import { kubeletDir, kubernetesDir } from "../../config/kubeadm/constants.ts";

/** kubelet.service as Kubernetes' packages ship it; `binary` is what it starts, /usr/bin/kubelet unless given. */
export function kubeletUnit(binary = "/usr/bin/kubelet"): RenderedFile {
  return unitFile(
    "kubelet.service",
    `[Unit]
Description=kubelet: The Kubernetes Node Agent
Documentation=https://kubernetes.io/docs/
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=${binary}
Restart=always
StartLimitInterval=0
RestartSec=10

[Install]
WantedBy=multi-user.target
`,
  );
}

/** kubeadm's drop-in: where the kubelet's kubeconfigs, configuration and flags stand. The user's own flags come last and win. */
export function kubeletDropIn(binary = "/usr/bin/kubelet"): RenderedFile {
  const kubeconfigs = `--bootstrap-kubeconfig=${kubernetesDir}/bootstrap-kubelet.conf --kubeconfig=${kubernetesDir}/kubelet.conf`;
  return unitFile(
    "kubelet.service.d/10-kubeadm.conf",
    `[Service]
Environment="KUBELET_KUBECONFIG_ARGS=${kubeconfigs}"
Environment="KUBELET_CONFIG_ARGS=--config=${kubeletDir}/config.yaml"
# Written by init and join: KUBELET_KUBEADM_ARGS.
EnvironmentFile=-${kubeletDir}/kubeadm-flags.env
# Yours, for flags that must override everything: KUBELET_EXTRA_ARGS. Prefer nodeRegistration.kubeletExtraArgs.
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=${binary} $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
`,
  );
}

function unitFile(name: string, content: string): RenderedFile {
  return { path: `/etc/systemd/system/${name}`, mode: 0o644, content };
}
