import { access } from "./access.ts";
import { core } from "./core.ts";
import { platform } from "./platform.ts";
import type { ResourceType } from "./resource-type.ts";
import { workloads } from "./workloads.ts";

/** Every resource that the server serves by itself; custom resources are added by their definitions. */
export const builtInResources: readonly ResourceType[] = [...core, ...workloads, ...platform, ...access];
