import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { yaml } from "../../../src/base/yaml.ts";
import { type ControlPlane, startControlPlane } from "./fixture.ts";

let plane: ControlPlane;
const kubectl = (...args: readonly string[]) => plane.kubectl(...args);
const json = async (...args: readonly string[]) => JSON.parse(await kubectl(...args, "-o", "json"));

beforeAll(async () => {
  plane = await startControlPlane();
  await kubectl("create", "serviceaccount", "default");
});
afterAll(() => plane?.stop());

async function file(name: string, ...objects: readonly object[]): Promise<string> {
  const path = join(plane.dir, name);
  await writeFile(path, objects.map((one) => `---\n${yaml(one)}`).join(""));
  return path;
}

const deployment = (name: string, image = "nginx:1") => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name, labels: { app: name } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: "main", image }] } },
  },
});

test("the cluster's first objects are there", async () => {
  expect((await kubectl("get", "namespaces", "-o", "name")).trim().split("\n").sort()).toEqual([
    "namespace/default",
    "namespace/kube-node-lease",
    "namespace/kube-public",
    "namespace/kube-system",
  ]);
  expect((await json("get", "service", "kubernetes")).spec).toMatchObject({
    clusterIP: "10.96.0.1",
    type: "ClusterIP",
  });
  expect((await json("get", "endpointslice", "kubernetes")).endpoints[0].addresses).toEqual(["127.0.0.1"]);
  expect((await json("get", "priorityclass", "system-node-critical")).value).toBe(2_000_001_000);
});

test("typed create commands work: they send protobuf", async () => {
  await kubectl("create", "configmap", "cm", "--from-literal=a=1");
  await kubectl("create", "secret", "generic", "s", "--from-literal=p=w");
  await kubectl("create", "deployment", "made", "--image=nginx", "--replicas=0");
  expect((await json("get", "cm", "cm")).data).toEqual({ a: "1" });
  expect(await json("get", "secret", "s")).toMatchObject({ type: "Opaque", data: { p: "dw==" } });
  expect((await json("get", "deployment", "made")).spec).toMatchObject({ replicas: 0, progressDeadlineSeconds: 600 });
});

test("get prints tables, wide ones, yaml, jsonpath and custom columns, and selects", async () => {
  await kubectl("run", "p1", "--image=nginx", "--labels=tier=a");
  await kubectl("run", "p2", "--image=nginx", "--labels=tier=b");
  expect(await kubectl("get", "pods")).toMatch(/NAME +READY +STATUS +RESTARTS +AGE\np1 +0\/1 +Pending +0 /);
  expect(await kubectl("get", "pods", "-o", "wide")).toContain("NOMINATED NODE");
  expect(await kubectl("get", "pods", "-l", "tier=b", "-o", "jsonpath={.items[*].metadata.name}")).toBe("p2");
  expect(await kubectl("get", "pods", "--field-selector=metadata.name=p1", "-o", "name")).toBe("pod/p1\n");
  expect(await kubectl("get", "pods", "-A", "-o", "custom-columns=N:.metadata.name", "--no-headers")).toBe("p1\np2\n");
  expect(await kubectl("get", "pod", "p1", "-o", "yaml")).toContain("kube-api-access-");
  expect(await kubectl("describe", "pod", "p1")).toMatch(/QoS Class: +BestEffort/);
});

test("apply creates, leaves alone, changes and prunes what it set before", async () => {
  const path = await file("web.yaml", deployment("web"));
  expect(await kubectl("apply", "-f", path)).toContain("created");
  expect(await kubectl("apply", "-f", path)).toContain("unchanged");
  await file("web.yaml", { ...deployment("web", "nginx:2"), metadata: { name: "web" } });
  await expect(kubectl("diff", "-f", path)).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining("nginx:2"),
  });
  expect(await kubectl("apply", "-f", path)).toContain("configured");
  const live = await json("get", "deployment", "web");
  expect(live.metadata).toMatchObject({ generation: 2 });
  expect(live.metadata.labels).toBeUndefined();
  expect(live.spec.template.spec.containers[0].image).toBe("nginx:2");
});

test("conflicting appliers are told of each other; force takes the field, and dropped fields go", async () => {
  const path = await file("ssa.yaml", deployment("ssa"));
  const apply = (...more: readonly string[]) => kubectl("apply", "--server-side", "-f", path, ...more);
  await apply();
  await kubectl("scale", "deployment", "ssa", "--replicas=5");
  await expect(apply()).rejects.toMatchObject({ stderr: expect.stringContaining("conflict") });
  await apply("--force-conflicts");
  expect((await json("get", "deployment", "ssa")).spec.replicas).toBe(2);
  await file("ssa.yaml", { ...deployment("ssa"), metadata: { name: "ssa" } });
  await apply();
  const live = JSON.parse(await kubectl("get", "deployment", "ssa", "-o", "json", "--show-managed-fields"));
  expect(live.metadata.labels).toBeUndefined();
  expect(live.metadata.managedFields).toContainEqual(
    expect.objectContaining({ manager: "kubectl", operation: "Apply" }),
  );
});

test("the three patches, labels, annotations, replace, set and delete", async () => {
  await kubectl("create", "configmap", "patched", "--from-literal=a=1");
  await kubectl("patch", "cm", "patched", "-p", '{"data":{"b":"2"}}');
  await kubectl("patch", "cm", "patched", "--type=merge", "-p", '{"data":{"a":null}}');
  await kubectl("patch", "cm", "patched", "--type=json", "-p", '[{"op":"add","path":"/data/c","value":"3"}]');
  await kubectl("label", "cm", "patched", "k=v");
  await kubectl("annotate", "cm", "patched", "note=x");
  const live = await json("get", "cm", "patched");
  expect(live).toMatchObject({
    data: { b: "2", c: "3" },
    metadata: { labels: { k: "v" }, annotations: { note: "x" } },
  });
  await kubectl("replace", "-f", await file("replace.yaml", { ...live, data: { only: "this" } }));
  expect((await json("get", "cm", "patched")).data).toEqual({ only: "this" });
  await expect(kubectl("replace", "-f", join(plane.dir, "replace.yaml"))).rejects.toMatchObject({
    stderr: expect.stringContaining("the object has been modified"),
  });
  await kubectl("delete", "cm", "patched");
  await expect(kubectl("get", "cm", "patched")).rejects.toMatchObject({
    stderr: expect.stringContaining('configmaps "patched" not found'),
  });
});

test("strategic merge knows containers by their names", async () => {
  await kubectl("apply", "-f", await file("smp.yaml", deployment("smp")));
  await kubectl(
    "patch",
    "deployment",
    "smp",
    "-p",
    '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"busybox"}]}}}}',
  );
  await kubectl("set", "image", "deployment/smp", "main=nginx:9");
  const { containers } = (await json("get", "deployment", "smp")).spec.template.spec;
  expect(containers.map(({ name, image }: { name: string; image: string }) => `${name} ${image}`).sort()).toEqual([
    "main nginx:9",
    "side busybox",
  ]);
});

test("wrong objects are refused with upstream's reasons and paths", async () => {
  const bad = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "bad" },
    spec: { containers: [{ name: "a", ports: [{ containerPort: 99_999 }] }] },
  };
  await expect(kubectl("create", "-f", await file("bad.yaml", bad))).rejects.toMatchObject({
    stderr: expect.stringMatching(
      /spec\.containers\[0\]\.image: Required value[\s\S]*containerPort: Invalid value: 99999/,
    ),
  });
  const typo = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "typo" }, dat: {} };
  await expect(kubectl("create", "-f", await file("typo.yaml", typo))).rejects.toMatchObject({
    stderr: expect.stringContaining('unknown field "dat"'),
  });
  await kubectl("create", "-f", join(plane.dir, "typo.yaml"), "--validate=warn");
});

test("services get addresses and node ports, and give them back", async () => {
  await kubectl("create", "service", "nodeport", "np", "--tcp=80:8080", "--node-port=30123");
  await kubectl("create", "service", "clusterip", "ci", "--tcp=80:8080");
  const { spec } = await json("get", "service", "np");
  expect(spec.ports[0]).toMatchObject({ nodePort: 30_123, targetPort: 8080 });
  expect(spec.clusterIP).toMatch(/^10\.(9[6-9]|10\d|11[01])\./);
  await expect(
    kubectl("create", "service", "nodeport", "np2", "--tcp=80:8080", "--node-port=30123"),
  ).rejects.toMatchObject({
    stderr: expect.stringContaining("provided port is already allocated"),
  });
  await kubectl("delete", "service", "np");
  await kubectl("create", "service", "nodeport", "np2", "--tcp=80:8080", "--node-port=30123");
  expect(await kubectl("get", "ipaddress", spec.clusterIP, "--ignore-not-found")).toBe("");
});

test("explain, api-resources and api-versions tell of the API", async () => {
  expect(await kubectl("explain", "deployment.spec.strategy.type")).toContain('Can be "Recreate" or "RollingUpdate"');
  expect(await kubectl("explain", "pod.spec.dnsPolicy", "--output=plaintext-openapiv2")).toContain(
    "ClusterFirstWithHostNet",
  );
  expect(await kubectl("api-resources", "-o", "name")).toContain("deployments.apps");
  expect(await kubectl("api-versions")).toContain("autoscaling/v2");
  expect(await kubectl("version")).toContain("Server Version: v1.36.2");
});

test("a custom resource lives from its definition to the end of it", async () => {
  const spec = {
    type: "object",
    required: ["size"],
    properties: { size: { type: "integer", minimum: 1 }, color: { type: "string", default: "red" } },
  };
  const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural: "widgets", kind: "Widget", shortNames: ["wd"] },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: [{ name: "Size", type: "integer", jsonPath: ".spec.size" }],
          schema: { openAPIV3Schema: { type: "object", properties: { spec, status: { type: "object" } } } },
        },
      ],
    },
  };
  await kubectl("apply", "-f", await file("crd.yaml", definition));
  await kubectl("wait", "--for=condition=Established", "crd/widgets.example.com", "--timeout=60s");
  const widget = { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w" }, spec: { size: 3 } };
  await kubectl("apply", "-f", await file("widget.yaml", widget));
  expect(await kubectl("get", "wd")).toMatch(/NAME +SIZE\nw +3/);
  expect((await json("get", "wd", "w")).spec).toEqual({ size: 3, color: "red" });
  await expect(kubectl("patch", "wd", "w", "--type=merge", "-p", '{"spec":{"size":0}}')).rejects.toMatchObject({
    stderr: expect.stringContaining("spec.size in body should be greater than or equal to 1"),
  });
  expect(await kubectl("explain", "widget.spec")).toContain("size");
  await kubectl("delete", "crd", "widgets.example.com");
  await expect(kubectl("get", "wd")).rejects.toMatchObject({
    stderr: expect.stringContaining("could not find the requested resource"),
  });
});

test("cordon, taint, drain and a disruption budget that holds it up", async () => {
  const node = { apiVersion: "v1", kind: "Node", metadata: { name: "n1" } };
  await kubectl("create", "-f", await file("node.yaml", node));
  await kubectl("cordon", "n1");
  expect((await json("get", "node", "n1")).spec.unschedulable).toBe(true);
  await kubectl("taint", "node", "n1", "a=b:NoSchedule");
  expect((await json("get", "node", "n1")).spec.taints).toContainEqual({ key: "a", value: "b", effect: "NoSchedule" });
  await kubectl("uncordon", "n1");
  await kubectl("run", "guarded", "--image=nginx", "--labels=app=guarded", "--overrides", '{"spec":{"nodeName":"n1"}}');
  await kubectl("create", "pdb", "guard", "--selector=app=guarded", "--min-available=1");
  await kubectl(
    "patch",
    "pod",
    "guarded",
    "--subresource=status",
    "-p",
    '{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}',
  );
  await kubectl(
    "patch",
    "pdb",
    "guard",
    "--subresource=status",
    "--type=merge",
    "-p",
    '{"status":{"observedGeneration":1,"disruptionsAllowed":0,"currentHealthy":1,"desiredHealthy":1,"expectedPods":1}}',
  );
  await expect(kubectl("drain", "n1", "--force", "--timeout=4s")).rejects.toMatchObject({
    stderr: expect.stringContaining("disruption budget"),
  });
  await kubectl("delete", "pdb", "guard");
});

test("a namespace can't be used while it ends, and waits for its finalizer", async () => {
  await kubectl("create", "namespace", "ending");
  await kubectl("delete", "namespace", "ending", "--wait=false");
  expect((await json("get", "namespace", "ending")).status.phase).toBe("Terminating");
  await expect(kubectl("create", "configmap", "late", "-n", "ending")).rejects.toMatchObject({
    stderr: expect.stringContaining("because it is being terminated"),
  });
  await expect(kubectl("delete", "namespace", "kube-system")).rejects.toMatchObject({
    stderr: expect.stringContaining("may not be deleted"),
  });
});
