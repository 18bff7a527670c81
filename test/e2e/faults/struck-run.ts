import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import type { RunEvent } from "../../../src/phases/engine/event.ts";
import { bounded } from "../fixtures/bounded.ts";

const launcher = join(import.meta.dirname, "../../../bin/slipway");

/** When to strike. */
export type Moment = {
  readonly phase: string;
  /** As events call hosts, by name or by address; whichever of them comes to the phase first. */
  readonly hosts: readonly string[];
  /**
   * Milliseconds after the phase began, 0 for its boundary, or sooner when it is through sooner; or as soon as it tells
   * that it changed something, else when it is through.
   */
  readonly after: number | "first-change";
};

export type StruckRun = {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** As the events call it. */
  readonly host: string;
  readonly events: readonly RunEvent[];
  /** How many of the events came before the strike had its effect. */
  readonly before: number;
};

export type Target = { readonly host: string; readonly kill: () => void };

/** Runs Slipway and strikes once at a moment; throws when the run ended without reaching it. */
export async function struckRun(
  argv: readonly string[],
  moment: Moment,
  strike: (target: Target) => void | Promise<void>,
): Promise<StruckRun> {
  const run = execa(launcher, [...argv, "-o", "json"], { reject: false, stdin: "ignore", ...bounded });
  const events: RunEvent[] = [];
  const delayMs = moment.after === "first-change" ? 0 : moment.after;
  const through = Promise.withResolvers<void>();
  let struck: { host: string; before: number; done: Promise<void> } | undefined;
  for await (const line of createInterface({ input: run.stdout })) {
    const event = JSON.parse(line) as RunEvent;
    events.push(event);
    if (event.kind === "phase-finished" && event.phase === moment.phase && event.host === struck?.host)
      through.resolve();
    const host = struck ? undefined : hostAt(event, moment);
    if (host === undefined) continue;
    const own = { host, before: events.length, done: Promise.resolve() };
    const strikeNow = async () => {
      await strike({ host, kill: () => run.kill("SIGKILL") });
      own.before = events.length;
    };
    own.done = delayMs > 0 ? Promise.race([sleep(delayMs), through.promise]).then(strikeNow) : strikeNow();
    struck = own;
  }
  through.resolve();
  const { exitCode, signal, stderr } = await run;
  await struck?.done;
  if (!struck)
    throw new Error(`${argv.join(" ")} never came to ${JSON.stringify(moment)}:\n${told(events)}\n${stderr}`);
  return { exitCode, signal, events, host: struck.host, before: struck.before };
}

/** The host that an event says has come to the moment. */
function hostAt(event: RunEvent, { phase, hosts, after }: Moment): string | undefined {
  const isHere = "phase" in event && event.phase === phase && "host" in event && hosts.includes(event.host ?? "");
  if (!isHere) return undefined;
  const kinds = after === "first-change" ? ["resource", "cluster-object", "phase-finished"] : ["phase-started"];
  return kinds.includes(event.kind) ? event.host : undefined;
}

/** How far a run came, for an error. */
function told(events: readonly RunEvent[]): string {
  return events
    .filter(({ kind }) => ["phase-finished", "host-finished", "note", "check"].includes(kind))
    .slice(-20)
    .map((event) => JSON.stringify(event))
    .join("\n");
}
