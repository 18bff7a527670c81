/**
 * kube-proxy with 5,000 services of two endpoints each, in a network namespace of its own: how long the first sync takes, how
 * long one endpoint's change until it is in the kernel, a restart over the standing table, and the memory.
 * Targets: first sync < 5 s, a change < 150 ms, RSS < 200 MB. Needs root and nft. Usage: node test/bench/proxy.ts [services]
 */
import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";

/** As the images run it. */
const nodeFlags = ["--max-semi-space-size=1"];
const count = process.argv[2] ?? "5000";
const namespace = `sw-bench-${process.pid}`;
execFileSync("ip", ["netns", "add", namespace]);
try {
  const first = await measure(["first-sync", "changes"]);
  const second = await measure(["first-sync"]);
  const rows = [
    ["first sync", first.firstSyncMs, 5_000, "ms"],
    ["one change, median", first.changeMs, 150, "ms"],
    ["one change, slowest of 20", first.slowestChangeMs, 150, "ms"],
    ["restart over the standing table", second.firstSyncMs, 5_000, "ms"],
    ["RSS after all", first.rssMb, 200, "MB"],
  ] as const;
  for (const [what, value = 0, target, unit] of rows) {
    console.log(
      `${what.padEnd(34)} ${value.toFixed(0).padStart(6)} ${unit}  ${(value / target).toFixed(2)} of ${target} ${unit}`,
    );
  }
} finally {
  execFileSync("ip", ["netns", "delete", namespace]);
}

type Figures = { firstSyncMs: number; changeMs?: number; slowestChangeMs?: number; rssMb: number };

function measure(steps: readonly string[]): Promise<Figures> {
  const runner = join(import.meta.dirname, "proxy/proxy-process.ts");
  const child = spawn("ip", ["netns", "exec", namespace, process.execPath, ...nodeFlags, runner, count, ...steps], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk;
  });
  return new Promise((resolve, reject) => {
    child.on("close", (code) => (code === 0 ? resolve(JSON.parse(output)) : reject(new Error(`ended with ${code}`))));
  });
}
