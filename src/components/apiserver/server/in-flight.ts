import { groups } from "../authn/user.ts";
import { tooManyRequests } from "../http/api-error.ts";
import type { Exchange } from "../http/exchange.ts";

const reading = new Set(["get", "list", "watch", "head"]);
const streaming = new Set(["exec", "attach", "portforward", "proxy", "log"]);

/** Requests that last as long as their client likes; neither limits nor time-outs are for them. */
export function isLongRunning({ info, upgrade }: Exchange): boolean {
  return (
    upgrade !== undefined || (info.kind === "resource" && (info.verb === "watch" || streaming.has(info.subresource)))
  );
}

/** Counts the requests under way, reading and writing ones apart, and refuses those above the limits with 429. */
export class InFlight {
  readonly #limits: { readonly reading: number; readonly writing: number };
  readonly #now = { reading: 0, writing: 0 };

  /** A limit of 0 is none. */
  constructor(limits: { readonly reading: number; readonly writing: number }) {
    this.#limits = limits;
  }

  get now(): { readonly reading: number; readonly writing: number } {
    return this.#now;
  }

  /** Takes a place; the result gives it back. Throws 429 when there is none. */
  enter(exchange: Exchange): () => void {
    if (isLongRunning(exchange)) return () => undefined;
    const kind = reading.has(exchange.info.verb) ? "reading" : "writing";
    const limit = this.#limits[kind];
    // Administrators must get in when everything else is stuck, as upstream's exempt level lets them.
    const isExempt = exchange.user.groups.includes(groups.masters) || exchange.info.kind === "nonResource";
    if (limit > 0 && this.#now[kind] >= limit && !isExempt) {
      throw tooManyRequests("too many requests, please try again later.");
    }
    this.#now[kind] += 1;
    let isHeld = true;
    return () => {
      if (isHeld) this.#now[kind] -= 1;
      isHeld = false;
    };
  }
}
