/** Upstream's bootstrap bindings and namespaced roles, as data. A subject is "User:x", "Group:x" or "ServiceAccount:namespace/name". */

export const clusterRoleBindings: Readonly<Record<string, readonly string[]>> = {
  "cluster-admin": ["Group:system:masters"],
  "system:basic-user": ["Group:system:authenticated"],
  "system:discovery": ["Group:system:authenticated"],
  "system:kube-controller-manager": ["User:system:kube-controller-manager"],
  "system:kube-dns": ["ServiceAccount:kube-system/kube-dns"],
  "system:kube-scheduler": ["User:system:kube-scheduler"],
  "system:monitoring": ["Group:system:monitoring"],
  "system:node": [],
  "system:node-proxier": ["User:system:kube-proxy"],
  "system:public-info-viewer": ["Group:system:authenticated", "Group:system:unauthenticated"],
  "system:service-account-issuer-discovery": ["Group:system:serviceaccounts"],
  "system:volume-scheduler": ["User:system:kube-scheduler"],
};

export type NamespacedRole = {
  readonly namespace: string;
  readonly name: string;
  readonly rules: readonly string[];
  /** The binding's name, where it is not the role's. */
  readonly binding?: string;
  readonly subjects: readonly string[];
};

const locking = "create get list update watch; coordination.k8s.io;";
const writeEvents = "create patch update; - events.k8s.io; events";

export const namespacedRoles: readonly NamespacedRole[] = [
  {
    namespace: "kube-system",
    name: "extension-apiserver-authentication-reader",
    rules: ["get list watch; -; configmaps; extension-apiserver-authentication"],
    binding: "system::extension-apiserver-authentication-reader",
    subjects: ["User:system:kube-controller-manager", "User:system:kube-scheduler"],
  },
  {
    namespace: "kube-system",
    name: "system::leader-locking-kube-controller-manager",
    rules: [`${locking} leases`, `${locking} leasecandidates`],
    subjects: [
      "User:system:kube-controller-manager",
      "ServiceAccount:kube-system/kube-controller-manager",
      "ServiceAccount:kube-system/leader-election-controller",
    ],
  },
  {
    namespace: "kube-system",
    name: "system::leader-locking-kube-scheduler",
    rules: [`${locking} leases`, `${locking} leasecandidates`],
    subjects: ["User:system:kube-scheduler", "ServiceAccount:kube-system/kube-scheduler"],
  },
  {
    namespace: "kube-system",
    name: "system:controller:bootstrap-signer",
    rules: ["get list watch; -; secrets"],
    subjects: ["ServiceAccount:kube-system/bootstrap-signer"],
  },
  {
    namespace: "kube-system",
    name: "system:controller:cloud-provider",
    rules: ["create get list watch; -; configmaps"],
    subjects: ["ServiceAccount:kube-system/cloud-provider"],
  },
  {
    namespace: "kube-system",
    name: "system:controller:token-cleaner",
    rules: ["delete get list watch; -; secrets", writeEvents],
    subjects: ["ServiceAccount:kube-system/token-cleaner"],
  },
  {
    namespace: "kube-public",
    name: "system:controller:bootstrap-signer",
    rules: ["get list watch; -; configmaps", "update; -; configmaps; cluster-info", writeEvents],
    subjects: ["ServiceAccount:kube-system/bootstrap-signer"],
  },
];

/** Roles whose rules the controller manager gathers by label. */
export const aggregatedRoles: Readonly<Record<string, { readonly gathers: string; readonly isPartOf?: string }>> = {
  admin: { gathers: "admin" },
  edit: { gathers: "edit", isPartOf: "admin" },
  view: { gathers: "view", isPartOf: "edit" },
};
