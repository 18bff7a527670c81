import { beforeAll, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { images } from "../../../src/phases/images.ts";
import { runtime } from "../../../src/phases/runtime.ts";
import type { Distribution } from "../../../src/runtime/distribution.ts";
import { slipwayDone, useKubectl } from "../fixtures/cluster.ts";
import { testDistribution } from "../fixtures/distribution.ts";
import { useLab } from "../fixtures/lab.ts";
import { runRuntime } from "./runtime-run.ts";
import { pageOfTwoContainers } from "./two-containers.ts";
import { withCri } from "./with-cri.ts";

const hosts = useLab({ controlPlanes: 1, workers: 1, packages: ["node"] });
const kubectl = useKubectl(hosts);
let distribution: Distribution;
beforeAll(async () => {
  distribution = await testDistribution();
});

const onControlPlane = { only: ["cp1"] };
const examine = () =>
  runRuntime(hosts.lab, distribution, { ...onControlPlane, phases: [runtime], runtime: { install: { kind: "none" } } });

it("takes a runtime that is there as it is", async () => {
  const run = await examine();
  expect(run.summary.errors).toEqual([]);
  expect(run.changes).toEqual([]);
});

it("refuses one whose cgroup driver the host's kubelet can't share", async () => {
  const config = `version = 2
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
SystemdCgroup = true
`;
  await hosts.run(
    "cp1",
    ["sh", "-c", "mkdir -p /etc/containerd && cat >/etc/containerd/config.toml && systemctl restart containerd"],
    config,
  );
  const errors = (await examine()).events.flatMap((event) =>
    event.kind === "host-finished" ? [event.error?.code] : [],
  );
  expect(errors).toEqual(["RUNTIME_UNFIT"]);
});

it("says so when none listens", async () => {
  await hosts.run("cp1", ["sh", "-c", "systemctl disable --now containerd; rm -f /run/containerd/containerd.sock"]);
  const run = await examine();
  expect(run.events).toContainEqual(expect.objectContaining({ kind: "check", check: "CRI", severity: "error" }));
});

const crioSocket = "/run/crio/crio.sock";

/** Has a host's containerd listen where CRI-O does, and nowhere else, and keep its data in another folder. */
async function listenAsCrio(host: string): Promise<void> {
  const config = `version = 2\nroot = '/var/lib/containerd/other'\n[grpc]\n  address = "${crioSocket}"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  sandbox_image = "slipway.local/pause:3.10.2"\n`;
  const start =
    "mkdir -p /run/crio /etc/containerd && cat >/etc/containerd/config.toml && systemctl restart containerd && " +
    "rm -f /run/containerd/containerd.sock";
  await hosts.run(host, ["sh", "-c", start], config);
}

it("uses what listens on CRI-O's socket where containerd's is not there, and installs nothing", async () => {
  await listenAsCrio("cp1");
  const run = await runRuntime(hosts.lab, distribution, { ...onControlPlane, phases: [runtime, images] });
  expect(run.summary.errors).toEqual([]);
  expect(run.changes).toEqual(["cp1: update images:built-here"]);
  const again = await runRuntime(hosts.lab, distribution, { ...onControlPlane, phases: [runtime, images] });
  expect(again.changes).toEqual([]);
  await withCri(
    hosts.lab,
    "cp1",
    async (cri) => expect(await pageOfTwoContainers(cri)).toContain("hostname="),
    crioSocket,
  );
});

it("refuses to bring images to one that is not containerd, before anything is sent", async () => {
  await hosts.run("cp1", ["mv", "/usr/bin/ctr", "/usr/bin/ctr.away"]);
  const run = await runRuntime(hosts.lab, distribution, { ...onControlPlane, phases: [runtime, images] });
  await hosts.run("cp1", ["mv", "/usr/bin/ctr.away", "/usr/bin/ctr"]);
  expect(run.events).toContainEqual(
    expect.objectContaining({ kind: "check", check: "ImageDelivery", severity: "error" }),
  );
  expect(run.changes).toEqual([]);
});

const token = "abcdef.0123456789abcdef";
const addressOf = (name: string) => hosts.lab.hosts.find((host) => host.name === name)?.address ?? "";
const on = (name: string) => {
  const { key, knownHosts } = hosts.lab;
  return ["--host", `root@${addressOf(name)}`, "--identity", key, "--known-hosts", knownHosts];
};
const kubeletsSettings = (host: string) => hosts.run(host, ["cat", "/var/lib/kubelet/instance-config.yaml"]);

it("makes a control plane on the socket that --cri-socket names", async () => {
  await slipwayDone("init", ...on("cp1"), "--token", token, "--cri-socket", `unix://${crioSocket}`);
  expect(await kubeletsSettings("cp1")).toContain(crioSocket);
  const wait = ["wait", "--for=condition=Ready", "pod/kube-apiserver-cp1", "-n", "kube-system", "--timeout=10s"];
  // kubectl does not wait for a pod that is not there yet
  await until(() => kubectl(wait), { for: "the API server's pod to be Ready", withinMs: 120_000 });
});

it("makes a worker on the socket that --cri-socket names", async () => {
  await listenAsCrio("worker1");
  const trust = ["--token", token, "--discovery-token-unsafe-skip-ca-verification"];
  await slipwayDone(
    "join",
    `${addressOf("cp1")}:6443`,
    ...on("worker1"),
    ...trust,
    "--cri-socket",
    `unix://${crioSocket}`,
  );
  expect(await kubeletsSettings("worker1")).toContain(crioSocket);
  const containers = () => hosts.run("worker1", ["ctr", "-a", crioSocket, "-n", "k8s.io", "containers", "list"]);
  const runsProxy = async () => (await containers()).includes("slipway.local/kube-proxy:");
  await until(runsProxy, { for: "kube-proxy in the worker's runtime", withinMs: 180_000 });
  await kubectl(["rollout", "status", "daemonset/kube-proxy", "-n", "kube-system", "--timeout=180s"]);
});
