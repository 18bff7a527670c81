import { CoreV1Api, CustomObjectsApi, KubeConfig, type KubernetesObject, makeInformer } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { callsOver, sessionOf } from "./calls.ts";
import { type ControlPlane, startControlPlane } from "./fixture.ts";

type Widget = KubernetesObject & { spec?: { size: number }; status?: { made?: number } };

const place = { group: "example.com", version: "v1", namespace: "default", plural: "widgets" };
const finalizer = "example.com/made";
const definition = {
  metadata: { name: "widgets.example.com" },
  spec: {
    group: place.group,
    scope: "Namespaced",
    names: { plural: "widgets", kind: "Widget" },
    versions: [
      {
        name: place.version,
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: { type: "object", required: ["size"], properties: { size: { type: "integer", minimum: 1 } } },
              status: { type: "object", properties: { made: { type: "integer" } } },
            },
          },
        },
      },
    ],
  },
};

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
  const session = sessionOf(plane);
  const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  expect((await callsOver(session)("POST", path, definition)).status).toBe(201);
  session.destroy();
  await plane.kubectl("wait", "--for=condition=Established", "crd/widgets.example.com", "--timeout=60s");
});
afterAll(() => plane?.stop());

/** Keeps a ConfigMap for each widget, tells its size in the status, and cleans up before the widget goes. */
class WidgetController {
  readonly #core: CoreV1Api;
  readonly #custom: CustomObjectsApi;
  readonly #informer: ReturnType<typeof makeInformer<Widget>>;
  #turn: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(config: KubeConfig) {
    this.#core = config.makeApiClient(CoreV1Api);
    this.#custom = config.makeApiClient(CustomObjectsApi);
    const path = `/apis/${place.group}/${place.version}/namespaces/default/${place.plural}`;
    this.#informer = makeInformer<Widget>(config, path, () => this.#custom.listNamespacedCustomObject(place));
    // one after the other, as by a work queue: one that lags must not make anew what a later one took away
    const changed = ({ metadata }: Widget) => {
      this.#turn = this.#turn.then(() => this.#retrying(metadata?.name ?? ""));
    };
    for (const event of ["add", "update"] as const) this.#informer.on(event, changed);
    this.#informer.on("error", () => {
      if (!this.#isOver) setTimeout(() => void this.#informer.start().catch(() => undefined), 200);
    });
  }

  start(): Promise<void> {
    return this.#informer.start();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#informer.stop();
  }

  async #retrying(name: string): Promise<void> {
    await until(() => this.#reconcile(name).then(() => true), { for: `widget ${name}`, withinMs: 60_000 }).catch(
      () => undefined,
    );
  }

  async #reconcile(name: string): Promise<void> {
    const widget: Widget | undefined = await this.#custom.getNamespacedCustomObject({ ...place, name }).catch(ifGone);
    if (!widget) return;
    const metadata = widget.metadata ?? {};
    const at = { namespace: "default", name };
    if (metadata.deletionTimestamp) {
      await this.#core.deleteNamespacedConfigMap(at).catch(ifGone);
      const finalizers = metadata.finalizers?.filter((one) => one !== finalizer) ?? [];
      await this.#custom
        .replaceNamespacedCustomObject({ ...place, name, body: { ...widget, metadata: { ...metadata, finalizers } } })
        .catch(ifGone);
      return;
    }
    if (!metadata.finalizers?.includes(finalizer)) {
      const body = { ...widget, metadata: { ...metadata, finalizers: [...(metadata.finalizers ?? []), finalizer] } };
      await this.#custom.replaceNamespacedCustomObject({ ...place, name, body });
      return;
    }
    const made = widget.spec?.size ?? 0;
    if (widget.status?.made === made) return;
    await this.#core.createNamespacedConfigMap({ namespace: "default", body: { metadata: { name } } }).catch(ifThere);
    await this.#custom.replaceNamespacedCustomObjectStatus({ ...place, name, body: { ...widget, status: { made } } });
  }
}

function unless(code: number): (error: unknown) => undefined {
  return (error) => {
    if ((error as { code?: number }).code !== code) throw error;
    return undefined;
  };
}
const ifGone = unless(404);
const ifThere = unless(409);

test("what a patch leaves empty in the metadata is no field any more, as garbage collectors leave it", async () => {
  const session = sessionOf(plane);
  const call = callsOver(session);
  const path = "/api/v1/namespaces/default/configmaps";
  const owner = { apiVersion: "v1", kind: "ConfigMap", name: "gone", uid: "u-1" };
  await call("POST", path, {
    metadata: {
      name: "owned",
      labels: { a: "b" },
      annotations: {},
      finalizers: ["example.com/a"],
      ownerReferences: [owner],
    },
  });
  const metadata = {
    ownerReferences: [{ $patch: "delete", uid: "u-1" }],
    "$deleteFromPrimitiveList/finalizers": ["example.com/a"],
    labels: { a: null },
  };
  const answer = await call(
    "PATCH",
    `${path}/owned`,
    { metadata },
    { "content-type": "application/strategic-merge-patch+json" },
  );
  expect(answer.status).toBe(200);
  const left = Object.keys(answer.json().metadata);
  expect(left.filter((one) => ["labels", "annotations", "finalizers", "ownerReferences"].includes(one))).toEqual([]);
  session.destroy();
});

test("a controller written with client-node keeps its custom resources up, also through a server that is killed", async () => {
  const config = new KubeConfig();
  config.loadFromFile(plane.kubeconfig);
  const controller = new WidgetController(config);
  const session = sessionOf(plane);
  const widgets = `/apis/${place.group}/${place.version}/namespaces/default/${place.plural}`;
  const widget = (name: string, size: number) => ({
    apiVersion: "example.com/v1",
    kind: "Widget",
    metadata: { name },
    spec: { size },
  });
  const made = (name: string, size: number) =>
    until(async () => (await plane.kubectl("get", "widget", name, "-o", "jsonpath={.status.made}")) === String(size), {
      for: `${name} to be made`,
      withinMs: 60_000,
    });
  try {
    await controller.start();
    const call = callsOver(session);
    expect((await call("POST", widgets, widget("wrong", 0))).status).toBe(422);
    expect((await call("POST", widgets, widget("one", 3))).status).toBe(201);
    await made("one", 3);
    await plane.stopApiServer("SIGKILL");
    await plane.startApiServer();
    await plane.kubectl("patch", "widget", "one", "--type=merge", "-p", '{"spec":{"size":5}}');
    await made("one", 5);
    const { metadata } = JSON.parse(await plane.kubectl("get", "widget", "one", "-o", "json"));
    // The spec was changed once; what the controller writes to status and finalizers counts nothing up.
    expect(metadata).toMatchObject({ generation: 2, finalizers: [finalizer] });
    await plane.kubectl("delete", "widget", "one", "--timeout=60s");
    expect(await plane.kubectl("get", "configmap", "one", "--ignore-not-found")).toBe("");
  } finally {
    await controller.stop();
    session.destroy();
  }
});
