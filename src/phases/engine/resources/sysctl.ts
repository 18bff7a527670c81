import { sha256OfValue } from "../../../base/sha256.ts";
import { type Difference, differsIn, type Resource } from "../resource.ts";
import { textOf } from "./path.ts";

/** A kernel setting, now and at every boot: `sysctl("net.ipv4.ip_forward", "1")`. */
export function sysctl(key: string, value: string): Resource {
  const live = `/proc/sys/${key.replaceAll(".", "/")}`;
  const atBoot = sysctlFile(key);
  const content = `# Written by Slipway: a Kubernetes node needs it.\n${key} = ${value}\n`;
  return {
    id: `sysctl:${key}`,
    hash: sha256OfValue({ key, value }),
    probe: () => [
      { kind: "read", path: live, want: "content" },
      { kind: "read", path: atBoot, want: "content" },
    ],
    diff: ([now, boot]) => [
      ...valueDifference("value", textOf(now)?.trim().split(/\s+/).join(" ") ?? "absent", value),
      ...valueDifference("at boot", textOf(boot) === content ? value : (settingIn(textOf(boot)) ?? "unset"), value),
    ],
    converge: (_, differences) => [
      { kind: "write", path: atBoot, content, mode: 0o644 },
      ...(differsIn(differences, "value")
        ? [{ kind: "run", argv: ["sysctl", "--quiet", "--write", `${key}=${value}`] } as const]
        : []),
    ],
    undo: [{ kind: "remove", path: atBoot }],
  };
}

/** The file, all ours, that sets it at boot. */
export function sysctlFile(key: string): string {
  return `/etc/sysctl.d/99-slipway-${key}.conf`;
}

function valueDifference(field: string, from: string, to: string): Difference[] {
  return from === to ? [] : [{ kind: "field", field, from, to }];
}

/** The last assignment of a sysctl.d file, which is the one that counts; undefined when there is none. */
function settingIn(text: string | undefined): string | undefined {
  return text?.match(/^[^#;=]+=\s*(.*?)\s*$/m)?.[1];
}
