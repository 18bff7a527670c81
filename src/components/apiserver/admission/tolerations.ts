import { ensured, type Fields, listAt } from "../defaulting/missing.ts";
import type { AdmissionPlugin } from "./chain.ts";
import { type AdmissionParts, isCore } from "./parts.ts";

const notReady = "node.kubernetes.io/not-ready";
const unreachable = "node.kubernetes.io/unreachable";
const memoryPressure = "node.kubernetes.io/memory-pressure";

/** Lets pods stay for some minutes on nodes that went away. */
export function defaultTolerationSeconds({ defaults }: AdmissionParts): AdmissionPlugin {
  return {
    name: "DefaultTolerationSeconds",
    mutate({ object, type, subresource, operation }) {
      if (!object || subresource || operation === "DELETE" || !isCore(type, "pods")) return;
      if (operation === "UPDATE" && object.metadata.deletionTimestamp) return;
      const spec = ensured(object as Fields, "spec");
      const seconds = { [notReady]: defaults.notReadySeconds, [unreachable]: defaults.unreachableSeconds };
      for (const [key, tolerationSeconds] of Object.entries(seconds)) {
        if (tolerates(spec, key, "NoExecute")) continue;
        spec.tolerations = [
          ...listAt(spec, "tolerations"),
          { key, operator: "Exists", effect: "NoExecute", tolerationSeconds },
        ];
      }
    },
  };
}

/** Pods with requests may run where memory is short. */
export function podTolerationOfMemoryPressure(): AdmissionPlugin {
  return {
    name: "TaintNodesByCondition/pods",
    mutate({ object, type, subresource, operation }) {
      if (!object || subresource || operation !== "CREATE" || !isCore(type, "pods")) return;
      const { qosClass } = (object.status ?? {}) as { qosClass?: string };
      const spec = ensured(object as Fields, "spec");
      if (qosClass === "BestEffort" || tolerates(spec, memoryPressure, "NoSchedule")) return;
      spec.tolerations = [
        ...listAt(spec, "tolerations"),
        { key: memoryPressure, operator: "Exists", effect: "NoSchedule" },
      ];
    },
  };
}

function tolerates(spec: Fields, key: string, effect: string): boolean {
  return listAt(spec, "tolerations").some(
    (one) => (one.key === key || !one.key) && (one.effect === effect || !one.effect),
  );
}

/** New nodes begin with the taint that their controller takes away once they are ready. */
export function taintNodesByCondition(): AdmissionPlugin {
  return {
    name: "TaintNodesByCondition",
    mutate({ object, type, subresource, operation }) {
      if (!object || subresource || operation !== "CREATE" || !isCore(type, "nodes")) return;
      const spec = ensured(object as Fields, "spec");
      const taints = listAt(spec, "taints");
      if (taints.some((one) => one.key === notReady && one.effect === "NoSchedule")) return;
      spec.taints = [...taints, { key: notReady, effect: "NoSchedule" }];
    },
  };
}
