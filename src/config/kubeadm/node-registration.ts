import { list, struct } from "../shape/compound.ts";
import { anything, explicitBool, oneOf, string } from "../shape/scalar.ts";
import { always, optional, type Typed } from "../shape/shape.ts";

/** An argument without leading dashes. */
export const arg = struct({ name: always(string()), value: always(string()) });
export type Arg = Typed<typeof arg>;

export const imagePullPolicies = ["Always", "IfNotPresent", "Never"] as const;

export const taint = struct({
  key: always(string()),
  value: string(),
  effect: always(string()),
  timeAdded: optional(string()),
});
export type Taint = Typed<typeof taint>;

/** How a host becomes a Node. */
export const nodeRegistration = struct({
  /** Node name, kubelet CN and etcd member name; the host's name unless given. */
  name: string(),
  criSocket: string(),
  /** Absent means kubeadm's default for the role, an empty list means none. */
  taints: always(optional(list(taint))),
  kubeletExtraArgs: list(arg),
  ignorePreflightErrors: list(string()),
  imagePullPolicy: oneOf(imagePullPolicies, "IfNotPresent"),
  imagePullSerial: explicitBool(true),
});
export type NodeRegistration = Typed<typeof nodeRegistration>;

/** A core/v1 EnvVar. */
export const envVar = struct({ name: always(string()), value: string(), valueFrom: optional(anything()) });
export type EnvVar = Typed<typeof envVar>;

export const patches = struct({ directory: string() });
