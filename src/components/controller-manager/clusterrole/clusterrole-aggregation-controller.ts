import { isDeepStrictEqual } from "node:util";
import type { ClusterRole } from "../../../kube/kinds/policy.ts";
import { resources } from "../../../kube/resources.ts";
import { type Controller, KeyedWorker } from "../framework/controller.ts";
import { aggregateRules } from "./aggregate-rules.ts";

/** Fills aggregated cluster roles (admin, edit, view, ...) from the roles that they select. */
export const clusterRoleAggregationController: Controller = {
  name: "clusterrole-aggregation-controller",
  alias: "clusterrole-aggregation",
  account: "clusterrole-aggregation-controller",
  start(context) {
    const roles = context.informers.of<ClusterRole>(resources.clusterroles);
    const worker = new KeyedWorker(context, "ClusterRoleAggregator", async (name) => {
      const role = roles.store.get(name);
      if (!role?.aggregationRule) return;
      const rules = aggregateRules(role, roles.store.list());
      if (isDeepStrictEqual(rules, role.rules ?? [])) return;
      await context.client.update(resources.clusterroles, { ...role, rules });
    });
    const changed = () => {
      for (const { metadata, aggregationRule } of roles.store.list())
        if (aggregationRule) worker.add(metadata.name ?? "");
    };
    return () => {
      roles.addHandler({ added: changed, updated: changed, deleted: changed });
      worker.run();
    };
  },
};
