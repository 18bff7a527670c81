import { decode, encode, type Packet, RECURSION_DESIRED } from "dns-packet";
import { messageOf } from "../../../../base/errors.ts";
import { isWithin, type Plugin, type Query, type Rcode, type Reply, reply } from "../../message.ts";
import type { Upstream } from "./upstream.ts";

export type ForwardOptions = {
  /** What is forwarded: names of this zone, and of none of those left out. */
  readonly zone: string;
  readonly except: readonly string[];
  readonly upstreams: readonly Upstream[];
  readonly policy: "random" | "round_robin" | "sequential";
  readonly protocol: "as asked" | "udp" | "tcp";
  /** Questions under way at once; more are refused. 0: no limit. */
  readonly maxConcurrent: number;
  /** SERVFAIL at once when all are down, instead of trying one. */
  readonly failFast: boolean;
  readonly random: () => number;
  readonly now: () => number;
  readonly onError: (message: string) => void;
};

const deadlineMs = 5_000;
const timeoutMs = 2_000;

/** Asks resolvers outside: by the policy's order, those that are down last; by TCP too when an answer was truncated. */
export function forward(options: ForwardOptions): Plugin {
  const { zone, except, upstreams, maxConcurrent } = options;
  const order = orderOf(options);
  let underway = 0;
  return (next) => async (query) => {
    if (!isWithin(query.name, zone) || except.some((one) => isWithin(query.name, one))) return next(query);
    if (upstreams.length === 0) return reply("SERVFAIL");
    if (maxConcurrent > 0 && underway >= maxConcurrent) return reply("REFUSED");
    underway++;
    try {
      return await askInTurn(query, order(), options);
    } finally {
      underway--;
    }
  };
}

async function askInTurn(query: Query, inOrder: readonly Upstream[], options: ForwardOptions): Promise<Reply> {
  const deadline = options.now() + deadlineMs;
  const up = inOrder.filter(({ isDown }) => !isDown);
  if (up.length === 0 && options.failFast) return reply("SERVFAIL");
  // when all look down it may be the probes that fail
  const tried = up.length > 0 ? up : inOrder;
  for (let turn = 0; options.now() < deadline && turn < tried.length * 2; turn++) {
    const upstream = tried[turn % tried.length];
    if (!upstream) break;
    try {
      return replyOf(await askOne(query, upstream, options));
    } catch (thrown) {
      upstream.suspect();
      options.onError(`${query.name} ${query.type}: ${upstream.to.address}: ${messageOf(thrown)}`);
    }
  }
  return reply("SERVFAIL");
}

async function askOne(query: Query, upstream: Upstream, { protocol }: ForwardOptions): Promise<Packet & Flags> {
  const question = encode({ type: "query", flags: RECURSION_DESIRED, questions: [questionOf(query)] });
  const first = protocol === "as asked" ? query.protocol : protocol;
  const answer: Packet & Flags = decode(await upstream.ask(question, first, timeoutMs));
  if (!answer.flag_tc || first === "tcp") return answer;
  return decode(await upstream.ask(question, "tcp", timeoutMs));
}

function orderOf({ upstreams, policy, random }: ForwardOptions): () => readonly Upstream[] {
  let turn = 0;
  const from = (start: number) => [...upstreams.slice(start), ...upstreams.slice(0, start)];
  switch (policy) {
    case "random":
      return () => from(Math.floor(random() * upstreams.length));
    case "round_robin":
      return () => from(turn++ % upstreams.length);
    case "sequential":
      return () => upstreams;
  }
}

type Flags = { readonly flag_tc?: boolean; readonly rcode?: string };

function questionOf({ name, type }: Query) {
  return { name, type, class: "IN" as const } as never;
}

function replyOf(packet: Packet & Flags): Reply {
  return reply((packet.rcode ?? "NOERROR") as Rcode, {
    answers: packet.answers ?? [],
    authorities: packet.authorities ?? [],
    additionals: (packet.additionals ?? []).filter(({ type }) => type !== "OPT"),
  });
}
