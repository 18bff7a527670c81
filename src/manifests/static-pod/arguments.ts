import type { Arg } from "../../config/kubeadm/node-registration.ts";

/** Flags by name, without dashes; undefined entries are left out. */
export type DefaultArguments = Readonly<Record<string, string | undefined>>;

/**
 * The command line of a component (app/util/arguments.go): defaults sorted by name, without those that the user sets, then the
 * user's in their order, repeated ones included.
 */
export function commandArguments(defaults: DefaultArguments, extra: readonly Arg[]): string[] {
  const replaced = new Set(extra.map(({ name }) => name));
  const kept = Object.keys(defaults)
    .filter((name) => defaults[name] !== undefined && !replaced.has(name))
    .sort()
    .map((name) => ({ name, value: defaults[name] as string }));
  return [...kept, ...extra].map(({ name, value }) => `--${name}=${value}`);
}

/** The value that a component ends up with for one argument; the last one wins where it is repeated. */
export function extraArgument(extra: readonly Arg[], name: string): string | undefined {
  return extra.findLast((one) => one.name === name)?.value;
}
