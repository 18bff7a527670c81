import { list, struct } from "../shape/compound.ts";
import { bool, string } from "../shape/scalar.ts";
import { optional, type Typed } from "../shape/shape.ts";
import { apiEndpoint } from "./api-endpoint.ts";
import { bootstrapToken } from "./bootstrap-token.ts";
import { nodeRegistration, patches } from "./node-registration.ts";
import { timeouts } from "./timeouts.ts";

/** kubeadm.k8s.io/v1beta4 InitConfiguration: what concerns the first control-plane host alone. */
export const initConfiguration = struct({
  bootstrapTokens: list(bootstrapToken),
  dryRun: bool(),
  nodeRegistration,
  localAPIEndpoint: apiEndpoint,
  certificateKey: string(),
  skipPhases: list(string()),
  patches: optional(patches),
  timeouts,
});
export type InitConfiguration = Typed<typeof initConfiguration>;
