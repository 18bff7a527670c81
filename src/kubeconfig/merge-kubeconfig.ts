import { SlipwayError } from "../base/errors.ts";
import { sortedYaml } from "../base/sorted-yaml.ts";
import { parseYaml } from "../base/yaml.ts";
import type { Kubeconfig } from "./kubeconfig.ts";

type Named = { readonly name: string };
type Config = Record<string, unknown>;

/**
 * Brings the entries of one kubeconfig into another and makes its context the current one. Entries of the same name are
 * replaced, all others are kept as they are, with fields that Slipway doesn't know. Throws KUBECONFIG_UNREADABLE when the
 * existing text is no kubeconfig, so that nobody's file is overwritten.
 */
export function mergeKubeconfig(existing: string, incoming: Kubeconfig): string {
  const config = existing.trim() === "" ? {} : readConfig(existing);
  return sortedYaml({
    apiVersion: "v1",
    kind: "Config",
    preferences: {},
    ...config,
    clusters: mergeNamed(config.clusters, incoming.clusters),
    contexts: mergeNamed(config.contexts, incoming.contexts),
    users: mergeNamed(config.users, incoming.users),
    "current-context": incoming["current-context"],
  });
}

/** The same kubeconfig under other names, so that clusters that are all called "kubernetes" can stand in one file. */
export function renameKubeconfig(config: Kubeconfig, name: string): Kubeconfig {
  const [cluster] = config.clusters ?? [];
  const [user] = config.users ?? [];
  if (!cluster || !user) return config;
  const [userName, contextName] = [`${name}-${user.name}`, name];
  return {
    clusters: [{ ...cluster, name }],
    users: [{ ...user, name: userName }],
    contexts: [{ name: contextName, context: { cluster: name, user: userName } }],
    "current-context": contextName,
  };
}

function readConfig(text: string): Config {
  try {
    const value = parseYaml(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      const config = value as Config;
      if (config.kind === undefined || config.kind === "Config") return config;
    }
  } catch {
    // refused below like any other text that is no kubeconfig
  }
  throw new SlipwayError({
    code: "KUBECONFIG_UNREADABLE",
    exit: "configuration",
    message: "the kubeconfig to merge into is not a kubeconfig",
    remedy: "correct or move that file, or name another one with --kubeconfig",
  });
}

function mergeNamed(existing: unknown, incoming: readonly Named[] | null): readonly Named[] {
  const kept = (Array.isArray(existing) ? (existing as Named[]) : []).filter(
    (one) => !incoming?.some(({ name }) => name === one.name),
  );
  return [...kept, ...(incoming ?? [])];
}
