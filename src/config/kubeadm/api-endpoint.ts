import { struct } from "../shape/compound.ts";
import { int, string } from "../shape/scalar.ts";
import type { Typed } from "../shape/shape.ts";
import { ports } from "./constants.ts";

/** Where this host's own API server answers. */
export const apiEndpoint = struct({ advertiseAddress: string(), bindPort: int(ports.apiServer) });
export type ApiEndpoint = Typed<typeof apiEndpoint>;
