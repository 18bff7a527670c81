import type { PackageArchive } from "../runtime/debian/package-archive.ts";
import type { ClusterContext } from "./cluster/cluster-context.ts";
import type { Phase } from "./engine/phase.ts";
import type { Resource } from "./engine/resource.ts";
import { action } from "./engine/resources/action.ts";
import { file } from "./engine/resources/file.ts";
import { uploadedFile } from "./engine/resources/uploaded-file.ts";
import { stateDirectory } from "./engine/state-directory.ts";

const repository = `${stateDirectory}/packages`;
const sourcesList = "/etc/apt/sources.list.d/slipway.list";

/** A bundle's packages as a repository on the host itself, from which later phases install as from any other. */
export const packageArchive: Phase<ClusterContext> = {
  id: "package-archive",
  title: "Bring the packages of the bundle",
  appliesTo: () => true,
  resources: async ({ distribution }, { facts: { os } }) => {
    const { packages } = await distribution();
    return packages?.release === `${os.id} ${os.versionId}` ? localRepository(packages) : [];
  },
};

function localRepository({ file: { source, sha256 } }: PackageArchive): readonly Resource[] {
  const archive = `${repository}.tar`;
  const unpack = `mkdir -p "$2" && tar -xf "$1" -C "$2" --no-same-owner && chmod 0755 "$2" && echo "$3" >"$2/.unpacked"`;
  const settings = ["Dir::Etc::SourceList=/dev/null", `Dir::Etc::SourceParts=${sourcesList}`];
  return [
    uploadedFile(archive, { source, sha256 }),
    action("unpack-packages", {
      makes: `packages ${sha256.slice(0, 12)} unpacked into ${repository}`,
      check: ["sh", "-c", `[ "$(cat "$1/.unpacked" 2>/dev/null)" = "$2" ]`, "sh", repository, sha256],
      run: [["sh", "-c", unpack, "sh", archive, repository, sha256]],
    }),
    file(sourcesList, { content: `deb [trusted=yes] file:${repository} ./\n` }),
    action("list-packages", {
      makes: `apt knows the packages ${sha256.slice(0, 12)}`,
      check: ["sh", "-c", `[ "$(cat "$1/.listed" 2>/dev/null)" = "$2" ]`, "sh", repository, sha256],
      // only this list is fetched: the others stay, in reach or not
      run: [
        ["apt-get", "update", "-o", "APT::Get::List-Cleanup=0", ...settings.flatMap((setting) => ["-o", setting])],
        ["sh", "-c", `echo "$2" >"$1/.listed"`, "sh", repository, sha256],
      ],
    }),
  ];
}
