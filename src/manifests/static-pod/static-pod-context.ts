import type { EnvVar } from "../../config/kubeadm/node-registration.ts";
import type { ControlPlaneInput } from "../../config/kubeadm/values/control-plane-node.ts";

/** What static pods are rendered from. */
export type StaticPodContext = ControlPlaneInput & {
  readonly host: ControlPlaneHost;
  /** timeouts.controlPlaneComponentHealthCheck: how long a component may take to start. */
  readonly startupTimeout: string;
  /** Whether the cluster's CA key is kept elsewhere: the controller-manager then signs nothing. */
  readonly isCaExternal: boolean;
};

/** Facts of the host that end up in its manifests. */
export type ControlPlaneHost = {
  /** Which of `caFolders` exist there. */
  readonly caFolders: readonly string[];
  /** Proxy variables for components that call out. */
  readonly proxyEnv: readonly EnvVar[];
};
