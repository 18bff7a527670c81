import { describe, expect, test } from "vitest";
import type { Container } from "../../../src/kubelet/api/container.ts";
import { containerEnvironment } from "../../../src/kubelet/env/container-environment.ts";
import { expand } from "../../../src/kubelet/env/expand.ts";
import { fieldValue, resourceValue } from "../../../src/kubelet/env/field-reference.ts";
import { serviceEnvironment } from "../../../src/kubelet/env/service-environment.ts";
import { container, pod, uid } from "../sample.ts";

test.each([
  ["$(A)", "1"],
  ["$(A)$(B)", "12"],
  ["$$(A)", "$(A)"],
  ["$(NONE)", "$(NONE)"],
  ["$(A", "$(A"],
  ["$A", "$A"],
  ["a$$b", "a$b"],
])("%s expands to %s", (text, expected) => {
  expect(
    expand(
      text,
      new Map([
        ["A", "1"],
        ["B", "2"],
      ]),
    ),
  ).toBe(expected);
});

describe("the downward API", () => {
  const addresses = { podIPs: ["10.0.0.1", "fd00::1"], hostIPs: ["192.0.2.1"] };
  const owner = pod(
    { nodeName: "node1", serviceAccountName: "robot" },
    { labels: { b: "2", a: 'say "hi"' }, annotations: { note: "x" } },
  );

  test.each([
    ["metadata.name", "web"],
    ["metadata.namespace", "default"],
    ["metadata.uid", uid],
    ["metadata.labels", 'a="say \\"hi\\""\nb="2"'],
    ["metadata.labels['b']", "2"],
    ["metadata.annotations['note']", "x"],
    ["metadata.annotations['none']", ""],
    ["spec.nodeName", "node1"],
    ["spec.serviceAccountName", "robot"],
    ["status.podIP", "10.0.0.1"],
    ["status.podIPs", "10.0.0.1,fd00::1"],
    ["status.hostIP", "192.0.2.1"],
    ["status.nonsense", undefined],
  ])("%s is %o", (path, value) => {
    expect(fieldValue(owner, path, addresses)).toBe(value);
  });

  test.each([
    ["limits.cpu", undefined, "2"],
    ["limits.cpu", "1m", "1500"],
    ["requests.memory", "1Mi", "64"],
    ["limits.memory", "1Mi", "1024"],
    ["requests.cpu", "1m", "1500"],
  ])("%s by %s is %s", (resource, divisor, value) => {
    const limited = container({ resources: { limits: { cpu: "1500m" }, requests: { memory: "64Mi" } } });
    const wish = { resource, ...(divisor && { divisor }) };
    expect(resourceValue(wish, limited, { memory: "1Gi" })).toBe(value);
  });
});

test("service variables: the own namespace's, and kubernetes always", () => {
  const service = (name: string, namespace: string, clusterIP: string) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { clusterIP, ports: [{ name: "https", port: 443, protocol: "TCP" }] },
  });
  const services = [
    service("kubernetes", "default", "10.96.0.1"),
    service("my-db", "app", "10.96.0.9"),
    service("x", "app", "None"),
  ];
  const variables = serviceEnvironment(services, "app", true);
  expect(Object.fromEntries(variables)).toMatchObject({
    KUBERNETES_SERVICE_HOST: "10.96.0.1",
    KUBERNETES_SERVICE_PORT: "443",
    KUBERNETES_SERVICE_PORT_HTTPS: "443",
    MY_DB_SERVICE_HOST: "10.96.0.9",
    MY_DB_PORT: "tcp://10.96.0.9:443",
    MY_DB_PORT_443_TCP_PROTO: "tcp",
    MY_DB_PORT_443_TCP_ADDR: "10.96.0.9",
  });
  expect(variables.has("X_SERVICE_HOST")).toBe(false);
  expect([...serviceEnvironment(services, "app", false).keys()].some((name) => name.startsWith("MY_DB"))).toBe(false);
});

describe("a container's environment", () => {
  const config = {
    configMap: async (_: string, name: string) =>
      name === "settings"
        ? { apiVersion: "v1", kind: "ConfigMap", metadata: {}, data: { A: "map", B: "map" } }
        : undefined,
    secret: async (_: string, name: string) =>
      name === "hidden" ? { apiVersion: "v1", kind: "Secret", metadata: {}, data: { KEY: "c2VjcmV0" } } : undefined,
  };
  const context = {
    config,
    services: new Map([["KUBERNETES_SERVICE_HOST", "10.96.0.1"]]),
    addresses: { podIPs: ["10.0.0.1"], hostIPs: [] },
    allocatable: {},
  };
  const of = async (more: Partial<Container>) =>
    Object.fromEntries(await containerEnvironment(pod(), container(more), context));

  test("env wins over envFrom, which wins over services", async () => {
    expect(
      await of({
        envFrom: [{ configMapRef: { name: "settings" } }, { prefix: "S_", secretRef: { name: "hidden" } }],
        env: [
          { name: "A", value: "own" },
          { name: "URL", value: "$(A)-$(B)-$(KUBERNETES_SERVICE_HOST)" },
          { name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
          { name: "SECRET", valueFrom: { secretKeyRef: { name: "hidden", key: "KEY" } } },
        ],
      }),
    ).toEqual({
      A: "own",
      B: "map",
      S_KEY: "secret",
      URL: "own-map-10.96.0.1",
      IP: "10.0.0.1",
      SECRET: "secret",
      KUBERNETES_SERVICE_HOST: "10.96.0.1",
    });
  });

  test("what is optional may be missing, what is not stops the container", async () => {
    expect(await of({ envFrom: [{ configMapRef: { name: "none", optional: true } }] })).toEqual({
      KUBERNETES_SERVICE_HOST: "10.96.0.1",
    });
    await expect(of({ envFrom: [{ configMapRef: { name: "none" } }] })).rejects.toMatchObject({
      reason: "CreateContainerConfigError",
      message: 'configmap "none" not found',
    });
    const valueFrom = { configMapKeyRef: { name: "settings", key: "NONE" } };
    await expect(of({ env: [{ name: "X", valueFrom }] })).rejects.toThrow(
      "couldn't find key NONE in ConfigMap default/settings",
    );
  });
});
