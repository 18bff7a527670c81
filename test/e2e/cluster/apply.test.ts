import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { connect } from "node:tls";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { labReboot } from "../../../src/lab/power.ts";
import { bounded } from "../fixtures/bounded.ts";
import { changesByApply, type Running, restarted, running } from "../fixtures/changes.ts";
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

/** What `kubeadm reset` does: containers, mounts and configuration go, and Slipway's journal still tells of them. */
const resetByHand = `systemctl stop kubelet
for task in $(ctr --namespace k8s.io tasks list --quiet); do ctr --namespace k8s.io tasks kill --signal SIGKILL "$task"; done
grep -o ' /var/lib/kubelet/[^ ]*' /proc/mounts | sort --reverse | xargs --no-run-if-empty umount
rm --recursive --force /etc/kubernetes /var/lib/kubelet /etc/cni/net.d`;

/** What a new installation has nothing of, and its host keys are new. */
const reinstall = `rm --recursive --force /var/lib/slipway /opt/slipway /usr/bin/kubelet /etc/systemd/system/kubelet.service*
rm --force /etc/ssh/ssh_host_*
ssh-keygen -A`;

describe("a cluster of one control plane and two workers", () => {
  const hosts = useLab({ controlPlanes: 1, workers: 2, packages: ["node"] });
  const kubectl = useKubectl(hosts);
  const apply = () => slipwayDone("apply", "-f", hosts.lab.clusterFile);
  const changeFile = async (change: (text: string) => string) => {
    await writeFile(hosts.lab.clusterFile, change(await readFile(hosts.lab.clusterFile, "utf8")));
  };
  /** Of the certificate with which the API server answers. */
  const servedSerial = async () => {
    const { address = "" } = hosts.lab.hosts.find(({ name }) => name === "cp1") ?? {};
    const socket = connect({ host: address, port: 6443, rejectUnauthorized: false });
    await once(socket, "secureConnect");
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  };
  const ready = async () => (await kubectl(["get", "nodes"])).match(/ Ready /g)?.length ?? 0;

  it("comes up from its file, every Node Ready", async () => {
    await apply();
    expect(await ready()).toBe(3);
  });

  it("keeps no token by which hosts could join once the run is over", async () => {
    expect(await kubectl(["-n", "kube-system", "get", "secrets", "-o", "name"])).not.toContain("bootstrap-token");
  });

  it("is left alone by a second apply", async () => {
    expect(await apply()).toContain("nothing to change");
    const { exitCode, stdout, stderr } = await slipway("plan", "-f", hosts.lab.clusterFile, "--detailed-exitcode");
    expect(exitCode, stdout + stderr).toBe(0);
  });

  it("shows drift in the plan, and mends it", async () => {
    await hosts.run("worker1", ["sh", "-c", "echo 'maxPods: 7' >> /var/lib/kubelet/config.yaml"]);
    await hosts.run("cp1", ["rm", "/etc/kubernetes/manifests/kube-scheduler.yaml"]);
    await hosts.run("worker1", ["systemctl", "disable", "kubelet"]);
    await hosts.run("worker2", ["systemctl", "disable", "--now", "kubelet"]);
    await kubectl(["-n", "kube-system", "delete", "configmap", "coredns"]);
    await kubectl(["label", "node", "cp1", "node-role.kubernetes.io/control-plane-"]);
    const plan = await slipway("plan", "-f", hosts.lab.clusterFile, "--detailed-exitcode");
    expect(plan.exitCode, plan.stdout + plan.stderr).toBe(2);
    const file = ["/var/lib/kubelet/config.yaml", "kube-scheduler.yaml"];
    for (const drifted of [...file, "service:kubelet", "ConfigMap/kube-system/coredns", "Node/cp1"]) {
      expect(plan.stdout).toContain(drifted);
    }
    await apply();
    expect(await apply()).toContain("nothing to change");
  });

  it("tells when the certificates expire, and renews them on the hosts: what uses them starts anew", async () => {
    const before = await servedSerial();
    const told = await slipwayDone("certs", "check-expiration", "-f", hosts.lab.clusterFile);
    expect(told).toMatch(/^cp1:\n.*\nadmin.conf .* 364d /s);
    const names = "etcd, kube-apiserver, kube-controller-manager, kube-scheduler";
    expect(await slipwayDone("certs", "renew", "all", "-f", hosts.lab.clusterFile)).toContain(`restarting ${names}`);
    const onDisk = new X509Certificate(await hosts.run("cp1", ["cat", "/etc/kubernetes/pki/apiserver.crt"]));
    expect(onDisk.serialNumber).not.toBe(before);
    expect(await servedSerial()).toBe(onDisk.serialNumber);
    expect(await apply()).toContain("nothing to change");
  });

  it("runs a Deployment whose replicas all answer through the Service, by name", async () => {
    await kubectl(["apply", "-f", "-"], workload);
    await kubectl(["rollout", "status", "deployment/echo", "--timeout=240s"]);
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
      { for: "an answer of each replica", withinMs: 120_000, everyMs: 50 },
    );
  });

  describe("takes a changed configuration to what depends on it, and to nothing else:", () => {
    const restartedSince = async (before: Running) => restarted(before, await running(hosts, kubectl));

    it("a label and a taint of a host to its Node, and to the kubelet that registers it", async () => {
      const before = await running(hosts, kubectl);
      const settings =
        '- name: worker1\n    labels: { "example.com/zone": a }\n    taints: ["dedicated=db:NoSchedule"]';
      await changeFile((text) => text.replace("- name: worker1", settings));
      expect(await changesByApply(hosts)).toEqual([
        "worker1 Node/worker1",
        "worker1 file:/var/lib/kubelet/kubeadm-flags.env",
        "worker1 service:kubelet",
      ]);
      expect(await restartedSince(before)).toEqual(["worker1 kubelet"]);
      const node = await kubectl(["get", "node", "worker1", "-o", "yaml"]);
      expect(node).toContain("example.com/zone: a");
      expect(node).toMatch(/effect: NoSchedule\n {4}key: dedicated/);
    });

    it("a label and a taint that the file names no more off the Node, which keeps those of others", async () => {
      await kubectl(["label", "node", "worker1", "example.com/own=b"]);
      await changeFile((text) => text.replace(/\n {4}labels: .*\n {4}taints: .*/, ""));
      const plan = await slipwayDone("plan", "-f", hosts.lab.clusterFile);
      expect(plan).toContain("-    example.com/zone: a");
      expect(await changesByApply(hosts)).toEqual([
        "worker1 Node/worker1",
        "worker1 file:/var/lib/kubelet/kubeadm-flags.env",
        "worker1 service:kubelet",
      ]);
      const node = await kubectl(["get", "node", "worker1", "-o", "yaml"]);
      expect(node).toContain("example.com/own: b");
      expect(node).not.toMatch(/example.com\/zone|dedicated/);
    });

    it("a name to the API server's certificate, which it serves without a restart", async () => {
      const before = await running(hosts, kubectl);
      const document = "---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n";
      await changeFile((text) => `${text}${document}apiServer:\n  certSANs: [api.example.test]\n`);
      expect(await changesByApply(hosts)).toEqual([
        "cp1 ConfigMap/kube-system/kubeadm-config",
        "cp1 file:/etc/kubernetes/pki/apiserver.crt",
      ]);
      const byName = () => kubectl(["get", "--raw", "/readyz", "--tls-server-name", "api.example.test"]);
      const answers = async () => (await byName()) === "ok";
      await until(answers, { for: "the new certificate to be served", withinMs: 120_000, everyMs: 500 });
      expect(await restartedSince(before)).toEqual([]);
    });

    it("an argument to the API server, which alone restarts", async () => {
      const before = await running(hosts, kubectl);
      await changeFile((text) => `${text}  extraArgs:\n  - { name: max-requests-inflight, value: "399" }\n`);
      expect(await changesByApply(hosts)).toEqual([
        "cp1 ConfigMap/kube-system/kubeadm-config",
        "cp1 file:/etc/kubernetes/manifests/kube-apiserver.yaml",
      ]);
      const isRestarted = async () => (await restartedSince(before)).length > 0;
      await until(isRestarted, { for: "the API server to restart", withinMs: 120_000, everyMs: 500 });
      expect(await restartedSince(before)).toEqual(["kube-apiserver-cp1"]);
    });

    it("an argument that the API server refuses no further: the error brings what probe, kubelet and container say", async () => {
      const waits =
        "---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\ntimeouts: { controlPlaneComponentHealthCheck: 15s }\n";
      const wrong = '  - { name: no-such-flag, value: "1" }\n';
      const right = await readFile(hosts.lab.clusterFile, "utf8");
      const fields = "{.spec.containers[0].command} {.status.containerStatuses[0]['containerID','ready']}";
      const pod = ["-n", "kube-system", "get", "pod", "kube-apiserver-cp1", "-o", `jsonpath=${fields}`];
      const before = await kubectl(pod);
      /** Of a run that found the new pod in place: on a slow machine the first may wait its 15 s for that alone. */
      const refusal = async () => {
        const { exitCode, stdout, stderr } = await slipway("apply", "-f", hosts.lab.clusterFile);
        expect(exitCode, stdout + stderr).toBe(14);
        return !stdout.concat(stderr).includes(" to run as written") && stdout + stderr;
      };
      await changeFile((text) => `${text}${wrong}${waits}`);
      try {
        const told = await until(refusal, { for: "the new pod to be in place and waited for", withinMs: 120_000 });
        expect(told).toMatch(/timed out after 15 s waiting for kube-apiserver/);
        expect(told).toMatch(/kubelet\[\d+\]: .*kube-apiserver/);
        expect(told).toMatch(/kube-apiserver, in \/var\/log\/pods\/.*\n.*no-such-flag/);
      } finally {
        await changeFile(() => right);
      }
      await apply();
      const isTold = async () => {
        const now = await kubectl(pod);
        return now !== before && !now.includes("no-such-flag") && now.endsWith("true");
      };
      await until(isTold, { for: "the pod to tell of its new container", withinMs: 120_000, everyMs: 500 });
    });

    it("a registry's mirror to the container runtime, which reads it without a restart", async () => {
      const before = await running(hosts, kubectl);
      const mirror = '{ name: docker.io, mirrors: [{ url: "https://mirror.example.test" }] }';
      await changeFile((text) => text.replace("spec:\n", `spec:\n  runtime:\n    registries: [${mirror}]\n`));
      const hostsFile = "file:/etc/containerd/certs.d/docker.io/hosts.toml";
      expect(await changesByApply(hosts)).toEqual([`cp1 ${hostsFile}`, `worker1 ${hostsFile}`, `worker2 ${hostsFile}`]);
      expect(await restartedSince(before)).toEqual([]);
    });

    it("and then there is nothing to change", async () => {
      expect(await apply()).toContain("nothing to change");
    });
  });

  it("takes back hosts that rebooted or were reset behind its back; a reinstalled one when its key is confirmed", async () => {
    const { lab } = hosts;
    await Promise.all([
      labReboot({ name: lab.name, hosts: ["cp1"] }),
      hosts.run("worker1", ["sh", "-c", resetByHand]),
      hosts
        .run("worker2", ["sh", "-c", `${resetByHand}\n${reinstall}`])
        .then(() => labReboot({ name: lab.name, hosts: ["worker2"] })),
    ]);
    const refused = await slipway("apply", "-f", lab.clusterFile, "-o", "json");
    expect(refused.exitCode, refused.stdout + refused.stderr).toBe(11);
    expect(refused.stdout).toContain('"code":"HOST_KEY_CHANGED"');
    const address = lab.hosts.find(({ name }) => name === "worker2")?.address ?? "";
    await execa("ssh-keygen", ["-f", lab.knownHosts, "-R", address], bounded);
    await changeFile((text) => text.replaceAll(/( +)knownHosts:.*/g, "$&\n$1hostKeys: accept-new"));
    await apply();
    // it ends when the kubelet of this boot has told that its Node is Ready
    for (const { name } of lab.hosts) {
      const bootId = await hosts.run(name, ["cat", "/proc/sys/kernel/random/boot_id"]);
      expect(await kubectl(["get", "node", name, "-o", "jsonpath={.status.nodeInfo.bootID}"])).toBe(bootId.trim());
    }
    await until(async () => (await ready()) === 3, { for: "3 Nodes to be Ready", withinMs: 120_000, everyMs: 500 });
    expect(await apply()).toContain("nothing to change");
    await kubectl(["rollout", "status", "deployment/echo", "--timeout=240s"]);
  });

  it("takes a renamed host in under its new name, and removes the old Node with --prune", async () => {
    await changeFile((text) => text.replace("- name: worker2", "- name: worker3"));
    await slipwayDone("apply", "-f", hosts.lab.clusterFile, "--prune");
    expect(await kubectl(["get", "nodes", "-o", "name"])).toBe("node/cp1\nnode/worker1\nnode/worker3");
    await until(async () => (await ready()) === 3, { for: "3 Nodes to be Ready", withinMs: 120_000, everyMs: 500 });
    expect(await apply()).toContain("nothing to change");
  });

  it("tells at a reset what could not be removed and why, and removes the rest", async () => {
    const held = "/var/lib/kubelet/held";
    await hosts.run("worker2", ["sh", "-c", `mkdir ${held} && mount -t tmpfs held ${held}`]);
    await hosts.run("worker2", ["systemd-run", "--unit=holder", `--working-directory=${held}`, "sleep", "infinity"]);
    const reset = () => slipway("reset", "--file", hosts.lab.clusterFile, "--hosts", "worker3", "--yes");
    const { exitCode, stdout, stderr } = await reset();
    expect(exitCode, stdout + stderr).toBe(13);
    expect(stdout + stderr).toMatch(/cannot update action:unmount:\/var\/lib\/kubelet: .*busy/);
    expect(
      await hosts.run("worker2", ["sh", "-c", "ls -A /etc/kubernetes /opt/slipway 2>/dev/null || true"]),
    ).not.toContain("conf");
    await hosts.run("worker2", ["systemctl", "stop", "holder"]);
    const rest = await reset();
    expect(rest.exitCode, rest.stdout + rest.stderr).toBe(0);
    expect(await hosts.run("worker2", ["sh", "-c", "ls -A /var/lib/kubelet; ls -A /var/lib/slipway || true"])).toBe("");
  });

  it("goes away by reset, leaves nothing behind, and comes back by apply", async () => {
    await slipwayDone("reset", "--file", hosts.lab.clusterFile, "--yes");
    for (const { name } of hosts.lab.hosts) {
      expect(await hosts.run(name, ["sh", "-c", "pgrep -a 'kube|etcd|coredns|node' || true"])).toBe("");
      expect(await hosts.run(name, ["sh", "-c", "grep -c /var/lib/kubelet /proc/mounts || true"])).toBe("0");
      expect(await hosts.run(name, ["sh", "-c", "ip -brief link | grep -E 'slipway|cni0|veth' || true"])).toBe("");
      expect(await hosts.run(name, ["sh", "-c", "find /sys/fs/cgroup -maxdepth 3 -name 'kubepods*'"])).toBe("");
      expect(await hosts.run(name, ["sh", "-c", "find /etc/systemd/system -name '*kubelet*'"])).toBe("");
      expect(await hosts.run(name, ["sh", "-c", "nft list tables | grep -E 'kube-proxy|slipway' || true"])).toBe("");
      expect(await hosts.run(name, ["sh", "-c", "find /etc/kubernetes -type f 2>/dev/null || true"])).not.toContain(
        "ca",
      );
    }
    await apply();
    await until(async () => (await ready()) === 3, {
      for: "3 Nodes to be Ready again",
      withinMs: 120_000,
      everyMs: 500,
    });
  });
});
