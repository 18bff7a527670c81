import { expect, test } from "vitest";
import { until } from "../../../src/base/until.ts";
import { labList } from "../../../src/lab/lab.ts";
import { labPowerOn } from "../../../src/lab/power.ts";
import { useKubeletHost } from "./fixtures/kubelet-host.ts";

const kubelet = useKubeletHost({ shutdownGracePeriod: "250s", shutdownGracePeriodCriticalPods: "240s" });

test("a host that shuts down waits until its pods have ended as they wish", async () => {
  const script = "trap 'sleep 3; echo bye > /host/last-words; exit 0' TERM; while :; do sleep 0.1; done";
  await kubelet.apply({
    name: "polite",
    script,
    container: { volumeMounts: [{ name: "host", mountPath: "/host" }] },
    spec: { terminationGracePeriodSeconds: 60, volumes: [{ name: "host", hostPath: { path: "/srv" } }] },
  });
  await kubelet.untilStatus("polite", "running", ({ phase }) => phase === "Running");
  // a busctl that is slow to listen: the kubelet must not hold what it could not hear of
  await kubelet.sh(`mv /usr/bin/busctl /usr/bin/busctl.real
printf '#!/bin/sh\\nsleep 1; exec busctl.real "$@"\\n' > /usr/bin/busctl; chmod +x /usr/bin/busctl
systemctl restart kubelet`);
  await until(async () => (await kubelet.sh("systemd-inhibit --list")).includes("kubelet"), {
    for: "the kubelet's hold on shutdowns",
    withinMs: 60_000,
  });
  const { name } = kubelet.lab.lab;
  await kubelet.lab.exec("cp1", ["systemctl", "poweroff"]);
  const isOff = async () => (await labList()).find((lab) => lab.name === name)?.running.length === 0;
  // sooner than logind would go on without the kubelet
  await until(isOff, { for: "the host to be off", withinMs: 180_000, everyMs: 500 });
  await labPowerOn({ name });
  expect(await kubelet.sh("cat /srv/last-words")).toBe("bye");
});
