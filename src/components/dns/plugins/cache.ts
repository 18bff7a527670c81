import type { Handler, Plugin, Query, Reply } from "../message.ts";
import { isWithin } from "../message.ts";

export type CacheOptions = {
  readonly maxTtlSeconds: number;
  readonly capacity: number;
  /** Zones whose answers, or denials, are not kept: kubeadm's Corefile names the cluster's, which changes under us. */
  readonly disableSuccess: readonly string[];
  readonly disableDenial: readonly string[];
  readonly now: () => number;
};

type Entry = { readonly reply: Reply; readonly storedAt: number; readonly expiresAt: number };

/** Keeps answers for their TTL, at most `maxTtlSeconds`; TTLs in what it gives count down. */
export function cache(options: CacheOptions): Plugin {
  const entries = new Map<string, Entry>();
  return (next) => (query) => {
    const key = `${query.type} ${query.name}`;
    const entry = entries.get(key);
    if (entry && entry.expiresAt > options.now()) return aged(entry, options.now());
    return keep(next, query, (reply) => {
      const ttlMs = keepFor(query, reply, options) * 1_000;
      if (ttlMs <= 0) return;
      entries.delete(key);
      if (entries.size >= options.capacity) evictOldest(entries);
      entries.set(key, { reply, storedAt: options.now(), expiresAt: options.now() + ttlMs });
    });
  };
}

function keep(next: Handler, query: Query, store: (reply: Reply) => void): Promise<Reply> | Reply {
  const result = next(query);
  if (!(result instanceof Promise)) {
    store(result);
    return result;
  }
  return result.then((reply) => {
    store(reply);
    return reply;
  });
}

/** Seconds; 0 for what must not be kept. Denials live as long as their SOA says (RFC 2308, section 5). */
function keepFor({ name }: Query, { rcode, answers, authorities }: Reply, options: CacheOptions): number {
  const isDenial = rcode === "NXDOMAIN" || (rcode === "NOERROR" && answers.length === 0);
  if (!isDenial && rcode !== "NOERROR") return 0;
  const disabled = isDenial ? options.disableDenial : options.disableSuccess;
  if (disabled.some((zone) => isWithin(name, zone))) return 0;
  const records = isDenial ? authorities.filter(({ type }) => type === "SOA") : answers;
  const ttls = records.map((record) => ("ttl" in record && record.ttl) || 0);
  return ttls.length === 0 ? 0 : Math.min(options.maxTtlSeconds, ...ttls);
}

function aged({ reply, storedAt }: Entry, now: number): Reply {
  const ageSeconds = Math.floor((now - storedAt) / 1_000);
  if (ageSeconds === 0) return reply;
  const older = (records: Reply["answers"]) =>
    records.map((record) =>
      "ttl" in record ? { ...record, ttl: Math.max(0, (record.ttl ?? 0) - ageSeconds) } : record,
    );
  return {
    ...reply,
    answers: older(reply.answers),
    authorities: older(reply.authorities),
    additionals: older(reply.additionals),
  };
}

function evictOldest(entries: Map<string, Entry>): void {
  const [oldest] = entries.keys();
  if (oldest !== undefined) entries.delete(oldest);
}
