import { once } from "node:events";
import { connect } from "node:net";
import { execa } from "execa";
import type { Ending, Transport } from "./shell/transport.ts";
import { tunnelRefused } from "./tunnel-refused.ts";

/** This machine; every command gets a process group of its own, so that all of it can be ended. */
export const localTransport: Transport = {
  async open(command) {
    const child = execa("sh", ["-c", command], {
      detached: true,
      buffer: false,
      reject: false,
      encoding: "buffer",
      cleanup: false,
      stdin: "pipe",
    });
    const ended = child.then(
      (result): Ending =>
        result.signal
          ? { kind: "killed", signal: result.signal }
          : result.exitCode === undefined
            ? { kind: "lost", cause: result.cause as Error | undefined }
            : { kind: "exited", code: result.exitCode },
    );
    const { stdin, stdout, stderr } = child;
    const drop = (): void => {
      for (const stream of [stdin, stdout, stderr]) stream.destroy();
    };
    return { stdin, stdout, stderr, ended, drop };
  },
  async tunnel(target) {
    const socket = target.kind === "tcp" ? connect(target.port, target.host) : connect(target.path);
    await once(socket, "connect").catch((thrown: Error) => {
      throw tunnelRefused(target, thrown);
    });
    return socket;
  },
  async connected() {
    return "local";
  },
  async close() {},
};
