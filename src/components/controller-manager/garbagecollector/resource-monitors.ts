import { messageOf } from "../../../base/errors.ts";
import { type DiscoveredResource, discoverResources } from "../../../kube/discovery.ts";
import { Informer } from "../../../kube/informer/informer.ts";
import { metadataOnly } from "../../../kube/informer/metadata-only.ts";
import type { KubeObject, Resource } from "../../../kube/object.ts";
import { apiVersionOf } from "../../../kube/resources.ts";
import type { ControllerContext } from "../framework/controller.ts";
import { every } from "../framework/every.ts";

const rediscoverMs = 5 * 60_000;
const settleMs = 1000;
/** Many and short-lived; nothing owns or is owned by them. */
const ignored = new Set(["/events", "events.k8s.io/events"]);

type Seen = { readonly changed: (object: KubeObject) => void; readonly deleted: (object: KubeObject) => void };
type Monitor = { readonly informer: Informer; readonly stop: () => void };

/** A watch over every resource that can be deleted, custom ones included, kept in step with what the server has. */
export class ResourceMonitors {
  readonly #context: ControllerContext;
  readonly #seen: Seen;
  readonly #monitors = new Map<string, Monitor>();
  #byKind = new Map<string, DiscoveredResource>();
  #again: NodeJS.Timeout | undefined;

  constructor(context: ControllerContext, seen: Seen) {
    this.#context = context;
    this.#seen = seen;
  }

  /** The resource of a kind, as the server had it last. */
  resourceOf({ apiVersion, kind }: { apiVersion: string; kind: string }): DiscoveredResource | undefined {
    return this.#byKind.get(`${apiVersion} ${kind}`);
  }

  get synced(): boolean {
    return this.#monitors.size > 0 && [...this.#monitors.values()].every(({ informer }) => informer.synced);
  }

  run(): void {
    const definitions = this.#context.informers.of({
      group: "apiextensions.k8s.io",
      version: "v1",
      resource: "customresourcedefinitions",
    });
    const later = () => {
      clearTimeout(this.#again);
      this.#again = setTimeout(() => void this.#discover().catch(() => undefined), settleMs);
    };
    definitions.addHandler({ added: later, updated: later, deleted: later });
    this.#context.signal.addEventListener("abort", () => clearTimeout(this.#again), { once: true });
    every(this.#context, rediscoverMs, () => this.#discover());
  }

  async #discover(): Promise<void> {
    const { found, failed } = await discoverResources(this.#context.client);
    const wanted = found.filter(
      ({ group, resource, verbs }) =>
        !ignored.has(`${group}/${resource}`) && ["list", "watch", "delete"].every((verb) => verbs.includes(verb)),
    );
    this.#byKind = new Map(found.map((one) => [`${apiVersionOf(one)} ${one.kind}`, one]));
    const keys = new Set(wanted.map(keyOf));
    for (const one of wanted) if (!this.#monitors.has(keyOf(one))) this.#start(one);
    // a group that did not answer is not gone
    if (failed.length > 0) return;
    for (const [key, { stop }] of this.#monitors) {
      if (keys.has(key)) continue;
      stop();
      this.#monitors.delete(key);
    }
  }

  /** Takes part in a watch that other controllers have, or starts one that keeps only metadata. */
  #start(resource: DiscoveredResource): void {
    const { informers, client, signal, log, name } = this.#context;
    const shared = informers.existing(resource);
    const stop = new AbortController();
    const informer =
      shared ??
      new Informer(client, resource, {
        transform: metadataOnly,
        onError: (thrown) =>
          log("W", "watch failed", { controller: name, resource: resource.resource, error: messageOf(thrown) }),
      });
    if (!shared) void informer.run(AbortSignal.any([signal, stop.signal]));
    const removeHandler = informer.addHandler({
      added: this.#seen.changed,
      updated: (_, object) => this.#seen.changed(object),
      deleted: this.#seen.deleted,
    });
    this.#monitors.set(keyOf(resource), {
      informer,
      stop: () => {
        removeHandler();
        stop.abort();
      },
    });
  }
}

function keyOf(resource: Resource): string {
  return `${apiVersionOf(resource)}/${resource.resource}`;
}
