import type { ReplicationController } from "../../../kube/kinds/workloads.ts";
import { selectsLabels } from "../../../kube/label-selector.ts";
import { resources } from "../../../kube/resources.ts";
import type { Controller } from "../framework/controller.ts";
import { ReplicaController } from "./replica-controller.ts";

/** Keeps as many pods as each ReplicationController asks for. */
export const replicationControllerController: Controller = {
  name: "replicationcontroller-controller",
  alias: "replicationcontroller",
  account: "replication-controller",
  start(context) {
    const controller = new ReplicaController<ReplicationController>(context, {
      resource: resources.replicationcontrollers,
      selects: ({ spec: { selector } }, labels) => selector !== undefined && selectsLabels(selector, labels),
      queue: "replicationmanager",
      workers: 5,
    });
    return () => controller.run();
  },
};
