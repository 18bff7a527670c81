import { type Plugin, passes, rejection } from "../framework/plugin.ts";

/** A pod that names its node goes nowhere else. */
export const nodeName: Plugin = {
  name: "NodeName",
  retryOn: ["NodeAdded"],
  filter({ pod }) {
    const wanted = pod.spec.nodeName;
    if (!wanted) return passes;
    const mismatch = rejection("node(s) didn't match the requested node name", { unresolvable: true });
    return { kind: "checks", check: ({ name }) => (name === wanted ? undefined : mismatch) };
  },
};
