import { readFile, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ControlPlane, startControlPlane } from "./fixture.ts";
import { makeCsr } from "./pki.ts";

let plane: ControlPlane;
const kubectl = (...args: readonly string[]) => plane.kubectl(...args);

beforeAll(async () => {
  plane = await startControlPlane();
  await kubectl("create", "serviceaccount", "default");
});
afterAll(() => plane?.stop());

async function get(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  const ca = await readFile(join(plane.dir, "ca.crt"));
  return new Promise((resolve, reject) => {
    request(`${plane.server}${path}`, { ca, headers }, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on("error", reject)
      .end();
  });
}

test("anonymous senders see health and version, and nothing else", async () => {
  expect(await get("/livez")).toMatchObject({ status: 200, body: "ok" });
  expect((await get("/version")).status).toBe(200);
  const denied = await get("/api/v1/pods");
  expect(denied.status).toBe(403);
  expect(JSON.parse(denied.body).message).toBe(
    'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" at the cluster scope',
  );
});

test("a bad token is refused, not taken for nobody", async () => {
  expect((await get("/version", { authorization: "Bearer nonsense" })).status).toBe(401);
});

test("a service account's token works until its account goes", async () => {
  await kubectl("create", "serviceaccount", "robot");
  await kubectl("create", "role", "reader", "--verb=get,list", "--resource=configmaps");
  await kubectl("create", "rolebinding", "reader", "--role=reader", "--serviceaccount=default:robot");
  const token = (await kubectl("create", "token", "robot")).trim();
  const headers = { authorization: `Bearer ${token}` };
  expect((await get("/api/v1/namespaces/default/configmaps", headers)).status).toBe(200);
  expect((await get("/api/v1/namespaces/default/secrets", headers)).status).toBe(403);
  await kubectl("delete", "serviceaccount", "robot");
  expect((await get("/api/v1/namespaces/default/configmaps", headers)).status).toBe(401);
});

test("a bootstrap token joins its groups, and ends with its expiration", async () => {
  const secret = (id: string, expiration: string) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: `bootstrap-token-${id}`, namespace: "kube-system" },
    type: "bootstrap.kubernetes.io/token",
    stringData: {
      "token-id": id,
      "token-secret": "0123456789abcdef",
      "usage-bootstrap-authentication": "true",
      "auth-extra-groups": "system:bootstrappers:kubeadm:default-node-token",
      expiration,
    },
  });
  const path = join(plane.dir, "token.json");
  await writeFile(
    path,
    JSON.stringify({
      kind: "List",
      apiVersion: "v1",
      items: [secret("aaaaaa", "2999-01-01T00:00:00Z"), secret("bbbbbb", "2020-01-01T00:00:00Z")],
    }),
  );
  await kubectl("create", "-f", path);
  const review = await get("/apis/apps/v1/deployments", { authorization: "Bearer aaaaaa.0123456789abcdef" });
  expect(JSON.parse(review.body).message).toContain('User "system:bootstrap:aaaaaa" cannot list');
  expect((await get("/version", { authorization: "Bearer bbbbbb.0123456789abcdef" })).status).toBe(401);
  expect((await get("/version", { authorization: "Bearer aaaaaa.fedcba9876543210" })).status).toBe(401);
});

test("a kubelet keeps to its own node and to the objects of its pods", async () => {
  const own = await plane.kubeconfigFor("node1", "/CN=system:node:node1/O=system:nodes");
  const as = (...args: readonly string[]) => kubectl(`--kubeconfig=${own}`, ...args);
  await kubectl("create", "secret", "generic", "used", "--from-literal=a=b");
  await kubectl("create", "secret", "generic", "other", "--from-literal=a=b");
  const node = (name: string) => ({ apiVersion: "v1", kind: "Node", metadata: { name } });
  const path = join(plane.dir, "node.json");
  await writeFile(path, JSON.stringify(node("node1")));
  await as("create", "-f", path);
  await writeFile(path, JSON.stringify(node("node2")));
  await expect(as("create", "-f", path)).rejects.toMatchObject({
    stderr: expect.stringContaining("is not allowed to modify node"),
  });
  await expect(as("get", "secret", "used")).rejects.toMatchObject({
    stderr: expect.stringContaining("no relationship found"),
  });
  const spec = { nodeName: "node1", volumes: [{ name: "s", secret: { secretName: "used" } }] };
  await kubectl("run", "p", "--image=nginx", "--overrides", JSON.stringify({ spec }));
  expect(await as("get", "secret", "used", "-o", "name")).toBe("secret/used\n");
  await expect(as("get", "secret", "other")).rejects.toMatchObject({ stderr: expect.stringContaining("forbidden") });
  // the upstream kubelet watches each object that its pods name
  const watched = (name: string) => as("get", "secrets", `--field-selector=metadata.name=${name}`, "-o", "name");
  expect(await watched("used")).toBe("secret/used\n");
  await expect(watched("other")).rejects.toMatchObject({ stderr: expect.stringContaining("no relationship found") });
  await expect(as("get", "secrets")).rejects.toMatchObject({ stderr: expect.stringContaining("No Object name found") });
  await expect(as("label", "node", "node1", "node-role.kubernetes.io/control-plane=")).rejects.toMatchObject({
    stderr: expect.stringContaining("is not allowed to modify labels"),
  });
});

test("can-i and impersonation ask for others", async () => {
  await kubectl("create", "clusterrole", "viewer", "--verb=get", "--resource=nodes");
  await kubectl("create", "clusterrolebinding", "viewer", "--clusterrole=viewer", "--user=jane");
  expect(await kubectl("auth", "can-i", "get", "nodes", "--as=jane")).toBe("yes\n");
  await expect(kubectl("auth", "can-i", "delete", "nodes", "--as=jane")).rejects.toMatchObject({ stdout: "no\n" });
  expect(
    await kubectl("auth", "whoami", "--as=jane", "--as-group=devs", "-o", "jsonpath={.status.userInfo.groups}"),
  ).toBe('["devs","system:authenticated"]');
});

test("a certificate request is its sender's, and approval is noted", async () => {
  const csr = {
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: "jane" },
    spec: {
      request: makeCsr(plane.dir, "jane", "/CN=jane"),
      signerName: "kubernetes.io/kube-apiserver-client",
      usages: ["client auth"],
      username: "somebody-else",
    },
  };
  const path = join(plane.dir, "csr.json");
  await writeFile(path, JSON.stringify(csr));
  await kubectl("create", "-f", path);
  await kubectl("certificate", "approve", "jane");
  const live = JSON.parse(await kubectl("get", "csr", "jane", "-o", "json"));
  expect(live.spec.username).toBe("kubernetes-admin");
  expect(live.status.conditions[0]).toMatchObject({ type: "Approved", status: "True" });
});

test("nobody grants what he does not have", async () => {
  await kubectl("create", "clusterrole", "granter", "--verb=create", "--resource=roles,rolebindings");
  await kubectl("create", "clusterrolebinding", "granter", "--clusterrole=granter", "--user=joe");
  await kubectl("create", "clusterrolebinding", "joe-views", "--clusterrole=viewer", "--user=joe");
  await expect(kubectl("create", "role", "own", "--verb=get", "--resource=secrets", "--as=joe")).rejects.toMatchObject({
    stderr: expect.stringContaining("is attempting to grant RBAC permissions not currently held"),
  });
  await expect(
    kubectl("create", "rolebinding", "up", "--clusterrole=admin", "--user=joe", "--as=joe"),
  ).rejects.toMatchObject({
    stderr: expect.stringContaining("not currently held"),
  });
  await kubectl("create", "rolebinding", "same", "--clusterrole=viewer", "--user=jim", "--as=joe");
});

test("a quota is charged, and refuses what goes over it", async () => {
  await kubectl("create", "namespace", "small");
  await kubectl("create", "quota", "few", "--hard=configmaps=2", "-n", "small");
  await expect(kubectl("create", "configmap", "early", "-n", "small")).rejects.toMatchObject({
    stderr: expect.stringContaining("status unknown for quota"),
  });
  const status = { status: { hard: { configmaps: "2" }, used: { configmaps: "1" } } };
  await kubectl(
    "patch",
    "quota",
    "few",
    "-n",
    "small",
    "--subresource=status",
    "--type=merge",
    "-p",
    JSON.stringify(status),
  );
  await kubectl("create", "configmap", "second", "-n", "small");
  await expect(kubectl("create", "configmap", "third", "-n", "small")).rejects.toMatchObject({
    stderr: expect.stringContaining(
      "exceeded quota: few, requested: configmaps=1, used: configmaps=2, limited: configmaps=2",
    ),
  });
});
