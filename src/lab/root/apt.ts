import { mirrorSettings, sourceLine, sourcesOf } from "../../runtime/debian/apt-sources.ts";
import { machineSources } from "../../runtime/debian/machine-sources.ts";
import { run } from "../command.ts";

/** How this machine reaches Debian, for a root of the given release. */
export type Apt = { readonly lines: readonly string[]; readonly settings: readonly string[] };

/** Reads this machine's own apt configuration; no lines when it has none for that release (mmdebstrap then knows best). */
export async function readApt(release: string): Promise<Apt> {
  const dump = await run(["apt-config", "dump"]);
  return {
    lines: [...new Set(sourcesOf(release, await machineSources()).map(sourceLine))],
    settings: mirrorSettings(dump),
  };
}
