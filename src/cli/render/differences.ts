import type { Difference, ResourceAction } from "../../phases/engine/resource.ts";
import type { Paint } from "./paint.ts";

/** The sign of an action, as terraform and diff use them. */
export const signs: Readonly<Record<ResourceAction, string>> = { create: "+", update: "~", delete: "-", none: " " };

/** What differs, one line a field, text as a unified diff. */
export function differenceLines(differences: readonly Difference[], paint: Paint): string[] {
  return differences.flatMap((difference): string[] => {
    switch (difference.kind) {
      case "missing":
      case "unwanted":
        return [];
      case "secret":
        return [`${difference.field}: (secret, changed)`];
      case "field":
        return [`${difference.field}: ${difference.from} -> ${difference.to}`];
      case "text":
        return difference.diff
          .trimEnd()
          .split("\n")
          .map((line) => coloured(line, paint));
      default:
        return difference satisfies never;
    }
  });
}

function coloured(line: string, paint: Paint): string {
  if (line.startsWith("+")) return paint("green", line);
  return line.startsWith("-") ? paint("red", line) : line;
}
