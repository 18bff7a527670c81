type Waiter = { readonly awaited: Set<string>; readonly resume: () => void };
type Standing = { readonly settled: Set<string>; readonly failed: Set<string>; waiters: Waiter[] };

/** Where the hosts of a run stand: lets a phase on one host wait for phases on others. */
export class PhaseBoard {
  private readonly standings = new Map<string, Standing>();

  /** The host is through with the phase: it converged or does not apply ("done"), or never will ("failed"). */
  settle(phase: string, host: string, outcome: "done" | "failed"): void {
    const standing = this.standing(phase);
    if (standing.settled.has(host)) return;
    standing.settled.add(host);
    if (outcome === "failed") standing.failed.add(host);
    for (const waiter of standing.waiters) {
      if (waiter.awaited.delete(host) && waiter.awaited.size === 0) waiter.resume();
    }
    standing.waiters = standing.waiters.filter(({ awaited }) => awaited.size > 0);
  }

  /** Resolves when each of these hosts is through with the phase; gives those that failed. */
  async through(phase: string, hosts: readonly string[]): Promise<string[]> {
    const standing = this.standing(phase);
    const awaited = new Set(hosts.filter((host) => !standing.settled.has(host)));
    if (awaited.size > 0) await new Promise<void>((resume) => standing.waiters.push({ awaited, resume }));
    return hosts.filter((host) => standing.failed.has(host));
  }

  /** Whether each of these hosts is through with the phase already. */
  isThrough(phase: string, hosts: readonly string[]): boolean {
    const { settled } = this.standing(phase);
    return hosts.every((host) => settled.has(host));
  }

  private standing(phase: string): Standing {
    const known = this.standings.get(phase);
    if (known) return known;
    const standing: Standing = { settled: new Set(), failed: new Set(), waiters: [] };
    this.standings.set(phase, standing);
    return standing;
  }
}
