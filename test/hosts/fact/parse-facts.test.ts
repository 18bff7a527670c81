import { expect, test } from "vitest";
import { parseFacts, parseOsRelease } from "../../../src/hosts/fact/parse-facts.ts";

const times = { askedAtMs: 1000, answeredAtMs: 1100 };
const facts = (...sections: string[]) => parseFacts(`${sections.join("\n")}\n==> end <==\n`, times);

test("the clock's offset is taken against the middle of the round trip", () => {
  expect(facts("==> clock <==", "2050000000").clockOffsetMs).toBe(1000);
});

test("the default route's address is the first global one of its interface", () => {
  const { defaultRouteAddress, addresses } = facts(
    "==> network <==",
    "1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever",
    "2: eth0    inet 169.254.1.1/16 scope link eth0\\       valid_lft forever",
    "2: eth0    inet 10.0.0.2/24 brd 10.0.0.255 scope global dynamic eth0\\       valid_lft 3600sec",
    "2: eth0    inet6 fd00::2/64 scope global \\       valid_lft forever",
    "default via 10.0.0.1 dev eth0 proto dhcp metric 100 ",
    "default via fe80::1 dev eth0 metric 1024 pref medium",
  );
  expect(defaultRouteAddress).toBe("10.0.0.2");
  expect(addresses[2]).toEqual({ interface: "eth0", address: "10.0.0.2", prefixLength: 24 });
});

test("a host with IPv6 only gives its IPv6 address, and one without a default route none", () => {
  const v6 = facts(
    "==> network <==",
    "2: eth0    inet6 fd00::2/64 scope global \\       valid_lft forever",
    "default via fe80::1 dev eth0 metric 1024 pref medium",
  );
  expect(v6.defaultRouteAddress).toBe("fd00::2");
  expect(facts("==> network <==").defaultRouteAddress).toBeUndefined();
});

test.each([
  ["cgroup2 /sys/fs/cgroup cgroup2 rw", "v2"],
  ["cgroup /sys/fs/cgroup/memory cgroup rw,memory", "v1"],
  ["cgroup /sys/fs/cgroup/memory cgroup rw\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw", "hybrid"],
] as const)("mounts %j are cgroup %s", (mounts, version) => {
  expect(facts("==> /proc/mounts <==", mounts).cgroup).toBe(version);
});

test("CPUs are counted from the kernel's list", () => {
  expect(facts("==> /sys/devices/system/cpu/online <==", "0-3,8,10-11").cpus).toBe(7);
});

test("os-release is read with and without quotes", () => {
  expect(
    parseOsRelease(`ID=rocky\nVERSION_ID="9.4"\nPRETTY_NAME='Rocky \\$ 9'\nID_LIKE="rhel centos fedora"\n`),
  ).toEqual({
    id: "rocky",
    versionId: "9.4",
    prettyName: "Rocky $ 9",
    idLike: ["rhel", "centos", "fedora"],
  });
});

test("a host that tells almost nothing still gives facts", () => {
  expect(facts()).toMatchObject({
    packageManager: "none",
    initSystem: "other",
    security: { selinux: "disabled", apparmor: false },
    firewall: "none",
    canLowerOomScore: false,
    usesSystemdResolved: false,
    modules: [],
  });
});

test("proxies are told by their variables", () => {
  const told = facts("==> proxies <==", "no_proxy=10.0.0.0/8,.local", "HTTPS_PROXY=http://u:p=w@192.0.2.1:3128");
  expect(told.proxies).toEqual({ no_proxy: "10.0.0.0/8,.local", HTTPS_PROXY: "http://u:p=w@192.0.2.1:3128" });
});

test("systemd-resolved is told where it is active", () => {
  expect(facts("==> resolved <==", "yes").usesSystemdResolved).toBe(true);
});
