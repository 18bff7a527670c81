import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { createServer, type Server } from "node:net";

/** Below the ports that the kernel gives to connections and to those who ask for any (32768 on), and below node ports. */
const range = { first: 20_000, end: 30_000 };
/** What holds this process's ports. */
const held: Server[] = [];

/**
 * Ports of 127.0.0.1, TCP and UDP, for programs that are told where to listen. They stay this process's until it ends, also
 * while nothing listens there: no other test takes one between the choice and the bind, or while its server is down.
 */
export async function freePorts(count: number): Promise<number[]> {
  const found: number[] = [];
  for (let port = randomInt(range.first, range.end), tries = 0; found.length < count; port += 1, tries += 1) {
    if (tries > range.end - range.first) throw new Error(`no ${count} ports of 127.0.0.1 are free`);
    if (port === range.end) port = range.first;
    if ((await hold(port)) && (await isFree(port))) found.push(port);
  }
  return found;
}

export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

/** By a name in the abstract namespace of Unix sockets: one process has it at a time, and loses it with its life. */
async function hold(port: number): Promise<boolean> {
  const holder = createServer().unref();
  const isHeld = await begins(holder, () => holder.listen(`\0slipway-test-port-${port}`));
  if (isHeld) held.push(holder);
  return isHeld;
}

async function isFree(port: number): Promise<boolean> {
  const tcp = createServer();
  const udp = createSocket("udp4");
  const isTcp = await begins(tcp, () => tcp.listen(port, "127.0.0.1"));
  const isUdp = await begins(udp, () => udp.bind(port, "127.0.0.1"));
  if (isTcp) await new Promise((resolve) => tcp.close(resolve));
  await new Promise<void>((resolve) => udp.close(resolve));
  return isTcp && isUdp;
}

type Beginning = { once(event: "listening" | "error", listener: () => void): unknown };

function begins(one: Beginning, begin: () => void): Promise<boolean> {
  return new Promise((resolve) => {
    one.once("listening", () => resolve(true));
    one.once("error", () => resolve(false));
    begin();
  });
}
