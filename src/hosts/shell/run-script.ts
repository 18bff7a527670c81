import type { RunOptions } from "../host.ts";
import { quote, quoteAll } from "./quote.ts";

/** The script of one command; the environment travels in it and never stands in an argument list. */
export function runScript(argv: readonly string[], { env = {}, cwd }: Pick<RunOptions, "env" | "cwd">): string {
  return [
    ...(cwd === undefined ? [] : [`cd -- ${quote(cwd)} || exit 126`]),
    ...Object.entries(env).map(([name, value]) => `export ${variableName(name)}=${quote(value)}`),
    `exec ${quoteAll(argv)}`,
    "",
  ].join("\n");
}

/** The name itself; throws a TypeError when sh could not export it. */
export function variableName(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new TypeError(`not a name of an environment variable: ${name}`);
  return name;
}
