import { randomBytes } from "node:crypto";
import { SlipwayError } from "../../base/errors.ts";
import { elevate } from "./elevate.ts";
import { killGroup } from "./kill-group.ts";
import { type Elevation, launchCommand, prologue, scriptLine } from "./launch.ts";
import { MarkedOutput } from "./marked-output.ts";
import { notStarted } from "./not-started.ts";
import type { Channel, Transport } from "./transport.ts";

/** Bytes piece by piece; a piece is its source's again, to be overwritten, once the next one is asked for. */
export type Pieces = AsyncIterable<Uint8Array>;

/** A script and how to run it. */
export type Execution = {
  readonly script: string;
  readonly elevation: Elevation;
  /** What the script finds on its stdin; nothing unless given. */
  readonly stdin?: string | Uint8Array | Pieces | undefined;
  /** For errors: the command or what the script is for. Never a secret. */
  readonly tried: string;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onStdout: (chunk: Buffer) => void;
  readonly onStderr: (chunk: Buffer) => void;
};

export type Executed =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "killed"; readonly signal: string };

/**
 * Runs a script to its end. Rejects with CONNECTION_LOST, DEADLINE_EXCEEDED, ABORTED or a SUDO_ code; before the last
 * two settle, the script's process group has been killed.
 */
export async function execute(transport: Transport, execution: Execution): Promise<Executed> {
  execution.signal?.throwIfAborted();
  const mark = `slipway-${randomBytes(8).toString("hex")}`;
  const channel = await transport.open(launchCommand(execution.elevation));
  const stdout = new MarkedOutput(mark, execution.onStdout);
  const stderr = new MarkedOutput(mark, execution.onStderr);
  channel.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  channel.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const stop = stopOn(execution);
  try {
    const fed = feed(channel, scriptLine(prologue(mark) + execution.script), execution);
    const ending = await Promise.race([channel.ended, stop.happened, fed]);
    if (ending.kind === "stopped") {
      await killGroup(transport, { channel, elevation: execution.elevation, group: stdout.group ?? stderr.group });
      throw ending.error;
    }
    if (ending.kind === "lost") throw connectionLost(execution, ending.cause);
    if (stdout.group === undefined) throw notStarted({ ending, execution, noise: `${stdout.noise}${stderr.noise}` });
    return ending;
  } finally {
    stop.forget();
    channel.drop();
  }
}

/** Never settles by success: only a source that fails is news. A command that reads only part of its input is fine. */
async function feed(channel: Channel, first: string, { elevation, stdin: rest = "" }: Execution): Promise<never> {
  channel.stdin.on("error", () => {});
  if (await elevate(channel, elevation)) {
    channel.stdin.write(first);
    if (typeof rest === "string" || rest instanceof Uint8Array) channel.stdin.end(rest);
    else await pour(rest, channel);
  }
  return new Promise<never>(() => {});
}

/** Where the source fails the channel is dropped, so that the command is not told of an end. */
async function pour(pieces: Pieces, channel: Channel): Promise<void> {
  try {
    for await (const piece of pieces) if (!(await isTaken(piece, channel))) return;
    channel.stdin.end();
  } catch (thrown) {
    channel.drop();
    throw thrown;
  }
}

/** Whether a channel took a piece, rather than ended before. */
function isTaken(piece: Uint8Array, { stdin, ended }: Channel): Promise<boolean> {
  const taken = new Promise<boolean>((resolve) => stdin.write(piece, (error) => resolve(!error)));
  return Promise.race([taken, ended.then(() => false)]);
}

type Stopped = { readonly kind: "stopped"; readonly error: SlipwayError };

function stopOn({ deadlineMs, signal, tried }: Execution): { happened: Promise<Stopped>; forget: () => void } {
  const { promise: happened, resolve } = Promise.withResolvers<Stopped>();
  const stop = (code: string, message: string, exit: "hostStep" | "interrupted"): void =>
    resolve({ kind: "stopped", error: new SlipwayError({ code, exit, message, tried }, { cause: signal?.reason }) });
  const onAbort = (): void => stop("ABORTED", "the command was stopped on request", "interrupted");
  const timer = setTimeout(
    () => stop("DEADLINE_EXCEEDED", `the command was stopped after its deadline of ${deadlineMs / 1000} s`, "hostStep"),
    deadlineMs,
  );
  signal?.addEventListener("abort", onAbort, { once: true });
  if (signal?.aborted) onAbort();
  const forget = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  };
  return { happened, forget };
}

function connectionLost({ tried }: Execution, cause: Error | undefined): SlipwayError {
  return new SlipwayError(
    {
      code: "CONNECTION_LOST",
      exit: "connection",
      message: "the connection broke; whether the command ran to its end is unknown",
      tried,
      got: cause?.message,
      remedy: "check the host and its network, then run the same command again: it goes on where it stopped",
    },
    { cause },
  );
}
