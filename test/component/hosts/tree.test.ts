import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readTree } from "../../../src/hosts/tree/read-tree.ts";
import { writeTree } from "../../../src/hosts/tree/write-tree.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "slipway-tree-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const modeOf = async (path: string) => ((await stat(join(root, path))).mode & 0o777).toString(8);

describe("a tree of files", () => {
  it("is read as it was written, by the paths that it has on the host", async () => {
    const files = [
      { path: "/etc/kubernetes/pki/ca.key", mode: 0o600, content: "key\n" },
      { path: "/etc/kubernetes/pki/etcd/ca.crt", mode: 0o644, content: "cert\n" },
      { path: "/etc/kubernetes/manifests/etcd.yaml", mode: 0o600, content: "no credential" },
      { path: "/var/lib/other.key", mode: 0o644, content: "elsewhere" },
    ];
    await writeTree(root, files, [{ path: "/etc/kubernetes/manifests", mode: 0o700 }]);
    expect(await readTree(root, ["/etc/kubernetes"])).toEqual(
      new Map([
        ["/etc/kubernetes/pki/ca.key", "key\n"],
        ["/etc/kubernetes/pki/etcd/ca.crt", "cert\n"],
      ]),
    );
    expect(await modeOf("etc/kubernetes/pki/ca.key")).toBe("600");
    expect([await modeOf("etc/kubernetes/manifests"), await modeOf("etc/kubernetes/pki")]).toEqual(["700", "755"]);
  });

  it("is empty where there is no folder, and follows links", async () => {
    expect(await readTree(root, ["/etc/kubernetes"])).toEqual(new Map());
    await mkdir(join(root, "etc"));
    await writeFile(join(root, "real"), "text");
    await symlink(join(root, "real"), join(root, "etc/link.conf"));
    expect(await readTree(root, ["/etc"])).toEqual(new Map([["/etc/link.conf", "text"]]));
  });

  it("is not taken for empty because of a link that leads nowhere", async () => {
    await mkdir(join(root, "etc"));
    await symlink(join(root, "gone"), join(root, "etc/ca.crt"));
    await expect(readTree(root, ["/etc"])).rejects.toThrow(`cannot read ${root}/etc/ca.crt`);
  });

  it("is written over what stands there, mode included, and leaves folders that stand as they are", async () => {
    await mkdir(join(root, "etc"));
    await chmod(join(root, "etc"), 0o750);
    await writeFile(join(root, "etc/a"), "old");
    await chmod(join(root, "etc/a"), 0o777);
    await writeTree(root, [{ path: "/etc/a", mode: 0o600, content: "new" }], [{ path: "/etc", mode: 0o700 }]);
    expect([await readFile(join(root, "etc/a"), "utf8"), await modeOf("etc/a"), await modeOf("etc")]).toEqual([
      "new",
      "600",
      "750",
    ]);
    expect(await readdir(join(root, "etc"))).toEqual(["a"]);
  });

  it("is written where a process of the same number was killed while it wrote", async () => {
    const left = join(root, `a.slipway-${process.pid}`);
    await writeFile(left, "half", { mode: 0o644 });
    await writeTree(root, [{ path: "/a", mode: 0o600, content: "whole" }]);
    expect([await readFile(join(root, "a"), "utf8"), await modeOf("a"), await readdir(root)]).toEqual([
      "whole",
      "600",
      ["a"],
    ]);
  });

  it("names the place that can't be read or written, and leaves no temporary file", async () => {
    await writeFile(join(root, "etc"), "a file");
    await expect(readTree(root, ["/etc"])).rejects.toMatchObject({
      details: { code: "TREE_UNREADABLE", exit: "hostStep" },
    });
    const file = { path: "/etc/a", mode: 0o600, content: "x" };
    await expect(writeTree(root, [file])).rejects.toMatchObject({ details: { code: "TREE_UNWRITABLE" } });
    await mkdir(join(root, "dir/a"), { recursive: true });
    await writeFile(join(root, "dir/a/inside"), "x");
    await expect(writeTree(root, [{ ...file, path: "/dir/a" }])).rejects.toThrow(`cannot write ${root}/dir/a`);
    expect(await readdir(join(root, "dir"))).toEqual(["a"]);
  });
});
