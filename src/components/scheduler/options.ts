import { componentFlags } from "../../kube/program/component-flags.ts";
import type { FlagTable, FlagValues } from "../../kube/program/flags.ts";

/** The flags of kube-scheduler(8) that this one has, with upstream's defaults. */
export const schedulerFlags = {
  ...componentFlags,
  "secure-port": { kind: "number", default: "10259" },
  config: { kind: "string", default: "" },
  "pod-max-in-unschedulable-pods-duration": { kind: "duration", default: "5m0s" },
} as const satisfies FlagTable;
export type Options = FlagValues<typeof schedulerFlags>;
