import { expect, test } from "vitest";
import { yaml } from "../../../../src/base/yaml.ts";
import { staticPod } from "../../../../src/kubelet/pods/sources/static-pod.ts";

const context = { nodeName: "Node1", path: "/etc/kubernetes/manifests/web.yaml", seenAt: "2026-01-01T00:00:00Z" };
const manifest = (spec: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}) =>
  yaml({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", creationTimestamp: null, ...metadata },
    spec: { containers: [{ name: "main", image: "app" }], ...spec },
  });
const made = (text: string) => {
  const result = staticPod(text, context);
  if (result.kind === "invalid") throw new Error(result.problem);
  return result.pod;
};

test("a static pod is named after its node, tolerates everything, and gets the API's defaults", () => {
  const { metadata, spec } = made(manifest());
  expect(metadata.name).toBe("web-node1");
  expect(metadata.namespace).toBe("default");
  expect(metadata.uid).toMatch(/^[0-9a-f]{32}$/);
  expect(metadata.annotations).toEqual({
    "kubernetes.io/config.hash": metadata.uid,
    "kubernetes.io/config.seen": context.seenAt,
    "kubernetes.io/config.source": "file",
  });
  expect(spec).toMatchObject({
    nodeName: "Node1",
    restartPolicy: "Always",
    dnsPolicy: "ClusterFirst",
    terminationGracePeriodSeconds: 30,
    tolerations: [{ operator: "Exists", effect: "NoExecute" }],
  });
  expect(spec.containers[0]).toMatchObject({
    imagePullPolicy: "Always",
    terminationMessagePath: "/dev/termination-log",
  });
});

test("the uid depends on content, file and node, and on nothing else", () => {
  const first = made(manifest()).metadata.uid;
  expect(made(manifest()).metadata.uid).toBe(first);
  expect(made(manifest({ hostNetwork: true })).metadata.uid).not.toBe(first);
  const elsewhere = staticPod(manifest(), { ...context, path: "/other" });
  expect(elsewhere.kind === "pod" && elsewhere.pod.metadata.uid).not.toBe(first);
});

test.each([
  ["app", "Always"],
  ["app:latest", "Always"],
  ["app:1", "IfNotPresent"],
  ["host:5000/app", "Always"],
  [`app@sha256:${"0".repeat(64)}`, "IfNotPresent"],
])("the pull policy of %s is %s", (image, policy) => {
  expect(made(manifest({ containers: [{ name: "main", image }] })).spec.containers[0]?.imagePullPolicy).toBe(policy);
});

test("probes and host ports get their defaults", () => {
  const [container] = made(
    manifest({
      hostNetwork: true,
      containers: [
        { name: "main", image: "app:1", ports: [{ containerPort: 80 }], livenessProbe: { httpGet: { port: 80 } } },
      ],
    }),
  ).spec.containers;
  expect(container?.ports).toEqual([{ containerPort: 80, hostPort: 80, protocol: "TCP" }]);
  expect(container?.livenessProbe).toEqual({
    httpGet: { port: 80, path: "/", scheme: "HTTP" },
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  });
});

test.each([
  ["kind: [", /couldn't parse as pod/],
  ["kind: Deployment", /not a v1 Pod/],
  [manifest({ containers: [] }), /spec.containers: Required value/],
  [manifest({ containers: [{ name: "UPPER", image: "x" }] }), /spec.containers\[0\].name: Invalid value/],
  [manifest({ containers: [{ name: "a", image: "" }] }), /spec.containers\[0\].image: Required value/],
  [
    manifest({ containers: [{ name: "a", image: "x", resources: { limits: { cpu: "fast" } } }] }),
    /cpu: Invalid value: "fast"/,
  ],
  [
    manifest({ containers: [{ name: "a", image: "x", volumeMounts: [{ name: "none", mountPath: "/x" }] }] }),
    /Not found: "none"/,
  ],
  [
    manifest({
      containers: [
        { name: "a", image: "x" },
        { name: "a", image: "y" },
      ],
    }),
    /Duplicate value: "a"/,
  ],
])("a broken manifest is told apart: %#", (text, problem) => {
  const result = staticPod(text, context);
  expect(result.kind === "invalid" && result.problem).toMatch(problem);
});
