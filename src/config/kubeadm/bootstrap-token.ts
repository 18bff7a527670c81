import { list, struct } from "../shape/compound.ts";
import { duration, string } from "../shape/scalar.ts";
import { optional, type Typed } from "../shape/shape.ts";

/** One entry of InitConfiguration.bootstrapTokens; the token, usages and groups are defaulted with the whole kind. */
export const bootstrapToken = struct({
  /** `[a-z0-9]{6}.[a-z0-9]{16}` */
  token: string(),
  description: string(),
  /** 0 never expires. */
  ttl: optional(duration()),
  /** RFC 3339; excludes ttl. */
  expires: optional(string()),
  usages: list(string()),
  groups: list(string()),
});
export type BootstrapToken = Typed<typeof bootstrapToken>;
