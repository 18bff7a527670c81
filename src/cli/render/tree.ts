import { Listr } from "listr2";
import { redact } from "../../base/redact.ts";
import type { RunEvent } from "../../phases/engine/event.ts";
import { eventLines } from "./event-lines.ts";
import { painter } from "./paint.ts";
import type { Renderer, Screen } from "./renderer.ts";
import { summaryLines } from "./summary-lines.ts";

/** The part of a listr2 task that moves. */
type Row = { title: string | undefined; output: string };
type Slot = { row?: Row; readonly ended: Promise<void>; readonly end: (failure?: Error) => void };

/** More hosts than a terminal has lines are told in plain lines. */
const mostRows = 40;

/** A live tree: one row a host with its phase and its latest news; what a plan or a check found follows below it. */
export function treeRenderer(screen: Screen): Renderer {
  const { write, hasColor, isVerbose } = screen;
  const paint = painter(hasColor);
  const slots = new Map<string, Slot>();
  const kept: string[] = [];
  let live: Promise<unknown> = Promise.resolve();
  const style = { paint, isVerbose };
  return {
    show: (event) => {
      if (event.kind === "run-started" && event.hosts.length <= mostRows) live = start(event.hosts, slots);
      const slot = "host" in event && event.host ? slots.get(event.host) : undefined;
      if (slot) advance(slot, event);
      if (slot === undefined || isKept(event)) kept.push(...eventLines(event, style));
      if (slots.size === 0)
        write(
          kept
            .splice(0)
            .map((line) => `${redact(line)}\n`)
            .join(""),
        );
    },
    finish: async (summary) => {
      for (const { end } of slots.values()) end();
      await live;
      const lines = [...kept, ...(summary ? summaryLines(summary, paint) : [])];
      write(lines.map((line) => `${redact(line)}\n`).join(""));
    },
  };
}

function start(hosts: readonly string[], slots: Map<string, Slot>): Promise<unknown> {
  for (const host of hosts) slots.set(host, slotOf());
  const tasks = hosts.map((host) => ({
    title: host,
    task: async (_: unknown, row: Row) => {
      const slot = slots.get(host);
      if (slot) slot.row = row;
      await slot?.ended;
    },
  }));
  return new Listr(tasks, { concurrent: true, exitOnError: false, registerSignalListeners: false }).run();
}

function slotOf(): Slot {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  return { ended: promise, end: (failure) => (failure ? reject(failure) : resolve()) };
}

/** Moves a host's row along with what happens on it. */
function advance(slot: Slot, event: RunEvent): void {
  const { row } = slot;
  if (event.kind === "host-finished") {
    if (row) row.title = `${event.host}  ${event.outcome}`;
    slot.end(event.outcome === "done" ? undefined : new Error(event.error?.message ?? event.outcome));
    return;
  }
  if (row === undefined) return;
  if (event.kind === "phase-started") row.title = `${event.host}  ${event.title}`;
  if (event.kind === "note") row.output = event.text;
  if (event.kind === "resource" && event.outcome === "done") row.output = `${event.action} ${event.resource}`;
}

/** What stays on the screen after the tree is gone. */
function isKept(event: RunEvent): boolean {
  return (
    event.kind === "check" ||
    (event.kind === "resource" && ["planned", "failed"].includes(event.outcome)) ||
    event.kind === "cluster-object"
  );
}
