import { parseQuantity } from "../../../kube/quantity.ts";
import type { Container } from "../../api/container.ts";
import type { Pod } from "../../api/pod.ts";

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** What makes a manifest unusable, worded as the API server's validation; empty when nothing does. */
export function validatePod(pod: Pod): readonly string[] {
  const { name, namespace } = pod.metadata;
  const containers = pod.spec?.containers;
  if (!Array.isArray(containers) || containers.length === 0) return ["spec.containers: Required value"];
  return [
    ...(name && subdomain.test(name) && name.length <= 253 ? [] : [`metadata.name: Invalid value: "${name ?? ""}"`]),
    ...(namespace && label.test(namespace) ? [] : [`metadata.namespace: Invalid value: "${namespace ?? ""}"`]),
    ...containers.flatMap((container, index) => validateContainer(container, `spec.containers[${index}]`)),
    ...(pod.spec.initContainers ?? []).flatMap((one, index) => validateContainer(one, `spec.initContainers[${index}]`)),
    ...duplicates(pod),
    ...missingVolumes(pod),
    ...(pod.spec.ephemeralContainers?.length ? ["spec.ephemeralContainers: static pods can't have them"] : []),
  ];
}

function validateContainer(container: Container, path: string): string[] {
  const quantities = Object.entries({ ...container.resources?.requests, ...container.resources?.limits });
  return [
    ...(container.name && label.test(container.name) ? [] : [`${path}.name: Invalid value: "${container.name ?? ""}"`]),
    ...(container.image ? [] : [`${path}.image: Required value`]),
    ...quantities
      .filter(([, quantity]) => parseQuantity(quantity) === undefined)
      .map(([resource, quantity]) => `${path}.resources: ${resource}: Invalid value: "${quantity}"`),
    ...(container.volumeMounts ?? [])
      .filter((mount) => !mount.mountPath)
      .map((_, index) => `${path}.volumeMounts[${index}].mountPath: Required value`),
  ];
}

function duplicates(pod: Pod): string[] {
  const names = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map(({ name }) => name);
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => `spec.containers: Duplicate value: "${name}"`);
}

function missingVolumes(pod: Pod): string[] {
  const volumes = new Set((pod.spec.volumes ?? []).map(({ name }) => name));
  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers].flatMap((container) =>
    (container.volumeMounts ?? [])
      .filter((mount) => !volumes.has(mount.name))
      .map((mount) => `spec.containers: ${container.name}: volumeMounts: Not found: "${mount.name}"`),
  );
}
