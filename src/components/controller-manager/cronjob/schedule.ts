import { Cron } from "croner";

/** More missed runs than this say that something else is wrong (a clock, a deadline): only the latest is looked for. */
export const tooManyMissed = 100;

export type Missed = { readonly latestMs: number | undefined; readonly count: number };

/** The runs of a schedule in (afterMs, untilMs]: the latest of them and how many there were. Throws for a malformed schedule or zone. */
export function missedRuns(
  schedule: string,
  timeZone: string | undefined,
  { afterMs, untilMs }: { afterMs: number; untilMs: number },
): Missed {
  const cron = cronOf(schedule, timeZone);
  let latestMs: number | undefined;
  let count = 0;
  for (let next = cron.nextRun(new Date(afterMs)); next && next.getTime() <= untilMs; next = cron.nextRun(next)) {
    latestMs = next.getTime();
    count++;
    if (count > tooManyMissed) return { latestMs: previousRun(cron, untilMs) ?? latestMs, count };
  }
  return { latestMs, count };
}

/** The first run after a time, milliseconds since 1970. */
export function nextRunMs(schedule: string, timeZone: string | undefined, afterMs: number): number | undefined {
  return cronOf(schedule, timeZone).nextRun(new Date(afterMs))?.getTime();
}

export function isTimeZone(name: string | undefined): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name ?? "UTC" }) !== undefined;
  } catch {
    return false;
  }
}

/** Five fields, @macros and @every; without a zone UTC, as kubeadm's controller-manager runs in. */
function cronOf(schedule: string, timeZone: string | undefined): Pick<Cron, "nextRun"> {
  const [, zoneInSchedule, rest] = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/.exec(schedule) ?? [];
  const pattern = rest ?? schedule;
  const options = {
    timezone: timeZone ?? zoneInSchedule ?? "UTC",
    paused: true,
    legacyMode: true,
    mode: "5-part",
  } as const;
  return new Cron(pattern.startsWith("@") ? pattern : pattern.trim(), options);
}

function previousRun(cron: Pick<Cron, "nextRun">, untilMs: number): number | undefined {
  for (let windowMs = 3_600_000; windowMs < 400 * 24 * 3_600_000; windowMs *= 4) {
    let found: number | undefined;
    for (
      let next = cron.nextRun(new Date(untilMs - windowMs));
      next && next.getTime() <= untilMs;
      next = cron.nextRun(next)
    ) {
      found = next.getTime();
    }
    if (found !== undefined) return found;
  }
  return undefined;
}
