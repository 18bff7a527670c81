import { createSocket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import { type Answer, decode, encode, type Packet, RECURSION_DESIRED, streamDecode, streamEncode } from "dns-packet";
import { type Plugin, type Query, type Rcode, type Reply, reply } from "../message.ts";

export type Upstream = { readonly address: string; readonly port: number };
export type ForwardOptions = {
  readonly upstreams: readonly Upstream[];
  readonly maxConcurrent: number;
  readonly timeoutMs: number;
  readonly random: () => number;
};

/** Asks resolvers outside: a random one first, then the others; by TCP when an answer was truncated. */
export function forward(options: ForwardOptions): Plugin {
  let underway = 0;
  return () => async (query) => {
    if (options.upstreams.length === 0) return reply("SERVFAIL");
    if (underway >= options.maxConcurrent) return reply("REFUSED");
    underway++;
    try {
      return await askInTurn(query, options);
    } finally {
      underway--;
    }
  };
}

async function askInTurn(query: Query, { upstreams, timeoutMs, random }: ForwardOptions): Promise<Reply> {
  const first = Math.floor(random() * upstreams.length);
  for (let turn = 0; turn < Math.min(upstreams.length, 3); turn++) {
    const upstream = upstreams[(first + turn) % upstreams.length];
    if (!upstream) break;
    try {
      const packet = encode({
        type: "query",
        id: Math.floor(random() * 0xffff),
        flags: RECURSION_DESIRED,
        questions: [questionOf(query)],
      });
      const answer = await askByUdp(packet, upstream, timeoutMs);
      return replyOf(answer.flag_tc ? await askByTcp(query, upstream, timeoutMs) : answer);
    } catch {
      // the next resolver is asked; when none answers the client gets SERVFAIL
    }
  }
  return reply("SERVFAIL");
}

function askByUdp(packet: Buffer, { address, port }: Upstream, timeoutMs: number): Promise<Packet & Flags> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
    const end = (settle: () => void) => {
      clearTimeout(timer);
      socket.close();
      settle();
    };
    const timer = setTimeout(() => end(() => reject(new Error(`${address} did not answer`))), timeoutMs);
    socket.on("error", (error) => end(() => reject(error)));
    socket.connect(port, address, () => socket.send(packet));
    socket.on("message", (message) => {
      if (message.readUInt16BE(0) !== packet.readUInt16BE(0)) return;
      end(() => {
        try {
          resolve(decode(message));
        } catch (thrown) {
          reject(thrown);
        }
      });
    });
  });
}

function askByTcp(query: Query, { address, port }: Upstream, timeoutMs: number): Promise<Packet & Flags> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, timeout: timeoutMs });
    const chunks: Buffer[] = [];
    socket.on("timeout", () => socket.destroy(new Error(`${address} did not answer by TCP`)));
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`${address} closed the connection`)));
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      const message = Buffer.concat(chunks);
      if (message.length < 2 || message.length < message.readUInt16BE(0) + 2) return;
      resolve(streamDecode(message) as Packet & Flags);
      socket.destroy();
    });
    socket.end(streamEncode({ type: "query", id: 1, flags: RECURSION_DESIRED, questions: [questionOf(query)] }));
  });
}

type Flags = { readonly flag_tc?: boolean; readonly rcode?: string };

function questionOf({ name, type }: Query) {
  return { name, type: type as Answer["type"], class: "IN" as const } as never;
}

function replyOf(packet: Packet & Flags): Reply {
  return reply((packet.rcode ?? "NOERROR") as Rcode, {
    answers: packet.answers ?? [],
    authorities: packet.authorities ?? [],
    additionals: (packet.additionals ?? []).filter(({ type }) => type !== "OPT"),
  });
}
