import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { KubeClient } from "../../kube/client.ts";
import { ApiEventRecorder } from "../../kube/event-recorder.ts";
import { Informers } from "../../kube/informer/informers.ts";
import { fencedClient } from "../../kube/leader-election/fenced-client.ts";
import type { Log } from "../../kube/program/log.ts";
import type { WorkQueueMetrics } from "../../kube/work-queue-metrics.ts";
import type { Controller, ControllerContext } from "./framework/controller.ts";
import type { Options } from "./options.ts";

export type Leading = Clock & {
  readonly client: KubeClient;
  /** The client of a controller's own account. */
  readonly clientOf: (account: string) => KubeClient;
  readonly held: () => boolean;
  readonly options: Options;
  readonly queues: WorkQueueMetrics;
  readonly log: Log;
  readonly random: () => number;
  readonly signal: AbortSignal;
};

/** Runs the controllers over one set of informers until the signal aborts. */
export async function lead(controllers: readonly Controller[], leading: Leading): Promise<void> {
  const { client, clientOf, held, signal, log, now } = leading;
  const informers = new Informers(client, {
    onError: (thrown) => log("W", "watch failed", { error: messageOf(thrown) }),
  });
  const context = ({ name, account }: Controller): ControllerContext => {
    const own = fencedClient(account ? clientOf(account) : client, held);
    const recorder = new ApiEventRecorder(own, { component: account ?? name }, now);
    return { ...leading, name, client: own, informers, recorder };
  };
  const loops = controllers.map((controller) => controller.start(context(controller)));
  await informers.start(signal);
  log("I", "Caches are synced", { informers: informers.all.length });
  for (const run of loops) run();
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
