import type { KubeObject } from "../../../../kube/object.ts";

/** What a pod on a node lets that node's kubelet read. */
export type PodReferences = {
  readonly node: string;
  readonly namespace: string;
  readonly name: string;
  readonly serviceAccount: string;
  readonly secrets: ReadonlySet<string>;
  readonly configMaps: ReadonlySet<string>;
  readonly claims: ReadonlySet<string>;
};

type Named = { readonly name?: string };
type EnvSource = { readonly configMapKeyRef?: Named; readonly secretKeyRef?: Named };
type Container = {
  readonly env?: readonly { readonly valueFrom?: EnvSource }[];
  readonly envFrom?: readonly { readonly configMapRef?: Named; readonly secretRef?: Named }[];
};
type Volume = {
  readonly name: string;
  readonly secret?: { readonly secretName?: string };
  readonly configMap?: Named;
  readonly persistentVolumeClaim?: { readonly claimName?: string };
  readonly ephemeral?: object;
  readonly projected?: { readonly sources?: readonly { readonly secret?: Named; readonly configMap?: Named }[] };
  readonly csi?: { readonly nodePublishSecretRef?: Named };
};
type Spec = {
  readonly nodeName?: string;
  readonly serviceAccountName?: string;
  readonly imagePullSecrets?: readonly Named[];
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly ephemeralContainers?: readonly Container[];
  readonly volumes?: readonly Volume[];
};

const nothing = {
  serviceAccount: "",
  secrets: new Set<string>(),
  configMaps: new Set<string>(),
  claims: new Set<string>(),
};

/** Static pods (mirrored into the API) may refer to nothing, so their references count for nothing. */
export function podReferences({ metadata, spec: rawSpec }: KubeObject): PodReferences {
  const spec = (rawSpec ?? {}) as Spec;
  const isMirror = metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined;
  const at = { node: spec.nodeName ?? "", namespace: metadata.namespace ?? "", name: metadata.name ?? "" };
  if (isMirror || !at.node) return { ...at, ...nothing };
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])];
  const env = containers.flatMap((one) => one.env ?? []).map((one) => one.valueFrom);
  const envFrom = containers.flatMap((one) => one.envFrom ?? []);
  const volumes = spec.volumes ?? [];
  const projected = volumes.flatMap((one) => one.projected?.sources ?? []);
  return {
    ...at,
    serviceAccount: spec.serviceAccountName ?? "",
    secrets: names([
      ...(spec.imagePullSecrets ?? []),
      ...env.map((one) => one?.secretKeyRef),
      ...envFrom.map((one) => one.secretRef),
      ...volumes.flatMap(({ secret, csi }) => [{ name: secret?.secretName ?? "" }, csi?.nodePublishSecretRef]),
      ...projected.map((one) => one.secret),
    ]),
    configMaps: names([
      ...env.map((one) => one?.configMapKeyRef),
      ...envFrom.map((one) => one.configMapRef),
      ...volumes.map((one) => one.configMap),
      ...projected.map((one) => one.configMap),
    ]),
    claims: names(
      volumes.map(({ name, persistentVolumeClaim, ephemeral }) => ({
        name: ephemeral ? `${metadata.name}-${name}` : (persistentVolumeClaim?.claimName ?? ""),
      })),
    ),
  };
}

function names(list: readonly (Named | undefined)[]): ReadonlySet<string> {
  return new Set(list.map((one) => one?.name ?? "").filter(Boolean));
}
