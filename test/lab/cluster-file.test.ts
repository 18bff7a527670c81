import { describe, expect, it } from "vitest";
import { requireCluster } from "../../src/config/cluster/parse-cluster.ts";
import { clusterFile } from "../../src/lab/cluster-file.ts";
import { labPaths, layoutOf } from "../../src/lab/layout.ts";
import { vagrantCluster } from "../../src/lab/vagrantfile.ts";

const paths = labPaths(layoutOf("/var/lib/slipway-lab"), "try");
const worker = { name: "worker1", role: "worker", address: "172.29.1.11" } as const;
const controlPlane = (ordinal: number) =>
  ({ name: `cp${ordinal}`, role: "control-plane", address: `172.29.1.${11 + ordinal}` }) as const;

function read(text: string) {
  return requireCluster({ file: "cluster.yaml", text, env: {} }).cluster;
}

describe("clusterFile", () => {
  it("can be applied as it is, also with several control planes: the first one's address is theirs", () => {
    const { hosts, settings } = read(
      clusterFile("try", [worker, controlPlane(1), controlPlane(2), controlPlane(3)], paths),
    );
    expect(hosts.map(({ name }) => name)).toEqual(["worker1", "cp1", "cp2", "cp3"]);
    expect(settings.controlPlaneEndpoint).toBe("172.29.1.12:6443");
  });

  it("names no shared address for a single control plane", () => {
    expect(read(clusterFile("try", [controlPlane(1), worker], paths)).settings.controlPlaneEndpoint).toBeUndefined();
  });
});

describe("vagrantCluster", () => {
  it("can be applied as it is with several control planes", () => {
    const options = { provider: "libvirt", box: "debian/bookworm64", cpus: 2, memoryMb: 2048 } as const;
    const { settings } = read(vagrantCluster({ ...options, controlPlanes: 3, workers: 1 }));
    expect(settings.controlPlaneEndpoint).toBe("192.168.56.11:6443");
  });
});
