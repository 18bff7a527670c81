import type { Op, OpResult } from "../../hosts/op.ts";
import { parseJournal } from "../engine/journal/journal.ts";
import { textOf } from "../engine/resources/path.ts";
import { statePaths } from "../engine/state-directory.ts";

/** The journal, for checks that want to know what is ours; all of them share one read. */
export const journalProbe: Op = { kind: "read", path: statePaths.journal, want: "content" };

/** A host that Slipway made a node: its ports and paths are taken by us, and a second run goes on from there. */
export function isOurNode(journal: OpResult | undefined): boolean {
  return parseJournal(textOf(journal)).entries.some(({ id }) => id === "file:/var/lib/kubelet/config.yaml");
}

/** A path that Slipway put there, in a run that may have ended early. */
export function isOurPath(journal: OpResult | undefined, path: string): boolean {
  const ids = [`file:${path}`, `directory:${path}`];
  return isOurNode(journal) || parseJournal(textOf(journal)).entries.some(({ id }) => ids.includes(id));
}
