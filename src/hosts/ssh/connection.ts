import type { Client } from "ssh2";
import { dial, stepWithinMs } from "./dial.ts";
import type { Endpoint } from "./endpoint.ts";
import { jump } from "./jump.ts";
import type { LoginMeans } from "./login/login.ts";

/** A logged-in client and what it stands on. */
export type Connection = { readonly client: Client; close(): void };

/** Connects to the last endpoint of a route through the ones before; those are shared by all who take the same way. */
export async function connectAlong(
  route: readonly Endpoint[],
  { bastions, ...means }: LoginMeans & { bastions: Bastions },
): Promise<Connection> {
  const target = route.at(-1);
  if (!target) throw new TypeError("a route needs an endpoint");
  const jumps = route.slice(0, -1);
  if (jumps.length === 0) {
    const client = await dial(target, means);
    return { client, close: () => client.end() };
  }
  const bastion = await bastions.use(jumps, () => connectAlong(jumps, { bastions, ...means }));
  try {
    const through = await jump(bastion.client, target, means.around.connectWithinMs ?? stepWithinMs);
    const client = await dial(target, { ...means, through });
    client.once("close", bastion.release);
    return { client, close: () => client.end() };
  } catch (thrown) {
    bastion.release();
    throw thrown;
  }
}

type Shared = { readonly connection: Promise<Connection>; users: number };

/** Connections to bastions, one for each way to one, open as long as somebody uses it. */
export class Bastions {
  readonly #open = new Map<string, Shared>();

  async use(
    jumps: readonly Endpoint[],
    connect: () => Promise<Connection>,
  ): Promise<{ client: Client; release: () => void }> {
    const way = jumps.map(({ user, address, port }) => `${user}@${address}:${port}`).join(",");
    const shared = this.#open.get(way) ?? this.#add(way, connect());
    shared.users += 1;
    const { client, close } = await shared.connection;
    let isReleased = false;
    const release = (): void => {
      if (isReleased) return;
      isReleased = true;
      shared.users -= 1;
      if (shared.users > 0) return;
      if (this.#open.get(way) === shared) this.#open.delete(way);
      close();
    };
    return { client, release };
  }

  #add(way: string, connection: Promise<Connection>): Shared {
    const shared: Shared = { connection, users: 0 };
    const forget = (): void => {
      if (this.#open.get(way) === shared) this.#open.delete(way);
    };
    connection.then(({ client }) => client.once("close", forget), forget);
    this.#open.set(way, shared);
    return shared;
  }
}
