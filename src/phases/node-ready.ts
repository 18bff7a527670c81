import { parseDuration } from "../base/duration.ts";
import { messageOf, SlipwayError } from "../base/errors.ts";
import { until } from "../base/until.ts";
import { isHostLost, lostHost } from "../hosts/lost-host.ts";
import { unlessLost } from "../hosts/unless-lost.ts";
import { apiFailure } from "./cluster/api-failure.ts";
import { type ClusterContext, nodeOf } from "./cluster/cluster-context.ts";
import { adminClient } from "./cluster/first-control-plane.ts";
import { kubeletLastWords } from "./cluster/last-words.ts";
import { nodeReadiness, type Readiness } from "./cluster/node-readiness.ts";
import { kubeletStart } from "./cluster/started-kubelets.ts";
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
    const { signal } = target;
    const readiness = await readinessOf(context, target, name);
    if (readiness().isReady) return;
    const withinMs = parseDuration(timeouts.kubeletHealthCheck) ?? 240_000;
    const look = await readyAtNextLook(context, target, { name, readiness });
    const wait = { for: `Node ${name} to be Ready`, withinMs, isFinal: isHostLost };
    await unlessLost(target, (own) => until(look, { ...wait, signal: own })).catch(async (thrown: unknown) => {
      signal.throwIfAborted();
      const reason = lostHost(thrown) ?? apiFailure(thrown);
      throw reason ?? (await notReady(context, target, { thrown, isSaid: readiness().isSaid }));
    });
  },
};

/** How the Node was when it was last looked at, by the kubelet that runs since the last boot, or since this run started it. */
async function readinessOf(context: ClusterContext, target: Target, name: string): Promise<() => Readiness> {
  const { host, facts, signal } = target;
  const start = context.startedKubelets.has(host.name) ? await kubeletStart(host, signal) : undefined;
  return () => nodeReadiness(context.looks.last(name), { bootId: facts.bootId, kubeletStart: start });
}

type Awaited = { readonly name: string; readonly readiness: () => Readiness };

/** Looks, and throws the Node's own reason; a network that the user has yet to apply is asked for once. */
async function readyAtNextLook(
  context: ClusterContext,
  target: Target,
  { name, readiness }: Awaited,
): Promise<() => Promise<boolean>> {
  const client = await adminClient(context, target);
  let isTold = context.network.provider !== "none";
  return async () => {
    await context.looks.again(client);
    const { isReady, because } = readiness();
    if (isReady) return true;
    if (!isTold) target.report(`Node ${name} waits for your pod network (network.provider is none): ${because}`);
    isTold = true;
    throw new Error(because);
  };
}

async function notReady(
  context: ClusterContext,
  { host }: Target,
  { thrown, isSaid }: { thrown: unknown; isSaid: boolean },
): Promise<SlipwayError> {
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
