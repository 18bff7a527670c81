import { describe, expect, it } from "vitest";
import type { JournalEntry } from "../../../src/phases/engine/journal/journal.ts";
import { undone } from "../../../src/phases/reset/undo-journal.ts";
import { found, nothingChanging } from "../engine/resources/found.ts";

const entry = (id: string, fields: Partial<JournalEntry> = {}): JournalEntry => ({
  id,
  hash: "h",
  when: "2026-11-21T06:22:07Z",
  run: "r",
  phase: "p",
  created: true,
  state: "done",
  undo: [],
  ...fields,
});
const kept = { created: false, undo: undefined } as unknown as Partial<JournalEntry>;
const ids = (one: JournalEntry) => undone(one).map(({ id }) => id);

describe("what takes a journal entry back", () => {
  it.each([
    ["file:/usr/bin/kubelet", ["absent:/usr/bin/kubelet"]],
    ["symlink:/opt/cni/bin/bridge", ["absent:/opt/cni/bin/bridge"]],
    ["service:kubelet", ["service:kubelet"]],
    ["directory:/opt/cni/bin", ["action:rmdir:/opt/cni/bin"]],
    ["kernelModule:overlay", ["absent:/etc/modules-load.d/slipway-overlay.conf"]],
    ["sysctl:net.ipv4.ip_forward", ["absent:/etc/sysctl.d/99-slipway-net.ipv4.ip_forward.conf"]],
    ["fileBlock:/etc/hosts", ["fileBlock:/etc/hosts"]],
    ["packages:containerd,runc", []],
    ["swap:off", []],
    ["nonsense", []],
  ])("of %s", (id, expected) => {
    expect(ids(entry(id))).toEqual(expected);
  });

  it("leaves what stood there before, but takes our own files and blocks out of it", () => {
    expect(ids(entry("file:/etc/containerd/config.toml", kept))).toEqual([]);
    expect(ids(entry("service:containerd", kept))).toEqual([]);
    expect(ids(entry("directory:/var/lib/etcd", kept))).toEqual([]);
    expect(ids(entry("sysctl:net.ipv4.ip_forward", kept))).toHaveLength(1);
    expect(ids(entry("fileBlock:/etc/hosts", kept))).toHaveLength(1);
  });

  it("takes a block out of a file and leaves the rest of it", () => {
    const [hosts] = undone(entry("fileBlock:/etc/hosts"));
    const before = found.file("127.0.0.1 localhost\n# BEGIN slipway\n10.0.0.1 a\n# END slipway\n");
    expect(hosts?.converge([before], [])).toMatchObject([{ kind: "write", content: "127.0.0.1 localhost\n" }]);
    expect(hosts?.diff([found.file("127.0.0.1 localhost\n")], nothingChanging)).toEqual([]);
  });
});
