import { clusterAdminsGroup, nodesGroup } from "../config/kubeadm/constants.ts";
import type { ControlPlaneInput } from "../config/kubeadm/values/control-plane-node.ts";
import { clusterServerUrl, localServerUrl } from "./server-url.ts";

/** A kubeconfig that init writes (app/phases/kubeconfig/kubeconfig.go). */
export type KubeconfigProfile = {
  /** The phase's name. */
  readonly name: string;
  /** Under /etc/kubernetes. */
  readonly file: string;
  readonly userName: (input: ControlPlaneInput) => string;
  readonly organizations: readonly string[];
  readonly server: (input: ControlPlaneInput) => string;
};

/** In kubeadm's order. */
export const kubeconfigProfiles = [
  {
    name: "admin",
    file: "admin.conf",
    userName: () => "kubernetes-admin",
    organizations: [clusterAdminsGroup],
    server: clusterServerUrl,
  },
  {
    name: "super-admin",
    file: "super-admin.conf",
    userName: () => "kubernetes-super-admin",
    organizations: ["system:masters"],
    server: clusterServerUrl,
  },
  {
    name: "kubelet",
    file: "kubelet.conf",
    userName: ({ node }) => `system:node:${node.name}`,
    organizations: [nodesGroup],
    server: localServerUrl,
  },
  {
    name: "controller-manager",
    file: "controller-manager.conf",
    userName: () => "system:kube-controller-manager",
    organizations: [],
    server: localServerUrl,
  },
  {
    name: "scheduler",
    file: "scheduler.conf",
    userName: () => "system:kube-scheduler",
    organizations: [],
    server: localServerUrl,
  },
] as const satisfies readonly KubeconfigProfile[];
export type KubeconfigName = (typeof kubeconfigProfiles)[number]["name"];

/** Those that a joining control-plane host writes: its kubelet bootstraps, and super-admin stays on the first host. */
export const joinKubeconfigs: readonly KubeconfigName[] = ["admin", "controller-manager", "scheduler"];
