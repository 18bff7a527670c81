/**
 * A vitest reporter that ends test files which hang. Vitest's own time-outs can't end a file whose process is blocked in
 * a system call or a loop, or whose import never finishes: the run would wait for it for ever, and say nothing.
 */
import type { Reporter, TestModule } from "vitest/node";
import { descendantsOf, type ProcessFacts, processes } from "./processes.ts";

/** Many times what the slowest file of a project takes on a slow machine. A walk of the matrix may take an hour. */
const limitMs: Readonly<Record<string, number>> = { unit: 120_000, component: 300_000, e2e: 900_000 };

export class HungFiles implements Reporter {
  readonly #timers = new Map<string, NodeJS.Timeout>();

  onTestModuleQueued({ id, project, relativeModuleId }: TestModule): void {
    const limit = limitMs[project.name];
    if (limit !== undefined) this.#timers.set(id, setTimeout(() => end(relativeModuleId, limit), limit).unref());
  }

  onTestModuleEnd({ id }: TestModule): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }
}

/** Each file has a process of its own, so the one that hangs is older than the limit. */
function end(file: string, limit: number): void {
  const all = processes();
  const isHung = ({ parent, command, ageSeconds }: ProcessFacts) =>
    parent === process.pid && command.includes("vitest/dist/workers") && ageSeconds * 1000 >= limit - 1000;
  const hung = all.filter(isHung).flatMap((worker) => [worker, ...descendantsOf(worker.pid, all)]);
  const lines = [`${file} has not ended after ${limit / 1000} s; its processes are killed:`, ...hung.map(line)];
  process.stderr.write(`${lines.join("\n")}\n`);
  for (const { pid } of hung) kill(pid);
}

function line({ pid, parent, state, ageSeconds, cpuSeconds, waitsIn, command }: ProcessFacts): string {
  return `  ${pid} (of ${parent}) ${state} ${ageSeconds} s old, ${cpuSeconds} s of CPU, in ${waitsIn}: ${command.slice(0, 200)}`;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // ended by itself meanwhile
  }
}
