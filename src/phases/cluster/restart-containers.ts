import { until } from "../../base/until.ts";
import { isHostLost, lostHost } from "../../hosts/lost-host.ts";
import type { CriClient } from "../../kube/cri/client.ts";
import type { Target } from "../engine/phase.ts";
import { runtimeOf } from "../runtime/node-runtime.ts";
import { untilCri } from "../runtime/with-cri.ts";
import { type ClusterContext, nodeOf } from "./cluster-context.ts";
import { notRestarted } from "./not-restarted.ts";

const graceSeconds = 30;
const withinMs = 120_000;

/** A container of a system pod, by the name that it has in its pod. */
export type RunningContainer = { readonly id: string; readonly name: string };

type Means = { readonly context: ClusterContext; readonly cri: CriClient; readonly target: Target };

/**
 * Ends containers, which the kubelet starts again, and waits until they run anew; never on two hosts of a run at once.
 * Throws CONTAINER_NOT_RESTARTED.
 */
export function restartContainers(containers: readonly RunningContainer[], means: Means): Promise<void> {
  return means.context.restarts.run(() => restart(containers, means));
}

async function restart(containers: readonly RunningContainer[], { context, cri, target }: Means): Promise<void> {
  const { signal } = target;
  for (const { id } of containers) await cri.stopContainer({ containerId: id, timeout: graceSeconds }, { signal });
  // a later phase starts it, and it them
  if (!(await isKubeletActive(target))) return;
  for (const one of containers) {
    await awaitAgain(one, context, target).catch(async (thrown: unknown) => {
      signal.throwIfAborted();
      throw lostHost(thrown) ?? (await notRestarted(one.name, target.host, thrown));
    });
  }
}

async function awaitAgain({ name, id }: RunningContainer, context: ClusterContext, target: Target): Promise<void> {
  const { host, signal } = target;
  const wait = { for: `${name} on ${host.name}, which was stopped`, withinMs, signal, isFinal: isHostLost };
  await untilCri(runtimeOf(context, target).socket, target, (own) => isRunningAgain(name, id, own), wait);
  if (name === "kube-apiserver") await until(() => isListening(context, target), wait);
}

async function isKubeletActive({ host, signal }: Target): Promise<boolean> {
  const argv = ["systemctl", "is-active", "--quiet", "kubelet"];
  return (await host.run(argv, { okExitCodes: [0, 3, 4], signal })).exitCode === 0;
}

async function isRunningAgain(name: string, stopped: string, cri: CriClient): Promise<boolean> {
  const filter = {
    state: { state: "CONTAINER_RUNNING" as const },
    labelSelector: { "io.kubernetes.container.name": name },
  };
  return (await cri.listContainers({ filter })).containers.some(({ id }) => id !== stopped);
}

async function isListening(context: ClusterContext, target: Target): Promise<boolean> {
  const { advertiseAddress, bindPort } = nodeOf(context, target).input.init.localAPIEndpoint;
  const stream = await target.host.tunnel({ kind: "tcp", host: advertiseAddress, port: bindPort }, target.signal);
  stream.destroy();
  return true;
}
