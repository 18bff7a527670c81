import type { KubeClient } from "../../../kube/client.ts";
import type { EventRecorder } from "../../../kube/event-recorder.ts";

/** What a deployment's pass reaches outside. */
export type DeploymentEffects = {
  readonly client: KubeClient;
  readonly recorder: EventRecorder;
  readonly now: () => number;
};
