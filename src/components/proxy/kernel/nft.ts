import { spawn } from "node:child_process";

/** Runs one script as one atomic transaction; rejects with nft's message. */
export function nft(script: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("nft", ["-f", "-"], { stdio: ["pipe", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      stderr = (stderr + chunk).slice(0, 4_096);
    });
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`nft -f -: exit code ${code}: ${stderr.trim()}`)),
    );
    child.stdin.on("error", () => {}); // nft that stops early reports through its exit code
    child.stdin.end(script);
  });
}
