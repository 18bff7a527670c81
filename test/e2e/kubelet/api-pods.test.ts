import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { nodeTests } from "./api-pods/node.ts";
import { storageTests } from "./api-pods/storage.ts";
import { streamTests } from "./api-pods/streams.ts";
import { image, workerPod as pod, useApiCluster } from "./fixtures/api-cluster.ts";

const cluster = useApiCluster();
const { hosts, kubectl, create, ready, field, tells } = cluster;

test("logs, exec with input and exit code, and cp reach a container", async () => {
  await create(pod("tools"));
  await ready("tools");
  await cluster.says("tools", "started");
  expect((await kubectl(["exec", "-i", "tools", "--", "cat"], "typed")).trim()).toBe("typed");
  await expect(kubectl(["exec", "tools", "--", "sh", "-c", "exit 3"])).rejects.toThrow("exit code 3");
  const directory = await mkdtemp(join(tmpdir(), "kubelet-cp-"));
  try {
    await writeFile(join(directory, "there"), "copied");
    await kubectl(["cp", join(directory, "there"), "tools:/tmp/file"]);
    await kubectl(["cp", "tools:/tmp/file", join(directory, "back")]);
    expect(await readFile(join(directory, "back"), "utf8")).toBe("copied");
  } finally {
    await rm(directory, { recursive: true });
  }
});

test("an ephemeral container sees its target's processes", async () => {
  await kubectl(["debug", "tools", `--image=${image}`, "--target=main", "-c", "look", "--", "ps"]);
  await until(async () => (await kubectl(["logs", "tools", "-c", "look"])).includes("sleep 100000"), {
    for: "the ephemeral container's list of processes",
    withinMs: 120_000,
  });
});

test("a deletion gives the grace period to the container and takes the object away after it", async () => {
  const script = "trap 'sleep 2; exit 0' TERM; while :; do sleep 0.1; done";
  await create(pod("slow", { terminationGracePeriodSeconds: 240 }, { command: ["sh", "-c", script] }));
  await ready("slow");
  const begun = performance.now();
  await kubectl(["delete", "pod", "slow"]);
  expect(performance.now() - begun).toBeGreaterThan(2000);
  expect(performance.now() - begun).toBeLessThan(120_000);
});

test("configMaps, secrets, tokens and the downward API come as files and variables", async () => {
  await kubectl(["create", "configmap", "settings", "--from-literal=a=1"]);
  await kubectl(["create", "secret", "generic", "hidden", "--from-literal=key=s3cret"]);
  const volumes = [
    { name: "settings", configMap: { name: "settings" } },
    { name: "hidden", secret: { secretName: "hidden", defaultMode: 0o440 } },
    { name: "down", downwardAPI: { items: [{ path: "name", fieldRef: { fieldPath: "metadata.name" } }] } },
  ];
  const container = {
    env: [{ name: "A", valueFrom: { configMapKeyRef: { name: "settings", key: "a" } } }],
    volumeMounts: volumes.map(({ name }) => ({ name, mountPath: `/${name}` })),
  };
  await create(pod("files", { volumes, securityContext: { fsGroup: 2000, runAsUser: 1000 } }, container));
  await ready("files");
  const shell = (script: string) => kubectl(["exec", "files", "--", "sh", "-c", script]);
  expect((await shell("echo $A; cat /settings/a; echo; cat /hidden/key; echo; cat /down/name")).trim()).toBe(
    "1\n1\ns3cret\nfiles",
  );
  expect((await shell("cut -d. -f1,2 /var/run/secrets/kubernetes.io/serviceaccount/token | grep -c .")).trim()).toBe(
    "1",
  );
  await kubectl(["patch", "configmap", "settings", "-p", '{"data":{"a":"2"}}']);
  await until(async () => (await shell("cat /settings/a")).trim() === "2", {
    for: "the changed ConfigMap in the volume",
    withinMs: 120_000,
    everyMs: 2000,
  });
});

streamTests(cluster);
storageTests(cluster);

test("a pod that asks for more than the node has is refused as OutOfcpu", async () => {
  await create(pod("greedy", {}, { resources: { requests: { cpu: "1000" } } }));
  await until(async () => (await field("greedy", ".status.phase")) === "Failed", {
    for: "the refusal",
    withinMs: 120_000,
  });
  expect(await field("greedy", ".status.reason")).toBe("OutOfcpu");
  expect(await kubectl(["get", "pod", "greedy"])).toMatch(/greedy +0\/1 +OutOfcpu /);
});

test("a pod's time is over after activeDeadlineSeconds", async () => {
  await create(pod("brief", { activeDeadlineSeconds: 3 }));
  await until(async () => (await field("brief", ".status.reason")) === "DeadlineExceeded", {
    for: "the deadline",
    withinMs: 120_000,
  });
  await tells("brief", "Normal DeadlineExceeded Pod was active on the node longer than the specified deadline");
});

test("what keeps a container from running is told by state and events: no image, a crash loop", async () => {
  await create(pod("imageless", {}, { image: "localhost:1/none:1" }));
  await create(pod("crasher", {}, { command: ["sh", "-c", "exit 3"] }));
  const waiting = (name: string) => field(name, ".status.containerStatuses[0].state.waiting.reason");
  await until(async () => (await waiting("imageless")) === "ImagePullBackOff", {
    for: "the back-off of the pull",
    withinMs: 120_000,
  });
  await until(async () => (await waiting("crasher")) === "CrashLoopBackOff", {
    for: "the crash loop",
    withinMs: 120_000,
  });
  const ofImage = [
    'Normal Pulling Pulling image "localhost:1/none:1"',
    'Warning Failed Failed to pull image "localhost:1/none:1"',
    "Warning Failed Error: ErrImagePull",
    'Normal BackOff Back-off pulling image "localhost:1/none:1"',
    "Warning Failed Error: ImagePullBackOff",
  ];
  for (const words of ofImage) await tells("imageless", words);
  await tells("crasher", "Warning BackOff Back-off restarting failed container main in pod crasher_default(");
});

test("while the API server is away a container that crashes restarts, and its status follows later", async () => {
  await create(pod("steady", { volumes: [{ name: "settings", configMap: { name: "settings" } }] }));
  await ready("steady");
  const manifest = "kube-apiserver.yaml";
  await hosts.run("cp1", ["mv", `/etc/kubernetes/manifests/${manifest}`, "/tmp/"]);
  try {
    await until(async () => (await hosts.exec("cp1", ["curl", "-sk", "https://127.0.0.1:6443/livez"])).exitCode !== 0, {
      for: "the API server to be away",
      withinMs: 120_000,
    });
    const id =
      'ctr -n k8s.io containers ls -q \'labels."io.kubernetes.pod.name"==steady,labels."io.kubernetes.container.name"==main\'';
    await hosts.run("worker1", ["sh", "-c", `ctr -n k8s.io tasks kill -s KILL $(${id})`]);
    await until(async () => (await hosts.run("worker1", ["sh", "-c", id])).trim().split("\n").length === 2, {
      for: "the second container",
      withinMs: 120_000,
    });
  } finally {
    await hosts.run("cp1", ["mv", `/tmp/${manifest}`, "/etc/kubernetes/manifests/"]);
  }
  await until(async () => (await field("steady", ".status.containerStatuses[0].restartCount")) === "1", {
    for: "the restart count in the API",
    withinMs: 120_000,
    everyMs: 1000,
  });
});

nodeTests(cluster);
