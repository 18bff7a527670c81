import type { Container } from "../api/container.ts";
import type { Pod } from "../api/pod.ts";
import { allContainers } from "../api/pod.ts";
import type { Volume } from "../api/volume.ts";

/** A ConfigMap or secret that a pod names, in the pod's own namespace. */
export type ConfigReference = { readonly resource: "configmaps" | "secrets"; readonly name: string };

/** Every ConfigMap and secret that a pod's variables, volumes and image pulls need (podutil.VisitPodConfigmapNames, -SecretNames). */
export function configReferences(pod: Pod): readonly ConfigReference[] {
  const found = [
    ...(pod.spec.imagePullSecrets ?? []).map(({ name }) => secret(name)),
    ...allContainers(pod).flatMap(ofContainer),
    ...(pod.spec.volumes ?? []).flatMap(ofVolume),
  ].filter(({ name }) => name !== "");
  return [...new Map(found.map((one) => [`${one.resource}/${one.name}`, one])).values()];
}

function ofContainer({ env = [], envFrom = [] }: Container): ConfigReference[] {
  return [
    ...envFrom.map(({ configMapRef, secretRef }) =>
      configMapRef ? configMap(configMapRef.name) : secret(secretRef?.name),
    ),
    ...env.flatMap(({ valueFrom }) => [
      configMap(valueFrom?.configMapKeyRef?.name),
      secret(valueFrom?.secretKeyRef?.name),
    ]),
  ];
}

function ofVolume(volume: Volume): ConfigReference[] {
  const projections = volume.projected?.sources ?? [];
  return [
    configMap(volume.configMap?.name),
    secret(volume.secret?.secretName),
    ...projections.flatMap((source) => [configMap(source.configMap?.name), secret(source.secret?.name)]),
  ];
}

function configMap(name = ""): ConfigReference {
  return { resource: "configmaps", name };
}

function secret(name = ""): ConfigReference {
  return { resource: "secrets", name };
}
