import { expect, it } from "vitest";
import { requireCluster } from "../../src/config/cluster/parse-cluster.ts";
import type { Facts } from "../../src/hosts/facts.ts";
import { addonObjects } from "../../src/phases/addon.ts";
import { buildClusterContext } from "../../src/phases/cluster/build-cluster-context.ts";
import type { ClusterContext } from "../../src/phases/cluster/cluster-context.ts";
import type { Target } from "../../src/phases/engine/phase.ts";

const facts = {
  hostname: "cp1",
  addresses: [],
  defaultRouteAddress: "192.0.2.11",
  runtimeSockets: [],
  proxies: { HTTPS_PROXY: "http://192.0.2.9:3128" },
} as unknown as Facts;

function contextOf(environment: string): ClusterContext {
  const refused = () => Promise.reject(new Error("not asked for here"));
  const text = `apiVersion: slipway.dev/v1
kind: Cluster
spec:
  hosts:
    - { name: cp1, role: control-plane, ssh: { address: 192.0.2.11 }${environment} }
    - { name: w1, role: worker, ssh: { address: 192.0.2.12 }, environment: { https_proxy: "http://192.0.2.8:3128" } }
`;
  return buildClusterContext({
    file: requireCluster({ file: "cluster.yaml", text, env: {} }),
    distribution: refused,
    hostNamed: refused,
    factsOf: () => facts,
    now: () => new Date("2026-01-01T00:00:00Z"),
  });
}

/** The proxies in kube-proxy's DaemonSet. */
function proxiesIn(context: ClusterContext): string[] {
  const target = { host: { name: "cp1" }, facts } as Target;
  const objects = addonObjects("kube-proxy", { context, target, patches: [] });
  const daemonSet = objects.find(({ kind }) => kind === "DaemonSet") as unknown as {
    spec: { template: { spec: { containers: { env: { name: string; value?: string }[] }[] } } };
  };
  const env = daemonSet.spec.template.spec.containers.flatMap((container) => container.env);
  return env.flatMap(({ name, value }) => (/_proxy$/i.test(name) ? [`${name}=${value}`] : []));
}

it("kube-proxy gets the proxies that the cluster file gives the first control plane, and nothing else of its environment", () => {
  const context = contextOf(`, environment: { HTTPS_PROXY: "http://192.0.2.1:3128", no_proxy: .local, LANG: C.UTF-8 }`);
  expect(proxiesIn(context)).toEqual(["HTTPS_PROXY=http://192.0.2.1:3128", "no_proxy=.local"]);
  expect(proxiesIn(contextOf(""))).toEqual([]);
});

it("without a cluster file kube-proxy gets the proxies that the host itself has", () => {
  const { hostSettings: _, ...context } = contextOf("");
  expect(proxiesIn(context)).toEqual(["HTTPS_PROXY=http://192.0.2.9:3128"]);
});
