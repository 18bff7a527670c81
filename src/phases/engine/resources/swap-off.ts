import { sha256OfValue } from "../../../base/sha256.ts";
import { unifiedDiff } from "../../../base/unified-diff.ts";
import { differsIn, type Resource } from "../resource.ts";
import { stateOf, textOf } from "./path.ts";

const fstab = "/etc/fstab";

/** No swap, now and after a boot: swap lines in fstab become comments. */
export function swapOff(): Resource {
  return {
    id: "swap:off",
    hash: sha256OfValue({ swap: "off" }),
    probe: () => [
      { kind: "read", path: "/proc/swaps", want: "content" },
      { kind: "read", path: fstab, want: "content" },
    ],
    diff: ([swaps, table]) => {
      const areas = activeAreas(textOf(swaps) ?? "");
      const text = textOf(table) ?? "";
      const diff = unifiedDiff(fstab, text, withoutSwap(text));
      return [
        ...(areas.length > 0 ? [{ kind: "field", field: "active", from: areas.join(" "), to: "none" } as const] : []),
        ...(diff ? [{ kind: "text", field: fstab, diff } as const] : []),
      ];
    },
    converge: ([, table], differences) => {
      const state = stateOf(table);
      const isTableDiffering = differsIn(differences, fstab) && state.kind === "file";
      return [
        ...(differsIn(differences, "active") ? [{ kind: "run", argv: ["swapoff", "--all"] } as const] : []),
        ...(isTableDiffering
          ? [
              {
                kind: "write",
                path: fstab,
                content: withoutSwap(textOf(table) ?? ""),
                mode: state.mode,
                owner: state.owner,
              } as const,
            ]
          : []),
      ];
    },
  };
}

/** Devices and files of /proc/swaps, whose first line is a heading. */
function activeAreas(text: string): string[] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line) => line.trim().split(/\s+/)[0] || []);
}

/** The table with each line of type swap (third field, fstab(5)) turned into a comment. */
export function withoutSwap(text: string): string {
  return text.replace(/^(?!\s*#)\s*\S+\s+\S+\s+swap\b.*$/gm, "# switched off by Slipway: $&");
}
