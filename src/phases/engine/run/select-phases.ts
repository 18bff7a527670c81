import { SlipwayError } from "../../../base/errors.ts";
import type { Phase } from "../phase.ts";

export type Narrowing = { readonly skipPhases?: readonly string[]; readonly onlyPhases?: readonly string[] };

/** The ids of the phases that run; refuses names that no phase has, as kubeadm does. */
export function selectedPhases(
  phases: readonly Pick<Phase<never>, "id">[],
  { skipPhases = [], onlyPhases = [] }: Narrowing,
): ReadonlySet<string> {
  const ids = phases.map(({ id }) => id);
  const unknown = [...skipPhases, ...onlyPhases].filter((name) => !ids.some((id) => isNamed(id, name)));
  if (unknown.length > 0) {
    throw new SlipwayError({
      code: "UNKNOWN_PHASE",
      exit: "usage",
      message: `no such phase: ${unknown.join(", ")}`,
      remedy: `choose from ${ids.join(", ")}`,
    });
  }
  const isWanted = (id: string) => onlyPhases.length === 0 || onlyPhases.some((name) => isNamed(id, name));
  return new Set(ids.filter((id) => isWanted(id) && !skipPhases.some((name) => isNamed(id, name))));
}

/** `certs` names itself and `certs/ca`. */
function isNamed(id: string, name: string): boolean {
  return id === name || id.startsWith(`${name}/`);
}
