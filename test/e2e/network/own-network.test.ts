import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { slipway, slipwayDone, slipwayLines, useKubectl } from "../fixtures/cluster.ts";
import { useLab } from "../fixtures/lab.ts";

describe("a cluster whose network is the user's own", () => {
  const hosts = useLab({ controlPlanes: 1, workers: 0, packages: ["node"] });
  const kubectl = useKubectl(hosts);
  let file = "";
  let impatient = "";

  beforeAll(async () => {
    const own = (await readFile(hosts.lab.clusterFile, "utf8")).replace(
      "\nspec:\n",
      "\nspec:\n  network: { provider: none }\n",
    );
    const folder = dirname(hosts.lab.clusterFile);
    [file, impatient] = [join(folder, "own.yaml"), join(folder, "impatient.yaml")];
    await writeFile(file, own);
    await writeFile(impatient, `${own}---\n${impatience}`);
  });

  it("comes up without one, and is told apart from one that is ready", async () => {
    await slipwayDone("apply", "-f", file, "--skip-phases", "node-ready");
    expect(await kubectl(["get", "nodes"])).toContain(" NotReady ");
    const { exitCode, stdout } = await slipway("apply", "-f", impatient, "--phase", "node-ready");
    expect(exitCode).toBe(13);
    expect(stdout).toContain("cp1: node-ready: the Node did not become Ready");
    expect(stdout).toContain("cni plugin not initialized");
    expect(stdout).toContain("to do: apply the manifest of your pod network");
  });

  it("is waited for until the user's manifest has made its Nodes Ready", async () => {
    const told: string[] = [];
    for await (const line of slipwayLines("apply", "-f", file)) {
      told.push(line);
      if (line.includes("Node cp1 waits for your pod network")) await kubectl(["apply", "-f", "-"], bridge);
    }
    expect(told.join("\n")).toContain("nothing to change");
    expect(await kubectl(["get", "nodes"])).toContain(" Ready ");
  });

  it("has no add-on of ours, and takes pods into the user's network", async () => {
    const addons = await kubectl(["-n", "kube-system", "get", "daemonsets", "-o", "name"]);
    expect(addons.trim().split("\n")).toEqual(["daemonset.apps/kube-proxy", "daemonset.apps/own-bridge"]);
    await kubectl(["-n", "kube-system", "rollout", "status", "deployment/coredns", "--timeout=240s"]);
    const where = ["-o", "jsonpath={.items[*].status.podIP}"];
    expect(await kubectl(["-n", "kube-system", "get", "pods", "-l", "k8s-app=kube-dns", ...where])).toMatch(
      /^10\.250\.\S+ 10\.250\.\S+$/,
    );
    expect(await hosts.run("cp1", ["ip", "-br", "link", "show", "type", "bridge"])).toMatch(/^own0 /);
  });
});

/** kubeadm's limit for a kubelet to become healthy, made short. */
const impatience = `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
timeouts: { kubeletHealthCheck: 1s }
`;

/** The least that a network of one host needs: a bridge, in a range that is not the cluster's, so that it can't be ours. */
const conflist = {
  cniVersion: "0.4.0",
  name: "own",
  plugins: [
    {
      type: "bridge",
      bridge: "own0",
      isDefaultGateway: true,
      ipMasq: true,
      ipam: { type: "host-local", ranges: [[{ subnet: "10.250.0.0/24" }]] },
    },
  ],
};

const bridge = `apiVersion: v1
kind: ConfigMap
metadata: { name: own-bridge, namespace: kube-system }
data: { own.conflist: '${JSON.stringify(conflist)}' }
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: own-bridge, namespace: kube-system }
spec:
  selector: { matchLabels: { app: own-bridge } }
  template:
    metadata: { labels: { app: own-bridge } }
    spec:
      hostNetwork: true
      tolerations: [{ operator: Exists }]
      containers:
      - name: lay
        image: "slipway.local/busybox:1.35.0"
        command: [sh, -c, "cp /own/own.conflist /etc/cni/net.d/ && trap exit TERM && while :; do sleep 1; done"]
        volumeMounts: [{ name: own, mountPath: /own }, { name: net, mountPath: /etc/cni/net.d }]
      volumes:
      - { name: own, configMap: { name: own-bridge } }
      - { name: net, hostPath: { path: /etc/cni/net.d, type: DirectoryOrCreate } }
`;
