/**
 * Runs the checks one after the other and reports all failures at the end instead of stopping at the first.
 * Without arguments the ten-second part: types, lint, imports, unit tests; with --all the component and e2e tests too.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { failuresFile } from "./failures.ts";

type Check = { readonly name: string; readonly argv: readonly string[] };

/** Several times what the longest check takes: one that hangs is told, not awaited for ever. */
const longestMs = 30 * 60_000;

const quick: readonly Check[] = [
  { name: "types", argv: ["tsc"] },
  { name: "lint and format", argv: ["biome", "check", "."] },
  { name: "import direction", argv: ["node", "tools/check-imports.ts"] },
  { name: "unit tests", argv: ["vitest", "run", "--project", "unit"] },
];
const slow: readonly Check[] = [
  { name: "component tests", argv: ["vitest", "run", "--project", "component"] },
  { name: "e2e tests", argv: ["vitest", "run", "--project", "e2e"] },
];

const { values } = parseArgs({ options: { all: { type: "boolean", default: false } } });
const scratch = mkdtempSync(join(tmpdir(), "slipway-check-"));
const failures = join(scratch, "failures");
const results = (values.all ? [...quick, ...slow] : quick).map(run);
console.log(["", ...results.map(line)].join("\n"));
if (existsSync(failures)) console.log(`\n${readFileSync(failures, "utf8")}`);
rmSync(scratch, { recursive: true });
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;

type Result = { readonly name: string; readonly passed: boolean; readonly seconds: number };

function run({ name, argv: [program = "", ...rest] }: Check): Result {
  console.log(`\n== ${name}: ${[program, ...rest].join(" ")}`);
  const start = performance.now();
  const { status, error } = spawnSync(program, rest, {
    stdio: "inherit",
    env: { ...process.env, [failuresFile]: failures },
    timeout: longestMs,
    killSignal: "SIGKILL",
  });
  if (error) console.error(`${program}: ${error.message}`);
  return { name, passed: status === 0, seconds: (performance.now() - start) / 1000 };
}

function line({ name, passed, seconds }: Result): string {
  return `${passed ? "ok    " : "FAILED"}  ${name.padEnd(18)} ${seconds.toFixed(1).padStart(6)} s`;
}
