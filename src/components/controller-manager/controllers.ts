import { bootstrapSigner } from "./bootstrap/bootstrap-signer.ts";
import { tokenCleaner } from "./bootstrap/token-cleaner.ts";
import { csrApprovingController } from "./certificates/csr-approving-controller.ts";
import { csrCleanerController } from "./certificates/csr-cleaner-controller.ts";
import { csrSigningController } from "./certificates/csr-signing-controller.ts";
import { clusterRoleAggregationController } from "./clusterrole/clusterrole-aggregation-controller.ts";
import { cronJobController } from "./cronjob/cronjob-controller.ts";
import { daemonSetController } from "./daemonset/daemonset-controller.ts";
import { deploymentController } from "./deployment/deployment-controller.ts";
import { disruptionController } from "./disruption/disruption-controller.ts";
import { endpointsController } from "./endpoints/endpoints-controller.ts";
import { endpointSliceController } from "./endpoints/endpointslice-controller.ts";
import { endpointSliceMirroringController } from "./endpoints/endpointslice-mirroring-controller.ts";
import type { Controller } from "./framework/controller.ts";
import { garbageCollector } from "./garbagecollector/garbage-collector.ts";
import { jobController } from "./job/job-controller.ts";
import { namespaceController } from "./namespace/namespace-controller.ts";
import { nodeLifecycleController } from "./node/node-lifecycle-controller.ts";
import { taintEvictionController } from "./node/taint-eviction-controller.ts";
import { nodeIpamController } from "./nodeipam/nodeipam-controller.ts";
import { podGcController } from "./podgc/podgc-controller.ts";
import { replicaSetController } from "./replicaset/replicaset-controller.ts";
import { replicationControllerController } from "./replicaset/replicationcontroller-controller.ts";
import { resourceQuotaController } from "./resourcequota/resourcequota-controller.ts";
import { legacyTokenCleaner } from "./serviceaccount/legacy-token-cleaner.ts";
import { rootCaPublisher } from "./serviceaccount/root-ca-publisher.ts";
import { serviceAccountsController } from "./serviceaccount/service-accounts-controller.ts";
import { tokensController } from "./serviceaccount/tokens-controller.ts";
import { statefulSetController } from "./statefulset/statefulset-controller.ts";
import { ttlAfterFinishedController } from "./ttl/ttl-after-finished-controller.ts";
import { ephemeralVolumeController } from "./volumes/ephemeral-volume-controller.ts";
import { pvcProtectionController, pvProtectionController } from "./volumes/protection-controllers.ts";
import { volumeBinderController } from "./volumes/volume-binder-controller.ts";

/** Every control loop of the program. */
export const controllers: readonly Controller[] = [
  bootstrapSigner,
  clusterRoleAggregationController,
  cronJobController,
  csrApprovingController,
  csrCleanerController,
  csrSigningController,
  daemonSetController,
  deploymentController,
  disruptionController,
  endpointsController,
  endpointSliceController,
  endpointSliceMirroringController,
  ephemeralVolumeController,
  garbageCollector,
  jobController,
  legacyTokenCleaner,
  namespaceController,
  nodeIpamController,
  nodeLifecycleController,
  podGcController,
  pvcProtectionController,
  pvProtectionController,
  replicaSetController,
  replicationControllerController,
  resourceQuotaController,
  rootCaPublisher,
  serviceAccountsController,
  statefulSetController,
  taintEvictionController,
  tokenCleaner,
  tokensController,
  ttlAfterFinishedController,
  volumeBinderController,
];

/** Those that `--controllers` enables: `*` stands for all that are on by default, `-name` switches one off. */
export function enabledControllers(all: readonly Controller[], wanted: readonly string[]): Controller[] {
  return all.filter(({ name, alias = name, disabledByDefault = false }) => {
    if (wanted.includes(name) || wanted.includes(alias)) return true;
    if (wanted.includes(`-${name}`) || wanted.includes(`-${alias}`)) return false;
    return wanted.includes("*") && !disabledByDefault;
  });
}
