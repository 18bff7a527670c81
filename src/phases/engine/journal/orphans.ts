import type { Resource } from "../resource.ts";
import type { Journal, JournalEntry } from "./journal.ts";

/** What a phase once made on a host and does not want any more, as resources that take it away, the last one first. */
export function orphans(journal: Journal, phase: string, wanted: readonly Resource[]): Resource[] {
  const ids = new Set(wanted.map(({ id }) => id));
  return journal.entries
    .filter((entry) => entry.phase === phase && entry.undo && !ids.has(entry.id))
    .map(removal)
    .reverse();
}

function removal({ id, undo = [] }: JournalEntry): Resource {
  return { id, hash: "gone", undo, probe: () => [], diff: () => [{ kind: "unwanted" }], converge: () => undo };
}
