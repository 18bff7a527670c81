import { containerdUnit } from "../../runtime/containerd/unit.ts";
import type { Archive, RuntimeInstall } from "../../runtime/runtime-wish.ts";
import type { Resource } from "../engine/resource.ts";
import { action } from "../engine/resources/action.ts";
import { systemdUnit } from "../engine/resources/systemd-unit.ts";
import { uploadedFile } from "../engine/resources/uploaded-file.ts";
import { stateDirectory } from "../engine/state-directory.ts";

type Archives = Extract<RuntimeInstall, { kind: "archives" }>;

const folder = `${stateDirectory}/archives`;

/** Release archives as their projects publish them: containerd's holds bin/, the plugins' is flat, runc is a program. */
export function installedArchives({ containerd, runc, cniPlugins }: Archives): readonly Resource[] {
  return [
    ...unpacked("containerd", containerd, "/usr/local"),
    ...unpacked("cni-plugins", cniPlugins, "/opt/cni/bin"),
    uploadedFile("/usr/local/sbin/runc", { source: runc.file, sha256: runc.sha256, mode: 0o755 }),
    systemdUnit("containerd.service", containerdUnit),
  ];
}

/** The archive on the host and a stamp that says which one was unpacked last. */
function unpacked(name: string, { file, sha256 }: Archive, into: string): readonly Resource[] {
  const archive = `${folder}/${name}.tar.gz`;
  const stamp = `${folder}/${name}.unpacked`;
  const unpack = `mkdir -p "$2" && tar -xzf "$1" -C "$2" --no-same-owner && echo "$3" >"$4"`;
  return [
    uploadedFile(archive, { source: file, sha256 }),
    action(`unpack-${name}`, {
      makes: `${name} ${sha256.slice(0, 12)} unpacked into ${into}`,
      check: ["sh", "-c", `[ "$(cat "$1" 2>/dev/null)" = "$2" ]`, "sh", stamp, sha256],
      run: [["sh", "-c", unpack, "sh", archive, into, sha256, stamp]],
    }),
  ];
}
