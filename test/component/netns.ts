import { execFileSync } from "node:child_process";

/** Runs a shell script, and gives its standard output; throws with its standard error. */
export function sh(script: string): string {
  return execFileSync("sh", ["-ec", script], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 60_000 });
}

/** Runs one nftables script in a network namespace. */
export function nftIn(namespace: string, script: string): void {
  if (script)
    execFileSync("ip", ["netns", "exec", namespace, "nft", "-f", "-"], {
      input: script,
      stdio: "pipe",
      timeout: 60_000,
    });
}
