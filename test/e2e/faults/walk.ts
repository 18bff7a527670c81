import { beforeAll, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import type { Lab } from "../../../src/lab/view.ts";
import { type Kubectl, slipwayDone } from "../fixtures/cluster.ts";
import type { TestLab } from "../fixtures/lab.ts";
import { mend, strike } from "./fault.ts";
import { filesOf, type HostFiles, journaledFiles } from "./host-files.ts";
import { type Durations, durationsOf, type Leg, type Strike } from "./leg.ts";
import { type Moment, type StruckRun, struckRun } from "./struck-run.ts";

/** The kubelet's credentials for the time until it has a certificate of its own: each run makes others. */
const passing = ["/etc/kubernetes/kubelet.conf", "/etc/kubernetes/bootstrap-kubelet.conf"];

/** Walks the legs undisturbed, to learn how long phases take. */
export async function undisturbed(lab: Lab, legs: readonly Leg[]): Promise<Durations> {
  const lines: string[] = [];
  for (const { argv } of legs) lines.push(...(await slipwayDone(...argv(lab), "-o", "json")).split("\n"));
  return durationsOf(
    lines.filter(Boolean).map((line) => JSON.parse(line)),
    (host) => nameOf(lab, host),
  );
}

/** A cluster that comes up over strikes: one test for each, then one that shows what it came to. */
export class Walk {
  private readonly hosts: TestLab;
  private readonly durations: () => Durations | undefined;
  /** Hosts' files at the moments when no run was under way. */
  private readonly whole = new Map<string, HostFiles[]>();
  private readonly seen: { readonly after: Strike; readonly host: string; readonly files: HostFiles }[] = [];

  /** Without durations, the middle of a phase is where it first tells of a change. */
  constructor(hosts: TestLab, durations: () => Durations | undefined = () => undefined) {
    this.hosts = hosts;
    this.durations = durations;
  }

  /** Strikes in the order of a run: each run goes on from where the one before was struck. */
  over(leg: Leg, strikes: readonly Strike[]): void {
    beforeAll(async () => {
      for (const { name } of this.hosts.lab.hosts) await this.keepAsWhole(name);
    });
    for (const one of strikes) it(`comes over ${titleOf(one)}`, () => this.take(leg, one));
  }

  /** These runs are left in peace; then those to settle find nothing to do. */
  converges(legs: readonly Leg[], settling: readonly Leg[], kubectl: Kubectl): void {
    it("has converged in the end, with no file half-written and none left beside it", async () => {
      const { lab } = this.hosts;
      for (const { argv } of legs) await slipwayDone(...argv(lab));
      for (const { argv, settled = argv } of settling) {
        expect(await slipwayDone(...settled(lab))).toContain("nothing to change");
      }
      await until(async () => (await kubectl(["get", "nodes"])).match(/ Ready /g)?.length === lab.hosts.length, {
        for: "every Node to be Ready",
        withinMs: 180_000,
        everyMs: 500,
      });
      for (const { name } of lab.hosts) await this.expectAsWritten(name);
    });
  }

  private async take(leg: Leg, one: Strike): Promise<void> {
    const { lab } = this.hosts;
    const argv = leg.argv(lab);
    const struck = await struckRun(argv, this.momentOf(leg, one), ({ host, kill }) =>
      strike(one.fault, lab, { host: nameOf(lab, host), kill }),
    );
    const host = nameOf(lab, struck.host);
    await mend(one.fault, lab, host);
    expectTold(one, struck);
    // what a host without power was about to remove stands there until the next run
    const files = one.fault === "power-off" ? await filesOf(this.hosts, host) : await this.quietFiles(host);
    this.seen.push({ after: one, host, files });
  }

  private momentOf({ on }: Leg, { phase, at }: Strike): Moment {
    const durations = this.durations();
    const ofPhase = durations?.get(phase);
    const names = ofPhase ? on.filter((name) => ofPhase.has(name)).slice(0, 1) : on;
    const hosts = this.hosts.lab.hosts.flatMap(({ name, address }) => (names.includes(name) ? [name, address] : []));
    if (at === "boundary") return { phase, hosts, after: 0 };
    return { phase, hosts, after: durations ? (ofPhase?.get(names[0] ?? "") ?? 0) / 2 : "first-change" };
  }

  /** A host's files, once whatever the run had begun there is over. */
  private quietFiles(host: string): Promise<HostFiles> {
    const quiet = async () => {
      const files = await filesOf(this.hosts, host);
      return files.temporaries.length === 0 && files;
    };
    return until(quiet, { for: `${host} to drop temporary files`, withinMs: 60_000, everyMs: 300 });
  }

  private async keepAsWhole(name: string): Promise<HostFiles> {
    const files = await filesOf(this.hosts, name);
    this.whole.set(name, [...(this.whole.get(name) ?? []), files]);
    return files;
  }

  /** No strike left a half-written file: each is what it was between two legs, or what it is in the end. */
  private async expectAsWritten(name: string): Promise<void> {
    const final = await this.keepAsWhole(name);
    expect(final).toMatchObject({ temporaries: [], partialUploads: [] });
    const paths = (await journaledFiles(this.hosts, name)).filter((path) => !passing.includes(path));
    expect(paths.length).toBeGreaterThan(5);
    for (const { after, host, files } of this.seen) {
      if (host !== name) continue;
      const whole = (path: string) => (this.whole.get(name) ?? []).map(({ hashes }) => hashes.get(path));
      const changed = paths.filter((path) => files.hashes.has(path) && !whole(path).includes(files.hashes.get(path)));
      expect(changed, `${host} after ${titleOf(after)}`).toEqual([]);
    }
  }
}

/** A killed run says nothing more; one that lost its host says so. Unless that host was through with its last phases. */
function expectTold({ fault }: Strike, { exitCode, signal, events, before, host }: StruckRun): void {
  const finished = events.find((event) => event.kind === "host-finished" && event.host === host);
  if (fault === "kill") {
    if (!finished) expect(signal).toBe("SIGKILL");
    return;
  }
  const wentOn = events.slice(before).some((event) => event.kind === "phase-started" && event.host === host);
  if (finished?.kind === "host-finished" && finished.outcome === "done" && !wentOn) return;
  expect(finished).toMatchObject({ outcome: "failed", error: { exit: "connection" } });
  expect(exitCode).toBe(11);
}

/** A run over a cluster file calls hosts by name, one with --host by address. */
function nameOf({ hosts }: Lab, host: string): string {
  return hosts.find(({ name, address }) => host === name || host === address)?.name ?? host;
}

function titleOf({ fault, at, phase }: Strike): string {
  return `${fault} at the ${at} of ${phase}`;
}
