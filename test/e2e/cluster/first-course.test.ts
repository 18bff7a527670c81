import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { bounded } from "../fixtures/bounded.ts";
import { slipwayDone, useKubectl } from "../fixtures/cluster.ts";
import { useLab } from "../fixtures/lab.ts";

const image = "slipway.local/busybox:1.35.0";

describe("what a first course on Kubernetes does, with kubectl", () => {
  const hosts = useLab({ controlPlanes: 1, workers: 1, packages: ["node"] });
  const kubectl = useKubectl(hosts);
  let folder = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-course-"));
    await slipwayDone("apply", "-f", hosts.lab.clusterFile);
    await until(async () => (await kubectl(["get", "nodes"])).match(/ Ready /g)?.length === 2, {
      for: "both Nodes to be Ready",
      withinMs: 120_000,
      everyMs: 500,
    });
    await kubectl(["apply", "-f", join(import.meta.dirname, "../fixtures/first-course.yaml")]);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("runs, exposes, scales, rolls out and back", async () => {
    await kubectl(["create", "deployment", "web", `--image=${image}`, "--replicas=2", "--port=8080"]);
    await kubectl(["rollout", "status", "deployment/web", "--timeout=240s"]);
    await kubectl(["expose", "deployment", "web", "--port=80", "--target-port=8080"]);
    await kubectl(["scale", "deployment", "web", "--replicas=3"]);
    await kubectl(["rollout", "status", "deployment/web", "--timeout=240s"]);
    await kubectl(["set", "env", "deployment/web", "COLOUR=red"]);
    await kubectl(["rollout", "status", "deployment/web", "--timeout=240s"]);
    expect(await kubectl(["get", "deployment", "web", "-o", "jsonpath={..env[0].value}"])).toBe("red");
    await kubectl(["rollout", "undo", "deployment/web"]);
    await kubectl(["rollout", "status", "deployment/web", "--timeout=240s"]);
    expect(await kubectl(["get", "deployment", "web", "-o", "jsonpath={..env}"])).toBe("");
    expect(await kubectl(["get", "deployment", "web", "-o", "jsonpath={.status.readyReplicas}"])).toBe("3");
  });

  it("runs one pod to its end", async () => {
    await kubectl(["run", "hello", `--image=${image}`, "--restart=Never", "--", "echo", "hello"]);
    await kubectl(["wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/hello", "--timeout=240s"]);
    expect(await kubectl(["logs", "hello"])).toBe("hello");
  });

  it("reads logs, and runs commands in containers", async () => {
    await kubectl(["wait", "--for=condition=complete", "job/once", "--timeout=240s"]);
    expect(await kubectl(["logs", "job/once"])).toBe("done once");
    expect(await kubectl(["exec", "deploy/web", "--", "hostname"])).toMatch(/^web-/);
  });

  it("gives ordered pods names, state of init containers, ConfigMaps and Secrets", async () => {
    await kubectl(["rollout", "status", "statefulset/ordered", "--timeout=240s"]);
    const script = 'cat /scratch/state /settings/colour; echo " $PASSWORD"; wget -qO- http://ordered-1.ordered:8080/';
    const ask = () => kubectl(["exec", "ordered-0", "-c", "main", "--", "sh", "-c", script]);
    // the other one's name is known, and its server listens, a moment after it counts as ready
    const told = await until(ask, { for: "ordered-0 to tell all", withinMs: 60_000 });
    expect(told).toMatch(/^prepared\nblue swordfish\nhostname=ordered-1\n/);
  });

  it("runs a DaemonSet on every node", async () => {
    await kubectl(["rollout", "status", "daemonset/everywhere", "--timeout=240s"]);
    expect(await kubectl(["get", "daemonset", "everywhere", "-o", "jsonpath={.status.numberReady}"])).toBe("2");
  });

  it("copies files both ways", async () => {
    const [there, back] = [join(folder, "there"), join(folder, "back")];
    await writeFile(there, "cargo\n");
    await kubectl(["cp", there, "ordered-0:/tmp/cargo", "-c", "main"]);
    await kubectl(["cp", "ordered-0:/tmp/cargo", back, "-c", "main"]);
    expect(await readFile(back, "utf8")).toBe("cargo\n");
  });

  it("forwards a port to a Service", async () => {
    const config = join(folder, "admin.conf");
    await writeFile(config, await hosts.run("cp1", ["cat", "/etc/kubernetes/admin.conf"]), { mode: 0o600 });
    const forward = spawn("kubectl", ["--kubeconfig", config, "port-forward", "svc/web", ":80"], bounded);
    let told = "";
    forward.stdout.on("data", (chunk) => {
      told += chunk;
    });
    try {
      const listening = () => /127\.0\.0\.1:(\d+)/.exec(told)?.[1];
      const port = await until(listening, { for: "kubectl to listen", withinMs: 120_000 });
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toMatch(/^hostname=web-/);
    } finally {
      forward.kill();
    }
  });

  it("debugs a running pod with a container of its own", async () => {
    await kubectl(["debug", "ordered-0", `--image=${image}`, "--container=look", "--profile=general", "--", "true"]);
    const path = "jsonpath={.status.ephemeralContainerStatuses[0].state.terminated.exitCode}";
    await until(async () => (await kubectl(["get", "pod", "ordered-0", "-o", path])) === "0", {
      for: "the debug container to end",
      withinMs: 120_000,
      everyMs: 300,
    });
  });

  it("defines a kind of its own, validated and with columns", async () => {
    await kubectl(["wait", "--for=condition=Established", "crd/boats.example.com", "--timeout=120s"]);
    const boat = (size: number) =>
      JSON.stringify({ apiVersion: "example.com/v1", kind: "Boat", metadata: { name: `b${size}` }, spec: { size } });
    await kubectl(["apply", "-f", "-"], boat(3));
    expect(await kubectl(["get", "boats"])).toMatch(/NAME\s+SIZE\nb3\s+3/);
    await expect(kubectl(["apply", "-f", "-"], boat(0))).rejects.toThrow(/spec.size.*greater than or equal to 1/);
  });

  it("holds a second user to what RBAC allows", async () => {
    const config = await slipwayUser("dora");
    const asDora = (...argv: string[]) =>
      execa("kubectl", ["--kubeconfig", config, ...argv], { reject: false, ...bounded });
    expect((await asDora("get", "pods")).stderr).toMatch(/User "dora" cannot list resource "pods"/);
    await kubectl(["create", "role", "reader", "--verb=get,list", "--resource=pods"]);
    await kubectl(["create", "rolebinding", "dora", "--role=reader", "--user=dora"]);
    const seesPods = async () => (await asDora("get", "pods")).stdout.includes("ordered-0");
    await until(seesPods, { for: "dora to see pods", withinMs: 60_000 });
    expect((await asDora("delete", "pod", "ordered-0")).stderr).toMatch(/cannot delete resource "pods"/);
  });

  it("runs Jobs by the clock, and one of them out of turn", async () => {
    await kubectl(["create", "job", "--from=cronjob/regular", "by-hand"]);
    await kubectl(["wait", "--for=condition=complete", "job/by-hand", "--timeout=240s"]);
    const jobs = () => kubectl(["get", "jobs", "-o", "name"]);
    const hasRun = async () => /job.batch\/regular-\d+/.test(await jobs());
    // it has a minute's rhythm; by now that minute is mostly over
    await until(hasRun, { for: "a Job of the CronJob's own", withinMs: 120_000, everyMs: 500 });
  });

  it("empties a node and takes it back", async () => {
    await kubectl(["delete", "deployment", "web"]);
    await kubectl(["delete", "pods", "-l", "app=web", "--grace-period=1"]); // busybox as PID 1 minds no SIGTERM
    await kubectl(["drain", "worker1", "--ignore-daemonsets", "--delete-emptydir-data", "--force", "--timeout=240s"]);
    expect(await kubectl(["get", "node", "worker1"])).toContain("SchedulingDisabled");
    await kubectl(["uncordon", "worker1"]);
    await kubectl(["rollout", "status", "statefulset/ordered", "--timeout=240s"]);
  });

  /** A kubeconfig for a user, made on the control plane as an administrator would. */
  async function slipwayUser(name: string): Promise<string> {
    const path = join(folder, `${name}.conf`);
    const ca = ["ca.crt", "ca.key"];
    for (const file of ca)
      await writeFile(join(folder, file), await hosts.run("cp1", ["cat", `/etc/kubernetes/pki/${file}`]), {
        mode: 0o600,
      });
    const address = hosts.lab.hosts[0]?.address;
    const config = `apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\ncontrolPlaneEndpoint: ${address}:6443\ncertificatesDir: ${folder}\n`;
    await writeFile(join(folder, "kubeadm.yaml"), config);
    const text = await slipwayDone(
      "kubeconfig",
      "user",
      "--client-name",
      name,
      "--config",
      join(folder, "kubeadm.yaml"),
    );
    await writeFile(path, text, { mode: 0o600 });
    return path;
  }
});
