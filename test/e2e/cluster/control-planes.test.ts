import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { until } from "../../../src/base/until.ts";
import { labPowerOff } from "../../../src/lab/power.ts";
import { slipwayDone, useKubectl } from "../fixtures/cluster.ts";
import { useLab } from "../fixtures/lab.ts";

const endpoint = "api.lab.test:6443";

/** Asks a host's own etcd for its members, and prints their names, learners with a question mark. */
const listMembers = `cd /etc/kubernetes/pki/etcd
curl --silent --fail --cacert ca.crt --cert healthcheck-client.crt --key healthcheck-client.key \\
  https://127.0.0.1:2379/v3/cluster/member/list --data '{}'`;

describe("a cluster of three control planes", () => {
  const hosts = useLab({ controlPlanes: 3, workers: 0, packages: ["node"] });
  const kubectl = useKubectl(hosts, "cp2");
  const addressOf = (name: string) => hosts.lab.hosts.find((host) => host.name === name)?.address ?? "";
  const apply = () => slipwayDone("apply", "-f", hosts.lab.clusterFile);

  /** The shared name leads to the first host; a user's leads to a load balancer. */
  const nameEndpoint = (host: string) =>
    hosts.run(host, ["sh", "-c", `echo '${addressOf("cp1")} api.lab.test' >> /etc/hosts`]);

  /** The operator's machine does not know the shared name. */
  async function operatorKubeconfig(): Promise<string> {
    const path = join(hosts.lab.dir, "operator.conf");
    const text = await hosts.run("cp1", ["cat", "/etc/kubernetes/admin.conf"]);
    await writeFile(path, text.replace(endpoint, `${addressOf("cp1")}:6443`), { mode: 0o600 });
    return path;
  }

  async function voters(): Promise<string[]> {
    const { members } = JSON.parse(await hosts.run("cp2", ["bash", "-c", listMembers])) as {
      members: { name: string; isLearner?: boolean }[];
    };
    return members.map(({ name, isLearner }) => (isLearner ? `${name}?` : name)).sort();
  }

  /** A host's own etcd tells of a change once it has heard of it, a moment after the one that made it. */
  const untilVoters = (...wanted: string[]) => {
    const areVoters = async () => {
      const told = await voters();
      if (told.join() === wanted.join()) return true;
      throw new Error(`etcd's members are ${told}`);
    };
    return until(areVoters, { for: `etcd's members to be ${wanted}`, withinMs: 60_000 });
  };

  const answersOn = (name: string) => async () => {
    const nodes = await kubectl(["--server", `https://${addressOf(name)}:6443`, "get", "nodes"]);
    return nodes.match(/ Ready /g)?.length === 3;
  };

  const names = ["cp1", "cp2", "cp3"];
  const manifest = "/etc/kubernetes/manifests/kube-apiserver.yaml";
  const writtenAt = async (name: string) => Number(await hosts.run(name, ["stat", "-c", "%Y", manifest])) * 1000;
  /** When the pod of a host's API server first started its container; a busy machine may have restarted it once since. */
  const startedAt = async (name: string) => {
    const server = ["--server", `https://${addressOf("cp2")}:6443`];
    const fields = "{.state.running.startedAt} {.lastState.terminated.startedAt}";
    const path = `jsonpath={range .status.containerStatuses[0]}${fields}{end}`;
    const told = await kubectl([...server, "-n", "kube-system", "get", "pod", `kube-apiserver-${name}`, "-o", path]);
    const times = told.split(" ").filter(Boolean).map(Date.parse);
    return times.length > 0 ? Math.min(...times) : 0;
  };

  beforeAll(async () => {
    await Promise.all(hosts.lab.hosts.map(({ name }) => nameEndpoint(name)));
    const file = await readFile(hosts.lab.clusterFile, "utf8");
    await writeFile(
      hosts.lab.clusterFile,
      file.replace(/controlPlaneEndpoint: .*/, `controlPlaneEndpoint: ${endpoint}`),
    );
  });

  it("comes up from its file: each has an API server, and etcd three members that vote", async () => {
    await apply();
    await untilVoters("cp1", "cp2", "cp3");
    for (const name of ["cp1", "cp2", "cp3"]) {
      await until(answersOn(name), { for: `3 Ready Nodes by ${name}`, withinMs: 120_000, everyMs: 500 });
    }
    expect(await hosts.run("cp2", ["ls", "/etc/kubernetes"])).not.toContain("super-admin.conf");
  });

  it("is left alone by a second apply", async () => {
    expect(await apply()).toContain("nothing to change");
  });

  it("takes a changed setting to one control plane after the other", async () => {
    const file = await readFile(hosts.lab.clusterFile, "utf8");
    const setting = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n";
    const argument = "apiServer: { extraArgs: [{ name: event-ttl, value: 2h }] }\n";
    await writeFile(hosts.lab.clusterFile, `${file}---\n${setting}${argument}`);
    expect(await apply()).toMatch(/^4 changed/m);
    const written = await Promise.all(names.map(writtenAt));
    const startedSince = async (index: number) => {
      const time = await startedAt(names[index] ?? "");
      return time >= (written[index] ?? 0) && time;
    };
    const wait = { for: "the mirror pods to tell of the new containers", withinMs: 120_000, everyMs: 500 };
    const started = await Promise.all(names.map((_, index) => until(() => startedSince(index), wait)));
    // each was running again before the next one's was written; pods tell whole seconds
    expect(started[0]).toBeLessThanOrEqual(written[1] ?? 0);
    expect(started[1]).toBeLessThanOrEqual(written[2] ?? 0);
  });

  const on = (name: string) => {
    const { key, knownHosts } = hosts.lab;
    return ["--host", `root@${addressOf(name)}`, "--identity", key, "--known-hosts", knownHosts];
  };
  const shared = "/etc/kubernetes/pki/etcd/ca.key";

  it("loses a member by that phase of reset, and by the rest of it all else", async () => {
    await slipwayDone("reset", "phase", "remove-etcd-member", "--yes", ...on("cp3"));
    await untilVoters("cp1", "cp2");
    expect(await hosts.run("cp3", ["ls", shared, "/etc/kubernetes/manifests/etcd.yaml"])).toContain(shared);
    await slipwayDone("reset", "--file", hosts.lab.clusterFile, "--hosts", "cp3", "--yes");
    expect((await hosts.exec("cp3", ["ls", shared])).exitCode).not.toBe(0);
  });

  it("takes it back by join with the certificate key, of which a phase can come first", async () => {
    await nameEndpoint("cp3");
    const uploaded = await slipwayDone(
      ...["init", ...on("cp1"), "--control-plane-endpoint", endpoint, "--phase", "upload-certs", "--upload-certs"],
    );
    const key = /\b[0-9a-f]{64}\b/.exec(uploaded)?.[0] ?? "";
    const command = await slipwayDone(
      ...["token", "create", "--print-join-command", "--certificate-key", key],
      ...["--kubeconfig", await operatorKubeconfig()],
    );
    const [, , , ...flags] = command.trim().split(" ");
    await slipwayDone("join", "phase", "control-plane-prepare", "certs", endpoint, ...flags, ...on("cp3"));
    const there = await hosts.run("cp3", [
      "sh",
      "-c",
      `ls ${shared} /etc/kubernetes/manifests /var/lib/etcd 2>&1 || true`,
    ]);
    expect(there).toContain(`${shared}\n`);
    expect(there).not.toMatch(/yaml|member/);
    await slipwayDone("join", endpoint, ...flags, ...on("cp3"));
    await untilVoters("cp1", "cp2", "cp3");
    // a join sees one host: the names of the others are what is left for apply
    const told = await apply();
    expect(told).toContain("cp3: prepare/names: updated fileBlock:/etc/hosts");
    expect(told).toMatch(/^1 changed/m);
    expect(await apply()).toContain("nothing to change");
  });

  it("answers at the others when the first one loses its power", async () => {
    const server = ["--server", `https://${addressOf("cp3")}:6443`];
    // later it is pruned: of a dead host with pods on it they are waited for until it counts as dead, which takes its time
    await kubectl([...server, "drain", "cp1", "--ignore-daemonsets"]);
    await labPowerOff({ name: hosts.lab.name, hosts: ["cp1"] });
    // another name each time: one that failed, while etcd elects, may have been written nevertheless
    let attempt = 0;
    const write = () => kubectl([...server, "create", "configmap", `written-${++attempt}`, "-o", "name"]);
    const written = await until(write, { for: "a write through cp3", withinMs: 120_000, everyMs: 500 });
    expect(await kubectl([...server, "get", written, "-o", "name"])).toBe(written);
  });

  it("forgets the dead one, as a Node and as a member of etcd, when its file does and --prune is given", async () => {
    // a user's load balancer does that
    const elsewhere = `sed 's/^.* api.lab.test$/${addressOf("cp2")} api.lab.test/' /etc/hosts > /tmp/hosts && cat /tmp/hosts > /etc/hosts`;
    await Promise.all(["cp2", "cp3"].map((name) => hosts.run(name, ["sh", "-c", elsewhere])));
    const file = await readFile(hosts.lab.clusterFile, "utf8");
    await writeFile(hosts.lab.clusterFile, file.replace(/^ {2}- name: cp1\n( {4}.*\n)+/m, ""));
    const told = await slipwayDone("apply", "-f", hosts.lab.clusterFile, "--prune");
    expect(told).toContain("removed Node/cp1");
    expect(told).toContain("removed EtcdMember/cp1");
    await untilVoters("cp2", "cp3");
    const nodes = await kubectl(["--server", `https://${addressOf("cp3")}:6443`, "get", "nodes", "-o", "name"]);
    expect(nodes.trim().split("\n").sort()).toEqual(["node/cp2", "node/cp3"]);
  });
});
