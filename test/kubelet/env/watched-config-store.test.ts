import { expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import type { KubeClient, ListOptions, WatchEvent } from "../../../src/kube/client.ts";
import type { KubeObject, Resource } from "../../../src/kube/object.ts";
import { configReferences } from "../../../src/kubelet/env/config-references.ts";
import { WatchedConfigStore } from "../../../src/kubelet/env/watched-config-store.ts";
import { container, pod } from "../sample.ts";

const configMap = (data: Record<string, string>, resourceVersion: string, more = {}): KubeObject =>
  ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "settings", namespace: "default", resourceVersion },
    data,
    ...more,
  }) as KubeObject;

/** An API server that holds one ConfigMap, or none, and tells changes of it to whoever watches. */
function server(first: KubeObject | undefined) {
  const watches: {
    selector: string | undefined;
    tell: (event: WatchEvent) => void;
    signal: AbortSignal | undefined;
  }[] = [];
  const client = {
    list: async (_: Resource, { fieldSelector }: ListOptions = {}) => ({
      items: first && fieldSelector === "metadata.name=settings" ? [first] : [],
      metadata: { resourceVersion: "1" },
    }),
    async *watch(_: Resource, { fieldSelector, signal }: ListOptions) {
      const events: WatchEvent[] = [];
      let wake = () => {};
      watches.push({
        selector: fieldSelector,
        signal,
        tell: (event) => {
          events.push(event);
          wake();
        },
      });
      signal?.addEventListener("abort", () => wake());
      while (!signal?.aborted) {
        yield* events.splice(0);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  } as unknown as KubeClient;
  return { client: async () => client, watches };
}

const user = (uid: string) => ({
  ...pod({ containers: [container({ envFrom: [{ configMapRef: { name: "settings" } }] })] }),
  metadata: { name: uid, namespace: "default", uid },
});

function storeOf(client: () => Promise<KubeClient>) {
  const changed: string[] = [];
  const store = new WatchedConfigStore({ client, onChange: (uid) => changed.push(uid), onError: () => undefined });
  return { store, changed };
}

test("an object is watched by its name, once for all pods, and tells them of its changes", async () => {
  const { client, watches } = server(configMap({ a: "1" }, "1"));
  const { store, changed } = storeOf(client);
  store.register(user("one"));
  store.register(user("two"));
  expect((await store.configMap("default", "settings"))?.data).toEqual({ a: "1" });
  await until(() => watches.length === 1, { for: "the watch", withinMs: 20_000 });
  changed.length = 0;
  watches[0]?.tell({ type: "MODIFIED", object: configMap({ a: "2" }, "2") });
  await until(() => changed.length === 2, { for: "the change", withinMs: 20_000 });
  expect((await store.configMap("default", "settings"))?.data).toEqual({ a: "2" });
  expect(watches.map(({ selector }) => selector)).toEqual(["metadata.name=settings"]);
  store.unregister("one");
  expect(watches[0]?.signal?.aborted).toBe(false);
  store.unregister("two");
  expect(watches[0]?.signal?.aborted).toBe(true);
  await expect(store.configMap("default", "settings")).rejects.toThrow('object "default"/"settings" not registered');
});

test("an object that is not there is undefined, and an API server that is silent is told of", async () => {
  const { store } = storeOf(server(undefined).client);
  store.register(user("one"));
  expect(await store.configMap("default", "settings")).toBeUndefined();
  const silent = storeOf(() => new Promise(() => {}));
  silent.store.register(user("one"));
  await expect(silent.store.configMap("default", "settings")).rejects.toThrow("failed to sync configmap cache");
});

test("an immutable object is not followed any further", async () => {
  const { client, watches } = server(configMap({ a: "1" }, "1", { immutable: true }));
  const { store } = storeOf(client);
  store.register(user("one"));
  expect((await store.configMap("default", "settings"))?.data).toEqual({ a: "1" });
  expect(watches.filter(({ signal }) => !signal?.aborted)).toEqual([]);
});

test("a pod names objects by its variables, volumes and pull secrets", () => {
  const spec = {
    imagePullSecrets: [{ name: "registry" }],
    initContainers: [container({ env: [{ name: "A", valueFrom: { secretKeyRef: { name: "env", key: "a" } } }] })],
    containers: [container({ envFrom: [{ secretRef: { name: "env" } }] })],
    volumes: [
      { name: "one", configMap: { name: "files" } },
      { name: "two", secret: { secretName: "hidden" } },
      { name: "three", projected: { sources: [{ configMap: { name: "root-ca" } }, { secret: { name: "hidden" } }] } },
    ],
  };
  expect(
    configReferences(pod(spec))
      .map(({ resource, name }) => `${resource}/${name}`)
      .sort(),
  ).toEqual(["configmaps/files", "configmaps/root-ca", "secrets/env", "secrets/hidden", "secrets/registry"]);
});
