import type { ListMerge, MergeSchema } from "../../kube/patch/strategic-merge.ts";

/** Lists of a pod whose elements have a key (the patchMergeKey tags of core/v1); every other list is replaced. */
const keyedLists: Readonly<Record<string, string>> = {
  containers: "name",
  initContainers: "name",
  ephemeralContainers: "name",
  volumes: "name",
  env: "name",
  imagePullSecrets: "name",
  volumeMounts: "mountPath",
  volumeDevices: "devicePath",
  hostAliases: "ip",
  topologySpreadConstraints: "topologyKey",
  resourceClaims: "name",
};

/** How a Pod, or a Deployment's pod template, merges. */
export const podMergeSchema: MergeSchema = {
  list: (field): ListMerge | undefined => {
    // a container's ports have a key, a Service's have another: only the former are patched here
    const key = field === "ports" ? "containerPort" : keyedLists[field];
    return key === undefined ? undefined : { kind: "map", key };
  },
  below: () => podMergeSchema,
};

/** A KubeletConfiguration's lists have no keys. */
export const plainMergeSchema: MergeSchema = { list: () => undefined, below: () => plainMergeSchema };
