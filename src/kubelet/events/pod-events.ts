import type { Container } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";

export type PodEvent = { readonly type: "Normal" | "Warning"; readonly reason: string; readonly message: string };

/** Told of what happens to pods, with upstream's reasons. */
export type PodEvents = {
  pod(pod: Pod, event: PodEvent): void;
  /** An event about one container of the pod: its reference carries `spec.containers{name}`. */
  container(pod: Pod, container: Pick<Container, "name">, event: PodEvent): void;
};

/** `spec.containers{name}`, `spec.initContainers{name}` or `spec.ephemeralContainers{name}`. */
export function containerFieldPath(pod: Pod, name: string): string {
  const kinds = ["containers", "initContainers", "ephemeralContainers"] as const;
  const kind = kinds.find((one) => pod.spec[one]?.some((container) => container.name === name)) ?? "containers";
  return `spec.${kind}{${name}}`;
}
