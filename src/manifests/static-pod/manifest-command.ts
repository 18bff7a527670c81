import { parseYaml } from "../../base/yaml.ts";

/** The command of a static pod's manifest, binary first; empty for a text that is no manifest. */
export function manifestCommand(manifest: string | undefined): readonly string[] {
  if (manifest === undefined) return [];
  try {
    const pod = parseYaml(manifest) as { spec?: { containers?: { command?: string[] }[] } } | null;
    return pod?.spec?.containers?.[0]?.command ?? [];
  } catch {
    // somebody wrote into it: it tells nothing
    return [];
  }
}

/** The value of `--name=value` in a command; the last one counts. */
export function commandValue(command: readonly string[], name: string): string | undefined {
  return command.findLast((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
}
