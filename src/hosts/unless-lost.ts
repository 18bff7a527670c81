import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "./host.ts";
import { isHostLost } from "./lost-host.ts";

type Watched = { readonly host: Pick<Host, "facts">; readonly signal: AbortSignal };

/**
 * What comes of work that waits for a host without asking it: for what the cluster's API tells of it, say. Rejects with the
 * host's own error as soon as it is lost; the signal that the work gets ends with the wait.
 */
export async function unlessLost<T>(
  { host, signal }: Watched,
  work: (signal: AbortSignal) => Promise<T>,
  everyMs = 250,
): Promise<T> {
  const over = new AbortController();
  const waiting = AbortSignal.any([signal, over.signal]);
  try {
    return await Promise.race([work(waiting), loss(host, { signal: waiting, everyMs })]);
  } finally {
    over.abort();
  }
}

/** Facts are asked for once per connection, and a connection notices by itself that it is dead: so looking costs no round trip. */
async function loss(
  host: Watched["host"],
  { signal, everyMs }: { signal: AbortSignal; everyMs: number },
): Promise<never> {
  for (;;) {
    await sleep(everyMs, undefined, { signal });
    await host.facts().catch((thrown: unknown) => {
      if (isHostLost(thrown)) throw thrown;
    });
  }
}
