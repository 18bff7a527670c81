import { SlipwayError } from "../../base/errors.ts";

/** What a patch may be for; the names of kubeadm's patches folder (app/util/patches/patches.go). */
export const patchTargets = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubeletconfiguration",
  "corednsdeployment",
] as const;
export type PatchTarget = (typeof patchTargets)[number];
export type PatchType = "strategic" | "merge" | "json";

export type PatchFile = {
  readonly target: PatchTarget;
  readonly type: PatchType;
  readonly name: string;
  readonly text: string;
};

const types: readonly string[] = ["strategic", "merge", "json"];

/**
 * Reads a file's name; undefined for one that isn't for us (an unknown target or extension, or nothing in it). Throws
 * PATCH_TYPE_UNKNOWN for a type after `+` that is none.
 */
export function patchFile(name: string, text: string): PatchFile | undefined {
  const base = name.slice(name.lastIndexOf("/") + 1);
  const target = patchTargets.find((one) => base.startsWith(one) && isRest(base.slice(one.length)));
  const extension = /\.(?:json|yaml)$/.test(base);
  if (!target || !extension || text.trim() === "") return undefined;
  const type = /\+([^.]*)\.[a-z]+$/.exec(base)?.[1] ?? "strategic";
  if (!types.includes(type)) throw unknownType(name, type);
  return { target, type: type as PatchType, name, text };
}

/** What may follow a target's name: a suffix without `.` and `+`, a type, an extension. */
function isRest(rest: string): boolean {
  return /^[^.+]*(?:\+[^.]*)?\.[^.]+$/.test(rest);
}

function unknownType(name: string, type: string): SlipwayError {
  return new SlipwayError({
    code: "PATCH_TYPE_UNKNOWN",
    exit: "configuration",
    message: `the patch ${name} has the type "${type}"`,
    remedy: `name it target[suffix][+type].yaml with a type of ${types.join(", ")}`,
  });
}
