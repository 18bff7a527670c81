import type { ReplicaSet } from "../../../kube/kinds/workloads.ts";
import { selects } from "../../../kube/label-selector.ts";
import { resources } from "../../../kube/resources.ts";
import type { Controller } from "../framework/controller.ts";
import { ReplicaController } from "./replica-controller.ts";

/** Keeps as many pods as each ReplicaSet asks for. */
export const replicaSetController: Controller = {
  name: "replicaset-controller",
  alias: "replicaset",
  account: "replicaset-controller",
  start(context) {
    const controller = new ReplicaController<ReplicaSet>(context, {
      resource: resources.replicasets,
      selects: ({ spec }, labels) => selects(spec.selector, labels),
      queue: "replicaset",
      workers: context.options["concurrent-replicaset-syncs"],
    });
    return () => controller.run();
  },
};
