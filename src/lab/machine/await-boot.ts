import { readFile } from "node:fs/promises";
import { SlipwayError } from "../../base/errors.ts";
import { until } from "../../base/until.ts";
import { lastLines } from "../last-lines.ts";
import { answersSsh } from "../ssh.ts";
import { isRunning, type Machine } from "./machine.ts";

const withinMs = 120_000;
/** A host that has no process after this long has failed to start, and will not answer however long one waits. */
const startsWithinMs = 5_000;

/** Waits until a host that boots answers SSH; fails with LAB_HOST_SILENT and the end of its console. */
export async function awaitBoot(machine: Machine, address: string): Promise<void> {
  const start = performance.now();
  const mayStillStart = () => performance.now() - start < startsWithinMs;
  const outcome = await until(
    async () => {
      if (await answersSsh(address)) return "answers";
      return mayStillStart() || (await isRunning(machine)) ? undefined : "ended";
    },
    { for: `${machine.boot.hostname} to answer SSH`, withinMs },
  ).catch(() => "silent" as const);
  if (outcome !== "answers") throw await hostSilent(machine, address, outcome);
}

async function hostSilent({ boot, paths }: Machine, address: string, how: "ended" | "silent"): Promise<SlipwayError> {
  return new SlipwayError({
    code: "LAB_HOST_SILENT",
    exit: "failure",
    host: boot.hostname,
    message:
      how === "ended" ? "the host ended while it booted" : `no answer by SSH ${withinMs / 1000} s after the boot`,
    tried: `${address} port 22`,
    got: lastLines(await readFile(paths.console, "utf8").catch(() => "its console is empty"), 12),
    remedy: `read ${paths.console}; \`slipway lab down\` takes the lab away`,
  });
}
