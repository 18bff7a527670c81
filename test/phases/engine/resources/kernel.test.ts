import { describe, expect, it } from "vitest";
import { kernelModule } from "../../../../src/phases/engine/resources/kernel-module.ts";
import { swapOff, withoutSwap } from "../../../../src/phases/engine/resources/swap-off.ts";
import { sysctl } from "../../../../src/phases/engine/resources/sysctl.ts";
import { found, nothingChanging } from "./found.ts";

describe("a kernel module", () => {
  const overlay = kernelModule("overlay");
  const saved = found.file("# Written by Slipway: a Kubernetes node needs it.\noverlay\n");

  it.each([
    ["loaded now and at boot", "loaded\nloadable", saved, []],
    ["loaded now only", "loaded\nloadable", found.absent, ["at boot"]],
    ["built in", "builtin\nloadable", found.absent, []],
    ["offered by the kernel of a container, which has no modules of its own", "builtin\nfixed", found.absent, []],
    ["absent", "absent\nloadable", found.absent, ["loaded", "at boot"]],
  ])("that is %s", (_, printed, boot, fields) => {
    const differences = overlay.diff([found.ran(`${printed}\n`), boot], nothingChanging);
    expect(differences.map((one) => "field" in one && one.field)).toEqual(fields);
  });

  it("is loaded by modprobe only when it is not there", () => {
    const differences = overlay.diff([found.ran("absent\nfixed\n"), found.absent], nothingChanging);
    expect(overlay.converge([], differences)).toEqual([{ kind: "run", argv: ["modprobe", "--", "overlay"] }]);
  });
});

describe("a sysctl", () => {
  const forward = sysctl("net.ipv4.ip_forward", "1");
  const [, boot] = forward.probe();
  const written = forward.converge([], [{ kind: "field", field: "at boot", from: "unset", to: "1" }]);

  it("with the wanted value now and at boot is in place", () => {
    const content = written[0]?.kind === "write" ? String(written[0].content) : "";
    expect(forward.diff([found.file("1\n"), found.file(content)], nothingChanging)).toEqual([]);
    expect(boot).toMatchObject({ path: "/etc/sysctl.d/99-slipway-net.ipv4.ip_forward.conf" });
  });

  it("tells the value now and the one at boot apart", () => {
    expect(forward.diff([found.file("0\n"), found.file("net.ipv4.ip_forward = 0\n")], nothingChanging)).toEqual([
      { kind: "field", field: "value", from: "0", to: "1" },
      { kind: "field", field: "at boot", from: "0", to: "1" },
    ]);
  });

  it("does not write a live value that is right already, as it may be read-only", () => {
    expect(written.map(({ kind }) => kind)).toEqual(["write"]);
  });
});

describe("swap", () => {
  const heading = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
  const fstab =
    "UUID=1 / ext4 defaults 0 1\n/swapfile none swap sw 0 0\n#/old none swap sw 0 0\n/data/swap /mnt ext4 ro 0 0\n";

  it("is off without areas and without lines in fstab", () => {
    expect(swapOff().diff([found.file(heading), found.file("UUID=1 / ext4 defaults 0 1\n")], nothingChanging)).toEqual(
      [],
    );
  });

  it("is told by area and by line", () => {
    const differences = swapOff().diff(
      [found.file(`${heading}/swapfile file 1 0 -2\n`), found.file(fstab)],
      nothingChanging,
    );
    expect(differences).toMatchObject([
      { field: "active", from: "/swapfile", to: "none" },
      { field: "/etc/fstab", diff: expect.stringContaining("+# switched off by Slipway: /swapfile") },
    ]);
  });

  it("lines are recognised by their type, not by the word", () => {
    expect(withoutSwap(fstab)).toBe(fstab.replace("/swapfile none", "# switched off by Slipway: /swapfile none"));
  });
});
