import { sha256OfValue } from "../../../base/sha256.ts";
import { differsIn, type Resource } from "../resource.ts";
import { textOf } from "./path.ts";

/**
 * Prints where the module stands: `builtin`, `loaded` or `absent`; then whether this host could load it at boot.
 * A container has no /lib/modules of its own: there the outer machine decides, and what the kernel offers counts.
 */
const probeScript = `name=$1 evidence=$2
tree=/lib/modules/$(uname -r)
if [ -r /proc/modules ] && grep -q "^$name " /proc/modules; then echo loaded
elif [ -r "$tree/modules.builtin" ] && grep -q "/$name\\.ko" "$tree/modules.builtin"; then echo builtin
elif grep -qw "$name" /proc/filesystems || [ -d "/sys/module/$name" ] || { [ -n "$evidence" ] && [ -e "$evidence" ]; }; then echo builtin
else echo absent; fi
[ -d "$tree" ] && echo loadable || echo fixed`;

/**
 * A kernel module, now and at every boot. `evidence` is a path that exists only while the module works, for kernels that
 * have it built in without a folder in /sys/module.
 */
export function kernelModule(name: string, { evidence = "" } = {}): Resource {
  const atBoot = kernelModuleFile(name);
  const content = `# Written by Slipway: a Kubernetes node needs it.\n${name}\n`;
  return {
    id: `kernelModule:${name}`,
    hash: sha256OfValue({ name }),
    probe: () => [
      { kind: "run", argv: ["sh", "-c", probeScript, "sh", name.replaceAll("-", "_"), evidence] },
      { kind: "read", path: atBoot, want: "content" },
    ],
    diff: ([probed, boot]) => {
      const [state = "absent", loader] = probed?.kind === "ran" ? probed.stdout.trim().split("\n") : [];
      const needsSaving = loader === "loadable" && state !== "builtin" && textOf(boot) !== content;
      return [
        ...(state === "absent" ? [{ kind: "field", field: "loaded", from: "no", to: "yes" } as const] : []),
        ...(needsSaving ? [{ kind: "field", field: "at boot", from: "no", to: "yes" } as const] : []),
      ];
    },
    converge: (_, differences) => [
      ...(differsIn(differences, "loaded") ? [{ kind: "run", argv: ["modprobe", "--", name] } as const] : []),
      ...(differsIn(differences, "at boot") ? [{ kind: "write", path: atBoot, content, mode: 0o644 } as const] : []),
    ],
    undo: [{ kind: "remove", path: atBoot }],
  };
}

/** The file, all ours, that loads it at boot. */
export function kernelModuleFile(name: string): string {
  return `/etc/modules-load.d/slipway-${name}.conf`;
}
