import { expect, it } from "vitest";
import { requireCluster } from "../../../src/config/cluster/parse-cluster.ts";
import type { Facts } from "../../../src/hosts/facts.ts";
import { buildClusterContext } from "../../../src/phases/cluster/build-cluster-context.ts";
import type { ClusterContext } from "../../../src/phases/cluster/cluster-context.ts";
import { staticPodContext } from "../../../src/phases/cluster/static-pod-context.ts";
import type { Target } from "../../../src/phases/engine/phase.ts";

const text = `apiVersion: slipway.dev/v1
kind: Cluster
spec:
  controlPlaneEndpoint: k8s.example.com:6443
  hosts:
    - name: cp1
      role: control-plane
      ssh: { address: 192.0.2.11 }
      environment: { HTTPS_PROXY: "http://192.0.2.1:3128", no_proxy: 10.0.0.0/8, LANG: C.UTF-8 }
    - { name: cp2, role: control-plane, ssh: { address: 192.0.2.12 } }
`;

function contextOf(): ClusterContext {
  const refused = () => Promise.reject(new Error("not asked for here"));
  const context = buildClusterContext({
    file: requireCluster({ file: "cluster.yaml", text, env: {} }),
    distribution: refused,
    hostNamed: refused,
    factsOf: (name) =>
      ({ hostname: name, addresses: [], defaultRouteAddress: "192.0.2.11", runtimeSockets: [] }) as unknown as Facts,
    now: () => new Date("2026-01-01T00:00:00Z"),
  });
  const nothingThere = { of: async () => ({ caFolders: [], pki: [] }) };
  return { ...context, materials: nothingThere as unknown as ClusterContext["materials"] };
}

it("hands a host's proxies, and nothing else of its environment, to the pods of that host", async () => {
  const proxiesOf = async (name: string) => {
    const { host } = await staticPodContext(contextOf(), { host: { name } } as unknown as Target);
    return host.proxyEnv.map((variable) => `${variable.name}=${variable.value}`);
  };
  expect(await proxiesOf("cp1")).toEqual(["HTTPS_PROXY=http://192.0.2.1:3128", "no_proxy=10.0.0.0/8"]);
  expect(await proxiesOf("cp2")).toEqual([]);
});
