import type { AdmissionPlugin } from "./chain.ts";
import { namespaceLifecycle } from "./namespace-lifecycle.ts";
import type { AdmissionParts } from "./parts.ts";

/** The plugins that upstream has on by default and NodeRestriction, in upstream's order. */
const known: readonly (readonly [
  name: string,
  isDefault: boolean,
  make: (parts: AdmissionParts) => AdmissionPlugin,
])[] = [["NamespaceLifecycle", true, namespaceLifecycle]];

/** Builds the chain that the flags ask for; names that are not known are refused. */
export function admissionPlugins(
  parts: AdmissionParts,
  { enabled, disabled }: { enabled: readonly string[]; disabled: readonly string[] },
): AdmissionPlugin[] {
  const isOn = (name: string, isDefault: boolean) => (isDefault || enabled.includes(name)) && !disabled.includes(name);
  return known.filter(([name, isDefault]) => isOn(name, isDefault)).map(([, , make]) => make(parts));
}
