import { expect, test } from "vitest";
import { countedNames, quotaUsage } from "../../../../src/components/controller-manager/resourcequota/usage.ts";
import type { ResourceQuota } from "../../../../src/kube/kinds/policy.ts";
import type { KubeObject } from "../../../../src/kube/object.ts";
import { podWith } from "../pod.ts";

const pod = (name: string, resources: object, more: Parameters<typeof podWith>[0] = {}) =>
  podWith({ ...more, metadata: { name }, spec: { containers: [{ name: "c", resources }], ...more?.spec } });
const service = (type: string, ports: number): KubeObject => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: {},
  spec: { type, ports: Array.from({ length: ports }, () => ({ port: 1 })) },
});
const claim = (storage: string, storageClassName: string): KubeObject => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: {},
  spec: { storageClassName, resources: { requests: { storage } } },
});
const holdings: Record<string, KubeObject[]> = {
  pods: [
    pod("a", { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "1" } }),
    pod("b", { requests: { cpu: "750m" } }, { spec: { activeDeadlineSeconds: 60 } }),
    pod("best-effort", {}),
    pod("done", { requests: { cpu: "8" } }, { status: { phase: "Succeeded" } }),
  ],
  services: [service("NodePort", 2), service("LoadBalancer", 1), service("ClusterIP", 1)],
  persistentvolumeclaims: [claim("1Gi", "fast"), claim("2Gi", "slow")],
  "deployments.apps": [{ apiVersion: "apps/v1", kind: "Deployment", metadata: {} }],
};
const usage = (hard: string[], spec: ResourceQuota["spec"] = {}) =>
  quotaUsage(
    {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: {},
      spec: { hard: Object.fromEntries(hard.map((name) => [name, "1"])), ...spec },
    },
    { list: (name) => holdings[name] ?? [], knows: (name) => name !== "nothings.example.com" },
  );

test.each([
  ["pods", "3"],
  ["cpu", "1250m"],
  ["requests.memory", "1Gi"],
  ["limits.cpu", "1"],
  ["services", "3"],
  ["services.nodeports", "3"],
  ["services.loadbalancers", "1"],
  ["count/deployments.apps", "1"],
  ["count/widgets.example.com", "0"],
  ["requests.storage", "3Gi"],
  ["fast.storageclass.storage.k8s.io/requests.storage", "1Gi"],
  ["slow.storageclass.storage.k8s.io/persistentvolumeclaims", "1"],
])("%s: %s", (name, expected) => {
  expect(usage([name])).toEqual({ [name]: expected });
});

test.each([
  ["Terminating", "1"],
  ["NotTerminating", "2"],
  ["BestEffort", "1"],
  ["NotBestEffort", "2"],
])("the scope %s counts %s pods", (scope, expected) => {
  expect(usage(["pods"], { scopes: [scope] })).toEqual({ pods: expected });
});

test("what the server does not know is not counted, and anything else is", () => {
  const names = ["count/nothings.example.com", "count/widgets.example.com", "pods"];
  expect(usage(names)).toEqual({ "count/widgets.example.com": "0", pods: "3" });
  const hard = Object.fromEntries(["configmaps", ...names].map((name) => [name, "1"]));
  const quota = { apiVersion: "v1", kind: "ResourceQuota", metadata: {}, spec: { hard } };
  expect(countedNames(quota)).toEqual(["configmaps", "nothings.example.com", "widgets.example.com"]);
});
