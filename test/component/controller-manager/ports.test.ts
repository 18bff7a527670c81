import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import type { KubeObject } from "../../../src/kube/object.ts";
import { resources } from "../../../src/kube/resources.ts";
import { ControlPlane } from "../control-plane/control-plane.ts";
import { issue, makeCa } from "../control-plane/pki.ts";

let plane: ControlPlane;
let ports: Record<string, number>;
const components = ["controller-manager", "scheduler"] as const;
const file = (name: string) => join(plane.dir, name);
const allocatable = { cpu: "1", memory: "1Gi", pods: "10" };
const node = { apiVersion: "v1", kind: "Node", metadata: { name: "n" }, status: { allocatable } };

beforeAll(async () => {
  plane = await ControlPlane.start();
  makeCa(plane.dir, "front-proxy-ca", "/CN=front-proxy-ca");
  const extensions = "extendedKeyUsage=clientAuth";
  issue(plane.dir, "front-proxy-client", { subject: "/CN=front-proxy-client", extensions, ca: "front-proxy-ca" });
  issue(plane.dir, "monitor", { subject: "/O=system:monitoring/CN=prometheus", extensions });
  issue(plane.dir, "nobody", { subject: "/CN=nobody", extensions });
  plane.runControllerManager([`--requestheader-client-ca-file=${file("front-proxy-ca.crt")}`]);
  // before the scheduler: what it has not seen yet it can't choose, and a pod's first attempt is what is counted
  await plane.client().create(resources.nodes, node);
  plane.runScheduler();
  ports = Object.fromEntries(await Promise.all(components.map(async (name) => [name, await portOf(name)])));
});
afterAll(() => plane?.stop());

function portOf(label: string): Promise<number> {
  const port = () => Number(/"Serving securely".* port=(\d+)/.exec(plane.logOf(label))?.[1]);
  return until(async () => port() || false, { for: `the port of ${label}`, withinMs: 60_000, everyMs: 50 });
}

type Asked = { path: string; certificate?: string; headers?: Record<string, string> };

function ask(component: string, { path, certificate, headers = {} }: Asked): Promise<{ status: number; body: string }> {
  const pair = certificate
    ? { cert: readFileSync(file(`${certificate}.crt`)), key: readFileSync(file(`${certificate}.key`)) }
    : {};
  const options = { port: ports[component], host: "127.0.0.1", path, headers, rejectUnauthorized: false, ...pair };
  return new Promise((resolve, reject) => {
    request(options, async (response) => {
      const chunks = await response.toArray();
      resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
    })
      .once("error", reject)
      .end();
  });
}

test.each(components)("%s: health is open to everybody, and nothing else is", async (component) => {
  for (const path of ["/healthz", "/livez", "/readyz"])
    expect(await ask(component, { path })).toEqual({ status: 200, body: "ok" });
  const refused = await ask(component, { path: "/metrics" });
  expect(refused.status).toBe(403);
  expect(JSON.parse(refused.body)).toMatchObject({
    kind: "Status",
    reason: "Forbidden",
    message: 'forbidden: User "system:anonymous" cannot get path "/metrics"',
  });
});

test.each(components)("%s: metrics are for certificates and tokens that RBAC lets in", async (component) => {
  const path = "/metrics";
  const allowed = await ask(component, { path, certificate: "monitor" });
  expect(allowed).toMatchObject({ status: 200, body: expect.stringContaining("process_resident_memory_bytes") });
  expect((await ask(component, { path, certificate: "nobody" })).status).toBe(403);
  expect((await ask(component, { path, headers: { authorization: "Bearer no.such.token" } })).status).toBe(401);
  const token = await tokenOf(`scraper-${component}`);
  expect((await ask(component, { path, headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
});

const shown = {
  "controller-manager": [
    'leader_election_master_status{name="kube-controller-manager"} 1',
    'workqueue_adds_total{name="root_ca_cert_publisher"} ',
    'workqueue_depth{name="deployment"} 0',
    'workqueue_work_duration_seconds_bucket{name="serviceaccount",le="+Inf"} ',
    'rest_client_requests_total{code="201",method="POST",host="127.0.0.1:',
  ],
  scheduler: [
    'leader_election_master_status{name="kube-scheduler"} 1',
    'scheduler_pending_pods{queue="active"} 0',
    'scheduler_pod_scheduling_sli_duration_seconds_count{attempts="1"} 1',
    'scheduler_schedule_attempts_total{result="scheduled",profile="default-scheduler"} 1',
    'rest_client_requests_total{code="200",method="GET",host="127.0.0.1:',
  ],
};

test.each(components)("%s: metrics tell what upstream's tell, under the same names", async (component) => {
  if (component === "scheduler") await scheduleOne();
  const missing = async () => {
    const { body } = await ask(component, { path: "/metrics", certificate: "monitor" });
    return shown[component].filter((line) => !body.includes(`\n${line}`));
  };
  await expect.poll(missing, { timeout: 60_000 }).toEqual([]);
});

async function scheduleOne(): Promise<void> {
  await plane.whenPodsCanBeMade();
  const client = plane.client();
  await client.create(resources.pods, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "one", namespace: "default" },
    spec: { containers: [{ name: "c", image: "app" }], tolerations: [{ operator: "Exists" }] },
  } as KubeObject);
}

async function tokenOf(account: string): Promise<string> {
  const client = plane.client();
  const namespace = "kube-system";
  await client.create(resources.serviceaccounts, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: account, namespace },
  });
  await client.create(resources.clusterrolebindings, {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: account },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:monitoring" },
    subjects: [{ kind: "ServiceAccount", name: account, namespace }],
  });
  const wanted = {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    metadata: { name: account, namespace },
    spec: {},
  };
  const made: KubeObject = await client.create(resources.serviceaccounts, wanted, { subresource: "token" });
  return (made.status as { token: string }).token;
}

test("a front proxy that its CA vouches for may speak for a user, another may not", async () => {
  const headers = { "x-remote-user": "prometheus", "x-remote-group": "system:monitoring" };
  const path = "/metrics";
  const proxied = await ask("controller-manager", { path, certificate: "front-proxy-client", headers });
  expect(proxied.status).toBe(200);
  const pretended = await ask("controller-manager", { path, certificate: "nobody", headers });
  expect(pretended.status).toBe(403);
  expect(pretended.body).toContain('User \\"nobody\\"');
  expect((await ask("controller-manager", { path, headers })).body).toContain("system:anonymous");
});

test("a leader that has its lease is healthy on its own check", async () => {
  const check = () => ask("scheduler", { path: "/livez/leaderElection", certificate: "monitor" });
  await until(async () => (await check()).body === "ok", { for: "the check", withinMs: 60_000 });
});

test("a certificate that is given is served, with the TLS that is asked for", async () => {
  issue(plane.dir, "serving", { subject: "/CN=my-scheduler", extensions: "extendedKeyUsage=serverAuth" });
  plane.runScheduler(
    [
      `--tls-cert-file=${file("serving.crt")}`,
      `--tls-private-key-file=${file("serving.key")}`,
      "--tls-min-version=VersionTLS13",
    ],
    "own",
  );
  const server = { port: await portOf("own"), host: "127.0.0.1", rejectUnauthorized: false };
  const [refusal] = (await once(connect({ ...server, maxVersion: "TLSv1.2" }), "error")) as [NodeJS.ErrnoException];
  expect(refusal.code).toBe("ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION");
  const socket = connect(server);
  await once(socket, "secureConnect");
  expect(socket.getPeerCertificate().subject.CN).toBe("my-scheduler");
  socket.destroy();
});
