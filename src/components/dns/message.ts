import type { Answer, RecordType } from "dns-packet";

/** One question, as the plugins see it. */
export type Query = {
  /** Lower case, without the last dot. */
  readonly name: string;
  readonly type: RecordType | string;
  readonly protocol: "udp" | "tcp";
};

export type Rcode = "NOERROR" | "FORMERR" | "SERVFAIL" | "NXDOMAIN" | "NOTIMP" | "REFUSED";

/** What a plugin answers. */
export type Reply = {
  readonly rcode: Rcode;
  readonly authoritative: boolean;
  readonly answers: readonly Answer[];
  readonly authorities: readonly Answer[];
  readonly additionals: readonly Answer[];
};

export type Handler = (query: Query) => Promise<Reply> | Reply;
/** A plugin answers itself or hands on to the next, as in CoreDNS. */
export type Plugin = (next: Handler) => Handler;

export function reply(rcode: Rcode, fields: Partial<Omit<Reply, "rcode">> = {}): Reply {
  return { rcode, authoritative: false, answers: [], authorities: [], additionals: [], ...fields };
}

/** Whether a name is a zone's or below it; the empty zone is the root. */
export function isWithin(name: string, zone: string): boolean {
  return zone === "" || name === zone || name.endsWith(`.${zone}`);
}
