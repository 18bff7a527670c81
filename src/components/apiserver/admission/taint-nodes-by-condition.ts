import { ensured, listAt } from "../defaulting/missing.ts";
import type { AdmissionPlugin } from "./chain.ts";
import { isCore } from "./parts.ts";

const notReady = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };

/** A Node is not ready until its controller says so: no pod lands on it in between (plugin/pkg/admission/nodetaint). */
export function taintNodesByCondition(): AdmissionPlugin {
  return {
    name: "TaintNodesByCondition",
    mutate({ operation, type, subresource, object }) {
      if (operation !== "CREATE" || !isCore(type, "nodes") || subresource || !object) return;
      const spec = ensured(object, "spec");
      const taints = listAt(spec, "taints");
      if (!taints.some(({ key, effect }) => key === notReady.key && effect === notReady.effect)) {
        spec.taints = [...taints, { ...notReady }];
      }
    },
  };
}
