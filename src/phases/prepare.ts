import { prepareKernel } from "./prepare/kernel.ts";
import { prepareNames } from "./prepare/names.ts";
import { preparePackages } from "./prepare/packages.ts";
import { prepareSwap } from "./prepare/swap.ts";

/** What every node needs before a runtime and a kubelet come. */
export const prepare = [prepareKernel, prepareSwap, preparePackages, prepareNames] as const;
