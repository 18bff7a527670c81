import { ensured, type Fields, listAt } from "../defaulting/missing.ts";
import type { AdmissionPlugin } from "./chain.ts";
import { type AdmissionParts, isCore } from "./parts.ts";

/** Pods stay a while on nodes that fail, unless they say how long (plugin/pkg/admission/defaulttolerationseconds). */
export function defaultTolerationSeconds({ defaults }: AdmissionParts): AdmissionPlugin {
  const wanted = [
    { key: "node.kubernetes.io/not-ready", tolerationSeconds: defaults.notReadySeconds },
    { key: "node.kubernetes.io/unreachable", tolerationSeconds: defaults.unreachableSeconds },
  ];
  return {
    name: "DefaultTolerationSeconds",
    mutate({ operation, type, subresource, object }) {
      if (!object || !isCore(type, "pods") || subresource || (operation !== "CREATE" && operation !== "UPDATE")) return;
      const spec = ensured(object, "spec");
      const present = listAt(spec, "tolerations");
      const added = wanted
        .filter(({ key }) => !present.some((toleration) => isAbout(toleration, key)))
        .map(({ key, tolerationSeconds }) => ({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds }));
      if (added.length > 0) spec.tolerations = [...present, ...added];
    },
  };
}

function isAbout(toleration: Fields, key: string): boolean {
  return (!toleration.key || toleration.key === key) && (!toleration.effect || toleration.effect === "NoExecute");
}
