import { redact } from "../../../base/redact.ts";
import type { Host, RunOptions, RunResult } from "../../../hosts/host.ts";
import type { Op, OpResult } from "../../../hosts/op.ts";
import type { RunEventBody } from "../event.ts";

/** The host with every command that runs on it told as an event; contents and stdin are never told. */
export function observed(host: Host, report: (event: RunEventBody) => void): Host {
  const tell = (command: string, exitCode: number, durationMs: number) =>
    report({
      kind: "command",
      host: host.name,
      command: redact(command),
      exitCode,
      durationMs: Math.round(durationMs),
    });
  return {
    name: host.name,
    run: async (argv: readonly string[], options?: RunOptions): Promise<RunResult> => {
      const startedMs = performance.now();
      const result = await host.run(argv, options).catch((thrown) => {
        tell(argv.join(" "), exitCodeOf(thrown), performance.now() - startedMs);
        throw thrown;
      });
      tell(argv.join(" "), result.exitCode, result.durationMs);
      return result;
    },
    batch: async (ops, options) => {
      const startedMs = performance.now();
      const results = await host.batch(ops, options);
      const failed = results.filter(({ kind }) => kind === "failed").length;
      tell(`batch of ${ops.length}: ${inWords(ops)}`, failed > 0 ? 1 : 0, performance.now() - startedMs);
      for (const [index, op] of ops.entries()) tellRun(op, results[index], tell);
      return results;
    },
    upload: async (source, path, options) => {
      const startedMs = performance.now();
      const result = await host.upload(source, path, options);
      tell(`upload ${path} (${result.kind})`, 0, performance.now() - startedMs);
      return result;
    },
    tunnel: (target, signal) => host.tunnel(target, signal),
    facts: () => host.facts(),
    close: () => host.close(),
  };
}

function tellRun(
  op: Op,
  result: OpResult | undefined,
  tell: (command: string, exit: number, ms: number) => void,
): void {
  if (op.kind !== "run") return;
  if (result?.kind === "ran") tell(op.argv.join(" "), result.exitCode, result.durationMs);
  if (result?.kind === "failed") tell(op.argv.join(" "), result.exitCode ?? -1, 0);
}

function inWords(ops: readonly Op[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of ops) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ");
}

function exitCodeOf(thrown: unknown): number {
  const code = (thrown as { result?: { exitCode?: unknown } }).result?.exitCode;
  return typeof code === "number" ? code : -1;
}
