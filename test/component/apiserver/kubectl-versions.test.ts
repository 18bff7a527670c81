import { execFile, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { yaml } from "../../../src/base/yaml.ts";
import { packagesOfSuite } from "../../debian-suite.ts";
import { type ControlPlane, startControlPlane } from "./fixture.ts";
import { makeCsr } from "./pki.ts";

const run = promisify(execFile);
let plane: ControlPlane;
beforeAll(async () => {
  plane = await startControlPlane();
});
afterAll(() => plane?.stop());

const configMap = (name: string, data: Record<string, string>, labels?: Record<string, string>) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, ...(labels && { labels }) },
  data,
});
const template = (app: string, image: string) => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: "main", image }] },
});
const deployment = (name: string, image: string, replicas = 2) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: template(name, image) },
});

describe.each([
  { namespace: "old", suite: "bookworm", packageName: "kubernetes-client", wants: /GitVersion:"v1\.20\.2"/ },
  { namespace: "new", suite: "forky", packageName: "kubectl", wants: /Server Version: v1\.36\.2/ },
])("a first course with Debian $suite's kubectl", ({ namespace, suite, packageName, wants }) => {
  let program = "";
  let home = "";
  const kubectl = async (...args: readonly string[]) => (await attempt(args)).stdout;
  const attempt = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    run(program, [`--kubeconfig=${plane.kubeconfig}`, "-n", namespace, ...args], {
      env: { ...process.env, HOME: home, ...env },
      maxBuffer: 64 * 1024 * 1024,
      timeout: 110_000,
    });
  const json = async (...args: readonly string[]) => JSON.parse(await kubectl(...args, "-o", "json"));
  const file = async (name: string, ...objects: readonly object[]) => {
    const path = join(home, name);
    await writeFile(path, objects.map((one) => `---\n${yaml(one)}`).join(""));
    return path;
  };

  beforeAll(async () => {
    program = join(await packagesOfSuite(suite, [packageName]), "usr/bin/kubectl");
    home = join(plane.dir, namespace);
    await mkdir(home);
    await kubectl("create", "namespace", namespace);
    await kubectl("create", "serviceaccount", "default");
  }, 300_000);

  test("version, cluster-info, api-versions, api-resources, explain", async () => {
    expect(await kubectl("version")).toMatch(wants);
    expect(await kubectl("cluster-info")).toContain(plane.server);
    expect(await kubectl("api-versions")).toMatch(/^apps\/v1$/m);
    expect(await kubectl("api-resources", "--namespaced=false")).toMatch(/^nodes +no +v1 +false +Node$/m);
    expect(await kubectl("explain", "deployment.spec.template.spec.containers.livenessProbe")).toContain("httpGet");
  });

  test("run, expose, set, label, annotate, and what get prints of it", async () => {
    await kubectl("run", "web", "--image=nginx:1", "--port=80", "--labels=app=web");
    await kubectl("expose", "pod", "web", "--port=8080", "--target-port=80");
    expect((await json("get", "service", "web")).spec).toMatchObject({
      selector: { app: "web" },
      ports: [{ port: 8080, targetPort: 80 }],
    });
    await kubectl("set", "image", "pod/web", "web=nginx:2");
    await kubectl("label", "pod", "web", "tier=front");
    await kubectl("label", "pod", "web", "tier=back", "--overwrite");
    await kubectl("annotate", "pod", "web", "note=seen");
    expect(await kubectl("get", "pods")).toMatch(/NAME +READY +STATUS +RESTARTS +AGE\s+web +0\/1 +Pending +0 /);
    expect(await kubectl("get", "pods", "-o", "wide")).toMatch(/NODE +NOMINATED NODE +READINESS GATES/);
    expect(await kubectl("get", "pod", "web", "-o", "yaml")).toContain("image: nginx:2");
    expect(
      await kubectl("get", "pods", "-l", "tier=back", "-o", "jsonpath={.items[*].metadata.annotations.note}"),
    ).toBe("seen");
    expect(await kubectl("get", "pods", "-A", "--field-selector=status.phase=Pending", "-o", "name")).toContain(
      "pod/web",
    );
    expect(
      await kubectl("get", "pods", "-o", "custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[0].image"),
    ).toMatch(/NAME +IMAGE\nweb +nginx:2/);
    expect(await kubectl("describe", "pod", "web")).toMatch(/Image: +nginx:2/);
  });

  test("get -w tells of changes as they come", async () => {
    await kubectl("create", "configmap", "watched", "--from-literal=a=1");
    const watch = spawn(program, [
      `--kubeconfig=${plane.kubeconfig}`,
      "-n",
      namespace,
      ...'get configmap watched -w -o jsonpath={.data.a}{"\\n"}'.split(" "),
    ]);
    let seen = "";
    watch.stdout.on("data", (chunk) => {
      seen += chunk;
    });
    try {
      await until(() => seen.includes("1\n"), { for: "the first state", withinMs: 60_000 });
      await kubectl("patch", "configmap", "watched", "-p", '{"data":{"a":"2"}}');
      await until(() => seen.includes("2\n"), { for: "the change", withinMs: 60_000 });
    } finally {
      watch.kill();
    }
  });

  test("create, apply, diff, edit, patch, replace, delete", async () => {
    const path = await file("site.yaml", deployment("site", "nginx:1"));
    expect(await kubectl("apply", "-f", path)).toContain("created");
    expect(await kubectl("apply", "-f", path)).toContain("unchanged");
    await file("site.yaml", deployment("site", "nginx:2"));
    await expect(kubectl("diff", "-f", path)).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringContaining("+      - image: nginx:2"),
    });
    expect(await kubectl("apply", "-f", path)).toContain("configured");
    await attempt(["edit", "deployment", "site"], { KUBE_EDITOR: "sed -i s/nginx:2/nginx:3/" });
    await kubectl("patch", "deployment", "site", "-p", '{"spec":{"template":{"metadata":{"labels":{"v":"3"}}}}}');
    await kubectl("patch", "deployment", "site", "--type=merge", "-p", '{"spec":{"paused":true}}');
    await kubectl("patch", "deployment", "site", "--type=json", "-p", '[{"op":"remove","path":"/spec/paused"}]');
    const live = await json("get", "deployment", "site");
    expect(live.spec.template).toMatchObject({
      metadata: { labels: { app: "site", v: "3" } },
      spec: { containers: [{ image: "nginx:3" }] },
    });
    expect(live.spec.paused).toBeUndefined();
    await kubectl("create", "-f", await file("map.yaml", configMap("map", { a: "1" })));
    await kubectl("replace", "-f", await file("map.yaml", configMap("map", { b: "2" })));
    expect((await json("get", "configmap", "map")).data).toEqual({ b: "2" });
    expect(await kubectl("delete", "-f", path)).toContain('deployment.apps "site" deleted');
  });

  test("apply --prune takes away what is no longer declared", async () => {
    const labels = { set: "pruned" };
    const both = [configMap("stays", { a: "1" }, labels), configMap("goes", { a: "1" }, labels)];
    const prune = (path: string) =>
      kubectl("apply", "-f", path, "--prune", "-l", "set=pruned", "--prune-whitelist=core/v1/ConfigMap").catch(
        (error) =>
          String(error.stderr).includes("unknown flag")
            ? kubectl("apply", "-f", path, "--prune", "-l", "set=pruned", "--prune-allowlist=core/v1/ConfigMap")
            : Promise.reject(error),
      );
    await prune(await file("set.yaml", ...both));
    expect(await prune(await file("set.yaml", both[0]!))).toContain("configmap/goes pruned");
    expect(await kubectl("get", "configmaps", "-l", "set=pruned", "-o", "name")).toBe("configmap/stays\n");
  });

  test("apply --server-side owns fields, and tells of conflicts", async () => {
    const path = await file("owned.yaml", deployment("owned", "nginx:1"));
    await kubectl("apply", "--server-side", "-f", path);
    await kubectl("scale", "deployment", "owned", "--replicas=5");
    await expect(kubectl("apply", "--server-side", "-f", path)).rejects.toMatchObject({
      stderr: expect.stringContaining(".spec.replicas"),
    });
    await kubectl("apply", "--server-side", "--force-conflicts", "-f", path);
    expect((await json("get", "deployment", "owned")).spec.replicas).toBe(2);
  });

  test("scale and rollout", async () => {
    await kubectl("create", "deployment", "rolled", "--image=nginx:1");
    await kubectl("scale", "deployment", "rolled", "--replicas=3");
    expect((await json("get", "deployment", "rolled")).spec.replicas).toBe(3);
    await kubectl("rollout", "pause", "deployment/rolled");
    expect((await json("get", "deployment", "rolled")).spec.paused).toBe(true);
    await kubectl("rollout", "resume", "deployment/rolled");
    await kubectl("rollout", "restart", "deployment/rolled");
    const { annotations } = (await json("get", "deployment", "rolled")).spec.template.metadata;
    expect(annotations).toHaveProperty(["kubectl.kubernetes.io/restartedAt"]);
    expect(await kubectl("rollout", "status", "deployment/rolled", "--watch=false")).toContain("Waiting for");
    expect(await kubectl("rollout", "history", "deployment/rolled")).toContain("deployment.apps/rolled");
  });

  test("auth can-i, certificate approve, wait", async () => {
    expect(await kubectl("auth", "can-i", "create", "pods")).toBe("yes\n");
    await expect(kubectl("auth", "can-i", "create", "pods", "--as=nobody")).rejects.toMatchObject({ stdout: "no\n" });
    const name = `csr-${namespace}`;
    const request = makeCsr(plane.dir, name, "/CN=jane");
    const spec = { request, signerName: "kubernetes.io/kube-apiserver-client", usages: ["client auth"] };
    const csr = { apiVersion: "certificates.k8s.io/v1", kind: "CertificateSigningRequest", metadata: { name }, spec };
    await kubectl("create", "-f", await file("csr.yaml", csr));
    await kubectl("certificate", "approve", name);
    await kubectl("wait", "--for=condition=Approved", `csr/${name}`, "--timeout=60s");
    expect(await kubectl("get", "csr", name)).toMatch(/kubernetes-admin .*Approved/);
  });

  test("cordon, taint, drain, uncordon", async () => {
    const name = `node-${namespace}`;
    await kubectl("create", "-f", await file("node.yaml", { apiVersion: "v1", kind: "Node", metadata: { name } }));
    await kubectl("run", "lodger", "--image=nginx", `--overrides={"apiVersion":"v1","spec":{"nodeName":"${name}"}}`);
    await kubectl("cordon", name);
    await kubectl("taint", "node", name, "a=b:NoSchedule");
    const { spec } = await json("get", "node", name);
    expect(spec.unschedulable).toBe(true);
    expect(spec.taints).toContainEqual({ key: "a", value: "b", effect: "NoSchedule" });
    // The pod's kubelet is played by a deletion without grace once the eviction has marked it.
    const drained = kubectl("drain", name, "--force", "--timeout=60s");
    await until(async () => (await json("get", "pod", "lodger")).metadata.deletionTimestamp, {
      for: "the eviction",
      withinMs: 60_000,
    });
    await kubectl("delete", "pod", "lodger", "--grace-period=0", "--force");
    expect(await drained).toContain("lodger");
    await kubectl("uncordon", name);
    expect((await json("get", "node", name)).spec.unschedulable).toBeUndefined();
  });
});
