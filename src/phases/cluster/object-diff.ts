import { unifiedDiff } from "../../base/unified-diff.ts";
import { yaml } from "../../base/yaml.ts";

/** What writing the fields of `wished` changes in an object, as a unified diff of YAML; a field that is null there goes away. */
export function objectDiff(name: string, current: unknown, wished: unknown): string {
  return unifiedDiff(name, yaml(shapedAs(current, wished)), yaml(shapedAs(wished, wished)));
}

/** What of `current` stands where `wished` has fields: the left side of a diff that shows nothing else. */
function shapedAs(current: unknown, wished: unknown): unknown {
  if (typeof wished !== "object" || wished === null || Array.isArray(wished)) return current ?? undefined;
  const fields = Object.entries(wished).map(
    ([field, value]) => [field, shapedAs((current as Record<string, unknown> | undefined)?.[field], value)] as const,
  );
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}
