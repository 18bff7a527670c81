/** A line of a terminal session, and when it was written, counted from the start. */
export type Line = { readonly atMs: number; readonly text: string };

/** The same lines with every pause cut to `longestMs`: a viewer wants to see steps, not waiting. */
export function withShortPauses(lines: readonly Line[], longestMs: number): readonly Line[] {
  let cut = 0;
  return lines.map(({ atMs, text }, index) => {
    const pause = atMs - (lines[index - 1]?.atMs ?? 0);
    cut += Math.max(0, pause - longestMs);
    return { atMs: atMs - cut, text };
  });
}
