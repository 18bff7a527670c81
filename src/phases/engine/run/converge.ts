import { SlipwayError } from "../../../base/errors.ts";
import type { Op, OpResult } from "../../../hosts/op.ts";
import { begin, complete, type Journal, type Writing, writeJournal } from "../journal/journal.ts";
import { lockLost } from "../journal/lock.ts";
import type { Target } from "../phase.ts";
import type { ResourceAction, Transfer } from "../resource.ts";
import type { Comparison } from "./compare.ts";

/** Operations of one resource, or of the engine itself. */
type Segment = { readonly comparison?: Comparison; readonly ops: readonly Op[] };

export type Surroundings = {
  readonly journal: Journal;
  /** Of the journal on the host. */
  readonly path: string;
  readonly writing: Writing;
  /** Fails when another run has taken the host over. */
  readonly guard: Op;
  /** Write on after a failure. */
  readonly goesOn: boolean;
};

export type Converged = {
  readonly journal: Journal;
  /** Those that were written, in order; unless the phase goes on, none after one that failed. */
  readonly written: readonly Comparison[];
  readonly failures: readonly Failure[];
};

export type Failure = { readonly comparison: Comparison | undefined; readonly error: SlipwayError };

/**
 * Writes all that differs in one batch: the journal says "begun", stale services are announced, the resources follow
 * in order, the journal says "done". Large files go ahead in streams of their own.
 */
export async function converge(
  target: Target,
  differing: readonly Comparison[],
  { journal, path, writing, guard, goesOn }: Surroundings,
): Promise<Converged> {
  const resources = differing.map(({ resource, action }) => ({ resource, created: action === "create" }));
  const begun = begin(journal, resources, writing);
  const idsOf = (some: readonly Comparison[]) => new Set(some.map(({ resource }) => resource.id));
  const deleted = differing.filter(({ action }) => action === "delete");
  const doneWith = (some: readonly Comparison[]) =>
    complete(begun, idsOf(some), idsOf(deleted.filter((one) => some.includes(one))));
  const announced = differing.flatMap(({ resource, differences }) => resource.announce?.(differences) ?? []);
  const head: Segment = { ops: [guard, writeJournal(begun, path), ...announced] };
  const isUploading = await upload(target, differing, head.ops);
  const segments: Segment[] = [
    ...(isUploading ? [] : [head]),
    ...differing.map((comparison) => ({
      comparison,
      ops: comparison.resource.converge(comparison.found, comparison.differences),
    })),
    // where some may fail, the journal waits until it is known which
    ...(goesOn ? [] : [{ ops: [writeJournal(doneWith(differing), path)] }]),
  ];
  const results = await target.host.batch(
    segments.flatMap(({ ops }) => ops),
    { keepGoing: goesOn },
  );
  const { written, failures } = outcomeOf(segments, results, !isUploading);
  if (goesOn) await target.host.batch([writeJournal(doneWith(written), path)]);
  const isComplete = goesOn || failures.length === 0;
  return { journal: isComplete ? doneWith(written) : begun, written, failures };
}

/** Files from this size on tell how far they have come. */
const largeBytes = 16 * 1024 * 1024;

/** Streams what has to be streamed, behind the operations of `head`; says whether there was anything. */
async function upload(target: Target, differing: readonly Comparison[], head: readonly Op[]): Promise<boolean> {
  const transfers = differing.flatMap(
    ({ resource, differences, found }) => resource.transfers?.(differences, found) ?? [],
  );
  if (transfers.length === 0) return false;
  const results = await target.host.batch(head);
  if (results[0]?.kind === "failed") throw lockLost();
  const failed = results.find((result) => result.kind === "failed");
  if (failed) throw failureOf(failed, undefined);
  for (const transfer of transfers) await send(target, transfer);
  return true;
}

/** Tells what is sent, and of large files how far it has come, a quarter at a time. */
async function send({ host, signal, report }: Target, transfer: Transfer): Promise<void> {
  const { source, path, mode, label = path } = transfer;
  await transfer.ready?.();
  report(`sending ${label}`);
  let told = 0;
  const onProgress = (sent: number, total: number) => {
    const quarter = Math.floor((4 * sent) / total);
    if (total < largeBytes || quarter <= told || quarter === 4) return;
    told = quarter;
    report(`${label}: ${25 * quarter} %`);
  };
  await host.upload(source, path, { mode, signal, onProgress });
}

function outcomeOf(
  segments: readonly Segment[],
  results: readonly OpResult[],
  isGuarded: boolean,
): Omit<Converged, "journal"> {
  if (isGuarded && results[0]?.kind === "failed") throw lockLost();
  const written: Comparison[] = [];
  const failures: Failure[] = [];
  let next = 0;
  for (const { comparison, ops } of segments) {
    const failed = results.slice(next, next + ops.length).find(({ kind }) => kind === "failed" || kind === "notRun");
    next += ops.length;
    if (failed?.kind === "notRun" && failures.length > 0) break;
    if (failed) failures.push({ comparison, error: failureOf(failed, comparison) });
    else if (comparison) written.push(comparison);
  }
  return { written, failures };
}

function failureOf(result: OpResult, comparison: Comparison | undefined): SlipwayError {
  const { tried, got } = result.kind === "failed" ? result : { tried: undefined, got: undefined };
  return new SlipwayError({
    code: "RESOURCE_FAILED",
    exit: "hostStep",
    message: comparison ? `cannot ${verbs[comparison.action]} ${comparison.resource.id}` : "cannot write the journal",
    tried,
    got: result.kind === "failed" && result.stderr ? `${got}\n${result.stderr}` : got,
    remedy: "mend what the host complains of and run again: what is done stays done",
  });
}

const verbs: Readonly<Record<ResourceAction, string>> = {
  create: "create",
  update: "update",
  delete: "delete",
  none: "keep",
};
