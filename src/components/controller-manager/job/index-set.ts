/**
 * Indexes in the API's short form, "0-3,5,7-8", as a set. An elastic job may have shrunk: indexes from `completions` on
 * count no more (KEP-3715).
 */
export function parseIndexes(text: string | undefined, completions = Number.POSITIVE_INFINITY): Set<number> {
  const indexes = new Set<number>();
  for (const part of (text ?? "").split(",").filter((one) => one !== "")) {
    const [first = 0, last = first] = part.split("-").map(Number);
    for (let index = first; index <= last && index < completions; index++) indexes.add(index);
  }
  return indexes;
}

/** The short form: runs of three and more as "first-last", of two as "first,last". */
export function formatIndexes(indexes: ReadonlySet<number>): string {
  const parts: string[] = [];
  const sorted = [...indexes].sort((one, other) => one - other);
  for (let at = 0; at < sorted.length; ) {
    let end = at;
    while (sorted[end + 1] === (sorted[end] ?? 0) + 1) end++;
    const separator = end - at > 1 ? "-" : ",";
    parts.push(end === at ? `${sorted[at]}` : `${sorted[at]}${separator}${sorted[end]}`);
    at = end + 1;
  }
  return parts.join(",");
}
