import type { AdmissionChain } from "../admission/chain.ts";
import type { Authorizer } from "../authz/authorizer.ts";
import type { Catalog } from "../resources/catalog.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import type { Allocator } from "./allocator.ts";
import type { Strategies } from "./strategy.ts";
import type { Turns } from "./turns.ts";

/** What the handlers of resources work with. */
export type RegistryContext = {
  readonly store: ObjectStore;
  readonly catalog: Catalog;
  readonly strategies: Strategies;
  readonly allocator: Allocator;
  readonly admission: AdmissionChain;
  readonly authorizer: Authorizer;
  readonly turns: Turns;
  readonly now: () => Date;
  readonly uuid: () => string;
  /** Ends when the server stops: watches end with it. */
  readonly stopping: AbortSignal;
};
