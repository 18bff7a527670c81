import { sha256OfValue } from "../../../base/sha256.ts";
import type { Op, OpResult } from "../../../hosts/op.ts";
import { type DiffContext, type Difference, differsIn, type Resource } from "../resource.ts";
import { stateDirectory } from "../state-directory.ts";
import { textOf } from "./path.ts";

export type ServiceWish = {
  /** Started at boot; true unless given. */
  readonly enabled?: boolean;
  /** Running now; true unless given. */
  readonly active?: boolean;
  /** The files and units that it reads: it restarts when what they should contain moves, or when one was mended. */
  readonly restartOn?: readonly Resource[];
};

/** A systemd service, by its name without `.service`. */
export function service(name: string, { enabled = true, active = true, restartOn = [] }: ServiceWish = {}): Resource {
  const stamp = restartStamp(name, restartOn);
  const wish = { name, enabled, active, stamp };
  return {
    id: `service:${name}`,
    hash: sha256OfValue({ name, enabled, active, inputs: stamp?.hash }),
    probe: () => [
      { kind: "run", argv: ["systemctl", "show", "--property", shownProperties.join(","), `${name}.service`] },
      ...(stamp ? [{ kind: "read", path: stamp.path, want: "content" } as const] : []),
    ],
    diff: (found, context) => differences(wish, found, context),
    announce: (found) => (stamp && isRestart(found) ? [{ kind: "remove", path: stamp.path }] : []),
    converge: ([shown], found) => operations(wish, { shown, found }),
    undo: [{ kind: "run", argv: ["systemctl", "disable", "--now", `${name}.service`], okExitCodes: [0, 1, 5] }],
  };
}

type Stamp = { readonly path: string; readonly hash: string; readonly ids: readonly string[] };
type Wish = {
  readonly name: string;
  readonly enabled: boolean;
  readonly active: boolean;
  readonly stamp?: Stamp | undefined;
};

const shownProperties = ["LoadState", "ActiveState", "UnitFileState", "NeedDaemonReload"] as const;

/**
 * A file on the host that holds the hash of the inputs that the service last started with. It is removed before an
 * input is written and made after the restart, so a run killed in between leaves a service that still counts as stale.
 */
function restartStamp(name: string, restartOn: readonly Resource[]): Stamp | undefined {
  if (restartOn.length === 0) return undefined;
  const hash = sha256OfValue(restartOn.map((input) => [input.id, input.hash]));
  const ids = restartOn.map(({ id }) => id);
  return { path: `${stateDirectory}/started/${name}.${sha256OfValue(ids).slice(0, 8)}`, hash, ids };
}

function differences(wish: Wish, [shown, stamped]: readonly OpResult[], { changing }: DiffContext): Difference[] {
  const unit = properties(shown);
  const field = (name: string, from: string, to: string): Difference[] =>
    from === to ? [] : [{ kind: "field", field: name, from, to }];
  const isActive = unit.ActiveState === "active" || unit.ActiveState === "reloading";
  return [
    ...field("enabled", yesNo(isEnabled(unit.UnitFileState)), yesNo(wish.enabled)),
    ...field("active", isActive ? "active" : (unit.ActiveState ?? "unknown"), wish.active ? "active" : inactive(unit)),
    ...field("daemon-reload", isReloadNeeded(unit, wish.stamp, changing) ? "needed" : "done", "done"),
    ...(wish.active && isActive && wish.stamp ? restartDifference(wish.stamp, stamped, changing) : []),
    ...(wish.active && !isActive && wish.stamp ? stampDifference(wish.stamp, stamped) : []),
  ];
}

function restartDifference(stamp: Stamp, stamped: OpResult | undefined, changing: ReadonlySet<string>): Difference[] {
  const moved = stamp.ids.filter((id) => changing.has(id));
  if (moved.length > 0) return [restart(moved.join(", "))];
  return readStamp(stamped) === stamp.hash ? [] : [restart("settings of an earlier run")];
}

/** A stopped service that starts gets its stamp written too. */
function stampDifference(stamp: Stamp, stamped: OpResult | undefined): Difference[] {
  return readStamp(stamped) === stamp.hash
    ? []
    : [{ kind: "field", field: "settings", from: "not read yet", to: "read" }];
}

function restart(because: string): Difference {
  return { kind: "field", field: "restart", from: `started before ${because}`, to: "restarted" };
}

function isRestart(found: readonly Difference[]): boolean {
  return differsIn(found, "restart") || differsIn(found, "settings");
}

/** systemd tells of unit files that were written; those that are about to be it can't know of. */
function isReloadNeeded(
  { NeedDaemonReload }: Properties,
  stamp: Stamp | undefined,
  changing: ReadonlySet<string>,
): boolean {
  const isUnit = (id: string) => id.includes("/systemd/system/");
  return NeedDaemonReload === "yes" || (stamp?.ids ?? []).some((id) => isUnit(id) && changing.has(id));
}

type Findings = { readonly shown: OpResult | undefined; readonly found: readonly Difference[] };

function operations({ name, enabled, active, stamp }: Wish, { shown, found }: Findings): Op[] {
  const unit = `${name}.service`;
  const run = (...argv: string[]): Op => ({ kind: "run", argv });
  const verb = differsIn(found, "restart") ? "restart" : "start";
  const { LoadState, ActiveState } = properties(shown);
  const isReload = differsIn(found, "daemon-reload") || LoadState !== "loaded";
  // left to themselves, enable and disable reload systemd too, which runs all its generators; but without that, a unit
  // that stays in memory goes on to count as what it was
  const isForgotten = enabled && ActiveState === "inactive";
  return [
    ...(isReload ? [run("systemctl", "daemon-reload")] : []),
    ...(differsIn(found, "enabled")
      ? [run("systemctl", enabled ? "enable" : "disable", ...(isForgotten ? ["--no-reload"] : []), unit)]
      : []),
    ...(differsIn(found, "active") || differsIn(found, "restart")
      ? [active ? startOrTell(verb, unit) : run("systemctl", "stop", unit)]
      : []),
    ...(active && stamp && isRestart(found)
      ? [{ kind: "write", path: stamp.path, content: stamp.hash, mode: 0o644 } as const]
      : []),
  ];
}

/** systemctl says only that the job failed; the unit's last lines say why, once the journal has taken them in. */
function startOrTell(verb: "start" | "restart", unit: string): Op {
  const tell = 'timeout 10 journalctl --sync 2>/dev/null; systemctl status --no-pager --lines=15 "$1" >&2';
  const script = `systemctl ${verb} "$1" || { code=$?; ${tell}; exit $code; }`;
  return { kind: "run", argv: ["sh", "-c", script, "sh", unit] };
}

type Properties = Record<string, string | undefined>;

function properties(shown: OpResult | undefined): Properties {
  const text = shown?.kind === "ran" ? shown.stdout : "";
  return Object.fromEntries(
    text.split("\n").map((line) => [line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1)]),
  );
}

function readStamp(stamped: OpResult | undefined): string | undefined {
  return textOf(stamped)?.trim();
}

/** static and generated units have no switch of their own: they count as enabled. */
function isEnabled(state: string | undefined): boolean {
  return ["enabled", "enabled-runtime", "static", "generated", "alias", "indirect", "linked"].includes(state ?? "");
}

function inactive({ ActiveState }: Properties): string {
  return ActiveState === "failed" ? "failed" : "inactive";
}

function yesNo(claim: boolean): string {
  return claim ? "yes" : "no";
}
