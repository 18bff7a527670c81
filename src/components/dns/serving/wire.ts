import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  decode,
  encode,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
} from "dns-packet";
import type { Query, Rcode, Reply } from "../message.ts";

/** A question as it came: what to answer, and how large the answer may be. */
export type Request = {
  readonly id: number;
  readonly recursionDesired: boolean;
  readonly question: { readonly name: string; readonly type: string };
  readonly query: Query;
  /** Bytes; 512 without EDNS0 (RFC 6891), no limit by TCP. */
  readonly maxBytes: number;
  readonly hasEdns: boolean;
};

const rcodes: Readonly<Record<Rcode, number>> = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
};
const responseBit = 0x8000;
/** What we say that we take by UDP; the DNS flag day's value, which does not fragment. */
const ednsBytes = 1232;

export type Parsed =
  | { readonly kind: "request"; readonly request: Request }
  /** To be answered with an error code only. */
  | { readonly kind: "refused"; readonly response: Buffer }
  /** Not even a header, or a response: no answer. */
  | { readonly kind: "ignored" };

/** Parses a message of the network; never throws. */
export function parseRequest(message: Buffer, protocol: Query["protocol"]): Parsed {
  if (message.length < 12 || (message.readUInt16BE(2) & responseBit) !== 0) return { kind: "ignored" };
  const opcode = (message.readUInt16BE(2) >> 11) & 0xf;
  if (opcode !== 0) return { kind: "refused", response: errorResponse(message, "NOTIMP") };
  try {
    const packet = decode(message);
    const question = packet.questions?.[0];
    if (!question || packet.questions?.length !== 1)
      return { kind: "refused", response: errorResponse(message, "FORMERR") };
    const edns = packet.additionals?.find((record) => record.type === "OPT") as { udpPayloadSize?: number } | undefined;
    return {
      kind: "request",
      request: {
        id: packet.id ?? 0,
        recursionDesired: ((packet.flags ?? 0) & RECURSION_DESIRED) !== 0,
        question: { name: question.name, type: question.type },
        query: { name: question.name.toLowerCase().replace(/\.$/, ""), type: question.type, protocol },
        maxBytes: protocol === "tcp" ? 0xffff : Math.max(512, Math.min(edns?.udpPayloadSize ?? 512, 4096)),
        hasEdns: edns !== undefined,
      },
    };
  } catch {
    return { kind: "refused", response: errorResponse(message, "FORMERR") };
  }
}

/** The message for a reply; records that do not fit are left out and TC is set (RFC 2181, section 9). */
export function formatResponse(request: Request, reply: Reply): Buffer {
  const whole = build(request, reply, 0);
  if (whole.length <= request.maxBytes) return whole;
  const bare = build(request, { ...reply, additionals: [] }, 0);
  if (bare.length <= request.maxBytes) return bare;
  let kept = reply.answers.length;
  let cut = bare;
  while (kept > 0 && cut.length > request.maxBytes) {
    kept = Math.floor(kept / 2);
    cut = build(
      request,
      { ...reply, answers: reply.answers.slice(0, kept), authorities: [], additionals: [] },
      TRUNCATED_RESPONSE,
    );
  }
  return cut;
}

function build(
  { id, recursionDesired, question, hasEdns }: Request,
  { rcode, authoritative, answers, authorities, additionals }: Reply,
  extraFlags: number,
): Buffer {
  const flags =
    rcodes[rcode] |
    RECURSION_AVAILABLE |
    extraFlags |
    (recursionDesired ? RECURSION_DESIRED : 0) |
    (authoritative ? AUTHORITATIVE_ANSWER : 0);
  const opt = { type: "OPT", name: ".", udpPayloadSize: ednsBytes, flags: 0, options: [] } as unknown as Answer;
  return encode({
    type: "response",
    id,
    flags,
    questions: [{ ...question, class: "IN" } as never],
    answers: [...answers],
    authorities: [...authorities],
    additionals: hasEdns ? [...additionals, opt] : [...additionals],
  });
}

function errorResponse(message: Buffer, rcode: Rcode): Buffer {
  const header = Buffer.alloc(12);
  message.copy(header, 0, 0, 2);
  header.writeUInt16BE(responseBit | (message.readUInt16BE(2) & 0x7900) | rcodes[rcode], 2);
  return header;
}
