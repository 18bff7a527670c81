import { spawn } from "node:child_process";

export type CommandOptions = {
  readonly stdin?: string;
  readonly okExitCodes?: readonly number[];
  readonly withinMs?: number;
};

/** Runs a command and gives its stdout; rejects with its stderr. What hangs is killed, so that the next try can be made. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { stdin = "", okExitCodes = [0], withinMs = 120_000 } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], timeout: withinMs, killSignal: "SIGKILL" });
    const output: Buffer[] = [];
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr = (stderr + chunk).slice(0, 4_096);
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code !== null && okExitCodes.includes(code)) resolve(Buffer.concat(output).toString());
      else reject(new Error(`${command} ${args.join(" ")}: ${signal ?? `exit code ${code}`}: ${stderr.trim()}`));
    });
    child.stdin.on("error", () => {}); // a command that stops early reports through its exit code
    child.stdin.end(stdin);
  });
}
