import { messageOf, type SlipwayError } from "../../../base/errors.ts";
import type { Semaphore } from "../../../base/semaphore.ts";
import { isHostLost } from "../../../hosts/lost-host.ts";
import type { Op, OpResult } from "../../../hosts/op.ts";
import type { PhaseOutcomeKind, PhaseReport } from "../event.ts";
import { emptyJournal, type Journal, parseJournal, settle, writeJournal } from "../journal/journal.ts";
import { orphans } from "../journal/orphans.ts";
import type { Phase, Target } from "../phase.ts";
import { PreflightError } from "../preflight-error.ts";
import { textOf } from "../resources/path.ts";
import { type StatePaths, statePaths } from "../state-directory.ts";
import { type Comparison, compare } from "./compare.ts";
import { converge } from "./converge.ts";
import { placed, resourcesLeft, unsettled } from "./host-errors.ts";
import { HostLock } from "./host-lock.ts";
import type { PhaseBoard } from "./phase-board.ts";
import { ReadAhead } from "./read-ahead.ts";
import { type Prospect, probe, wishesAhead } from "./survey.ts";
import type { WorkflowRun } from "./workflow-run.ts";

/** Rounds of writing after which a phase must stand still; the second catches what only exists after the first. */
const mostRounds = 2;

/** What the hosts of a run found to change so far. */
export type Pending = { changes: number };

type Shared = { readonly gate: Semaphore; readonly pending: Pending; readonly board: PhaseBoard };

/** Brings one host through phases, one at a time, and remembers what it learnt of the host in between. */
export class HostWorker<Context> {
  private readonly run: WorkflowRun<Context>;
  private readonly target: Target;
  private readonly gate: Semaphore;
  private readonly pending: Pending;
  private readonly paths: StatePaths;
  private readonly lock: HostLock;
  private journal: Journal = emptyJournal;
  private isAcquainted = false;
  private readonly converged: string[] = [];
  private readonly inPlace = new Set<string>();
  /** Why some things are as they were, of phases that went on without them. */
  private readonly left: SlipwayError[] = [];
  /** What was probed ahead; thrown away as soon as anything on the host changes. */
  private foresight = new Map<string, Prospect<Context>>();
  private readonly ahead: ReadAhead;
  private readonly board: PhaseBoard;

  constructor(run: WorkflowRun<Context>, target: Target, { gate, pending, board }: Shared) {
    this.run = run;
    this.ahead = new ReadAhead(target.host);
    this.target = { ...target, host: this.ahead.host() };
    this.board = board;
    this.gate = gate;
    this.pending = pending;
    this.paths = run.pathsOf?.(target.host.name) ?? statePaths;
    this.lock = new HostLock(target.host, { ...run.lock, path: this.paths.lock });
  }

  /** Runs the first of these phases; the others are those that come after it on this host. */
  async work(upcoming: readonly Phase<Context>[]): Promise<Omit<PhaseReport, "durationMs">> {
    const [phase] = upcoming;
    if (phase === undefined) throw new Error("no phase to work on");
    try {
      const prospect = await this.prospectOf(phase, upcoming);
      this.judge(prospect);
      const before = this.left.length;
      const { changed, unchanged } = await this.bring(prospect, upcoming);
      const objects = await this.bringCluster(phase);
      this.pending.changes += changed + objects;
      if (this.run.mode === "apply") await phase.ready?.(this.run.context, this.target, changed > 0);
      if (changed + objects > 0 && (phase.ready || phase.cluster)) this.forget();
      const outcome = this.left.length > before ? "failed" : "done";
      return { outcome, changed: changed + objects, unchanged };
    } catch (thrown) {
      return this.excuse(phase, await this.reasonOf(thrown));
    }
  }

  /** Throws RESOURCES_LEFT when phases went on without something. */
  requireAll(): void {
    if (this.left.length > 0) throw resourcesLeft(this.left);
  }

  async finish(): Promise<void> {
    const settled = settle(this.journal, this.inPlace);
    await this.lock.release(settled === this.journal ? [] : [writeJournal(settled, this.paths.journal)]);
  }

  private async prospectOf(phase: Phase<Context>, upcoming: readonly Phase<Context>[]): Promise<Prospect<Context>> {
    const foreseen = this.foresight.get(phase.id);
    if (foreseen) return foreseen;
    await this.look(upcoming);
    const seen = this.foresight.get(phase.id);
    if (seen === undefined) throw new Error(`phase ${phase.id} was not probed`);
    return seen;
  }

  /** One round trip: the state of all that can be foreseen; the first time also the lock and the journal. */
  private async look(upcoming: readonly Phase<Context>[]): Promise<void> {
    const { target } = this;
    const canForesee = (phase: Phase<Context>) => this.canForesee(phase);
    const wishes = await wishesAhead(upcoming, this.run.context, { target, canForesee });
    const reads = this.isAcquainted ? [] : this.readsOf(upcoming);
    const extra = this.isAcquainted ? [] : [...this.acquaintance(), ...reads];
    const { prospects, extra: answers } = await this.gate.run(() => probe(target, wishes, extra));
    if (!this.isAcquainted) await this.acquaint(answers);
    this.ahead.learn(reads, answers.slice(extra.length - reads.length));
    this.foresight = new Map(prospects.map((prospect) => [prospect.phase.id, prospect]));
  }

  private readsOf(phases: readonly Phase<Context>[]): readonly Op[] {
    return phases.flatMap((phase) => phase.reads?.(this.run.context, this.target) ?? []);
  }

  /** What a phase reads must be known, and what it waits for on other hosts be over. */
  private canForesee(phase: Phase<Context>): boolean {
    if (!phase.reads) return !phase.readsHost;
    if (!this.ahead.knows(phase.reads(this.run.context, this.target))) return false;
    const others = this.run.hosts.flatMap(({ name }) => (name === this.target.host.name ? [] : [name]));
    return (phase.dependsOn ?? []).every((id) => this.board.isThrough(id, others));
  }

  private acquaintance(): Op[] {
    const journal: Op = { kind: "read", path: this.paths.journal, want: "content" };
    return this.run.mode === "apply" ? [journal, this.lock.request()] : [journal];
  }

  private async acquaint([journal, lock]: readonly OpResult[]): Promise<void> {
    if (this.run.mode === "apply") await this.lock.settle(lock, this.target.report);
    this.journal = parseJournal(textOf(journal));
    this.isAcquainted = true;
  }

  private judge({ phase, checks, checked }: Prospect<Context>): void {
    const place = { host: this.target.host.name, phase: phase.id };
    const findings = checks.flatMap((check, index) =>
      check.judge(checked[index] ?? []).map((finding) => ({ check: check.name, ...finding })),
    );
    for (const finding of findings) this.run.report({ kind: "check", ...place, ...finding });
    const errors = findings.filter(({ severity }) => severity === "error");
    if (errors.length === 0) return;
    throw new PreflightError(place, errors);
  }

  /** Compares, reports, and when applying writes until nothing differs any more. */
  private async bring(
    prospect: Prospect<Context>,
    upcoming: readonly Phase<Context>[],
  ): Promise<{ changed: number; unchanged: number }> {
    const comparisons = this.compare(prospect, this.converged);
    let differing = comparisons.filter(isDiffering);
    const unchanged = comparisons.filter((comparison) => !isDiffering(comparison));
    for (const comparison of unchanged) {
      this.inPlace.add(comparison.resource.id);
      this.reportResource(prospect.phase, comparison, "unchanged");
    }
    const counts = { changed: differing.length, unchanged: unchanged.length };
    if (this.run.mode === "plan") {
      for (const comparison of differing) this.reportResource(prospect.phase, comparison, "planned");
      return counts;
    }
    for (let round = 0; differing.length > 0; round += 1) {
      if (round === mostRounds) throw unsettled(differing);
      const failed = await this.write(prospect.phase, differing);
      const still = this.compare(await this.verify(prospect.phase, upcoming), []).filter(isDiffering);
      differing = still.filter(({ resource }) => !failed.has(resource.id));
    }
    return counts;
  }

  private compare({ phase, resources, found }: Prospect<Context>, converged: readonly string[]): Comparison[] {
    const pruned = phase.prunes ? orphans(this.journal, phase.id, resources) : [];
    return compare({
      resources: [...resources, ...pruned],
      found: [...found, ...pruned.map(() => [])],
      journal: this.journal,
      converged,
    });
  }

  /** Gives the ids of those that could not be written, where the phase goes on without them. */
  private async write(phase: Phase<Context>, differing: readonly Comparison[]): Promise<ReadonlySet<string>> {
    this.forget();
    const writing = { run: this.run.lock.owner.run, phase: phase.id, when: this.run.now().toISOString() };
    const { journal: path } = this.paths;
    const { goesOn = false } = phase;
    const surroundings = { journal: this.journal, path, writing, guard: this.lock.guard(), goesOn };
    const { journal, written, failures } = await this.gate.run(() => converge(this.target, differing, surroundings));
    this.journal = journal;
    for (const comparison of written) {
      this.converged.push(comparison.resource.id);
      this.reportResource(phase, comparison, "done");
    }
    const told = written.map(({ resource: { id }, differences }) => ({ id, differences }));
    phase.wrote?.(this.run.context, this.target, told);
    for (const { comparison } of failures) if (comparison) this.reportResource(phase, comparison, "failed");
    const [first] = failures;
    if (first && !(goesOn && first.comparison)) throw first.error;
    this.left.push(...failures.map(({ error }) => error));
    return new Set(failures.flatMap(({ comparison }) => comparison?.resource.id ?? []));
  }

  /** Something on the host changed: what was seen of it is old news. */
  private forget(): void {
    this.foresight.clear();
    this.ahead.forget();
  }

  /** Probes again. Later phases are probed in the same round trip, unless this one still has work that may change them. */
  private async verify(phase: Phase<Context>, upcoming: readonly Phase<Context>[]): Promise<Prospect<Context>> {
    await this.look(phase.ready || phase.cluster ? [phase] : upcoming);
    return this.prospectOf(phase, upcoming);
  }

  private async bringCluster(phase: Phase<Context>): Promise<number> {
    const { mode, context } = this.run;
    const changes = (await phase.cluster?.(context, this.target, mode)) ?? [];
    const outcome = mode === "plan" ? "planned" : "done";
    const place = { host: this.target.host.name, phase: phase.id };
    for (const change of changes) this.run.report({ kind: "cluster-object", ...place, outcome, ...change });
    return changes.length;
  }

  private reportResource(
    phase: Phase<Context>,
    { resource, action, cause, differences }: Comparison,
    outcome: "planned" | "done" | "failed" | "unchanged",
  ): void {
    const place = { host: this.target.host.name, phase: phase.id };
    const why = action === "none" ? {} : { cause };
    this.run.report({ kind: "resource", ...place, resource: resource.id, action, outcome, ...why, differences });
  }

  /** A host that is lost is why what concerns it fails: the runtime, or an etcd that lacks its vote. One that is there is asked nothing. */
  private async reasonOf(thrown: unknown): Promise<unknown> {
    if (this.target.signal.aborted) return thrown;
    return this.target.host.facts().then(
      () => thrown,
      (loss) => (isHostLost(loss) ? loss : thrown),
    );
  }

  /** While planning, a phase may be unable to look at what earlier phases have not made yet: that is no failure. */
  private excuse(phase: Phase<Context>, thrown: unknown): Omit<PhaseReport, "durationMs"> {
    const nothing = { changed: 0, unchanged: 0 };
    if (this.target.signal.aborted) return { outcome: "interrupted", ...nothing };
    const isCertain = thrown instanceof PreflightError || isHostLost(thrown);
    if (this.run.mode === "plan" && this.pending.changes > 0 && !isCertain) {
      this.target.report(`known after the phases before it are applied: ${messageOf(thrown)}`);
      return { outcome: "deferred" satisfies PhaseOutcomeKind, ...nothing };
    }
    throw placed(thrown, { host: this.target.host.name, phase: phase.id });
  }
}

function isDiffering({ action }: Comparison): boolean {
  return action !== "none";
}
