import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SlipwayError } from "../../base/errors.ts";
import { codeOf } from "../fs-errors.ts";
import type { Layout } from "../layout.ts";
import { subnetsInUse } from "./addresses.ts";

/** Takes a subnet that no other lab has and no route of this machine covers; two callers never get the same. */
export async function claimSubnet(layout: Layout, lab: string, routes: readonly string[]): Promise<number> {
  const held = await subnetOf(layout, lab);
  if (held !== undefined) return held;
  await mkdir(layout.subnets, { recursive: true });
  const taken = subnetsInUse(routes);
  for (let index = 1; index < 255; index += 1) {
    if (!taken.has(index) && (await claim(join(layout.subnets, String(index)), lab))) return index;
  }
  throw new SlipwayError({
    code: "LAB_NO_SUBNET",
    exit: "failure",
    message: "all 254 subnets for labs are in use",
    tried: layout.subnets,
    remedy: "take labs down that are no longer needed: `slipway lab list`, `slipway lab down --name N`",
  });
}

export async function subnetOf(layout: Layout, lab: string): Promise<number | undefined> {
  for (const file of await readdir(layout.subnets).catch(() => [])) {
    const owner = await readFile(join(layout.subnets, file), "utf8").catch(() => "");
    if (owner === lab) return Number(file);
  }
  return undefined;
}

export async function releaseSubnet(layout: Layout, index: number): Promise<void> {
  await rm(join(layout.subnets, String(index)), { force: true });
}

async function claim(path: string, lab: string): Promise<boolean> {
  try {
    await writeFile(path, lab, { flag: "wx" });
    return true;
  } catch (thrown) {
    if (codeOf(thrown) === "EEXIST") return false;
    throw thrown;
  }
}
