import { tolerates, untolerated } from "../../../kube/scheduling/taints.ts";
import { type Plugin, rejection, scaled } from "../framework/plugin.ts";

const repelled = rejection("node(s) had untolerated taint(s)", { unresolvable: true });

/** Taints keep pods away that don't tolerate them; PreferNoSchedule only lowers the score. */
export const taintToleration: Plugin = {
  name: "TaintToleration",
  retryOn: ["NodeAdded", "NodeTaints", "PodChanged"],
  filter({ pod }) {
    const { tolerations } = pod.spec;
    return {
      kind: "checks",
      check: ({ node }) => (untolerated(node.spec?.taints, tolerations) ? repelled : undefined),
    };
  },
  score({ pod }) {
    const tolerations = pod.spec.tolerations ?? [];
    return {
      score: ({ node }) =>
        (node.spec?.taints ?? []).filter(
          (taint) => taint.effect === "PreferNoSchedule" && !tolerations.some((one) => tolerates(one, taint)),
        ).length,
      normalize: (scores) => scaled(scores, { reverse: true }),
    };
  },
};
