/** A member of a layer; paths are relative to the image's root, without a leading slash. */
export type TarEntry =
  | { readonly kind: "file"; readonly path: string; readonly mode: number; readonly content: Uint8Array }
  | { readonly kind: "directory"; readonly path: string; readonly mode: number }
  | { readonly kind: "symlink"; readonly path: string; readonly target: string };

/** A file of text; mode 0644 unless given. */
export function textFile(path: string, text: string, mode = 0o644): TarEntry {
  return { kind: "file", path, mode, content: Buffer.from(text) };
}

/**
 * The entries in the one order that a layer has: sorted by path, each missing parent directory added with mode 0755.
 * Of two entries with one path the later wins.
 */
export function ordered(entries: readonly TarEntry[]): readonly TarEntry[] {
  const byPath = new Map<string, TarEntry>();
  for (const entry of entries) {
    for (const path of parents(entry.path)) {
      if (!byPath.has(path)) byPath.set(path, { kind: "directory", path, mode: 0o755 });
    }
    byPath.set(entry.path, entry);
  }
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function parents(path: string): readonly string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
