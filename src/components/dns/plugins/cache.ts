import { isWithin, type Plugin, type Query, type Reply } from "../message.ts";

export type KindOptions = {
  readonly capacity: number;
  /** Seconds. */
  readonly maxTtl: number;
  readonly minTtl: number;
  /** Zones whose answers are not kept: kubeadm's Corefile names the cluster's, which changes under us. */
  readonly disabled: readonly string[];
};
export type CacheOptions = {
  readonly zones: readonly string[];
  readonly success: KindOptions;
  readonly denial: KindOptions;
  /** Asked anew ahead of its end: what was asked `amount` times within the time, in the last part of its life. */
  readonly prefetch?: { readonly amount: number; readonly withinMs: number; readonly percentage: number };
  /** What has ended is given for so long: at once while it is asked anew, or only when asking fails. */
  readonly stale?: { readonly forMs: number; readonly mode: "immediate" | "verify" };
  /** TTLs do not count down. */
  readonly keepTtl: boolean;
  readonly now: () => number;
};

type Kind = "success" | "denial";
type Entry = {
  readonly reply: Reply;
  readonly storedAt: number;
  readonly expiresAt: number;
  readonly kind: Kind;
  hits: number;
  lastHitAt: number;
  isRefreshing: boolean;
};
type Store = Record<Kind, Map<string, Entry>>;
type Ask = (query: Query) => Promise<Reply> | Reply;

/** Keeps answers for their TTL; TTLs in what it gives count down. Told of hits and misses by `count`. */
export function cache(options: CacheOptions, count: (result: "hit" | "miss") => void = () => {}): Plugin {
  const store: Store = { success: new Map(), denial: new Map() };
  return (next) => {
    const ask: Ask = (query) => {
      const given = next(query);
      if (!(given instanceof Promise)) return keep(store, query, given, options);
      return given.then((reply) => keep(store, query, reply, options));
    };
    return (query) => {
      if (!options.zones.some((zone) => isWithin(query.name, zone))) return next(query);
      const entry = find(store, keyOf(query));
      const found = entry && fromEntry(entry, query, { ask, options });
      count(found ? "hit" : "miss");
      return found ?? ask(query);
    };
  };
}

/** What an entry gives now; undefined when it must be asked for. */
function fromEntry(
  entry: Entry,
  query: Query,
  { ask, options }: { ask: Ask; options: CacheOptions },
): Promise<Reply> | Reply | undefined {
  const now = options.now();
  if (entry.expiresAt > now) {
    if (isDue(entry, now, options)) refresh(entry, query, ask);
    return aged(entry, options);
  }
  const { stale } = options;
  if (!stale || entry.expiresAt + stale.forMs <= now) return undefined;
  if (stale.mode === "immediate") {
    refresh(entry, query, ask);
    return aged(entry, options);
  }
  return Promise.resolve(ask(query)).then((reply) => (reply.rcode === "SERVFAIL" ? aged(entry, options) : reply));
}

function isDue(entry: Entry, now: number, { prefetch }: CacheOptions): boolean {
  if (!prefetch || prefetch.amount === 0) return false;
  entry.hits = now - entry.lastHitAt > prefetch.withinMs ? 1 : entry.hits + 1;
  entry.lastHitAt = now;
  const left = (entry.expiresAt - now) / (entry.expiresAt - entry.storedAt);
  return entry.hits >= prefetch.amount && left * 100 <= prefetch.percentage;
}

function refresh(entry: Entry, query: Query, ask: Ask): void {
  if (entry.isRefreshing) return;
  entry.isRefreshing = true;
  const done = () => {
    entry.isRefreshing = false;
  };
  void Promise.resolve(ask(query)).then(done, done);
}

function keep(store: Store, query: Query, reply: Reply, options: CacheOptions): Reply {
  const kind: Kind = isDenial(reply) ? "denial" : "success";
  const ttlMs = keepFor(query, reply, options[kind]) * 1_000;
  if (ttlMs <= 0) return reply;
  const key = keyOf(query);
  const now = options.now();
  for (const entries of [store.success, store.denial]) entries.delete(key);
  if (store[kind].size >= options[kind].capacity) evictOldest(store[kind]);
  store[kind].set(key, {
    reply,
    storedAt: now,
    expiresAt: now + ttlMs,
    kind,
    hits: 0,
    lastHitAt: now,
    isRefreshing: false,
  });
  return reply;
}

/** Seconds; 0 for what must not be kept. Denials live as long as their SOA says (RFC 2308, section 5). */
function keepFor({ name }: Query, reply: Reply, { disabled, maxTtl, minTtl }: KindOptions): number {
  if (reply.rcode !== "NOERROR" && reply.rcode !== "NXDOMAIN") return 0;
  if (disabled.some((zone) => isWithin(name, zone))) return 0;
  const records = isDenial(reply) ? reply.authorities.filter(({ type }) => type === "SOA") : reply.answers;
  const ttls = records.map((record) => ("ttl" in record && record.ttl) || 0);
  return ttls.length === 0 ? 0 : Math.max(minTtl, Math.min(maxTtl, ...ttls));
}

function isDenial({ rcode, answers }: Reply): boolean {
  return rcode === "NXDOMAIN" || answers.length === 0;
}

function aged({ reply, storedAt, expiresAt }: Entry, { now, keepTtl }: CacheOptions): Reply {
  const isStale = expiresAt <= now();
  const ageSeconds = keepTtl ? 0 : Math.floor((now() - storedAt) / 1_000);
  if (ageSeconds === 0 && !isStale) return reply;
  const older = (records: Reply["answers"]) =>
    records.map((record) =>
      "ttl" in record ? { ...record, ttl: isStale ? 0 : Math.max(0, (record.ttl ?? 0) - ageSeconds) } : record,
    );
  return {
    ...reply,
    answers: older(reply.answers),
    authorities: older(reply.authorities),
    additionals: older(reply.additionals),
  };
}

function find(store: Store, key: string): Entry | undefined {
  return store.success.get(key) ?? store.denial.get(key);
}

function keyOf({ type, name }: Query): string {
  return `${type} ${name}`;
}

function evictOldest(entries: Map<string, Entry>): void {
  const [oldest] = entries.keys();
  if (oldest !== undefined) entries.delete(oldest);
}
