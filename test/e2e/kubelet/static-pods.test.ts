import { expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { useKubeletHost } from "./fixtures/kubelet-host.ts";

const kubelet = useKubeletHost();
const isRunning = ({ phase, containerStatuses }: { phase?: string; containerStatuses?: { ready: boolean }[] }) =>
  phase === "Running" && containerStatuses?.every(({ ready }) => ready) === true;

test("a manifest becomes a running pod with upstream's names, labels, log paths and cgroups, and goes without a trace", async () => {
  await kubelet.apply({
    name: "web",
    script: "echo hello; exec sleep 1000",
    container: { resources: { requests: { memory: "32Mi" }, limits: { memory: "64Mi" } } },
  });
  const status = await kubelet.untilStatus("web", "running", isRunning);
  expect(status.qosClass).toBe("Burstable");
  expect(status.podIP).toMatch(/^10\.244\.0\./);
  const [container] = status.containerStatuses ?? [];
  const id = container?.containerID?.replace("containerd://", "") ?? "";
  const uid = (await kubelet.sh("ls /var/lib/kubelet/pods")).trim();
  expect((await kubelet.sh(`cat /var/log/pods/default_web-cp1_${uid}/main/0.log`)).trim()).toMatch(/ stdout F hello$/);
  expect(await kubelet.sh(`readlink /var/log/containers/web-cp1_default_main-${id}.log`)).toContain(uid);
  expect(await kubelet.sh(`cat /sys/fs/cgroup/memory/kubepods/burstable/pod${uid}/${id}/memory.limit_in_bytes`)).toBe(
    "67108864",
  );
  const info = JSON.parse(await kubelet.sh(`ctr -n k8s.io c info ${id}`)) as { Labels: Record<string, string> };
  expect(info.Labels).toMatchObject({
    "io.kubernetes.pod.name": "web-cp1",
    "io.kubernetes.pod.namespace": "default",
    "io.kubernetes.pod.uid": uid,
    "io.kubernetes.container.name": "main",
  });
  await kubelet.remove("web");
  await kubelet.untilGone("web");
  const left =
    "ls /var/lib/kubelet/pods /var/log/pods /var/log/containers; ctr -n k8s.io c ls -q; ls -d /sys/fs/cgroup/memory/kubepods/*/pod* 2>/dev/null";
  expect((await kubelet.sh(`{ ${left}; } | grep -v : || true`)).trim()).toBe("");
});

test("a changed manifest replaces its pod, a broken one is reported and leaves it", async () => {
  await kubelet.apply({ name: "change", script: "exec sleep 1001" });
  const first = await kubelet.untilStatus("change", "running", isRunning);
  await kubelet.apply({ name: "change", script: "exec sleep 1002" });
  const second = await kubelet.untilStatus(
    "change",
    "replaced",
    (status) =>
      isRunning(status) && status.containerStatuses?.[0]?.containerID !== first.containerStatuses?.[0]?.containerID,
  );
  await kubelet.sh("echo 'kind: Pod\n  nonsense: [' > /etc/kubernetes/manifests/change.json");
  await until(async () => (await kubelet.journal()).includes("Could not process manifest file"), {
    for: "the log to tell of the broken manifest",
    withinMs: 60_000,
  });
  const after = await kubelet.status("change");
  expect(after?.containerStatuses?.[0]?.containerID).toBe(second.containerStatuses?.[0]?.containerID);
});

test("a container that crashes restarts at once, then backs off as CrashLoopBackOff with its last words", async () => {
  await kubelet.apply({ name: "crash", script: "echo last words > /dev/termination-log; exit 3" });
  const status = await kubelet.untilStatus(
    "crash",
    "CrashLoopBackOff",
    ({ containerStatuses }) => containerStatuses?.[0]?.state.waiting?.reason === "CrashLoopBackOff",
  );
  const [container] = status.containerStatuses ?? [];
  expect(container?.restartCount).toBe(1);
  expect(container?.state.waiting?.message).toMatch(
    /^back-off 10s restarting failed container=main pod=crash-cp1_default\(/,
  );
  expect(container?.lastState.terminated).toMatchObject({ exitCode: 3, reason: "Error", message: "last words\n" });
  expect(status.phase).toBe("Running");
});

test("init containers run in order before the containers, and a sidecar beside them", async () => {
  const image = "example.test/busybox:1";
  const share = { name: "share", mountPath: "/share" };
  const step = (name: string, script: string, more = {}) => ({
    name,
    image,
    command: ["sh", "-c", script],
    volumeMounts: [share],
    ...more,
  });
  await kubelet.apply({
    name: "init",
    spec: {
      volumes: [{ name: "share", emptyDir: {} }],
      initContainers: [
        step("one", "echo one >> /share/log"),
        step("side", "echo side >> /share/log; touch /share/up; exec sleep 1000", {
          restartPolicy: "Always",
          startupProbe: { exec: { command: ["test", "-e", "/share/up"] }, periodSeconds: 1, timeoutSeconds: 30 },
        }),
        step("two", "echo two >> /share/log"),
      ],
      containers: [step("main", "echo main >> /share/log; cat /share/log; exec sleep 1000")],
    },
  });
  const status = await kubelet.untilStatus("init", "running", isRunning);
  expect(await kubelet.get("/containerLogs/default/init-cp1/main")).toBe("one\nside\ntwo\nmain");
  expect(status.initContainerStatuses?.map(({ name, ready }) => [name, ready])).toEqual([
    ["one", true],
    ["side", true],
    ["two", true],
  ]);
});

test("a pod with restartPolicy Never ends as Succeeded or Failed, by its exit code", async () => {
  await kubelet.apply({ name: "good", script: "exit 0", spec: { restartPolicy: "Never" } });
  await kubelet.apply({ name: "bad", script: "exit 7", spec: { restartPolicy: "Never" } });
  await kubelet.untilStatus("good", "Succeeded", ({ phase }) => phase === "Succeeded");
  const bad = await kubelet.untilStatus("bad", "Failed", ({ phase }) => phase === "Failed");
  expect(bad.containerStatuses?.[0]?.state.terminated?.exitCode).toBe(7);
});

test("probes decide on readiness and restart", async () => {
  const probe = (path: string) => ({ exec: { command: ["test", "-e", path] }, periodSeconds: 1, timeoutSeconds: 30 });
  await kubelet.sh("mkdir /srv/probed && touch /srv/probed/live");
  await kubelet.apply({
    name: "probed",
    container: {
      volumeMounts: [{ name: "host", mountPath: "/host" }],
      readinessProbe: probe("/host/ready"),
      livenessProbe: { ...probe("/host/live"), failureThreshold: 1 },
    },
    spec: { volumes: [{ name: "host", hostPath: { path: "/srv/probed" } }] },
  });
  await kubelet.untilStatus("probed", "running but not ready", ({ containerStatuses }) => {
    const [main] = containerStatuses ?? [];
    return main?.state.running !== undefined && !main.ready;
  });
  await kubelet.sh("touch /srv/probed/ready");
  const ready = await kubelet.untilStatus("probed", "ready", isRunning);
  expect(ready.containerStatuses?.[0]).toMatchObject({ restartCount: 0 });
  await kubelet.sh("rm /srv/probed/live");
  await kubelet.untilStatus("probed", "restarted", ({ containerStatuses }) => {
    return (containerStatuses?.[0]?.restartCount ?? 0) > 0;
  });
  expect(await kubelet.journal()).toContain("Container main failed liveness probe, will be restarted");
});

test("more memory than the limit ends as OOMKilled", async () => {
  await kubelet.apply({
    name: "oom",
    // The cgroup goes with its only process, and containerd 1.6 may lose the kernel's word with it.
    script: "exec dd if=/dev/zero of=/dev/null bs=200M count=1",
    spec: { restartPolicy: "Never" },
    container: { resources: { limits: { memory: "20Mi" } } },
  });
  const status = await kubelet.untilStatus("oom", "OOMKilled", ({ containerStatuses }) => {
    return containerStatuses?.[0]?.state.terminated?.reason === "OOMKilled";
  });
  expect(status.containerStatuses?.[0]?.state.terminated?.exitCode).toBe(137);
  expect(status.phase).toBe("Failed");
});

test("an image that does not exist shows as ErrImageNeverPull or ErrImagePull", async () => {
  await kubelet.apply({ name: "never", container: { image: "example.test/none:1", imagePullPolicy: "Never" } });
  await kubelet.apply({ name: "nopull", container: { image: "localhost:1/none:1" } });
  const reasonIs =
    (...reasons: string[]) =>
    ({ containerStatuses }: { containerStatuses?: { state: { waiting?: { reason?: string } } }[] }) =>
      reasons.includes(containerStatuses?.[0]?.state.waiting?.reason ?? "");
  await kubelet.untilStatus("never", "ErrImageNeverPull", reasonIs("ErrImageNeverPull"));
  await kubelet.untilStatus("nopull", "ErrImagePull", reasonIs("ErrImagePull", "ImagePullBackOff"));
});
