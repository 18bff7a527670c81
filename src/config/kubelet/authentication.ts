import { struct } from "../shape/compound.ts";
import { bool, duration, string } from "../shape/scalar.ts";
import { optional } from "../shape/shape.ts";

/** Who may talk to the kubelet's own server. */
export const kubeletAuthentication = struct({
  x509: struct({ clientCAFile: string() }),
  webhook: struct({ enabled: optional(bool()), cacheTTL: duration() }),
  anonymous: struct({ enabled: optional(bool()) }),
});

export const kubeletAuthorization = struct({
  mode: string(),
  webhook: struct({ cacheAuthorizedTTL: duration(), cacheUnauthorizedTTL: duration() }),
});
