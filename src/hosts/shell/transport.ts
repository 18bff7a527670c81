import type { Duplex, Readable, Writable } from "node:stream";
import type { TunnelTarget } from "../host.ts";

/** A way to start shell commands on one machine; `ShellHost` makes a Host of it. */
export interface Transport {
  /**
   * Starts `command` in the login shell there; an urgent one does not wait for others to end.
   * Rejects when the connection can't be made or is lost meanwhile.
   */
  open(command: string, options?: { readonly isUrgent?: boolean }): Promise<Channel>;
  tunnel(target: TunnelTarget): Promise<Duplex>;
  /** What stands for the connection, made when there is none; after it broke it is another one. */
  connected(): Promise<unknown>;
  close(): Promise<void>;
}

/** One running command. */
export type Channel = {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles when the command is gone and its output was read; never rejects. */
  readonly ended: Promise<Ending>;
  /** Drops the channel without waiting for the command. */
  drop(): void;
};

export type Ending =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "killed"; readonly signal: string }
  /** The connection broke: whether the command ran to its end is unknown. */
  | { readonly kind: "lost"; readonly cause: Error | undefined };
