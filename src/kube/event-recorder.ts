import { isNotFound } from "./api-error.ts";
import type { KubeClient } from "./client.ts";
import type { KubeObject } from "./object.ts";
import { resources } from "./resources.ts";
import { rfc3339 } from "./rfc3339.ts";

export type EventSource = { readonly component: string; readonly host?: string };
export type EventFacts = {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  /** The part of the object that it is about: `spec.containers{name}`. */
  readonly fieldPath?: string;
};

/** Told of what happens to an object. */
export interface EventRecorder {
  event(object: KubeObject, facts: EventFacts): void;
}

const rememberedEvents = 4096;
/** A server that can't keep up must not make us remember everything that we wanted to tell it. */
const mostWaiting = 1000;
/** client-go's spam filter: a burst of 25 per object, then one in five minutes. */
const burst = 25;
const refillMs = 300_000;

type Seen = { name: string; count: number; firstTimestamp: string };

/** Writes events (core/v1); what repeats counts up one event, floods about one object are dropped, failures are not retried. */
export class ApiEventRecorder implements EventRecorder {
  readonly #client: KubeClient;
  readonly #source: EventSource;
  readonly #now: () => number;
  readonly #seen = new Map<string, Seen>();
  readonly #tokens = new Map<string, { left: number; at: number }>();
  #tail: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(client: KubeClient, source: EventSource, now: () => number = Date.now) {
    this.#client = client;
    this.#source = source;
    this.#now = now;
  }

  event(object: KubeObject, facts: EventFacts): void {
    if (this.#waiting >= mostWaiting || !this.#takeToken(object.metadata.uid ?? object.metadata.name ?? "")) return;
    this.#waiting++;
    const written = this.#tail.then(() => this.#write(object, facts)).catch(() => undefined);
    this.#tail = written.finally(() => {
      this.#waiting--;
    });
  }

  /** Resolves once everything told so far was written or given up. */
  flush(): Promise<void> {
    return this.#tail;
  }

  async #write(object: KubeObject, { fieldPath, ...facts }: EventFacts): Promise<void> {
    const identity = [object.metadata.uid, fieldPath, facts.type, facts.reason, facts.message].join("\n");
    const seen = this.#seen.get(identity);
    const now = rfc3339(this.#now());
    const namespace = object.metadata.namespace ?? "default";
    if (seen) {
      const body = { count: seen.count + 1, lastTimestamp: now };
      try {
        await this.#client.patch(resources.events, { name: seen.name, namespace }, { type: "merge", body });
        seen.count++;
        return;
      } catch (thrown) {
        if (!isNotFound(thrown)) throw thrown;
      }
    }
    const name = `${object.metadata.name}.${this.#suffix()}`;
    await this.#client.create(resources.events, {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name, namespace },
      involvedObject: { ...reference(object), ...(fieldPath && { fieldPath }) },
      ...facts,
      source: this.#source,
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
      reportingComponent: this.#source.component,
      reportingInstance: this.#source.host ?? "",
    });
    this.#remember(identity, { name, count: 1, firstTimestamp: now });
  }

  #remember(identity: string, seen: Seen): void {
    this.#seen.set(identity, seen);
    const [oldest] = this.#seen.keys();
    if (this.#seen.size > rememberedEvents && oldest !== undefined) this.#seen.delete(oldest);
  }

  #takeToken(subject: string): boolean {
    const now = this.#now();
    const bucket = this.#tokens.get(subject) ?? { left: burst, at: now };
    const left = Math.min(burst, bucket.left + (now - bucket.at) / refillMs);
    this.#tokens.delete(subject);
    this.#tokens.set(subject, { left: left >= 1 ? left - 1 : left, at: now });
    const [oldest] = this.#tokens.keys();
    if (this.#tokens.size > rememberedEvents && oldest !== undefined) this.#tokens.delete(oldest);
    return left >= 1;
  }

  /** The nanoseconds of client-go's event names, in hexadecimal. */
  #suffix(): string {
    const nanoseconds = BigInt(Math.round(this.#now())) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n);
    return nanoseconds.toString(16);
  }
}

function reference({ apiVersion, kind, metadata }: KubeObject): Record<string, unknown> {
  const { namespace, name, uid, resourceVersion } = metadata;
  return { apiVersion, kind, namespace, name, uid, resourceVersion };
}
