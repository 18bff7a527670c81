import type { Phase } from "../engine/phase.ts";
import { swapOff } from "../engine/resources/swap-off.ts";
import { inputOf, type PrepareContext } from "./prepare-context.ts";

/** Swap stays when the KubeletConfiguration says that the kubelet bears it. */
export const prepareSwap: Phase<PrepareContext> = {
  id: "prepare/swap",
  title: "Switch swap off",
  dependsOn: ["preflight"],
  appliesTo: (context, target) => inputOf(context, target).kubelet.failSwapOn !== false,
  resources: () => [swapOff()],
};
