import { expect, it } from "vitest";
import { nspawnArgv } from "../../../src/lab/machine/nspawn.ts";

const argv = nspawnArgv({
  machine: "sl1h1",
  hostname: "cp1",
  machineId: "0123456789abcdef0123456789abcdef",
  root: "/labs/a/hosts/cp1/root",
  bridge: "slab1",
  binds: [["/labs/a/hosts/cp1/containerd", "/var/lib/containerd"]],
});

it("boots without a service manager outside, under the host's own name and id", () => {
  expect(argv[0]).toBe("systemd-nspawn");
  expect(argv).toEqual(expect.arrayContaining(["--boot", "--register=no", "--keep-unit", "--hostname=cp1"]));
  expect(argv).toContain("--uuid=0123456789abcdef0123456789abcdef");
});

it("hooks the host to the lab's bridge and binds its directories", () => {
  expect(argv).toContain("--network-bridge=slab1");
  expect(argv).toContain("--bind=/labs/a/hosts/cp1/containerd:/var/lib/containerd");
});

it("lets a container runtime run inside: all capabilities, key rings and bpf", () => {
  expect(argv).toContain("--capability=all");
  expect(argv).toContain("--system-call-filter=add_key keyctl bpf");
});

it("can't set the machine's clock from inside", () => {
  expect(argv).toContain("--drop-capability=CAP_SYS_TIME");
});
