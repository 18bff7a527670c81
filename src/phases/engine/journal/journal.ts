import type { Op } from "../../../hosts/op.ts";
import type { Resource } from "../resource.ts";

/** What Slipway put on a host. It lives on that host: drift is told from ignorance by it, and reset works through it. */
export type Journal = { readonly version: 1; readonly entries: readonly JournalEntry[] };

export type JournalEntry = {
  /** The resource's id: `file:/etc/hosts`. */
  readonly id: string;
  /** sha256 of the desired state that was written. */
  readonly hash: string;
  /** RFC 3339. */
  readonly when: string;
  readonly run: string;
  readonly phase: string;
  /** Nothing stood there before the first write. */
  readonly created: boolean;
  /** `begun` stays behind when a run dies between the write and its record. */
  readonly state: "begun" | "done";
  /** Takes it away again, when we made it. */
  readonly undo?: readonly Op[];
};

export const emptyJournal: Journal = { version: 1, entries: [] };

/** The journal of a host; one that can't be read counts as empty, as it then tells nothing. */
export function parseJournal(text: string | undefined): Journal {
  if (text === undefined) return emptyJournal;
  try {
    const journal = JSON.parse(text) as Journal;
    return journal.version === 1 && Array.isArray(journal.entries) ? journal : emptyJournal;
  } catch {
    return emptyJournal;
  }
}

export type Writing = { readonly run: string; readonly phase: string; readonly when: string };

/** The journal with these resources about to be written. `created` says for each whether nothing stood there. */
export function begin(
  journal: Journal,
  resources: readonly { readonly resource: Resource; readonly created: boolean }[],
  writing: Writing,
): Journal {
  const known = new Map(journal.entries.map((entry) => [entry.id, entry]));
  const entries = resources.map(({ resource: { id, hash, undo }, created }): JournalEntry => {
    const isOurs = known.get(id)?.created ?? created;
    return { id, hash, ...writing, created: isOurs, state: "begun", ...(isOurs && undo ? { undo } : {}) };
  });
  const touched = new Set(entries.map(({ id }) => id));
  return { version: 1, entries: [...journal.entries.filter(({ id }) => !touched.has(id)), ...entries] };
}

/** The journal with these resources written; entries of what was taken away are dropped. */
export function complete(journal: Journal, ids: ReadonlySet<string>, deleted: ReadonlySet<string>): Journal {
  const dropped = new Set([...deleted].flatMap((id) => (id.startsWith("absent:") ? pathEntries(id) : [id])));
  return {
    version: 1,
    entries: journal.entries
      .filter(({ id }) => !dropped.has(id))
      .map((entry) => (ids.has(entry.id) ? { ...entry, state: "done" } : entry)),
  };
}

/** The journal with what a killed run had begun, and what was then found in place, as done; the same one when there is nothing. */
export function settle(journal: Journal, inPlace: ReadonlySet<string>): Journal {
  const isLeft = ({ id, state }: JournalEntry) => state === "begun" && inPlace.has(id);
  return journal.entries.some(isLeft) ? complete(journal, inPlace, new Set()) : journal;
}

function pathEntries(absentId: string): string[] {
  const path = absentId.slice("absent:".length);
  return [absentId, `file:${path}`, `directory:${path}`, `symlink:${path}`];
}

export function writeJournal(journal: Journal, path: string): Op {
  return { kind: "write", path, content: `${JSON.stringify(journal, null, 1)}\n`, mode: 0o600 };
}

/** Why a resource differs: never written here, the wish moved since, or the host did. */
export function causeOf(journal: Journal, { id, hash }: Resource): "new" | "wish" | "drift" {
  const entry = journal.entries.find((one) => one.id === id);
  if (entry === undefined || entry.state === "begun") return "new";
  return entry.hash === hash ? "drift" : "wish";
}
