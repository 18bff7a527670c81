import type { KubeObject } from "../object.ts";

/** core/v1 ConfigMap; binaryData is base64. */
export type ConfigMap = KubeObject & {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
  immutable?: boolean;
};

/** core/v1 Secret; the values of data are base64. */
export type Secret = KubeObject & {
  type?: string;
  data?: Record<string, string>;
  stringData?: Record<string, string>;
  immutable?: boolean;
};

/** core/v1 ServiceAccount. */
export type ServiceAccount = KubeObject & {
  secrets?: { name?: string }[];
  imagePullSecrets?: { name?: string }[];
  automountServiceAccountToken?: boolean;
};

/** core/v1 Namespace. */
export type Namespace = KubeObject & {
  spec?: { finalizers?: string[] };
  status?: { phase?: "Active" | "Terminating"; conditions?: NamespaceCondition[] };
};
export type NamespaceCondition = {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
};
