import { expect, test } from "vitest";
import { OomKills, victimOf } from "../../../src/kubelet/cgroups/oom-kills.ts";

const id = "fc1267c79fe9a2ed251f1b8f7267f6925cc691727f0a2ee12a4431578bb0616f";
const record = (memcg: string) =>
  `6,29977,14418746107,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=${id},mems_allowed=0,oom_memcg=/kubepods/burstable/pod1,task_memcg=${memcg},task=sh,pid=24547,uid=1000\n`;

test.each([
  ["cgroupfs", `/kubepods/burstable/pod1/${id}`],
  ["a host within a host", `/lab/cp1/kubepods/burstable/pod1/${id}`],
  ["systemd", `/kubepods.slice/kubepods-pod1.slice/cri-containerd-${id}.scope`],
  ["a cgroup that the container made itself", `/kubepods/burstable/pod1/${id}/inner`],
])("the victim of the kernel's log: %s", (_, memcg) => {
  expect(victimOf(record(memcg))).toBe(id);
});

test("a kill outside of containers names none, and neither does any other line", () => {
  expect(victimOf(record("/system.slice/ssh.service"))).toBeUndefined();
  expect(victimOf("6,1,1,-;eth0: link up\n")).toBeUndefined();
});

test("kills are known from the runtime's events and from the kernel's log, and forgotten in the end", () => {
  const lines = [record(`/kubepods/pod1/${id}`)];
  const kills = new OomKills(() => lines.splice(0));
  expect(kills.has("other")).toBe(false);
  expect(kills.has(id)).toBe(true);
  kills.note("told");
  expect(kills.has("told")).toBe(true);
  for (let index = 0; index < 1000; index++) kills.note(`later-${index}`);
  expect(kills.has("told")).toBe(false);
});
