import { readFile, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { slipway, slipwayDone, useKubectl } from "../fixtures/cluster.ts";
import { useLab } from "../fixtures/lab.ts";

const workload = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: echo }
spec:
  replicas: 3
  selector: { matchLabels: { app: echo } }
  template:
    metadata: { labels: { app: echo } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - { name: echo, image: "slipway.local/busybox:1.35.0", ports: [{ containerPort: 8080 }] }
---
apiVersion: v1
kind: Service
metadata: { name: echo }
spec:
  selector: { app: echo }
  ports: [{ port: 80, targetPort: 8080 }]
`;

describe("a cluster of one control plane and two workers", () => {
  const hosts = useLab({ controlPlanes: 1, workers: 2, packages: ["node"] });
  const kubectl = useKubectl(hosts);
  const apply = () => slipwayDone("apply", "-f", hosts.lab.clusterFile);
  const ready = async () => (await kubectl(["get", "nodes"])).match(/ Ready /g)?.length ?? 0;

  it("comes up from its file, every Node Ready", async () => {
    await apply();
    await until(async () => (await ready()) === 3, { for: "3 Nodes to be Ready", withinMs: 60_000, everyMs: 500 });
  });

  it("is left alone by a second apply", async () => {
    expect(await apply()).toContain("nothing to change");
    expect((await slipway("plan", "-f", hosts.lab.clusterFile, "--detailed-exitcode")).exitCode).toBe(0);
  });

  it("shows drift in the plan, and mends it", async () => {
    await hosts.run("worker1", ["sh", "-c", "echo 'maxPods: 7' >> /var/lib/kubelet/config.yaml"]);
    await hosts.run("cp1", ["rm", "/etc/kubernetes/manifests/kube-scheduler.yaml"]);
    await kubectl(["-n", "kube-system", "delete", "configmap", "coredns"]);
    const plan = await slipway("plan", "-f", hosts.lab.clusterFile, "--detailed-exitcode");
    expect(plan.exitCode).toBe(2);
    for (const drifted of ["/var/lib/kubelet/config.yaml", "kube-scheduler.yaml", "ConfigMap/kube-system/coredns"]) {
      expect(plan.stdout).toContain(drifted);
    }
    await apply();
    expect(await apply()).toContain("nothing to change");
  });

  it("runs a Deployment whose replicas all answer through the Service, by name", async () => {
    await kubectl(["apply", "-f", "-"], workload);
    await kubectl(["rollout", "status", "deployment/echo", "--timeout=60s"]);
    const answered = new Set<string>();
    await until(
      async () => {
        const answer = await kubectl([
          "exec",
          "deploy/echo",
          "--",
          "wget",
          "-qO-",
          "http://echo.default.svc.cluster.local/",
        ]);
        answered.add(answer.trim().split("\n")[0] ?? "");
        return answered.size === 3;
      },
      { for: "an answer of each replica", withinMs: 60_000, everyMs: 50 },
    );
  });

  it("takes a changed label of a host to its Node, and nothing else", async () => {
    const file = await readFile(hosts.lab.clusterFile, "utf8");
    await writeFile(
      hosts.lab.clusterFile,
      file.replace("- name: worker1", '- name: worker1\n    labels: { "example.com/zone": "a" }'),
    );
    const told = await apply();
    expect(told).toContain("Node/worker1");
    expect(told).toMatch(/\b1 changed/);
    expect(await kubectl(["get", "node", "worker1", "--show-labels"])).toContain("example.com/zone=a");
  });

  it("goes away by reset, leaves nothing behind, and comes back by apply", async () => {
    await slipwayDone("reset", "--file", hosts.lab.clusterFile, "--yes");
    for (const { name } of hosts.lab.hosts) {
      expect(await hosts.run(name, ["sh", "-c", "pgrep -a 'kube|etcd|coredns|node' || true"])).toBe("");
      expect(await hosts.run(name, ["sh", "-c", "grep -c /var/lib/kubelet /proc/mounts || true"])).toBe("0");
      expect(await hosts.run(name, ["sh", "-c", "ip -brief link | grep -E 'slipway|cni0|veth' || true"])).toBe("");
      expect(await hosts.run(name, ["sh", "-c", "nft list tables | grep -E 'kube-proxy|slipway' || true"])).toBe("");
      expect(await hosts.run(name, ["sh", "-c", "find /etc/kubernetes -type f 2>/dev/null || true"])).not.toContain(
        "ca",
      );
    }
    await apply();
    await until(async () => (await ready()) === 3, {
      for: "3 Nodes to be Ready again",
      withinMs: 60_000,
      everyMs: 500,
    });
  });
});
