import { sha256 } from "../../base/sha256.ts";
import type { Op } from "../../hosts/op.ts";
import type { Phase } from "../engine/phase.ts";
import type { Resource } from "../engine/resource.ts";
import { stateDirectory } from "../engine/state-directory.ts";
import { type HostSettingsContext, settingsOf } from "./host-settings-context.ts";

type Moment = "before" | "after";

export const hooksBefore = hooksPhase("before", "Run the commands that come first");
export const hooksAfter = hooksPhase("after", "Run the commands that come last");

/** Shell commands of the cluster file: each runs once on a host, and again when its text changes. */
function hooksPhase(moment: Moment, title: string): Phase<HostSettingsContext> {
  const commandsOf = (context: HostSettingsContext, target: { host: { name: string } }) =>
    settingsOf(context, target)?.hooks?.[moment] ?? [];
  return {
    id: `hooks/${moment}`,
    title,
    dependsOn: ["preflight"],
    prunes: true,
    appliesTo: ({ hostSettings }) => hostSettings !== undefined,
    resources: (context, target) => {
      const { environment = {} } = settingsOf(context, target) ?? {};
      return commandsOf(context, target).map((command, index) => hook(`${moment}-${index + 1}`, command, environment));
    },
  };
}

function hook(name: string, command: string, env: Readonly<Record<string, string>>): Resource {
  const hash = sha256(command);
  const stamp = `${stateDirectory}/hooks/${name}-${hash.slice(0, 16)}`;
  const run: Op = { kind: "run", argv: ["sh", "-ec", command], env };
  return {
    id: `hook:${name}`,
    hash,
    probe: () => [{ kind: "read", path: stamp, want: "stat" }],
    diff: ([found]) =>
      found?.kind === "read" && found.state.kind === "file"
        ? []
        : [{ kind: "field", field: "ran", from: "no", to: "yes" }],
    converge: () => [run, { kind: "write", path: stamp, content: "", mode: 0o600 }],
    undo: [{ kind: "remove", path: stamp }],
  };
}
