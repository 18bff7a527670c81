/** The candidate that was most likely meant, by edit distance; undefined when none is close. */
export function nearest(written: string, candidates: Iterable<string>): string | undefined {
  const farthest = Math.max(1, Math.floor(written.length / 3));
  const ranked = [...candidates]
    .map((name) => ({ name, distance: editDistance(written.toLowerCase(), name.toLowerCase()) }))
    .sort((one, other) => one.distance - other.distance);
  const best = ranked[0];
  return best && best.distance <= farthest ? best.name : undefined;
}

/** Insertions, deletions and substitutions that turn one word into the other (Wagner and Fischer). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [line, letter] of [...from].entries()) {
    const next = [line + 1];
    for (const [column, other] of [...to].entries()) {
      const substituted = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(substituted, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
