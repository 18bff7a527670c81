import type { ExistingFiles } from "../../base/rendered-file.ts";
import type { Host } from "../../hosts/host.ts";
import { textOf } from "../engine/resources/path.ts";

/** The texts of a host's files by path, those that there are, in one round trip. */
export async function textsOf(host: Host, paths: readonly string[]): Promise<ExistingFiles> {
  const results = await host.batch(
    paths.map((path) => ({ kind: "read", path, want: "content" }) as const),
    { keepGoing: true },
  );
  const texts = results.flatMap((result, index) => {
    const text = textOf(result);
    return text === undefined ? [] : [[paths[index] ?? "", text] as const];
  });
  return new Map(texts);
}
