import { expect, test } from "vitest";
import { useKubeletHost } from "./fixtures/kubelet-host.ts";

const kubelet = useKubeletHost({ cgroupDriver: "systemd" });

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
