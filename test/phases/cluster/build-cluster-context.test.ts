import { describe, expect, it } from "vitest";
import { requireCluster } from "../../../src/config/cluster/parse-cluster.ts";
import type { Facts } from "../../../src/hosts/facts.ts";
import { buildClusterContext } from "../../../src/phases/cluster/build-cluster-context.ts";
import type { RuntimeWish } from "../../../src/runtime/runtime-wish.ts";

const text = `apiVersion: slipway.dev/v1
kind: Cluster
metadata: { name: demo }
spec:
  hosts:
    - { name: cp1, role: control-plane+worker, ssh: { address: 192.0.2.11 } }
`;
const containerd = "/run/containerd/containerd.sock";
const crio = "/run/crio/crio.sock";

function socketOf(runtimeSockets: readonly string[], { more = "", install }: SocketOptions = {}): string | undefined {
  const file = requireCluster({ file: "cluster.yaml", text: text + more, env: {} });
  const facts = { hostname: "cp1", addresses: [], defaultRouteAddress: "192.0.2.11", runtimeSockets };
  const { nodes } = buildClusterContext({
    file,
    distribution: () => Promise.reject(new Error("not asked for here")),
    hostNamed: (name) => Promise.reject(new Error(`${name} was asked`)),
    factsOf: () => facts as unknown as Facts,
    now: () => new Date("2026-01-01T00:00:00Z"),
    ...(install ? { runtime: { install, registries: {} } } : {}),
  });
  return nodes.get("cp1")?.input.init.nodeRegistration.criSocket;
}
type SocketOptions = { readonly more?: string; readonly install?: RuntimeWish["install"] };

describe("the kubelet's socket of the container runtime", () => {
  it.each([
    ["nothing is there, as containerd will be installed", [], containerd],
    ["containerd is there", [containerd], containerd],
    ["CRI-O serves and containerd does not", [crio], crio],
    ["both serve", [containerd, crio], containerd],
  ])("is right where %s", (_, found, socket) => {
    expect(socketOf(found)).toBe(`unix://${socket}`);
  });

  it("is the one that the file names for a runtime that is not installed", () => {
    const install = { kind: "none", socket: "/run/own.sock" } as const;
    expect(socketOf([containerd], { install })).toBe("unix:///run/own.sock");
  });

  it("is the user's own in a kubeadm document, whatever was found", () => {
    const more = `---
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
nodeRegistration: { criSocket: "unix:///run/mine.sock" }
`;
    expect(socketOf([crio], { more })).toBe("unix:///run/mine.sock");
  });
});
