import { sha256OfValue } from "../../../base/sha256.ts";
import type { Op } from "../../../hosts/op.ts";
import type { Difference, Resource } from "../resource.ts";

export type ActionWish = {
  /** What the action makes true, for the plan: "etcd member listed". */
  readonly makes: string;
  /** Exits 0 when there is nothing to do, anything else when there is. */
  readonly check: readonly string[];
  readonly run: readonly (readonly string[])[];
};

/** One guarded action for what fits no other resource. */
export function action(name: string, { makes, check, run }: ActionWish): Resource {
  const operations = run.map((argv): Op => ({ kind: "run", argv }));
  return {
    id: `action:${name}`,
    hash: sha256OfValue({ name, check, run }),
    probe: () => [{ kind: "run", argv: check }],
    diff: ([found]) => (found?.kind === "ran" ? [] : [toDo(makes)]),
    converge: () => operations,
  };
}

function toDo(makes: string): Difference {
  return { kind: "field", field: makes, from: "no", to: "yes" };
}
