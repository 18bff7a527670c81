import type { Duplex } from "node:stream";
import type { Client, ClientChannel } from "ssh2";
import { SlipwayError } from "../../base/errors.ts";
import type { TunnelTarget } from "../host.ts";
import type { Channel, Ending, Transport } from "../shell/transport.ts";
import { Slots } from "../slots.ts";
import type { Connection } from "./connection.ts";
import { forwardOut } from "./forward-out.ts";

/** Below OpenSSH's MaxSessions of 10, so that there is room to end a command; sshd_config(5). */
const maxSessions = 8;

/** Makes a connection; `isAgain` when there was one before. */
export type Connect = (isAgain: boolean) => Promise<Connection>;

/**
 * One connection for all commands and tunnels of a host, made when first needed and anew after it broke. A host that
 * can't be reached again counts as lost from then on: nothing waits for it a second time.
 */
export class SshTransport implements Transport {
  readonly #connect: Connect;
  readonly #slots = new Slots(maxSessions);
  #connection: Promise<Connection> | undefined;
  #isAgain = false;

  constructor(connect: Connect) {
    this.#connect = connect;
  }

  /** Makes the connection unless it stands; rejects with what the last attempt failed with when the host is lost. */
  connected(): Promise<Connection> {
    this.#connection ??= this.#open();
    return this.#connection;
  }

  async open(command: string, { isUrgent = false }: { isUrgent?: boolean } = {}): Promise<Channel> {
    const leave = isUrgent ? () => {} : await this.#slots.enter();
    try {
      const { client } = await this.connected();
      const channel = await session(client, command);
      channel.once("close", leave);
      return commandChannel(client, channel);
    } catch (thrown) {
      leave();
      throw thrown;
    }
  }

  async tunnel(target: TunnelTarget): Promise<Duplex> {
    return forwardOut((await this.connected()).client, target);
  }

  async close(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined);
    connection?.close();
  }

  async #open(): Promise<Connection> {
    const forget = (): void => {
      this.#connection = undefined;
    };
    try {
      const connection = await this.#connect(this.#isAgain);
      this.#isAgain = true;
      connection.client.once("error", forget);
      connection.client.once("close", forget);
      return connection;
    } catch (thrown) {
      if (!this.#isAgain) forget();
      throw thrown;
    }
  }
}

function session(client: Client, command: string): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const onClose = (): void => reject(refused(new Error("the connection broke")));
    client.once("close", onClose);
    client.exec(command, (error, channel) => {
      client.off("close", onClose);
      if (error) reject(refused(error));
      else resolve(channel);
    });
  });
}

function refused(error: Error): SlipwayError {
  return new SlipwayError(
    {
      code: "CONNECTION_LOST",
      exit: "connection",
      message: "the SSH server did not start a command",
      got: error.message,
      remedy: "check MaxSessions and ForceCommand in the server's sshd_config, and that the host is up",
    },
    { cause: error },
  );
}

function commandChannel(client: Client, channel: ClientChannel): Channel {
  const { promise: ended, resolve } = Promise.withResolvers<Ending>();
  let exit: Ending | undefined;
  const onError = (cause: Error): void => {
    exit ??= { kind: "lost", cause };
  };
  client.on("error", onError);
  channel.on("exit", (code: number | null, signal?: string) => {
    exit = code === null ? { kind: "killed", signal: signal ?? "SIGKILL" } : { kind: "exited", code };
  });
  channel.on("close", () => {
    client.off("error", onError);
    resolve(exit ?? { kind: "lost", cause: undefined });
  });
  return { stdin: channel, stdout: channel, stderr: channel.stderr, ended, drop: () => channel.close() };
}
