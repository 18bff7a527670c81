import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { isNotFound } from "../../../src/kube/api-error.ts";
import type { KubeClient } from "../../../src/kube/client.ts";
import { conditionOf } from "../../../src/kube/conditions.ts";
import type { CertificateSigningRequest } from "../../../src/kube/kinds/certificate-signing-request.ts";
import type { ConfigMap, Secret } from "../../../src/kube/kinds/config.ts";
import type { Node } from "../../../src/kube/kinds/node.ts";
import type { ClusterRole } from "../../../src/kube/kinds/policy.ts";
import { resources } from "../../../src/kube/resources.ts";
import { ControlPlane } from "../control-plane/control-plane.ts";

let plane: ControlPlane;
let client: KubeClient;
let renewing: NodeJS.Timeout;
const soon = (what: string) => ({ for: what, withinMs: 60_000, everyMs: 50 });

beforeAll(async () => {
  plane = await ControlPlane.start();
  client = plane.client();
  plane.runControllerManager([
    "--node-monitor-period=1s",
    "--node-monitor-grace-period=15s",
    "--node-startup-grace-period=15s",
  ]);
  // The last test is about them: the time after which silence counts passes while the others run.
  for (const name of ["silent", "well"]) {
    await client.create(resources.nodes, { apiVersion: "v1", kind: "Node", metadata: { name } });
    await tellReady(name, "2026-01-01T00:00:00Z");
  }
  renewing = setInterval(() => void tellReady("well", new Date().toISOString()).catch(() => undefined), 500);
});
afterAll(() => {
  clearInterval(renewing);
  return plane?.stop();
});

async function tellReady(name: string, lastHeartbeatTime: string): Promise<void> {
  const ready = { type: "Ready", status: "True", lastHeartbeatTime, lastTransitionTime: "2026-01-01T00:00:00Z" };
  const patch = { type: "merge", body: { status: { conditions: [ready] } } } as const;
  await client.patch(resources.nodes, { name }, patch, { subresource: "status" });
}

const binding = (name: string, role: string, group: string) => ({
  apiVersion: "rbac.authorization.k8s.io/v1",
  kind: "ClusterRoleBinding",
  metadata: { name },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
  subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: group }],
});

function requestOf(subject: string): string {
  const args = [
    "req",
    "-new",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-subj",
    subject,
    "-keyout",
    "/dev/null",
  ];
  return execFileSync("openssl", args, { encoding: "base64", stdio: ["ignore", "pipe", "ignore"], timeout: 60_000 });
}

const csr = (name: string, request: string): CertificateSigningRequest => ({
  apiVersion: "certificates.k8s.io/v1",
  kind: "CertificateSigningRequest",
  metadata: { name },
  spec: {
    request,
    signerName: "kubernetes.io/kube-apiserver-client-kubelet",
    usages: ["digital signature", "client auth"],
  },
});

test("a bootstrapping kubelet gets a client certificate that the API server believes", async () => {
  const group = "system:bootstrappers:kubeadm:default-node-token";
  await client.create(resources.clusterrolebindings, binding("bootstrap", "system:node-bootstrapper", group));
  await client.create(
    resources.clusterrolebindings,
    binding("autoapprove", "system:certificates.k8s.io:certificatesigningrequests:nodeclient", group),
  );
  const joining = plane.client("system:bootstrap:abcdef", ["system:bootstrappers", group]);
  await joining.create(
    resources.certificatesigningrequests,
    csr("first", requestOf("/O=system:nodes/CN=system:node:n1")),
  );
  const { status } = await until(async () => {
    const found = await client.get<CertificateSigningRequest>(resources.certificatesigningrequests, { name: "first" });
    return Boolean(found.status?.certificate) && found;
  }, soon("the certificate"));
  expect(conditionOf(status?.conditions, "Approved")).toMatchObject({
    reason: "AutoApproved",
    message: "Auto approving kubelet client certificate after SubjectAccessReview.",
  });
  const certificate = new X509Certificate(Buffer.from(status?.certificate ?? "", "base64"));
  const ca = new X509Certificate(readFileSync(join(plane.dir, "ca.crt")));
  expect(certificate.checkIssued(ca) && certificate.verify(ca.publicKey)).toBe(true);
  expect(certificate.subject).toBe("O=system:nodes\nCN=system:node:n1");
});

test("somebody without the permission is left waiting", async () => {
  await client.create(resources.clusterrolebindings, binding("may-ask", "system:node-bootstrapper", "strangers"));
  const stranger = plane.client("stranger", ["strangers"]);
  await stranger.create(
    resources.certificatesigningrequests,
    csr("stranger", requestOf("/O=system:nodes/CN=system:node:n2")),
  );
  await stranger.create(
    resources.certificatesigningrequests,
    csr("marker", requestOf("/O=system:nodes/CN=system:node:n3")),
  );
  await until(() => plane.logOf("controller-manager").includes("stranger"), soon("the refusal in the log"));
  const { status } = await client.get<CertificateSigningRequest>(resources.certificatesigningrequests, {
    name: "stranger",
  });
  expect(status?.conditions).toBeUndefined();
});

const tokenSecret = (id: string, expiration?: string): Secret => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: `bootstrap-token-${id}`, namespace: "kube-system" },
  type: "bootstrap.kubernetes.io/token",
  stringData: {
    "token-id": id,
    "token-secret": "0123456789abcdef",
    "usage-bootstrap-signing": "true",
    ...(expiration ? { expiration } : {}),
  },
});

test("cluster-info is signed by tokens that live; those that end are deleted and their signatures go", async () => {
  await client.create(resources.configmaps, {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "cluster-info", namespace: "kube-public" },
    data: { kubeconfig: "text" },
  });
  await client.create(resources.secrets, tokenSecret("aaaaaa"));
  await client.create(resources.secrets, tokenSecret("bbbbbb", new Date(Date.now() + 3_600_000).toISOString()));
  const signatures = async () => {
    const { data = {} } = await client.get<ConfigMap>(resources.configmaps, {
      name: "cluster-info",
      namespace: "kube-public",
    });
    return Object.keys(data)
      .filter((name) => name.startsWith("jws-kubeconfig-"))
      .sort();
  };
  await until(async () => (await signatures()).length === 2, soon("two signatures"));
  const secret = { name: "bootstrap-token-bbbbbb", namespace: "kube-system" };
  const soonOver = { stringData: { expiration: new Date(Date.now() + 1000).toISOString() } };
  await client.patch(resources.secrets, secret, { type: "merge", body: soonOver });
  await until(() => client.get(resources.secrets, secret).then(() => false, isNotFound), soon("the token to end"));
  await until(async () => (await signatures()).join() === "jws-kubeconfig-aaaaaa", soon("its signature to go"));
});

test("a token secret that people make is filled with a token that works, and goes with its account", async () => {
  const namespace = "default";
  await client.create(resources.serviceaccounts, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "robot", namespace },
  });
  const metadata = { name: "robot-token", namespace, annotations: { "kubernetes.io/service-account.name": "robot" } };
  await client.create(resources.secrets, {
    apiVersion: "v1",
    kind: "Secret",
    metadata,
    type: "kubernetes.io/service-account-token",
  });
  const secret = await until(async () => {
    const found = await client.get<Secret>(resources.secrets, { name: "robot-token", namespace });
    return Boolean(found.data?.token) && found;
  }, soon("the token"));
  expect(Buffer.from(secret.data?.["ca.crt"] ?? "", "base64").toString()).toBe(
    readFileSync(join(plane.dir, "ca.crt"), "utf8"),
  );
  const token = Buffer.from(secret.data?.token ?? "", "base64").toString();
  const review = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", metadata: {}, spec: { token } };
  expect(await client.create(resources.tokenreviews, review)).toMatchObject({
    status: { authenticated: true, user: { username: "system:serviceaccount:default:robot" } },
  });
  await client.delete(resources.serviceaccounts, { name: "robot", namespace });
  await until(
    () => client.get(resources.secrets, { name: "robot-token", namespace }).then(() => false, isNotFound),
    soon("the secret to go"),
  );
});

test("every namespace gets its account and the CA; what people take away comes back", async () => {
  await client.create(resources.namespaces, { apiVersion: "v1", kind: "Namespace", metadata: { name: "fresh" } });
  const ca = { name: "kube-root-ca.crt", namespace: "fresh" };
  const exists = () =>
    client.get<ConfigMap>(resources.configmaps, ca).then(
      ({ data }) => data?.["ca.crt"] !== undefined,
      () => false,
    );
  await until(exists, soon("the CA"));
  await client.delete(resources.configmaps, ca);
  await until(exists, soon("the CA to come back"));
  await until(
    () => client.get(resources.serviceaccounts, { name: "default", namespace: "fresh" }),
    soon("the account"),
  );
});

test("aggregated roles hold the rules of those that they select", async () => {
  const rules = [{ verbs: ["get"], apiGroups: ["example.com"], resources: ["widgets"] }];
  const labels = { "rbac.authorization.k8s.io/aggregate-to-view": "true" };
  await client.create(resources.clusterroles, {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "widgets", labels },
    rules,
  });
  await until(async () => {
    const { rules: all = [] } = await client.get<ClusterRole>(resources.clusterroles, { name: "view" });
    return all?.some(({ resources: names }) => names?.includes("widgets"));
  }, soon("the rule in view"));
});

test("a silent node is told unknown, tainted, and its pods are moved away when their patience ends", async () => {
  const tolerations = [
    { key: "node.kubernetes.io/unreachable", operator: "Exists", effect: "NoExecute", tolerationSeconds: 1 },
  ];
  const containers = [{ name: "c", image: "app" }];
  await client.create(resources.pods, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "lonely", namespace: "default" },
    spec: { nodeName: "silent", tolerations, terminationGracePeriodSeconds: 0, containers },
  });
  const node = await until(async () => {
    const found = await client.get<Node>(resources.nodes, { name: "silent" });
    return found.spec?.taints?.some(({ effect }) => effect === "NoExecute") && found;
  }, soon("the taint that evicts"));
  expect(conditionOf(node.status?.conditions, "Ready")).toMatchObject({
    status: "Unknown",
    reason: "NodeStatusUnknown",
  });
  expect(node.spec?.podCIDR).toMatch(/^10\.244\.\d+\.0\/24$/);
  await until(
    () => client.get(resources.pods, { name: "lonely", namespace: "default" }).then(() => false, isNotFound),
    soon("the pod to go"),
  );
  const well = await client.get<Node>(resources.nodes, { name: "well" });
  expect(well.spec?.taints).toBeUndefined();
});
