import { type KubeletConfiguration, kubeletConfiguration } from "../../config/kubelet/kubelet-configuration.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { PatchPod } from "../static-pod/static-pod-files.ts";
import { applyPatches, type Patches } from "./apply-patches.ts";
import { patchTargets } from "./patch-file.ts";

/** The patches as a function over static pods. */
export function patchPods(patches: Patches): PatchPod {
  return (component, pod) => {
    const target = patchTargets.find((name) => name === component);
    return target ? applyPatches(target, pod, patches) : pod;
  };
}

/** A host's kubelet configuration with the patches for it. */
export function patchedKubelet(kubelet: KubeletConfiguration, patches: Patches): KubeletConfiguration {
  if (!patches.some(({ target }) => target === "kubeletconfiguration")) return kubelet;
  const patched = applyPatches("kubeletconfiguration", kubeletConfiguration.encode(kubelet) as object, patches);
  return kubeletConfiguration.decode(patched, "", () => {});
}

/** The objects of cluster DNS, its Deployment with the patches for it. */
export function patchedCoredns(objects: readonly KubeObject[], patches: Patches): readonly KubeObject[] {
  return objects.map((object) =>
    object.kind === "Deployment" ? applyPatches("corednsdeployment", object, patches) : object,
  );
}
