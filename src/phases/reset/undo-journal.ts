import type { Op } from "../../hosts/op.ts";
import type { JournalEntry } from "../engine/journal/journal.ts";
import { parseJournal } from "../engine/journal/journal.ts";
import type { Phase } from "../engine/phase.ts";
import type { Resource } from "../engine/resource.ts";
import { absent } from "../engine/resources/absent.ts";
import { action } from "../engine/resources/action.ts";
import { fileBlock } from "../engine/resources/file-block.ts";
import { kernelModuleFile } from "../engine/resources/kernel-module.ts";
import { textOf } from "../engine/resources/path.ts";
import { service } from "../engine/resources/service.ts";
import { sysctlFile } from "../engine/resources/sysctl.ts";
import { statePaths } from "../engine/state-directory.ts";

/** Takes away what the host's journal says that we put there, the last thing first; what others put there stays. */
export const undoJournal: Phase<unknown> = {
  id: "undo-journal",
  title: "Remove what Slipway installed",
  dependsOn: ["cleanup-node", "remove-network"],
  goesOn: true,
  readsHost: true,
  appliesTo: () => true,
  resources: async (_, { host }) => {
    const journal: Op = { kind: "read", path: statePaths.journal, want: "content" };
    const [found] = await host.batch([journal]);
    return [...parseJournal(textOf(found)).entries.toReversed().flatMap(undone), ...ownFolders.map(noEmptyFolders)];
  },
};

/** Folders that came with the files in them are in no journal. */
const ownFolders = ["/opt/slipway", "/etc/systemd/system/kubelet.service.d"];

function noEmptyFolders(top: string): Resource {
  return action(`empty-folders:${top}`, {
    makes: `no empty folder in ${top}`,
    check: ["sh", "-c", '[ -z "$(find "$1" -type d -empty 2>/dev/null)" ]', "sh", top],
    run: [["find", top, "-type", "d", "-empty", "-delete"]],
  });
}

/** The opposite of what an entry recorded; none for what has no way back, such as packages, and for what stood there before. */
export function undone({ id, undo }: JournalEntry): Resource[] {
  const [, kind = "", name = ""] = /^(\w+):(.*)$/.exec(id) ?? [];
  switch (kind) {
    // these live in files or blocks of our own, whatever stood around them
    case "kernelModule":
      return [absent(kernelModuleFile(name))];
    case "sysctl":
      return [absent(sysctlFile(name))];
    case "fileBlock":
      return [fileBlock(name, "slipway", () => [])];
    default:
      return undo ? removed(kind, name) : [];
  }
}

function removed(kind: string, name: string): Resource[] {
  switch (kind) {
    case "file":
    case "symlink":
      return [absent(name)];
    case "service":
      return [service(name, { enabled: false, active: false })];
    case "directory":
      return [
        action(`rmdir:${name}`, {
          makes: `no empty folder ${name}`,
          check: ["sh", "-c", '[ ! -d "$1" ] || [ -n "$(ls -A "$1")" ]', "sh", name],
          run: [["rmdir", "--", name]],
        }),
      ];
    default:
      return [];
  }
}
