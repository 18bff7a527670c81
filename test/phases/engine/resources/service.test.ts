import { describe, expect, it } from "vitest";
import type { OpResult } from "../../../../src/hosts/op.ts";
import { file } from "../../../../src/phases/engine/resources/file.ts";
import { service } from "../../../../src/phases/engine/resources/service.ts";
import { found, nothingChanging } from "./found.ts";

const settings = file("/etc/x.conf", { content: "a" });
const moved = file("/etc/x.conf", { content: "b" });
const running = found.ran("LoadState=loaded\nActiveState=active\nUnitFileState=enabled\nNeedDaemonReload=no\n");
const stopped = found.ran("LoadState=loaded\nActiveState=inactive\nUnitFileState=disabled\nNeedDaemonReload=no\n");

/** A stopped service, in other respects too. */
const shown = (properties: Readonly<Record<string, string>>) =>
  found.ran(
    Object.entries({ LoadState: "loaded", ActiveState: "inactive", NeedDaemonReload: "no", ...properties })
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
  );

/** What the service leaves on the host as the mark of its last start. */
function stampOf(resource: ReturnType<typeof service>): string {
  const differences = resource.diff([running, found.absent], nothingChanging);
  const write = resource.converge([running, found.absent], differences).find((op) => op.kind === "write");
  return String(write?.content);
}

describe("a service", () => {
  const x = service("x", { restartOn: [settings] });

  it("that runs with the settings it should have is left alone", () => {
    expect(x.diff([running, found.file(stampOf(x))], nothingChanging)).toEqual([]);
  });

  it("that is stopped is enabled and started", () => {
    const differences = x.diff([stopped, found.absent], nothingChanging);
    expect(differences).toMatchObject([
      { field: "enabled", from: "no", to: "yes" },
      { field: "active", from: "inactive", to: "active" },
      { field: "settings" },
    ]);
    const argvs = x
      .converge([stopped, found.absent], differences)
      .map((op) => (op.kind === "run" ? op.argv.join(" ") : op.kind));
    expect(argvs[0]).toBe("systemctl enable --no-reload x.service");
    expect(argvs[1]).toContain("systemctl start");
    expect(argvs[2]).toBe("write");
  });

  it("that runs is enabled or disabled for systemd too, which would count it as what it was until it reads its units again", () => {
    const enabledOf = (properties: Readonly<Record<string, string>>, enabled: boolean) =>
      commandsOf(service("x", { enabled, active: enabled }), shown({ ActiveState: "active", ...properties }))[0];
    expect(enabledOf({ UnitFileState: "disabled" }, true)).toBe("enable x.service");
    expect(enabledOf({ UnitFileState: "enabled" }, false)).toBe("disable x.service");
  });

  const commandsOf = (resource: ReturnType<typeof service>, shown: OpResult, changing = nothingChanging.changing) =>
    resource
      .converge([shown, found.absent], resource.diff([shown, found.absent], { changing }))
      .flatMap((op) => (op.kind === "run" && op.argv[0] === "systemctl" ? [op.argv.slice(1).join(" ")] : []));

  it("has systemd read its units again only where they were written, in an earlier run, now, or were not there", () => {
    const unit = file("/etc/systemd/system/x.service", { content: "[Service]" });
    const units = service("x", { restartOn: [unit] });
    expect(commandsOf(units, stopped)).toEqual(["enable --no-reload x.service"]);
    const all = ["daemon-reload", "enable --no-reload x.service"];
    expect(commandsOf(units, stopped, new Set([unit.id]))).toEqual(all);
    expect(commandsOf(units, shown({ NeedDaemonReload: "yes" }))).toEqual(all);
    expect(commandsOf(units, shown({ LoadState: "not-found" }))).toEqual(all);
  });

  it("restarts when what it reads should contain something else", () => {
    const next = service("x", { restartOn: [moved] });
    expect(next.diff([running, found.file(stampOf(x))], nothingChanging)).toMatchObject([{ field: "restart" }]);
  });

  it("restarts when what it reads was mended, and takes its mark away before the mending begins", () => {
    const differences = x.diff([running, found.file(stampOf(x))], { changing: new Set([settings.id]) });
    expect(differences).toMatchObject([{ field: "restart", from: "started before file:/etc/x.conf" }]);
    expect(x.announce?.(differences)).toEqual([{ kind: "remove", path: expect.stringContaining("/started/x.") }]);
  });

  it("restarts when an earlier run was killed between the write and the restart", () => {
    expect(x.diff([running, found.absent], nothingChanging)).toMatchObject([{ field: "restart" }]);
  });

  it("that should not run is stopped and not marked", () => {
    const off = service("x", { enabled: false, active: false, restartOn: [settings] });
    const differences = off.diff([running, found.absent], nothingChanging);
    expect(differences).toMatchObject([
      { field: "enabled", to: "no" },
      { field: "active", to: "inactive" },
    ]);
    expect(off.converge([running, found.absent], differences).some(({ kind }) => kind === "write")).toBe(false);
  });

  it("keeps one mark for each set of things it reads, so that two phases don't restart it in turn", () => {
    const other = service("x", { restartOn: [settings, file("/etc/y.conf", { content: "" })] });
    expect(other.probe()[1]).not.toEqual(x.probe()[1]);
  });
});
