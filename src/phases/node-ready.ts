import { parseDuration } from "../base/duration.ts";
import { messageOf, SlipwayError } from "../base/errors.ts";
import { until } from "../base/until.ts";
import { isHostLost, lostHost } from "../hosts/lost-host.ts";
import { conditionOf } from "../kube/conditions.ts";
import type { Node } from "../kube/kinds/node.ts";
import { type ClusterContext, nodeOf } from "./cluster/cluster-context.ts";
import { adminClient } from "./cluster/first-control-plane.ts";
import { kubeletLastWords } from "./cluster/last-words.ts";
import type { Phase, Target } from "./engine/phase.ts";

/**
 * Waits until the Node takes pods. That needs a pod network: ours, or the one whose manifest the user applies meanwhile.
 * What an earlier phase of the run saw Ready is not asked for again.
 */
export const nodeReady: Phase<ClusterContext> = {
  id: "node-ready",
  title: "Wait for the Node to be Ready",
  dependsOn: ["addon/network"],
  appliesTo: () => true,
  ready: async (context, target) => {
    const { nodeRegistration, timeouts } = nodeOf(context, target).input.init;
    const { name } = nodeRegistration;
    if (readiness(context.looks.last(name)).isReady) return;
    const withinMs = parseDuration(timeouts.kubeletHealthCheck) ?? 240_000;
    const { signal } = target;
    await until(await readyAtNextLook(context, target, name), {
      for: `Node ${name} to be Ready`,
      withinMs,
      signal,
      isFinal: isHostLost,
    }).catch(async (thrown: unknown) => {
      signal.throwIfAborted();
      throw lostHost(thrown) ?? (await notReady(context, target, thrown));
    });
  },
};

/** Looks, and throws the Node's own reason; a network that the user has yet to apply is asked for once. */
async function readyAtNextLook(context: ClusterContext, target: Target, name: string): Promise<() => Promise<boolean>> {
  const client = await adminClient(context, target);
  let isTold = context.network.provider !== "none";
  return async () => {
    await context.looks.again(client);
    const { isReady, because } = readiness(context.looks.last(name));
    if (isReady) return true;
    if (!isTold) target.report(`Node ${name} waits for your pod network (network.provider is none): ${because}`);
    isTold = true;
    throw new Error(because);
  };
}

type Readiness = { readonly isReady: boolean; readonly because: string; readonly isSaid: boolean };

/** `isSaid`: the kubelet itself says why; the node controller makes the condition Unknown when it is silent. */
function readiness(node: Node | undefined): Readiness {
  const { status, message } = conditionOf(node?.status?.conditions, "Ready") ?? {};
  const because = message || "its kubelet has not said yet whether it is";
  return { isReady: status === "True", because, isSaid: status === "False" };
}

async function notReady(context: ClusterContext, target: Target, thrown: unknown): Promise<SlipwayError> {
  const { host } = target;
  const { name } = nodeOf(context, target).input.init.nodeRegistration;
  const { isSaid } = readiness(context.looks.last(name));
  return new SlipwayError(
    {
      code: "NODE_NOT_READY",
      exit: "hostStep",
      host: host.name,
      message: "the Node did not become Ready",
      tried: "to find its condition Ready true, within timeouts.kubeletHealthCheck",
      got: isSaid ? messageOf(thrown) : `${messageOf(thrown)}\n${await kubeletLastWords(host)}`,
      remedy:
        context.network.provider === "none"
          ? "apply the manifest of your pod network (`slipway kubeconfig -f` gives access), then run this again; --skip-phases node-ready does not wait for it"
          : "look at `kubectl describe node` and at the pods of slipway-cni in kube-system",
    },
    { cause: thrown },
  );
}
