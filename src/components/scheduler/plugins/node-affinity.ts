import { matchesNodeAffinity, matchesNodeTerm } from "../../../kube/scheduling/node-selector.ts";
import { type Plugin, passes, rejection, scaled } from "../framework/plugin.ts";

const mismatch = rejection("node(s) didn't match Pod's node affinity/selector", { unresolvable: true });

/** nodeSelector and node affinity: the required must hold, the preferred adds its weight. */
export const nodeAffinity: Plugin = {
  name: "NodeAffinity",
  retryOn: ["NodeAdded", "NodeLabels", "PodChanged"],
  filter({ pod }) {
    const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    if (!pod.spec.nodeSelector && !required) return passes;
    return { kind: "checks", check: ({ node }) => (matchesNodeAffinity(pod, node) ? undefined : mismatch) };
  },
  score({ pod }) {
    const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    if (preferred.length === 0) return undefined;
    return {
      score: ({ node }) =>
        preferred.reduce((sum, { weight, preference }) => sum + (matchesNodeTerm(preference, node) ? weight : 0), 0),
      normalize: (scores) => scaled(scores),
    };
  },
};
