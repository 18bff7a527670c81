import { sortedYaml } from "../../base/sorted-yaml.ts";
import type { Shape } from "../shape/shape.ts";
import { clusterConfiguration } from "./cluster-configuration.ts";
import { kubeadmApiVersion } from "./constants.ts";
import { initConfiguration } from "./init-configuration.ts";
import { joinConfiguration } from "./join-configuration.ts";
import { resetConfiguration } from "./reset-configuration.ts";
import { upgradeConfiguration } from "./upgrade-configuration.ts";

/** The kinds of kubeadm.k8s.io/v1beta4, in the order in which they are printed. */
export const kubeadmKinds = {
  InitConfiguration: initConfiguration,
  ClusterConfiguration: clusterConfiguration,
  JoinConfiguration: joinConfiguration,
  ResetConfiguration: resetConfiguration,
  UpgradeConfiguration: upgradeConfiguration,
} as const;
export type KubeadmKind = keyof typeof kubeadmKinds;

type TypedKind<K extends KubeadmKind> = (typeof kubeadmKinds)[K] extends Shape<infer T> ? T : never;

/** The document as kubeadm writes it to files, prints and the kubeadm-config ConfigMap. */
export function printKind<K extends KubeadmKind>(kind: K, value: TypedKind<K>): string {
  const shape = kubeadmKinds[kind] as unknown as Shape<TypedKind<K>>;
  return sortedYaml({ apiVersion: kubeadmApiVersion, kind, ...(shape.encode(value) as object) });
}
