import type { EnvVar } from "../../config/kubeadm/node-registration.ts";

/** The host's proxy variables, overridden by the user's, sorted by name. */
export function mergeEnvironment(proxy: readonly EnvVar[], extra: readonly EnvVar[]): readonly EnvVar[] {
  const byName = new Map([...proxy, ...extra].map((variable) => [variable.name, variable]));
  return [...byName.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The non-empty variables of an environment that name a proxy (any case); kubeadm hands them to its components. */
export function proxyEnvironment(environment: Readonly<Record<string, string | undefined>>): readonly EnvVar[] {
  return Object.entries(environment)
    .filter(([name, value]) => name.toLowerCase().endsWith("_proxy") && value)
    .map(([name, value]) => ({ name, value: value ?? "", valueFrom: undefined }));
}
