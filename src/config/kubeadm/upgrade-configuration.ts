import { list, struct } from "../shape/compound.ts";
import { bool, explicitBool, int, oneOf, string } from "../shape/scalar.ts";
import { optional, type Typed } from "../shape/shape.ts";
import { imagePullPolicies, patches } from "./node-registration.ts";
import { timeouts } from "./timeouts.ts";

const nodeFields = {
  certificateRenewal: explicitBool(true),
  dryRun: optional(bool()),
  etcdUpgrade: explicitBool(true),
  ignorePreflightErrors: list(string()),
  skipPhases: list(string()),
  patches: optional(patches),
  imagePullPolicy: oneOf(imagePullPolicies, "IfNotPresent"),
  imagePullSerial: explicitBool(true),
};
const targetFields = {
  kubernetesVersion: string(),
  allowExperimentalUpgrades: optional(bool()),
  allowRCUpgrades: optional(bool()),
  printConfig: optional(bool()),
};

/** kubeadm.k8s.io/v1beta4 UpgradeConfiguration: one block for each `upgrade` command. */
export const upgradeConfiguration = struct({
  apply: struct({ ...nodeFields, ...targetFields, forceUpgrade: optional(bool()) }),
  diff: struct({ kubernetesVersion: string(), contextLines: int() }),
  node: struct(nodeFields),
  plan: struct({
    ...targetFields,
    dryRun: optional(bool()),
    etcdUpgrade: explicitBool(true),
    ignorePreflightErrors: list(string()),
  }),
  timeouts,
});
export type UpgradeConfiguration = Typed<typeof upgradeConfiguration>;
