import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { framedFiles, framedFilesScript } from "../../../src/apply/support/framed-files.ts";

describe("framedFiles", () => {
  it("gives each file under its relative path, whatever its text holds", () => {
    expect(framedFiles("/etc/a.yaml\0one\n/etc/b\n\0/var/log/b.log\0\0")).toEqual([
      { path: "etc/a.yaml", text: "one\n/etc/b\n" },
      { path: "var/log/b.log", text: "" },
    ]);
  });

  it("keeps a host from climbing out of its folder", () => {
    expect(framedFiles("/../../root/.ssh/x\0text\0")).toEqual([{ path: "root/.ssh/x", text: "text" }]);
  });

  it("leaves out a file that was cut, and gives none for nothing", () => {
    expect(framedFiles("/etc/a\0one\0/etc/b\0tw")).toEqual([{ path: "etc/a", text: "one" }]);
    expect(framedFiles("")).toEqual([]);
  });
});

describe("framedFilesScript", () => {
  it("prints what framedFiles reads", () => {
    const printed = execFileSync("sh", ["-c", framedFilesScript, "sh", "5"], { encoding: "utf8", timeout: 20_000 });
    expect(framedFiles(printed).find(({ path }) => path === "etc/os-release")?.text).toContain("ID=");
  });
});
