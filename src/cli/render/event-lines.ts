import type { RunEvent } from "../../phases/engine/event.ts";
import type { ResourceAction } from "../../phases/engine/resource.ts";
import { differenceLines, signs } from "./differences.ts";
import { type Paint, seconds } from "./paint.ts";

const done: Readonly<Record<ResourceAction, string>> = {
  create: "created",
  update: "updated",
  delete: "removed",
  none: "in place",
};

/** The lines that tell of an event, each headed by its host and phase; none for what only the log needs. */
export function eventLines(event: RunEvent, { paint, isVerbose }: { paint: Paint; isVerbose: boolean }): string[] {
  const head = headOf(event, paint);
  switch (event.kind) {
    case "host-connected":
      return [`${head}connected, ${event.os} (${seconds(event.durationMs)})`];
    case "note":
      return [`${head}${event.text}`];
    case "check":
      return [`${head}${paint(event.severity === "error" ? "red" : "yellow", checkText(event))}`];
    case "resource":
      return resourceLines(event, { head, paint, isVerbose });
    case "cluster-object":
      return [
        `${head}${event.outcome === "done" ? done[event.action] : signs[event.action]} ${event.object}`,
        ...(event.diff && event.outcome === "planned"
          ? event.diff
              .trimEnd()
              .split("\n")
              .map((line) => `    ${line}`)
          : []),
      ];
    case "phase-finished":
      return phaseLines(event, { head, isVerbose });
    case "command":
      return isVerbose
        ? [paint("dim", `${head}$ ${firstLine(event.command)} (exit ${event.exitCode}, ${event.durationMs} ms)`)]
        : [];
    default:
      return [];
  }
}

export function checkText({ severity, check, message }: { severity: string; check: string; message: string }): string {
  return `[${severity.toUpperCase()} ${check}]: ${message}`;
}

function headOf(event: RunEvent, paint: Paint): string {
  const host = "host" in event && event.host ? `${paint("bold", event.host)}: ` : "";
  return "phase" in event && event.phase ? `${host}${event.phase}: ` : host;
}

type Style = { head: string; paint: Paint; isVerbose: boolean };

function resourceLines(event: Extract<RunEvent, { kind: "resource" }>, { head, paint, isVerbose }: Style): string[] {
  const { action, outcome, resource, cause, differences } = event;
  if (outcome === "unchanged") return isVerbose ? [`${head}in place ${resource}`] : [];
  const drift = cause === "drift" ? paint("yellow", " (changed on the host since)") : "";
  const details = differenceLines(differences, paint).map((line) => `    ${line}`);
  if (outcome === "planned") return [`${head}${signs[action]} ${resource}${drift}`, ...details];
  if (outcome === "failed") return [`${head}${paint("red", `failed ${resource}`)}`];
  return [`${head}${done[action]} ${resource}${drift}`, ...(isVerbose ? details : [])];
}

function phaseLines(
  event: Extract<RunEvent, { kind: "phase-finished" }>,
  { head, isVerbose }: Omit<Style, "paint">,
): string[] {
  const { outcome, changed, unchanged, durationMs, error } = event;
  if (outcome === "done" && changed === 0 && !isVerbose) return [];
  const counts = `${changed} changed, ${unchanged} unchanged`;
  const text = outcome === "done" ? counts : `${outcome}${error ? `: ${error.message}` : ""}`;
  return [`${head}${text} (${seconds(durationMs)})`];
}

/** Scripts are long; the log file has them whole. */
function firstLine(command: string): string {
  const [line = "", ...more] = command.split("\n");
  return more.length > 0 || line.length > 120 ? `${line.slice(0, 120)} …` : line;
}
