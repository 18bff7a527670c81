import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { messageOf, SlipwayError } from "../../base/errors.ts";
import type { FileSpec } from "../../config/cluster/host-kind.ts";
import type { Phase } from "../engine/phase.ts";
import { file } from "../engine/resources/file.ts";
import { type HostSettingsContext, settingsOf } from "./host-settings-context.ts";

/** The files that the cluster file puts on a host. Plans say that they differ, not how: they may hold secrets. */
export const files: Phase<HostSettingsContext> = {
  id: "files",
  title: "Put files of the cluster file in place",
  dependsOn: ["preflight"],
  prunes: true,
  appliesTo: ({ hostSettings }) => hostSettings !== undefined,
  resources: async (context, target) => {
    const wanted = settingsOf(context, target)?.files ?? [];
    const folder = context.hostSettings?.folder ?? ".";
    return Promise.all(
      wanted.map(async (spec) => {
        const content = spec.content ?? (await localContent(spec, folder));
        const owner = spec.owner.includes(":") ? spec.owner : `${spec.owner}:${spec.owner}`;
        return file(spec.dst, { content, mode: Number.parseInt(spec.perm, 8), owner, secret: true });
      }),
    );
  },
};

async function localContent({ src = "" }: FileSpec, folder: string): Promise<Uint8Array> {
  try {
    return await readFile(resolve(folder, src));
  } catch (thrown) {
    throw new SlipwayError(
      {
        code: "LOCAL_FILE_UNREADABLE",
        exit: "configuration",
        message: "a file that the cluster file names can't be read",
        tried: resolve(folder, src),
        got: messageOf(thrown),
      },
      { cause: thrown },
    );
  }
}
