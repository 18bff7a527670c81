import { closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { redact } from "../../base/redact.ts";
import type { RunEvent } from "../../phases/engine/event.ts";

const keptLogs = 50;

/** The debug log of one run: every event as a line, commands with exit code and duration, no secrets. */
export class LogFile {
  readonly path: string;
  private readonly descriptor: number;

  /** Makes the file, readable by its owner alone, and removes the oldest of more than 50. */
  constructor(folder: string, run: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const logs = readdirSync(folder).filter((name) => name.endsWith(".log"));
    for (const name of logs.sort().slice(0, Math.max(0, logs.length - keptLogs + 1)))
      rmSync(join(folder, name), { force: true });
    this.path = join(folder, `${run}.log`);
    this.descriptor = openSync(this.path, "a", 0o600);
  }

  write({ schema, run, time, kind, ...rest }: RunEvent): void {
    this.line(`${time} ${kind} ${JSON.stringify(rest)}`);
  }

  line(text: string): void {
    writeSync(this.descriptor, `${redact(text)}\n`);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
