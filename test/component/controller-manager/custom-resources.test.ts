import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { isNotFound } from "../../../src/kube/api-error.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import type { ResourceQuota } from "../../../src/kube/kinds/policy.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { resources } from "../../../src/kube/resources.ts";
import { ControlPlane } from "../control-plane/control-plane.ts";

let plane: ControlPlane;
let client: KubeClient;
const namespace = "workshop";
const widgets = { group: "example.com", version: "v1", resource: "widgets" };
const definitions = { group: "apiextensions.k8s.io", version: "v1", resource: "customresourcedefinitions" };
const soon = (what: string) => ({ for: what, withinMs: 60_000, everyMs: 50 });
const gone = (find: Promise<unknown>) => find.then(() => false, isNotFound);

beforeAll(async () => {
  plane = await ControlPlane.start();
  client = plane.client();
  plane.runControllerManager();
  const openAPIV3Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const names = { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" };
  const versions = [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema } }];
  const spec = { group: "example.com", scope: "Namespaced", names, versions };
  await client.create(definitions, {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.example.com" },
    spec,
  });
  await client.create(resources.namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await until(() => client.list(widgets, { namespace }), soon("the new kind to be served"));
});
afterAll(() => plane?.stop());

const widget = (name: string, finalizers?: string[]): KubeObject => ({
  apiVersion: "example.com/v1",
  kind: "Widget",
  metadata: { name, namespace, ...(finalizers ? { finalizers } : {}) },
});

test("what a custom object owns goes with it", async () => {
  const { metadata } = await client.create(widgets, widget("owner"));
  const ownerReferences = [{ apiVersion: "example.com/v1", kind: "Widget", name: "owner", uid: metadata.uid ?? "" }];
  await client.create(resources.configmaps, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "owned", namespace, ownerReferences },
  });
  await client.delete(widgets, { name: "owner", namespace });
  await until(
    () => gone(client.get(resources.configmaps, { name: "owned", namespace })),
    soon("the owned object to go"),
  );
});

test("a circle of owners that is deleted in the foreground goes, each object waiting for none", async () => {
  const names = ["egg", "hen", "nest"];
  const made = await Promise.all(names.map((name) => client.create(widgets, widget(name))));
  for (const [at, { metadata }] of made.entries()) {
    const { name = "", uid = "" } = made[(at + 1) % names.length]?.metadata ?? {};
    const owner = { apiVersion: "example.com/v1", kind: "Widget", name, uid, blockOwnerDeletion: true };
    const patch = { type: "merge", body: { metadata: { ownerReferences: [owner] } } } as const;
    await client.patch(widgets, { name: metadata.name ?? "", namespace }, patch);
  }
  await client.delete(widgets, { name: "egg", namespace }, { propagationPolicy: "Foreground" });
  for (const name of names) await until(() => gone(client.get(widgets, { name, namespace })), soon(`${name} to go`));
});

test("an object whose owner never was is garbage", async () => {
  const ownerReferences = [
    { apiVersion: "example.com/v1", kind: "Widget", name: "nobody", uid: "00000000-0000-0000-0000-000000000000" },
  ];
  await client.create(resources.configmaps, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "lost", namespace, ownerReferences },
  });
  await until(() => gone(client.get(resources.configmaps, { name: "lost", namespace })), soon("the lost object to go"));
});

test("a quota counts custom objects as well", async () => {
  await client.create(resources.resourcequotas, {
    apiVersion: "v1",
    kind: "ResourceQuota",
    metadata: { name: "few", namespace },
    spec: { hard: { "count/widgets.example.com": "5", "count/nothings.example.com": "5" } },
  });
  const used = async () =>
    (await client.get<ResourceQuota>(resources.resourcequotas, { name: "few", namespace })).status?.used;
  await until(async () => (await used())?.["count/widgets.example.com"] === "0", soon("the first count"));
  await client.create(widgets, widget("counted"));
  await until(async () => (await used())?.["count/widgets.example.com"] === "1", soon("the new one to be counted"));
  expect(await used()).toEqual({ "count/widgets.example.com": "1" });
});

test("a namespace waits for the finalizers of what is inside, says so, and goes when they are gone", async () => {
  await client.create(widgets, widget("sticky", ["example.com/hold"]));
  await client.delete(resources.namespaces, { name: namespace });
  type Conditions = {
    apiVersion: string;
    kind: string;
    metadata: object;
    status?: { conditions?: { type: string; status: string; message: string }[] };
  };
  const message = await until(async () => {
    const { status } = await client.get<Conditions>(resources.namespaces, { name: namespace });
    return status?.conditions?.find(
      ({ type, status: state }) => type === "NamespaceFinalizersRemaining" && state === "True",
    )?.message;
  }, soon("the condition"));
  expect(message).toContain("example.com/hold in 1 resource instances");
  await client.patch(
    widgets,
    { name: "sticky", namespace },
    { type: "merge", body: { metadata: { finalizers: null } } },
  );
  await until(() => gone(client.get(resources.namespaces, { name: namespace })), soon("the namespace to go"));
});
