import type { ApiEndpoint } from "../api-endpoint.ts";
import type { ClusterConfiguration } from "../cluster-configuration.ts";
import type { InitInput } from "../load/init-input.ts";

/** A control-plane host as certificates, kubeconfigs and static pods see it, whether it inits or joins. */
export type ControlPlaneNode = { readonly name: string; readonly localAPIEndpoint: ApiEndpoint };

export type ControlPlaneInput = { readonly cluster: ClusterConfiguration; readonly node: ControlPlaneNode };

export function controlPlaneInput({ init, cluster }: Pick<InitInput, "init" | "cluster">): ControlPlaneInput {
  return { cluster, node: { name: init.nodeRegistration.name, localAPIEndpoint: init.localAPIEndpoint } };
}
