import { SlipwayError } from "../../base/errors.ts";
import type { Finding } from "./check.ts";

export type CheckFinding = Finding & { readonly check: string };

/** Checks of a phase that did not pass on a host (code PREFLIGHT_FAILED). */
export class PreflightError extends SlipwayError {
  readonly findings: readonly CheckFinding[];

  constructor(place: { host: string; phase: string }, findings: readonly CheckFinding[]) {
    super({
      code: "PREFLIGHT_FAILED",
      exit: "preflight",
      ...place,
      message: findings.length === 1 ? "a check failed" : `${findings.length} checks failed`,
      got: findings.map(({ check, message }) => `[ERROR ${check}]: ${message}`).join("\n       "),
      remedy: "mend them, or pass --ignore-preflight-errors with their names",
    });
    this.findings = findings;
  }
}
