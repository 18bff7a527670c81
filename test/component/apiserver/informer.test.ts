import { CoreV1Api, KubeConfig, makeInformer, type V1ConfigMap } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { type ControlPlane, startControlPlane } from "./fixture.ts";
import { compactEverything, inEtcd } from "./in-etcd.ts";

let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane?.stop());

test("client-node's informer sees every change through a killed server and a compacted etcd", async () => {
  const config = new KubeConfig();
  config.loadFromFile(plane.kubeconfig);
  const api = config.makeApiClient(CoreV1Api);
  const path = "/api/v1/namespaces/default/configmaps";
  const informer = makeInformer<V1ConfigMap>(config, path, () => api.listNamespacedConfigMap({ namespace: "default" }));
  let isOver = false;
  informer.on("error", () => {
    if (!isOver) setTimeout(() => void informer.start().catch(() => undefined), 200);
  });
  const seen = (name: string) =>
    until(() => informer.get(name, "default"), { for: `${name} in the informer`, withinMs: 60_000 });
  try {
    await informer.start();
    await plane.kubectl("create", "configmap", "first");
    await seen("first");
    await plane.stopApiServer("SIGKILL");
    await inEtcd(plane, compactEverything);
    await plane.startApiServer();
    await plane.kubectl("create", "configmap", "second");
    await seen("second");
    await plane.kubectl("delete", "configmap", "first");
    await until(() => informer.get("first", "default") === undefined, { for: "the deletion", withinMs: 60_000 });
    expect(informer.list().map(({ metadata }) => metadata?.name)).toEqual(["second"]);
  } finally {
    isOver = true;
    await informer.stop();
  }
});

test("compaction under a running server's watch leaves it whole", async () => {
  await inEtcd(plane, compactEverything);
  await plane.kubectl("create", "configmap", "third");
  expect(await plane.kubectl("get", "configmaps", "-o", "name")).toContain("configmap/third");
});
