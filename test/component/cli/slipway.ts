import { spawn } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";

const launcher = join(import.meta.dirname, "..", "..", "..", "bin", "slipway");

export type Ended = { readonly exitCode: number | null; readonly stdout: string; readonly stderr: string };
export type Surroundings = {
  readonly home: string;
  readonly input?: string;
  readonly env?: Record<string, string>;
  /** Its standard output is a pipe that has no reader. */
  readonly isUnread?: boolean;
};

/** Runs the CLI in a home folder of its own; what it builds for hosts is shared with other runs, as building takes long. */
export async function slipway(
  { home, input = "", env = {}, isUnread = false }: Surroundings,
  ...argv: string[]
): Promise<Ended> {
  const { PATH = "", XDG_CACHE_HOME = join(homedir(), ".cache") } = process.env;
  const child = spawn(launcher, argv, {
    env: { PATH, XDG_CACHE_HOME, HOME: home, ...env },
    stdio: "pipe",
    timeout: 110_000,
    killSignal: "SIGKILL",
  });
  // one that ends on a mistake of usage reads nothing
  child.stdin.on("error", () => {}).end(input);
  if (isUnread) child.stdout.destroy();
  const exited = new Promise<number | null>((resolve, reject) => child.once("exit", resolve).once("error", reject));
  const [exitCode, stdout, stderr] = await Promise.all([
    exited,
    isUnread ? "" : text(child.stdout),
    text(child.stderr),
  ]);
  return { exitCode, stdout, stderr };
}
