import { tolerates } from "../../../kube/scheduling/taints.ts";
import { type Plugin, passes, rejection } from "../framework/plugin.ts";

const cordon = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" };
const cordoned = rejection("node(s) were unschedulable", { unresolvable: true });

/** Cordoned nodes take no pods but those that tolerate the cordon. */
export const nodeUnschedulable: Plugin = {
  name: "NodeUnschedulable",
  retryOn: ["NodeAdded", "NodeTaints"],
  filter({ pod }) {
    if (pod.spec.tolerations?.some((toleration) => tolerates(toleration, cordon))) return passes;
    return { kind: "checks", check: ({ node }) => (node.spec?.unschedulable ? cordoned : undefined) };
  },
};
