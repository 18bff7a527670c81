import type { Op, OpResult } from "../../../hosts/op.ts";
import type { Check } from "../check.ts";
import type { Phase, Target } from "../phase.ts";
import type { Resource } from "../resource.ts";
import { keyOf } from "./read-ahead.ts";

/** A phase with what it wants on one host. */
export type Wish<Context> = {
  readonly phase: Phase<Context>;
  readonly checks: readonly Check[];
  readonly resources: readonly Resource[];
};

/** A wish with what was found: the results of each probe, in the wish's order. */
export type Prospect<Context> = Wish<Context> & {
  readonly checked: readonly (readonly OpResult[])[];
  readonly found: readonly (readonly OpResult[])[];
};

export async function wishOf<Context>(phase: Phase<Context>, context: Context, target: Target): Promise<Wish<Context>> {
  const checks = (await phase.checks?.(context, target)) ?? [];
  const resources = (await phase.resources?.(context, target)) ?? [];
  return { phase, checks, resources };
}

/**
 * The wishes of the first phase and of those after it that depend on nothing but context and facts. One that throws
 * ends the look ahead: when its turn comes it is asked again, and then its error counts.
 */
export async function wishesAhead<Context>(
  [first, ...later]: readonly Phase<Context>[],
  context: Context,
  { target, canForesee }: { target: Target; canForesee: (phase: Phase<Context>) => boolean },
): Promise<Wish<Context>[]> {
  if (first === undefined) return [];
  const wishes = [await wishOf(first, context, target)];
  for (const phase of later) {
    if (!canForesee(phase)) break;
    const wish = await wishOf(phase, context, target).catch(() => undefined);
    if (wish === undefined) break;
    wishes.push(wish);
  }
  return wishes;
}

/** Probes all wishes in one round trip, behind operations that the run needs anyway; gives their results too. */
export async function probe<Context>(
  target: Target,
  wishes: readonly Wish<Context>[],
  extra: readonly Op[] = [],
): Promise<{ prospects: Prospect<Context>[]; extra: readonly OpResult[] }> {
  const probes = wishes.flatMap(({ checks, resources }) => [...checks, ...resources].flatMap((one) => one.probe()));
  const ops = unique(probes);
  const sent = [...extra, ...ops.values()];
  const results = sent.length > 0 ? await target.host.batch(sent, { keepGoing: true }) : [];
  const answers = new Map([...ops.keys()].map((key, index) => [key, results[extra.length + index]]));
  const take = (one: Check | Resource) => one.probe().flatMap((op) => answers.get(keyOf(op)) ?? []);
  const prospects = wishes.map((wish) => ({
    ...wish,
    checked: wish.checks.map(take),
    found: wish.resources.map(take),
  }));
  return { prospects, extra: results.slice(0, extra.length) };
}

/** Probes only look, so equal ones are sent once. */
function unique(ops: readonly Op[]): ReadonlyMap<string, Op> {
  return new Map(ops.map((op) => [keyOf(op), op]));
}
