import type { Check } from "../engine/check.ts";

/** The check with its errors turned to warnings when it is named, in any case, or everything is ignored. */
export function ignoring(names: readonly string[]): (check: Check) => Check {
  const ignored = new Set(names.map((name) => name.toLowerCase()));
  return (check) => {
    if (!ignored.has("all") && !ignored.has(check.name.toLowerCase())) return check;
    return {
      name: check.name,
      probe: () => check.probe(),
      judge: (found) => check.judge(found).map((finding) => ({ ...finding, severity: "warning" })),
    };
  };
}
