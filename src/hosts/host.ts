import type { Duplex } from "node:stream";
import type { Facts } from "./facts.ts";
import type { Op, OpResult } from "./op.ts";

/** A Linux machine that commands and files reach as root; only this room knows SSH from local and sudo from root. */
export interface Host {
  /** The name that reports and errors begin with. */
  readonly name: string;
  /**
   * Runs one command with LC_ALL=C. Rejects with a RunError unless the exit code is 0 or listed in `okExitCodes`,
   * and with a SlipwayError CONNECTION_LOST, DEADLINE_EXCEEDED or ABORTED; the last two have ended the command.
   */
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  /**
   * Runs many operations in one round trip, in order, and gives one result each.
   * After the first failure the rest is `notRun`, unless `keepGoing`. Rejects as `run` does but for exit codes.
   * A batch that is cut on its way runs nothing. One without `run` operations is sent again once after a lost connection.
   */
  batch(ops: readonly Op[], options?: BatchOptions): Promise<readonly OpResult[]>;
  /** Streams a local file to `path`, atomically; skips when the sha256 there is equal, resumes a partial one. */
  upload(source: string, path: string, options: UploadOptions): Promise<UploadResult>;
  /** A stream to an address or unix socket as seen from the host; the signal destroys it. */
  tunnel(target: TunnelTarget, signal?: AbortSignal): Promise<Duplex>;
  /** Gathered once per connection, in one round trip. */
  facts(): Promise<Facts>;
  close(): Promise<void>;
}

export type RunOptions = {
  readonly stdin?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Run as the login user instead of root. */
  readonly asLoginUser?: boolean;
  readonly deadlineMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly okExitCodes?: readonly number[];
  /** Called with each piece of output as it arrives. */
  readonly onOutput?: (stream: "stdout" | "stderr", chunk: string) => void;
};

export type RunResult = {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
};

export type BatchOptions = {
  readonly keepGoing?: boolean;
  readonly deadlineMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type UploadOptions = {
  readonly mode: number;
  readonly owner?: string;
  readonly deadlineMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (sentBytes: number, totalBytes: number) => void;
};
export type UploadResult = { readonly kind: "sent"; readonly bytes: number } | { readonly kind: "unchanged" };

export type TunnelTarget =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };
