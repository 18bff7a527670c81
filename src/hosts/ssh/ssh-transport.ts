import type { Duplex } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import type { TunnelTarget } from "../host.ts";
import type { Channel, Ending, Transport } from "../shell/transport.ts";

/** Commands and tunnels over one connection that is ready. */
export function sshTransport(client: Client): Transport {
  return {
    open: async (command) => {
      const channel = await called<ClientChannel>((done) => client.exec(command, done));
      return sessionChannel(client, channel);
    },
    tunnel: (target) => called<Duplex>((done) => forward(client, target, done)),
    close: async () => {
      client.end();
    },
  };
}

type Done<T> = (error: Error | undefined, value: T) => void;

function called<T>(call: (done: Done<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value))));
}

function forward(client: Client, target: TunnelTarget, done: Done<Duplex>): void {
  if (target.kind === "tcp") client.forwardOut("127.0.0.1", 0, target.host, target.port, done);
  else client.openssh_forwardOutStreamLocal(target.path, done);
}

function sessionChannel(client: Client, channel: ClientChannel): Channel {
  const { promise: ended, resolve } = Promise.withResolvers<Ending>();
  let cause: Error | undefined;
  let exit: Ending | undefined;
  const onError = (error: Error): void => {
    cause ??= error;
  };
  client.on("error", onError);
  channel.on("exit", (code: number | null, signal?: string) => {
    exit = code === null ? { kind: "killed", signal: `SIG${signal ?? ""}` } : { kind: "exited", code };
  });
  channel.on("close", () => {
    client.off("error", onError);
    resolve(exit ?? { kind: "lost", cause });
  });
  return { stdin: channel, stdout: channel, stderr: channel.stderr, ended, drop: () => channel.close() };
}
