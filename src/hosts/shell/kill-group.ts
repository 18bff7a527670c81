import { setTimeout as sleep } from "node:timers/promises";
import { elevate } from "./elevate.ts";
import { type Elevation, launchCommand, scriptLine } from "./launch.ts";
import type { Channel, Transport } from "./transport.ts";

/** What SIGTERM leaves after this time gets SIGKILL. */
const graceMs = 3000;

/** Ends a script that runs, with everything that it started. Gives up silently where the host is out of reach. */
export async function killGroup(
  transport: Transport,
  { channel, elevation, group }: { channel: Channel; elevation: Elevation; group: number | undefined },
): Promise<void> {
  const withinMs = AbortSignal.timeout(graceMs + 2000);
  if (group !== undefined && group > 1) {
    const killer = await Promise.race([
      transport.open(launchCommand(elevation), { isUrgent: true }),
      after(withinMs),
    ]).catch(() => undefined);
    killer?.stdin.on("error", () => {});
    killer?.stdout.resume();
    killer?.stderr.resume();
    const isReady = killer && (await Promise.race([elevate(killer, elevation), after(withinMs)]));
    if (isReady) killer.stdin.end(scriptLine(killScript(group)));
    await Promise.race([channel.ended, after(withinMs)]);
    killer?.drop();
  }
  channel.drop();
}

function killScript(group: number): string {
  const tries = graceMs / 100;
  return [
    `kill -TERM -${group} || exit 0`,
    `i=0; while [ $i -lt ${tries} ]; do sleep 0.1; kill -0 -${group} 2>/dev/null || exit 0; i=$((i+1)); done`,
    `kill -KILL -${group}`,
  ].join("\n");
}

async function after(signal: AbortSignal): Promise<undefined> {
  if (!signal.aborted) await sleep(2 ** 30, undefined, { signal, ref: false }).catch(() => undefined);
  return undefined;
}
