import { struct } from "../shape/compound.ts";
import { duration } from "../shape/scalar.ts";
import type { Typed } from "../shape/shape.ts";

/** How long each kind of wait lasts, in Go's duration notation. */
export const timeouts = struct({
  controlPlaneComponentHealthCheck: duration("4m0s"),
  kubeletHealthCheck: duration("4m0s"),
  kubernetesAPICall: duration("1m0s"),
  etcdAPICall: duration("2m0s"),
  tlsBootstrap: duration("5m0s"),
  discovery: duration("5m0s"),
  upgradeManifests: duration("5m0s"),
});
export type Timeouts = Typed<typeof timeouts>;
