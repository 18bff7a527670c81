import { type Pack, pack } from "tar-stream";
import type { TarEntry } from "./tar-entry.ts";

/** A tar of entries in their order, owned by root, dated 1970: the same entries give the same bytes. */
export function tarOf(entries: readonly TarEntry[]): Pack {
  const stream = pack();
  for (const entry of entries) addTo(stream, entry);
  stream.finalize();
  return stream;
}

function addTo(stream: Pack, entry: TarEntry): void {
  const common = { uid: 0, gid: 0, uname: "root", gname: "root", mtime: new Date(0) };
  switch (entry.kind) {
    case "file":
      stream.entry({ ...common, name: entry.path, mode: entry.mode }, Buffer.from(entry.content));
      return;
    case "directory":
      stream.entry({ ...common, name: `${entry.path}/`, mode: entry.mode, type: "directory" });
      return;
    case "symlink":
      stream.entry({ ...common, name: entry.path, mode: 0o777, type: "symlink", linkname: entry.target });
      return;
    default:
      entry satisfies never;
  }
}
