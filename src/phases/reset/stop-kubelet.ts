import type { Phase } from "../engine/phase.ts";
import { service } from "../engine/resources/service.ts";

/** Nothing restarts the pods that are about to go. */
export const stopKubelet: Phase<unknown> = {
  id: "stop-kubelet",
  title: "Stop the kubelet",
  goesOn: true,
  appliesTo: () => true,
  resources: () => [service("kubelet", { enabled: false, active: false })],
};
