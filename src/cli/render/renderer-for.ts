import { jsonRenderer } from "./json.ts";
import { linesRenderer } from "./lines.ts";
import type { Renderer } from "./renderer.ts";

export const outputs = ["auto", "tree", "plain", "json"] as const;
export type Output = (typeof outputs)[number];

/** Columns below which a tree is unreadable, also of terminals that don't tell their width. */
const narrowestTree = 40;

type Terminal = {
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** The renderer for this output and terminal; NO_COLOR, CI and TERM=dumb are honoured (no-color.org). */
export async function rendererFor(
  { output, verbose }: { output: Output; verbose: boolean },
  { stdout, env }: Terminal,
): Promise<Renderer> {
  const write = (text: string) => stdout.write(text);
  const isTerminal = stdout.isTTY === true && !env.CI && env.TERM !== "dumb";
  const screen = { write, hasColor: isTerminal && !env.NO_COLOR, isVerbose: verbose };
  if (output === "json") return jsonRenderer(screen);
  const isWide = (stdout.columns ?? 0) >= narrowestTree;
  if (output === "plain" || (output === "auto" && !(isTerminal && isWide))) return linesRenderer(screen);
  return (await import("./tree.ts")).treeRenderer(screen);
}
