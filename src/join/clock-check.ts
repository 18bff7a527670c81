import type { Host } from "../hosts/host.ts";
import { createKubeClient } from "../kube/create-kube-client.ts";
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

/**
 * The time by the API server, as the header of an answer to anybody tells it; undefined where none comes. Nothing is believed but
 * that, so it is asked for before TLS is: with clocks apart there may be no valid certificate to see.
 */
export async function apiServerDate(server: string, host: Host, signal: AbortSignal): Promise<string | undefined> {
  const { hostname, port } = new URL(server);
  const client = createKubeClient({
    server,
    insecureSkipTlsVerify: true,
    credentials: { kind: "anonymous" },
    dial: () => host.tunnel({ kind: "tcp", host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || 443) }),
  });
  try {
    return (await client.request({ method: "GET", path: "/version", signal })).headers.date;
  } catch {
    signal.throwIfAborted();
    return undefined;
  } finally {
    client.close();
  }
}
