import type { Host } from "../hosts/host.ts";
import { PreflightError } from "../phases/engine/preflight-error.ts";

/** By tokens and certificates a minute counts; preflight holds the hosts of one run to the same. */
const largestSkewMs = 60_000;

/**
 * Holds the host's clock against that of the API server, as an answer of it tells (RFC 9110, Date). A certificate that is not valid yet,
 * or not any more, would tell of it later, and less plainly. Throws PREFLIGHT_FAILED with ClockSkew.
 */
export async function requireSameClock(host: Host, date: string | undefined, now: Date): Promise<void> {
  const apiMs = Date.parse(date ?? "");
  if (Number.isNaN(apiMs)) return;
  const { clockOffsetMs } = await host.facts();
  const aheadMs = now.getTime() + clockOffsetMs - apiMs;
  if (Math.abs(aheadMs) <= largestSkewMs) return;
  const far = `${Math.round(Math.abs(aheadMs) / 1000)} s ${aheadMs > 0 ? "ahead of" : "behind"}`;
  const message = `the host's clock is ${far} that of the API server (${new Date(apiMs).toISOString()})`;
  throw new PreflightError({ host: host.name, phase: "preflight" }, [
    { check: "ClockSkew", severity: "error", message: `${message}: set it, by NTP for instance` },
  ]);
}
