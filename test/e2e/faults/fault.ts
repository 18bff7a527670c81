import { labCut, labHeal } from "../../../src/lab/links.ts";
import { labPowerOff, labPowerOn } from "../../../src/lab/power.ts";
import type { Lab } from "../../../src/lab/view.ts";

/** `kill -9` of slipway, SSH that goes dead, a host that loses its power. */
export const faults = ["kill", "cut", "power-off"] as const;

export type Fault = (typeof faults)[number];

/** Strikes a running Slipway, or what it works on. */
export async function strike(
  fault: Fault,
  { name }: Lab,
  { host, kill }: { host: string; kill: () => void },
): Promise<void> {
  if (fault === "kill") kill();
  else if (fault === "cut") await labCut({ name }, ["operator", host]);
  else await labPowerOff({ name, hosts: [host] });
}

/** Makes good what was struck, but nothing of what the run left undone. */
export async function mend(fault: Fault, { name }: Lab, host: string): Promise<void> {
  if (fault === "cut") await labHeal({ name });
  if (fault === "power-off") await labPowerOn({ name, hosts: [host] });
}
