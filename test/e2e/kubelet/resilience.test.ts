import { expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { labPowerOff, labPowerOn } from "../../../src/lab/power.ts";
import { useKubeletHost } from "./fixtures/kubelet-host.ts";
import { podObject } from "./fixtures/pod-object.ts";

const kubelet = useKubeletHost();
const names = ["one", "two", "three"];
type Status = Awaited<ReturnType<typeof kubelet.status>>;
const isRunning = (status: NonNullable<Status>) =>
  status.phase === "Running" && status.containerStatuses?.every(({ ready }) => ready) === true;
const runningTasks = async () => Number(await kubelet.sh("ctr -n k8s.io tasks ls | grep -c RUNNING || true"));

async function containerIds(): Promise<(string | undefined)[]> {
  const all = await Promise.all(names.map((name) => kubelet.untilStatus(name, "running", isRunning)));
  return all.map(({ containerStatuses }) => containerStatuses?.[0]?.containerID);
}

test("pods come up, one of them with a manifest that leaves and returns while it ends", async () => {
  // tells when it is asked to end, and does so once it may
  const script =
    "trap 'touch /host/ending; until [ -e /host/may-end ]; do sleep 0.1; done; exit 0' TERM; while :; do sleep 0.1; done";
  await kubelet.apply({
    name: "one",
    script,
    container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
    spec: { terminationGracePeriodSeconds: 120, volumes: [{ name: "host", hostPath: { path: "/srv" } }] },
  });
  for (const name of ["two", "three"]) await kubelet.apply({ name });
  const [first] = await containerIds();
  const file = "/etc/kubernetes/manifests/one.json";
  await kubelet.sh(`mv ${file} /tmp/back.json`);
  const isEnding = async () => (await kubelet.lab.exec("cp1", ["test", "-e", "/srv/ending"])).exitCode === 0;
  await until(isEnding, { for: "the pod to be asked to end", withinMs: 120_000 });
  await kubelet.sh(`mv /tmp/back.json ${file}; touch /srv/may-end`);
  await kubelet.untilStatus(
    "one",
    "back in a new container",
    (status) => isRunning(status) && status.containerStatuses?.[0]?.containerID !== first,
  );
});

test("a restarted kubelet adopts what runs, and so does one that was killed", async () => {
  const before = await containerIds();
  await kubelet.sh("systemctl restart kubelet");
  expect(await containerIds()).toEqual(before);
  await kubelet.sh("systemctl kill -s KILL kubelet");
  expect(await containerIds()).toEqual(before);
  const statuses = await Promise.all(names.map((name) => kubelet.status(name)));
  expect(statuses.map((status) => status?.containerStatuses?.[0]?.restartCount)).toEqual([0, 0, 0]);
  expect(await runningTasks()).toBe(2 * names.length);
});

test("containerd's restart ends no pod, and what crashes after it restarts", async () => {
  const before = await containerIds();
  await kubelet.sh("systemctl restart containerd");
  expect(await containerIds()).toEqual(before);
  await kubelet.sh("kill -9 $(pgrep -f 'sleep 100000' | head -1)");
  await until(
    async () => {
      const statuses = await Promise.all(names.map((name) => kubelet.status(name)));
      return statuses.some((status) => status?.containerStatuses?.[0]?.restartCount === 1);
    },
    { for: "the restart of a killed container", withinMs: 120_000 },
  );
  await containerIds();
});

test("a pod that was removed while the kubelet was down is removed by the next one", async () => {
  await kubelet.sh("systemctl stop kubelet; rm /etc/kubernetes/manifests/three.json; systemctl start kubelet");
  await until(async () => (await runningTasks()) === 4, { for: "the third pod's end", withinMs: 120_000 });
  await kubelet.apply({ name: "three" });
  await containerIds();
});

test("after a power cut and a new start of the host the same pods run again, once, with a higher restart count", async () => {
  await labPowerOff({ name: kubelet.lab.lab.name });
  await labPowerOn({ name: kubelet.lab.lab.name });
  await until(() => kubelet.sh("curl -sSf http://127.0.0.1:10248/healthz"), {
    for: "the kubelet after the power cut",
    withinMs: 120_000,
    everyMs: 500,
  });
  await containerIds();
  expect(await runningTasks()).toBe(2 * names.length);
  const statuses = await Promise.all(names.map((name) => kubelet.status(name)));
  for (const status of statuses) expect(status?.containerStatuses?.[0]?.restartCount).toBeGreaterThan(0);
});

test("kills at random moments of 50 creations and deletions leave no sandbox, mount, cgroup or log behind", async () => {
  for (const name of names) await kubelet.remove(name);
  const volumes = [{ name: "memory", emptyDir: { medium: "Memory" } }];
  const pod = JSON.stringify({ ...podObject({ name: "NAME", spec: { volumes, terminationGracePeriodSeconds: 0 } }) });
  const script = `
for i in $(seq 50); do
  echo '${pod.replaceAll("'", "")}' | sed "s/NAME/loop-$i/" > /tmp/loop.json
  mv /tmp/loop.json /etc/kubernetes/manifests/loop-$i.json
  sleep 0.$(( ($i * 37) % 100 ))
  [ $(( $i % 3 )) = 0 ] && systemctl kill -s KILL kubelet
  [ $i -gt 3 ] && rm -f /etc/kubernetes/manifests/loop-$(( $i - 3 )).json
done
rm -f /etc/kubernetes/manifests/*.json; true`;
  await kubelet.sh(script);
  await until(async () => (await traces()) === "", {
    for: "every trace to be gone",
    withinMs: 120_000,
    everyMs: 1000,
  }).catch(async () => expect.fail(`${await traces()}\n${await explain()}`));
});

/** What pods have on the host: one line each; empty when there is nothing. */
async function traces(): Promise<string> {
  const script = `ctr -n k8s.io containers ls -q; ls /var/lib/kubelet/pods /var/log/pods; ls /var/log/containers
grep -o '/var/lib/kubelet/pods[^ ]*' /proc/mounts; find /sys/fs/cgroup -maxdepth 5 -type d -name 'pod*' -path '*kubepods*'`;
  return (await kubelet.sh(`{ ${script}; } 2>/dev/null | grep -v -e '^/var.*:$' -e '^$' || true`)).trim();
}

/** What the kubelet and the runtime said last about pods that should be gone. */
function explain(): Promise<string> {
  return kubelet.sh(`ctr -n k8s.io tasks ls
journalctl -u kubelet --no-pager -o cat -p 7 | grep '^E' | cut -c1-400 | tail -20
journalctl -u containerd --no-pager -o cat | grep 'level=error' | cut -c1-400 | tail -20`);
}
