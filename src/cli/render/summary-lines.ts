import { PreflightError } from "../../phases/engine/preflight-error.ts";
import { type HostSummary, type RunSummary, reportOf } from "../../phases/engine/run/run-summary.ts";
import { type Paint, seconds } from "./paint.ts";
import { table } from "./table.ts";

const shownStepsMs = 1000;

/** The end of a run: each host in one line, what was not done, the errors whole, the slowest steps. */
export function summaryLines(summary: RunSummary, paint: Paint): string[] {
  const width = Math.max(0, ...summary.hosts.map(({ host }) => host.length));
  return [
    "",
    ...summary.hosts.map((host) => hostLine(host, { width, mode: summary.mode, paint })),
    ...failedChecks(summary, paint),
    ...summary.errors
      .filter((error) => !(error instanceof PreflightError))
      .flatMap((error) => ["", ...paint("red", `error: ${error.message}`).split("\n")]),
    ...slowestLines(summary),
    "",
    closing(summary),
  ];
}

type Style = { width: number; mode: RunSummary["mode"]; paint: Paint };

function hostLine({ host, outcome, changed, unchanged, notDone }: HostSummary, { width, mode, paint }: Style): string {
  const verb = mode === "plan" ? "to change" : "changed";
  const left = notDone.length > 0 ? `; not done: ${notDone.join(", ")}` : "";
  const colour = outcome === "done" ? "green" : "red";
  return `${paint("bold", host.padEnd(width))}  ${paint(colour, outcome)}  ${changed} ${verb}, ${unchanged} unchanged${left}`;
}

/** All failed checks of all hosts in one table. */
function failedChecks({ errors }: RunSummary, paint: Paint): string[] {
  const failed = errors.filter((error) => error instanceof PreflightError);
  if (failed.length === 0) return [];
  const rows = failed.flatMap(({ details, findings }) =>
    findings.map(({ check, message }) => [details.host ?? "", check, message]),
  );
  const lines = table([["HOST", "CHECK", "ERROR"], ...rows])
    .trimEnd()
    .split("\n");
  return ["", paint("red", "preflight checks failed:"), ...lines, `to do: ${failed[0]?.details.remedy}`];
}

function slowestLines(summary: RunSummary): string[] {
  const slow = reportOf(summary).slowest.filter(({ durationMs }) => durationMs >= shownStepsMs);
  if (slow.length === 0) return [];
  return [
    "",
    "slowest steps:",
    ...slow.map(({ host, phase, durationMs }) => `  ${seconds(durationMs).padStart(8)}  ${host} ${phase}`),
  ];
}

function closing({ mode, changes, errors, isInterrupted, durationMs, hosts }: RunSummary): string {
  const time = `(${hosts.length} ${hosts.length === 1 ? "host" : "hosts"}, ${seconds(durationMs)})`;
  if (isInterrupted) return `interrupted: run the same command again to complete it ${time}`;
  if (errors.length > 0) return `failed on ${errors.length} of ${hosts.length} hosts ${time}`;
  if (changes === 0) return `nothing to change ${time}`;
  return mode === "plan" ? `${changes} to change; nothing was written ${time}` : `${changes} changed ${time}`;
}
