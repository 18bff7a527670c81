import { constants } from "node:os";
import type { Duplex, Readable } from "node:stream";
import { SlipwayError } from "../../base/errors.ts";
import type { Facts } from "../facts.ts";
import type { BatchOptions, Host, RunOptions, RunResult, TunnelTarget, UploadOptions, UploadResult } from "../host.ts";
import type { Op, OpResult } from "../op.ts";
import { RunError } from "../run-error.ts";
import { batchResults } from "./batch-results.ts";
import { batchLoader, batchScript } from "./batch-script.ts";
import { type Executed, type Execution, execute } from "./execute.ts";
import { factsScript } from "./facts-script.ts";
import type { Elevation } from "./launch.ts";
import { parseFacts } from "./parse-facts.ts";
import { runScript } from "./run-script.ts";
import { TextOutput } from "./text-output.ts";
import type { Transport } from "./transport.ts";
import { upload } from "./upload.ts";

const defaultDeadlineMs = 10 * 60_000;

/** A Host wherever a POSIX shell can be started; what is local or SSH is the transport's matter. */
export class ShellHost implements Host {
  readonly name: string;
  readonly #transport: Transport;
  readonly #elevation: Elevation;

  #facts: Promise<Facts> | undefined;

  constructor(name: string, { transport, elevation }: { transport: Transport; elevation: Elevation }) {
    this.name = name;
    this.#transport = transport;
    this.#elevation = elevation;
  }

  async run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const begun = performance.now();
    const stdout = new TextOutput((chunk) => options.onOutput?.("stdout", chunk));
    const stderr = new TextOutput((chunk) => options.onOutput?.("stderr", chunk));
    const tried = argv.join(" ");
    const executed = await this.#execute({
      script: runScript(argv, options),
      elevation: options.asLoginUser ? { kind: "none" } : this.#elevation,
      stdin: options.stdin,
      tried,
      deadlineMs: options.deadlineMs ?? defaultDeadlineMs,
      signal: options.signal,
      onStdout: (chunk) => stdout.push(chunk),
      onStderr: (chunk) => stderr.push(chunk),
    });
    const result = {
      exitCode: exitCode(executed),
      stdout: stdout.end(),
      stderr: stderr.end(),
      durationMs: performance.now() - begun,
    };
    if ((options.okExitCodes ?? [0]).includes(result.exitCode)) return result;
    throw new RunError({ host: this.name, tried, result });
  }

  async batch(ops: readonly Op[], options: BatchOptions = {}): Promise<readonly OpResult[]> {
    if (ops.length === 0) return [];
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const tried = `a batch of ${ops.length} operations`;
    const executed = await this.#execute({
      script: batchLoader,
      elevation: this.#elevation,
      stdin: batchScript(ops, { keepGoing: options.keepGoing ?? false }),
      tried,
      deadlineMs: options.deadlineMs ?? defaultDeadlineMs,
      signal: options.signal,
      onStdout: (chunk) => stdout.push(chunk),
      onStderr: (chunk) => stderr.push(chunk),
    });
    const results = batchResults(ops, Buffer.concat(stdout).toString("latin1"));
    if (results) return results;
    throw new SlipwayError({
      code: "BATCH_CUT",
      exit: "hostStep",
      message: "a batch of operations ended before its end",
      host: this.name,
      tried,
      got: Buffer.concat(stderr).toString().trim() || `exit code ${exitCode(executed)}`,
      remedy: "see what killed the shell on the host (out of memory?), then run the same command again",
    });
  }

  upload(source: string, path: string, options: UploadOptions): Promise<UploadResult> {
    const run = (script: string, stdin?: Readable): Promise<string> =>
      this.#printed({ script, stdin, tried: `upload ${source} to ${path}`, signal: options.signal });
    return upload(source, path, { run, options });
  }

  facts(): Promise<Facts> {
    this.#facts ??= this.#gatherFacts();
    return this.#facts;
  }

  tunnel(target: TunnelTarget): Promise<Duplex> {
    return this.#transport.tunnel(target);
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #gatherFacts(): Promise<Facts> {
    const askedAtMs = Date.now();
    const output = await this.#printed({ script: factsScript, tried: "gather facts" });
    return parseFacts(output, { askedAtMs, answeredAtMs: Date.now() });
  }

  /** What a script of our own prints; rejects with a RunError unless it ends well. */
  async #printed(script: Pick<Execution, "script" | "tried" | "stdin" | "signal">): Promise<string> {
    const begun = performance.now();
    const stdout = new TextOutput(() => {});
    const stderr = new TextOutput(() => {});
    const executed = await this.#execute({
      elevation: this.#elevation,
      deadlineMs: defaultDeadlineMs,
      onStdout: (chunk) => stdout.push(chunk),
      onStderr: (chunk) => stderr.push(chunk),
      ...script,
    });
    const result = {
      exitCode: exitCode(executed),
      stdout: stdout.end(),
      stderr: stderr.end(),
      durationMs: performance.now() - begun,
    };
    if (result.exitCode === 0) return result.stdout;
    throw new RunError({ host: this.name, tried: script.tried, result });
  }

  async #execute(execution: Execution): Promise<Executed> {
    try {
      return await execute(this.#transport, execution);
    } catch (thrown) {
      throw thrown instanceof SlipwayError ? thrown.at({ host: this.name }) : thrown;
    }
  }
}

/** As sh reports it: 128 and the number of the signal, which SSH gives by name only. */
function exitCode(executed: Executed): number {
  return executed.kind === "exited" ? executed.code : 128 + (constants.signals[executed.signal as NodeJS.Signals] ?? 0);
}
