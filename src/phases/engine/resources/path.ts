import type { OpResult, PathState } from "../../../hosts/op.ts";
import type { Difference } from "../resource.ts";

/** What a read operation found; a read that failed or did not run counts as absent, as the write will tell why. */
export function stateOf(result: OpResult | undefined): PathState {
  return result?.kind === "read" ? result.state : { kind: "absent" };
}

/** The text of a file that was read whole; undefined when there is none. */
export function textOf(result: OpResult | undefined): string | undefined {
  const state = stateOf(result);
  return state.kind === "file" && state.content ? Buffer.from(state.content).toString("utf8") : undefined;
}

/** An octal mode as ls and chmod spell it: `0644`. */
export function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

/** The fields of mode and owner that differ from what is wanted. */
export function accessDifferences(
  state: { readonly mode: number; readonly owner: string },
  wanted: { readonly mode: number; readonly owner: string },
): Difference[] {
  const mode: Difference = { kind: "field", field: "mode", from: octal(state.mode), to: octal(wanted.mode) };
  const owner: Difference = { kind: "field", field: "owner", from: state.owner, to: wanted.owner };
  return [...(state.mode === wanted.mode ? [] : [mode]), ...(state.owner === wanted.owner ? [] : [owner])];
}

export function kindDifference(state: PathState, wanted: PathState["kind"]): Difference {
  return state.kind === "absent" ? { kind: "missing" } : { kind: "field", field: "kind", from: state.kind, to: wanted };
}
