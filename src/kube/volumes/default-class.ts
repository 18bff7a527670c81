import type { KubeObject } from "../object.ts";

const marks = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

/** The class of claims that ask for none: of several the newest, and of equally old ones the first by name. */
export function defaultClass<T extends KubeObject>(classes: readonly T[]): T | undefined {
  return classes
    .filter(({ metadata: { annotations } }) => marks.some((mark) => annotations?.[mark] === "true"))
    .toSorted((one, other) => madeAt(other).localeCompare(madeAt(one)) || nameOf(one).localeCompare(nameOf(other)))[0];
}

const madeAt = ({ metadata }: KubeObject): string => metadata.creationTimestamp ?? "";
const nameOf = ({ metadata }: KubeObject): string => metadata.name ?? "";
