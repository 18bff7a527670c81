import { addAbortSignal, type Duplex } from "node:stream";
import { SlipwayError } from "../../base/errors.ts";
import { batchResults } from "../batch/batch-results.ts";
import { batchLoader, batchScript } from "../batch/batch-script.ts";
import { factsScript } from "../fact/facts-script.ts";
import { parseFacts } from "../fact/parse-facts.ts";
import type { Facts } from "../facts.ts";
import type { BatchOptions, Host, RunOptions, RunResult, TunnelTarget, UploadOptions, UploadResult } from "../host.ts";
import type { Op, OpResult } from "../op.ts";
import { RunError } from "../run-error.ts";
import { upload } from "../upload/upload.ts";
import { type Capture, capture } from "./capture.ts";
import type { Pieces } from "./execute.ts";
import type { Elevation } from "./launch.ts";
import { runScript } from "./run-script.ts";
import type { Transport } from "./transport.ts";

/** A Host wherever a POSIX shell can be started; what is local or SSH is the transport's matter. */
export class ShellHost implements Host {
  readonly name: string;
  readonly #transport: Transport;
  readonly #elevation: Elevation;
  #known: { readonly connection: unknown; readonly facts: Promise<Facts> } | undefined;

  constructor(name: string, { transport, elevation }: { transport: Transport; elevation: Elevation }) {
    this.name = name;
    this.#transport = transport;
    this.#elevation = elevation;
  }

  run(argv: readonly string[], { asLoginUser, okExitCodes = [0], ...options }: RunOptions = {}): Promise<RunResult> {
    const elevation: Elevation = asLoginUser ? { kind: "none" } : this.#elevation;
    const run = { ...options, script: runScript(argv, options), elevation, tried: argv.join(" ") };
    return this.#named(() => this.#checked(run, okExitCodes));
  }

  async batch(ops: readonly Op[], options: BatchOptions = {}): Promise<readonly OpResult[]> {
    if (ops.length === 0) return [];
    const program = batchScript(ops, { keepGoing: options.keepGoing ?? false });
    const work = (): Promise<readonly OpResult[]> => this.#batchOnce(ops, { program, options });
    return this.#named(() => (ops.some(({ kind }) => kind === "run") ? work() : twiceIfLost(work)));
  }

  upload(source: string, path: string, options: UploadOptions): Promise<UploadResult> {
    const tried = `upload ${source} to ${path}`;
    const run = (script: string, stdin?: Pieces): Promise<string> =>
      this.#printed({ script, stdin, tried, signal: options.signal, deadlineMs: options.deadlineMs });
    return this.#named(() => twiceIfLost(() => upload(source, path, { run, options })));
  }

  facts(): Promise<Facts> {
    return this.#named(async () => {
      const connection = await this.#transport.connected();
      if (this.#known && this.#known.connection === connection) return this.#known.facts;
      const facts = twiceIfLost(() => this.#gatherFacts());
      this.#known = { connection, facts };
      facts.catch(() => {
        this.#known = undefined;
      });
      return facts;
    });
  }

  async tunnel(target: TunnelTarget, signal?: AbortSignal): Promise<Duplex> {
    const stream = await this.#named(() => this.#transport.tunnel(target));
    return signal ? addAbortSignal(signal, stream) : stream;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #batchOnce(
    ops: readonly Op[],
    { program, options }: { program: string; options: BatchOptions },
  ): Promise<readonly OpResult[]> {
    const tried = `a batch of ${ops.length} operations`;
    const { deadlineMs, signal } = options;
    const execution = { script: batchLoader, elevation: this.#elevation, stdin: program, tried, deadlineMs, signal };
    const { stdout, stderr, exitCode } = await capture(this.#transport, execution);
    const results = batchResults(ops, stdout);
    if (results) return results;
    throw new SlipwayError({
      code: "BATCH_CUT",
      exit: "hostStep",
      message: "a batch of operations stopped before its end",
      tried,
      got: stderr.trim() || `exit code ${exitCode}`,
      remedy: "see what killed the shell on the host (out of memory?), then run the same command again",
    });
  }

  async #gatherFacts(): Promise<Facts> {
    const askedAtMs = Date.now();
    const output = await this.#printed({ script: factsScript, tried: "gather facts" });
    return parseFacts(output, { askedAtMs, answeredAtMs: Date.now() });
  }

  /** What a script of our own prints as root. */
  async #printed(script: Omit<Capture, "elevation">): Promise<string> {
    return (await this.#checked({ ...script, elevation: this.#elevation }, [0])).stdout;
  }

  async #checked(script: Capture, okExitCodes: readonly number[]): Promise<RunResult> {
    const result = await capture(this.#transport, script);
    if (okExitCodes.includes(result.exitCode)) return result;
    throw new RunError({ host: this.name, tried: script.tried, result });
  }

  /** Every error tells which host it is about. */
  async #named<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (thrown) {
      const isNameless = thrown instanceof SlipwayError && thrown.details.host === undefined;
      throw isNameless ? thrown.at({ host: this.name }) : thrown;
    }
  }
}

/** Does what is safe to repeat again when the connection broke under it; the transport connects anew by itself. */
async function twiceIfLost<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof SlipwayError && thrown.details.code === "CONNECTION_LOST")) throw thrown;
    return work();
  }
}
