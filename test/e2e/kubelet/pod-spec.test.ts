import { expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { busyboxImage } from "./fixtures/images.ts";
import { useKubeletHost } from "./fixtures/kubelet-host.ts";
import type { TestPod } from "./fixtures/pod-object.ts";

const kubelet = useKubeletHost({
  cgroupDriver: "systemd",
  containerLogMaxSize: "8Ki",
  containerLogMonitorInterval: "1s",
});

const log = (pod: string, query = "") => kubelet.get(`/containerLogs/default/${pod}-cp1/main${query}`);

/** Runs a pod whose script prints what it finds, and gives those lines. */
async function printed(pod: TestPod): Promise<string[]> {
  await kubelet.apply({ ...pod, script: `${pod.script}\necho END; exec sleep 100000` });
  await kubelet.untilStatus(pod.name, "running", ({ phase }) => phase === "Running");
  const text = await until(async () => (/END/.test(await log(pod.name)) ? log(pod.name) : false), {
    for: `the end of ${pod.name}'s script`,
    withinMs: 120_000,
  });
  return text.trim().split("\n").slice(0, -1);
}

test("with the systemd driver a pod's slice has its limits, and goes with the pod", async () => {
  const resources = { limits: { cpu: "500m", memory: "64Mi" } };
  await kubelet.apply({ name: "sliced", container: { resources } });
  const status = await kubelet.untilStatus("sliced", "running", ({ phase }) => phase === "Running");
  expect(status.qosClass).toBe("Guaranteed");
  const uid = (await kubelet.sh("ls /var/lib/kubelet/pods")).trim();
  const slice = `kubepods-pod${uid}.slice`;
  expect(await kubelet.sh(`systemctl is-active ${slice}`)).toBe("active");
  expect(await kubelet.sh(`cat /sys/fs/cgroup/memory/kubepods.slice/${slice}/memory.limit_in_bytes`)).toBe("67108864");
  expect(await kubelet.sh(`cat /sys/fs/cgroup/cpu/kubepods.slice/${slice}/cpu.cfs_quota_us`)).toBe("50000");
  const id = status.containerStatuses?.[0]?.containerID?.replace("containerd://", "");
  expect(await kubelet.sh(`ls -d /sys/fs/cgroup/memory/kubepods.slice/${slice}/cri-containerd-${id}.scope`)).toContain(
    id,
  );
  await kubelet.remove("sliced");
  await kubelet.untilGone("sliced");
  expect((await kubelet.lab.exec("cp1", ["systemctl", "is-active", slice])).stdout).toBe("inactive");
  expect(await kubelet.sh("find /sys/fs/cgroup -maxdepth 4 -name '*-pod*.slice'")).toBe("");
});

test("variables: literal, expanded, of the pod and of its resources", async () => {
  const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  const lines = await printed({
    name: "variables",
    metadata: { labels: { app: "x" } },
    script: 'echo "$GREETING|$POD|$LABEL|$CPU|$MEMORY|$UNKNOWN"; [ "$IP" = "$(hostname -i)" ] && echo same',
    container: {
      resources: { limits: { cpu: "1500m", memory: "64Mi" } },
      env: [
        { name: "NAME", value: "you" },
        { name: "GREETING", value: "hello $(NAME) $$(NAME)" },
        { name: "UNKNOWN", value: "$(NOBODY)" },
        field("POD", "metadata.name"),
        field("LABEL", "metadata.labels['app']"),
        field("IP", "status.podIP"),
        { name: "CPU", valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "1m" } } },
        { name: "MEMORY", valueFrom: { resourceFieldRef: { resource: "limits.memory", divisor: "1Mi" } } },
      ],
    },
  });
  expect(lines).toEqual(["hello you $(NAME)|variables-cp1|x|1500|64|$(NOBODY)", "same"]);
});

test("volumes: memory, host paths, paths below a volume, the downward API, group ownership, propagation", async () => {
  const downward = [
    { path: "labels", fieldRef: { fieldPath: "metadata.labels" } },
    { path: "cpu", mode: 0o400, resourceFieldRef: { containerName: "main", resource: "limits.cpu" } },
  ];
  await kubelet.sh("mkdir -p /srv/shared && echo file > /srv/one-file");
  const lines = await printed({
    name: "volumes",
    metadata: { labels: { app: "x" } },
    script: `grep ' /memory ' /proc/mounts | cut -d' ' -f3; df -k /memory | tail -1 | awk '{print $2}'
stat -c '%a %g' /disk
cat /one-file; (echo no > /one-file) 2>/dev/null || echo read-only
echo below > /below/mine; cat /disk/part/mine; ls /disk/of-volumes-cp1 > /dev/null && echo expanded
cat /down/labels; echo; cat /down/cpu; echo; stat -Lc %a /down/cpu; cat /projected/labels; echo; readlink /down/cpu`,
    container: {
      resources: { limits: { cpu: "1" } },
      env: [{ name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
      volumeMounts: [
        { name: "memory", mountPath: "/memory" },
        { name: "disk", mountPath: "/disk" },
        { name: "disk", mountPath: "/below", subPath: "part" },
        { name: "disk", mountPath: "/expanded", subPathExpr: "of-$(POD)" },
        { name: "file", mountPath: "/one-file", readOnly: true },
        { name: "shared", mountPath: "/shared", mountPropagation: "HostToContainer" },
        { name: "down", mountPath: "/down" },
        { name: "projected", mountPath: "/projected" },
      ],
    },
    spec: {
      securityContext: { fsGroup: 2000 },
      volumes: [
        { name: "memory", emptyDir: { medium: "Memory", sizeLimit: "1Mi" } },
        { name: "disk", emptyDir: {} },
        { name: "file", hostPath: { path: "/srv/one-file", type: "File" } },
        { name: "shared", hostPath: { path: "/srv/shared", type: "DirectoryOrCreate" } },
        { name: "down", downwardAPI: { items: downward } },
        { name: "projected", projected: { sources: [{ downwardAPI: { items: downward.slice(0, 1) } }] } },
      ],
    },
  });
  expect(lines).toEqual([
    ...["tmpfs", "1024", "2777 2000", "file", "read-only", "below", "expanded"],
    ...['app="x"', "1", "440", 'app="x"', "..data/cpu"],
  ]);
  await kubelet.sh("mkdir /srv/shared/later && mount -t tmpfs tmpfs /srv/shared/later && touch /srv/shared/later/seen");
  const [id] = (await kubelet.status("volumes"))?.containerStatuses ?? [];
  const pid = `$(ctr -n k8s.io tasks ls | awk '$1 == "${id?.containerID?.replace("containerd://", "")}" {print $2}')`;
  expect(await kubelet.sh(`ls /proc/${pid}/root/shared/later; umount /srv/shared/later`)).toBe("seen");
});

test("security contexts: users, groups, capabilities, a root that is read-only, seccomp, sysctls", async () => {
  const lines = await printed({
    name: "secured",
    script: `id -u; id -g; id -G; grep -E '^(CapEff|NoNewPrivs|Seccomp):' /proc/self/status | tr -s '\t ' ' '
touch /x 2>/dev/null || echo read-only; cat /proc/sys/net/ipv4/ip_unprivileged_port_start`,
    container: {
      securityContext: {
        runAsGroup: 3000,
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      },
    },
    spec: {
      securityContext: {
        runAsUser: 1000,
        runAsNonRoot: true,
        supplementalGroups: [4000],
        seccompProfile: { type: "RuntimeDefault" },
        sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "80" }],
      },
    },
  });
  const status = ["CapEff: 0000000000000000", "NoNewPrivs: 1", "Seccomp: 2"];
  expect(lines).toEqual(["1000", "3000", "3000 4000", ...status, "read-only", "80"]);
  await kubelet.apply({ name: "rootly", container: { securityContext: { runAsNonRoot: true } } });
  const refused = await kubelet.untilStatus("rootly", "refused", ({ containerStatuses }) => {
    return containerStatuses?.[0]?.state.waiting?.reason === "CreateContainerConfigError";
  });
  expect(refused.containerStatuses?.[0]?.state.waiting?.message).toBe(
    "container has runAsNonRoot and image will run as root",
  );
});

test("namespaces: processes shared between containers, or everything with the host; a privileged container", async () => {
  const containers = (script: string) => [
    { name: "main", image: busyboxImage, command: ["sh", "-c", `${script}; echo END; exec sleep 100000`] },
    { name: "other", image: busyboxImage, command: ["sleep", "98765"] },
  ];
  const find = "until ps | grep -q '[s]leep 98765'; do sleep 0.1; done; echo found; ps | awk '$1 == 1' | grep -c pause";
  const spec = { shareProcessNamespace: true, containers: containers(find) };
  expect(await printed({ name: "together", spec })).toEqual(["found", "1"]);
  const lines = await printed({
    name: "hostly",
    script:
      "for kind in net pid ipc; do readlink /proc/self/ns/$kind; done; grep CapEff /proc/self/status; ls /dev/kmsg",
    container: { securityContext: { privileged: true } },
    spec: { hostNetwork: true, hostPID: true, hostIPC: true },
  });
  const own = await kubelet.sh(
    "for kind in net pid ipc; do readlink /proc/1/ns/$kind; done; grep CapEff /proc/1/status",
  );
  expect(lines).toEqual([...own.split("\n"), "/dev/kmsg"]);
});

test("names: host name, subdomain, aliases and resolver", async () => {
  const lines = await printed({
    name: "named",
    script:
      "hostname; grep -c $(hostname -i).*box.sub.default.svc /etc/hosts; grep alias /etc/hosts; cat /etc/resolv.conf",
    spec: {
      hostname: "box",
      subdomain: "sub",
      hostAliases: [{ ip: "192.0.2.9", hostnames: ["alias.test"] }],
      dnsPolicy: "None",
      dnsConfig: { nameservers: ["192.0.2.53"], searches: ["my.test"], options: [{ name: "ndots", value: "2" }] },
    },
  });
  const resolver = ["search my.test", "nameserver 192.0.2.53", "options ndots:2"];
  expect(lines).toEqual(["box", "1", "192.0.2.9\talias.test", ...resolver]);
});

test("HTTP and TCP probes reach the pod, a host port leads to it, and the kubelet counts and tells of it", async () => {
  const probe = { periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 30 };
  await kubelet.sh("mkdir /srv/www && echo page > /srv/www/index.html && touch /srv/www/alive");
  await kubelet.apply({
    name: "web",
    script: "httpd -f -p 8080 -h /www",
    container: {
      volumeMounts: [{ name: "www", mountPath: "/www" }],
      ports: [{ name: "http", containerPort: 8080, hostPort: 18080 }],
      startupProbe: { tcpSocket: { port: 8080 }, ...probe, failureThreshold: 300 },
      readinessProbe: { httpGet: { path: "/index.html", port: "http" }, ...probe },
      livenessProbe: { httpGet: { path: "/alive", port: 8080 }, ...probe },
    },
    spec: { volumes: [{ name: "www", hostPath: { path: "/srv/www" } }] },
  });
  const ready = await kubelet.untilStatus(
    "web",
    "ready",
    ({ containerStatuses }) => containerStatuses?.[0]?.ready === true,
  );
  expect(await kubelet.sh(`curl -sS http://${ready.hostIP}:18080/`)).toBe("page");
  expect(ready.containerStatuses?.[0]).toMatchObject({ restartCount: 0 });
  await kubelet.sh("rm /srv/www/alive");
  await kubelet.untilStatus("web", "restarted", ({ containerStatuses }) => {
    return (containerStatuses?.[0]?.restartCount ?? 0) > 0;
  });
  const journal = await kubelet.journal();
  expect(journal).toContain("Liveness probe failed: HTTP probe failed with statuscode: 404");
  expect(await kubelet.get("/metrics/probes")).toMatch(
    /prober_probe_total\{container="main".*probe_type="Readiness".*result="successful"/,
  );
  const pages = {
    "/metrics": "kubelet_running_pods",
    "/metrics/resource": "pod_cpu_usage_seconds_total",
    "/stats/summary": "usageCoreNanoSeconds",
    "/configz": '"cgroupDriver":"systemd"',
    "/runningpods/": "web-cp1",
    "/healthz": "ok",
  };
  for (const [path, words] of Object.entries(pages)) expect(await kubelet.get(path), path).toContain(words);
});

test("hooks run after the start and before the end, and sidecars end last, the last one first", async () => {
  const share = { name: "host", mountPath: "/host" };
  const told = (name: string, more = "") => ({
    name,
    image: busyboxImage,
    command: ["sh", "-c", `trap 'echo ${name} >> /host/order; exit 0' TERM; ${more} while :; do sleep 0.1; done`],
    volumeMounts: [share],
  });
  const sidecar = (name: string) => ({ ...told(name), restartPolicy: "Always" });
  const hooks = {
    postStart: { exec: { command: ["sh", "-c", "echo postStart >> /host/order"] } },
    preStop: { httpGet: { port: 8080, path: "/cgi-bin/preStop" } },
  };
  // answered once it is written: what ends after the hook writes after it
  const page = ["#!/bin/sh", "echo preStop >> /host/order", 'printf "Content-Type: text/plain\\r\\n\\r\\n"'];
  const web = `mkdir -p /www/cgi-bin
printf '%s\\n' ${page.map((line) => `'${line}'`).join(" ")} > /www/cgi-bin/preStop
chmod +x /www/cgi-bin/preStop; httpd -f -p 8080 -h /www &`;
  await kubelet.apply({
    name: "hooked",
    spec: {
      terminationGracePeriodSeconds: 120,
      volumes: [{ name: "host", hostPath: { path: "/srv/hooked", type: "DirectoryOrCreate" } }],
      initContainers: [sidecar("first"), sidecar("second")],
      containers: [{ ...told("main", web), lifecycle: hooks, readinessProbe: { tcpSocket: { port: 8080 } } }],
    },
  });
  await kubelet.untilStatus("hooked", "ready", ({ containerStatuses }) => containerStatuses?.[0]?.ready === true);
  await until(async () => (await kubelet.sh("cat /srv/hooked/order")) === "postStart", {
    for: "the postStart hook",
    withinMs: 60_000,
  });
  await kubelet.remove("hooked");
  await kubelet.untilGone("hooked");
  expect((await kubelet.sh("cat /srv/hooked/order")).split("\n")).toEqual([
    "postStart",
    "preStop",
    ...["main", "second", "first"],
  ]);
  await kubelet.apply({ name: "unhooked", container: { lifecycle: { postStart: { exec: { command: ["false"] } } } } });
  await kubelet.untilStatus("unhooked", "its hook to fail", ({ containerStatuses }) => {
    const [main] = containerStatuses ?? [];
    return main?.state.waiting?.reason === "PostStartHookError" || main?.state.waiting?.reason === "CrashLoopBackOff";
  });
  expect(await kubelet.journal()).toContain('reason="FailedPostStartHook"');
});

test("logs: parts, times and streams as asked for, rotation by size, and last words from the end of the log", async () => {
  await printed({ name: "talker", script: "echo one; echo two >&2; echo three" });
  await until(async () => (await log("talker")).split("\n").length === 4, { for: "all lines", withinMs: 60_000 });
  // Lines of two streams come in no order that one could rely on.
  expect(await log("talker", "?stream=Stdout")).toBe("one\nthree\nEND");
  expect(await log("talker", "?stream=Stderr")).toBe("two");
  expect((await log("talker", "?tailLines=2")).split("\n")).toHaveLength(2);
  expect(await log("talker", "?limitBytes=2")).toHaveLength(2);
  const stamped = await log("talker", "?timestamps=true&stream=Stderr");
  expect(stamped).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d) two$/);
  expect(await log("talker", "?sinceTime=2100-01-01T00:00:00Z")).toBe("");
  await kubelet.apply({
    name: "flood",
    script: "while :; do echo 0123456789012345678901234567890123456789; sleep 0.005; done",
  });
  const directory = "/var/log/pods/default_flood-cp1_*/main";
  await until(async () => (await kubelet.sh(`ls ${directory} 2>/dev/null | grep -c '\\.gz$' || true`)) !== "0", {
    for: "a compressed log",
    withinMs: 120_000,
  });
  // the newest: the oldest may be removed while it is read
  expect(await kubelet.sh(`zcat $(ls ${directory}/*.gz | tail -1) | tail -1`)).toMatch(/ stdout F 0123456789/);
  await kubelet.remove("flood");
  await kubelet.apply({
    name: "fell",
    script: "echo why I fell; exit 4",
    container: { terminationMessagePolicy: "FallbackToLogsOnError" },
    spec: { restartPolicy: "Never" },
  });
  const fallen = await kubelet.untilStatus("fell", "Failed", ({ phase }) => phase === "Failed");
  expect(fallen.containerStatuses?.[0]?.state.terminated?.message).toBe("why I fell\n");
});

test("a disk that is full is told in the log, and the pod runs once there is room", async () => {
  // Named as a pod that is known: what belongs to none would be cleaned up.
  await kubelet.sh(`fill=/var/lib/kubelet/pods/$(ls /var/lib/kubelet/pods | head -1)
mount -t tmpfs -o size=64k tmpfs /var/lib/kubelet/pods; head -c 1M /dev/zero > $fill 2>/dev/null; true`);
  await kubelet.apply({ name: "cramped" });
  const told = /"Error syncing pod, skipping" pod="default\/cramped-cp1" .*no space left on device/;
  await until(async () => told.test(await kubelet.journal()), {
    for: "the log to tell of the disk",
    withinMs: 120_000,
  });
  await kubelet.sh("find /var/lib/kubelet/pods -maxdepth 1 -type f -delete");
  await kubelet.untilStatus("cramped", "running", ({ phase }) => phase === "Running");
});
